# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts on both databases: whoever may write their rows by hand still makes nobody a supervisor."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from desk_app.domain.errors import StoreError
from desk_app.domain.records import Operator, Role
from desk_app.storage.store import DeskStore

CLERK, BOSS = Operator("clerk", "林測一", Role.CLERK), Operator("boss", "周測主", Role.SUPERVISOR)
_GIVE_OWN_HASH = (
    "UPDATE staff_account SET phrase_hash = (SELECT a.phrase_hash FROM staff_account a WHERE a.operator_id = 'clerk')"
    " WHERE operator_id = 'boss'"
)
OWN, OTHER = "$argon2id$own", "$argon2id$other"


@pytest.fixture
def staffed(store: DeskStore) -> DeskStore:
    with store.write() as ledger:
        ledger.put_operators([CLERK, BOSS])
        ledger.set_phrase_hash(CLERK.id, OWN)
        ledger.set_phrase_hash(BOSS.id, OTHER)
    return store


def hashes(store: DeskStore) -> dict[str, str]:
    with store.read() as records:
        return {one.operator.id: one.phrase_hash for one in records.accounts()}


def write_by_hand(owner: Engine, statement: str) -> None:
    with owner.begin() as connection:
        connection.execute(text(statement))


def test_a_hash_comes_back_to_its_own_account_and_lies_nowhere_in_the_open(staffed: DeskStore, owner: Engine) -> None:
    assert hashes(staffed) == {CLERK.id: OWN, BOSS.id: OTHER}
    with owner.begin() as connection:
        kept = connection.execute(text("SELECT phrase_hash FROM staff_account")).scalars().all()
    assert len(kept) == 2
    assert not [one for one in kept if "argon2" in one]


@pytest.mark.parametrize(
    ("statement", "altered"),
    [
        ("UPDATE operator SET role = 'supervisor' WHERE id = 'clerk'", CLERK),
        (_GIVE_OWN_HASH, BOSS),
        ("UPDATE staff_account SET phrase_hash = '$argon2id$forged' WHERE operator_id = 'boss'", BOSS),
    ],
)
def test_what_was_written_by_hand_signs_nobody_in_and_is_named(
    staffed: DeskStore, owner: Engine, statement: str, altered: Operator
) -> None:
    write_by_hand(owner, statement)
    assert hashes(staffed) == {CLERK.id: OWN, BOSS.id: OTHER} | {altered.id: ""}
    with pytest.raises(StoreError, match="store_account_altered") as seen:
        staffed.prove()
    assert seen.value.data["operator"] == altered.id


def test_a_closed_account_has_nothing_left_to_sign_in_with(staffed: DeskStore, owner: Engine) -> None:
    with staffed.write() as ledger:
        ledger.close_account(CLERK.id)
    write_by_hand(owner, "UPDATE staff_account SET closed = (closed AND NOT closed)")
    assert hashes(staffed)[CLERK.id] == ""
    staffed.prove()


def test_who_else_knows_a_phrase_is_kept_under_its_seal(staffed: DeskStore) -> None:
    with staffed.write() as ledger:
        ledger.set_phrase_hash(CLERK.id, OWN, given_by=BOSS.id)
    with staffed.read() as records:
        accounts = {one.operator.id: (one.phrase_hash, one.given_by) for one in records.accounts()}
    assert accounts == {CLERK.id: (OWN, BOSS.id), BOSS.id: (OTHER, "")}
    with staffed.write() as ledger:
        ledger.set_phrase_hash(CLERK.id, OWN)
    with staffed.read() as records:
        assert not any(one.given_by for one in records.accounts())
