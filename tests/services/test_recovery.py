# SPDX-License-Identifier: GPL-3.0-or-later
"""When no supervisor can sign in: the owner's proof, who is told, and who is proven by the accounts of a copy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import PermissionRefusedError, SignInError, StaffError
from desk_app.services.desk import Desk
from desk_app.services.recovery import TOLD_FOR
from desk_app.services.rights import Act
from desk_app.services.staff import proven_in_copy
from desk_app.storage.store import DeskStore
from tests.plain_desk import CLERK, SUPERVISOR
from tests.quick_phrases import QuickPhrases

OLD, NEW = "correct horse", "battery staple"


class Proof:
    """An owner's proof that holds or not."""

    kind = "root_key"

    def __init__(self, *, holds: bool = True) -> None:
        self.holds = holds

    def require(self) -> None:
        if not self.holds:
            raise StaffError("owner_proof", file="root.key")


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    desk.staff.begin(SUPERVISOR.id, OLD)
    desk.operators.leave()
    return desk


def test_a_new_phrase_takes_the_place_of_the_forgotten_one_and_unlocks(staffed: Desk) -> None:
    for _ in range(4):
        with pytest.raises(SignInError, match="sign_in_wrong"):
            staffed.staff.sign_in(SUPERVISOR.id, "forgotten")
    with pytest.raises(SignInError, match="sign_in_locked"):
        staffed.staff.sign_in(SUPERVISOR.id, "forgotten")
    staffed.recovery.recover(SUPERVISOR.id, NEW, Proof())
    assert staffed.staff.sign_in(SUPERVISOR.id, NEW) == SUPERVISOR
    with pytest.raises(SignInError, match="sign_in_wrong"):
        staffed.staff.sign_in(SUPERVISOR.id, OLD)


def test_everybody_is_told_for_a_week(staffed: Desk, clock: StandingClock) -> None:
    assert staffed.recovery.newest() is None
    staffed.recovery.recover(SUPERVISOR.id, NEW, Proof())
    told = staffed.recovery.newest()
    assert told is not None
    assert (told.account, told.at, told.proof) == (SUPERVISOR.id, clock.now(), "root_key")
    clock.move_to(clock.now() + TOLD_FOR + timedelta(seconds=1))
    assert staffed.recovery.newest() is None


def test_without_the_proof_nothing_is_set_and_nothing_told(staffed: Desk, store: DeskStore) -> None:
    with pytest.raises(StaffError, match="owner_proof"):
        staffed.recovery.recover(SUPERVISOR.id, NEW, Proof(holds=False))
    assert staffed.recovery.newest() is None
    assert staffed.staff.sign_in(SUPERVISOR.id, OLD) == SUPERVISOR


def test_only_an_open_account_of_a_supervisor_is_recovered(staffed: Desk, store: DeskStore) -> None:
    with pytest.raises(StaffError, match="staff_first_supervisor"):
        staffed.recovery.recover(CLERK.id, NEW, Proof())
    with store.write() as ledger:
        ledger.close_account(SUPERVISOR.id)
    with pytest.raises(StaffError, match="sign_in_closed"):
        staffed.recovery.recover(SUPERVISOR.id, NEW, Proof())


def test_a_store_with_a_past_is_not_begun_without_its_owner(desk: Desk, store: DeskStore) -> None:
    desk.pickup.search("nobody")
    with pytest.raises(StaffError, match="staff_begin_proof"):
        desk.staff.begin(SUPERVISOR.id, OLD)
    with store.read() as records:
        assert records.audit_lines(AuditFilter(kind="STAFF_EDIT"), 5) == ()
    desk.recovery.recover(SUPERVISOR.id, OLD, Proof())
    assert desk.staff.sign_in(SUPERVISOR.id, OLD) == SUPERVISOR


def test_nothing_typed_is_no_attempt(staffed: Desk) -> None:
    with pytest.raises(SignInError, match="sign_in_blank"):
        staffed.staff.sign_in(SUPERVISOR.id, "")
    assert [one.failures for one in staffed.staff.accounts() if one.operator == SUPERVISOR] == [0]


@pytest.mark.usefixtures("staffed")
class TestACopy:
    """Who puts a backup in place is proven by the accounts in it; attempts cannot be counted there."""

    def prove(self, store: DeskStore, operator_id: str, phrase: str) -> str:
        with store.read() as records:
            return proven_in_copy(records, QuickPhrases(), Credential(operator_id, phrase), Act.RESTORE).id

    def test_a_supervisor_restores(self, store: DeskStore) -> None:
        assert self.prove(store, SUPERVISOR.id, OLD) == SUPERVISOR.id

    def test_a_wrong_phrase_or_an_account_without_one_does_not(self, store: DeskStore) -> None:
        with pytest.raises(SignInError, match="sign_in"):
            self.prove(store, SUPERVISOR.id, "wrong")
        with pytest.raises(SignInError, match="sign_in_no_phrase"):
            self.prove(store, CLERK.id, OLD)

    def test_a_clerk_does_not(self, staffed: Desk, store: DeskStore) -> None:
        staffed.operators.switch(SUPERVISOR.id)
        staffed.staff.set_phrase(CLERK.id, OLD)
        with pytest.raises(PermissionRefusedError, match="permission_restore"):
            self.prove(store, CLERK.id, OLD)
