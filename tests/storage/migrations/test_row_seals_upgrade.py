# SPDX-License-Identifier: GPL-3.0-or-later
"""A store from before the seals comes up with every row sealed as it was found, and goes down again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from desk_app.domain.errors import AlteredRecordError
from desk_app.domain.facts import CardGeneration, Group, ItemState, LossReport, OverseasFacts, PhoneConfirmation
from desk_app.domain.records import CardRecord, CardState
from desk_app.storage import migrate as migration
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.revision import HEAD
from desk_app.storage.store import DeskStore
from tests.storage.row_evidence import dossier, prove_rows
from tests.storage.samples import KEY, LIN, NOW, WANG, graduate, hand_over, item

pytestmark = pytest.mark.slow

CIPHER = FieldCipher(KEY)
BEFORE = "0011"
WORD = PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", NOW)
FULL = graduate(
    WANG,
    groups=frozenset({Group.LONG_TERM, Group.INTERNATIONAL}),
    other_units=("數學",),
    has_national_id=True,
    enrolled_on=NOW.date(),
    entry_ay=110,
    loss_report=LossReport(NOW, "遺失"),
    overseas=OverseasFacts(NOW.date(), ()),
)


@pytest.fixture(autouse=True)
def _rows(store: DeskStore) -> None:
    """Put rows of every table into the store, one of them on its way."""
    with store.write() as ledger:
        ledger.put_students([(FULL, "blind")])
        ledger.put_items([(WANG, item(note="三本書", confirmed=WORD)), (LIN, item())])
        ledger.put_items([(WANG, item(f"ITEM_{n}", window_closed=bool(n % 2), hours_old=n)) for n in range(30)])
        ledger.put_cards([CardRecord("58237714", WANG, CardGeneration.FOUR_K, CardState.ACTIVE, NOW.date())])
        hand_over(ledger, WANG, "key-1")
        delivery = ledger.begin_delivery(NOW)
        ledger.add_items(delivery, [(WANG, item(state=ItemState.OPEN, as_of=NOW + timedelta(hours=1)))])
        ledger.let_items_count(delivery, NOW)


@contextmanager
def at_revision(owner: Engine, revision: str) -> Iterator[Connection]:
    with owner.begin() as connection:
        migration.run_revisions(connection, revision, CIPHER)
        yield connection


def test_every_row_is_sealed_as_the_program_seals_it(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:  # more than one slice of the upgrade
        ledger.put_items([(LIN, item(f"ITEM_{n}", hours_old=n % 9)) for n in range(10_500)])
    before = dossier(store)
    with at_revision(owner, BEFORE) as connection:
        words = connection.execute(text("SELECT confirmed FROM clearance_item WHERE confirmed IS NOT NULL")).scalars()
        assert ["陳館員" in word for word in words] == [True]
    with at_revision(owner, HEAD):
        pass
    assert dossier(store) == before
    prove_rows(store)


def test_what_was_altered_before_the_upgrade_is_trusted_and_afterwards_nothing_is(
    store: DeskStore, owner: Engine
) -> None:
    with at_revision(owner, BEFORE) as connection:
        connection.execute(text("UPDATE card SET state = 'LOST'"))
    with at_revision(owner, HEAD):
        pass
    assert dossier(store).cards[0].state is CardState.LOST
    with owner.begin() as connection:
        connection.execute(text("UPDATE card SET state = 'ACTIVE'"))
    with pytest.raises(AlteredRecordError):
        dossier(store)


def test_a_damaged_value_hinders_no_upgrade(store: DeskStore, owner: Engine) -> None:
    with at_revision(owner, BEFORE) as connection:
        connection.execute(text("UPDATE student SET groups = 'no list' WHERE number = :number"), {"number": LIN})
    with at_revision(owner, HEAD):
        pass
    assert dossier(store).graduate.number == WANG
