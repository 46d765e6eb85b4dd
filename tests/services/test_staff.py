# SPDX-License-Identifier: GPL-3.0-or-later
"""The staff: pass phrases, the lock after too many attempts, the lock of the desk, accounts, and what the log says."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.errors import DeskError, PermissionRefusedError, SignInError, StaffError
from desk_app.domain.records import Operator, Role
from desk_app.domain.staff import LOCKED_FOR, MOST_FAILURES
from desk_app.services.desk import Desk
from desk_app.services.staff import require_two_persons
from desk_app.storage.pass_phrases import ArgonPhrases
from desk_app.storage.store import DeskStore
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, last_entry
from tests.services.conftest import TEN, DeskAt

pytestmark = pytest.mark.slow

OTHER = "battery staple"


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """A desk whose clerk and supervisor have pass phrases; the clerk works at it."""
    desk.staff.begin(SUPERVISOR.id, PHRASE)
    desk.operators.switch(SUPERVISOR.id)
    desk.staff.set_phrase(CLERK.id, OTHER)
    desk.operators.switch(CLERK.id)
    return desk


def logged(store: DeskStore) -> dict[str, Any]:
    entry = last_entry(store)
    body: dict[str, Any] = json.loads(entry.body)
    return body


class TestSigningIn:
    def test_the_right_phrase_seats_somebody_and_is_logged(self, staffed: Desk, store: DeskStore) -> None:
        assert staffed.staff.sign_in(SUPERVISOR.id, PHRASE) == SUPERVISOR
        assert staffed.operators.at_work == SUPERVISOR
        body = logged(store)
        assert (body["kind"], body["operator"], body["payload"]["unlocked"]) == ("LOGIN", SUPERVISOR.id, False)

    def test_the_same_characters_are_the_same_phrase_on_every_keyboard(self, staffed: Desk) -> None:
        assert staffed.staff.sign_in(SUPERVISOR.id, "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ") == SUPERVISOR

    def test_a_wrong_phrase_seats_nobody_and_is_logged_without_the_phrase(
        self, staffed: Desk, store: DeskStore, tmp_path: Path
    ) -> None:
        with pytest.raises(SignInError, match="sign_in_wrong") as refused:
            staffed.staff.sign_in(SUPERVISOR.id, OTHER)
        assert refused.value.data == {"left": MOST_FAILURES - 1}
        assert staffed.operators.current == CLERK
        body = logged(store)
        assert (body["kind"], body["operator"], body["payload"]["failures"]) == ("LOGIN_FAILED", SUPERVISOR.id, 1)
        everything = b"".join(file.read_bytes() for file in tmp_path.glob("desk.db*"))
        assert OTHER.encode() not in everything

    def test_too_many_attempts_lock_the_account_even_for_the_right_phrase(
        self, staffed: Desk, clock: StandingClock
    ) -> None:
        for _ in range(MOST_FAILURES - 1):
            with pytest.raises(SignInError, match="sign_in_wrong"):
                staffed.staff.sign_in(SUPERVISOR.id, "wrong")
        for phrase in ("wrong", PHRASE):
            with pytest.raises(SignInError, match="sign_in_locked") as refused:
                staffed.staff.sign_in(SUPERVISOR.id, phrase)
            assert refused.value.data["until"] == TEN + LOCKED_FOR
        assert staffed.staff.sign_in(CLERK.id, OTHER) == CLERK
        clock.move_to(TEN + LOCKED_FOR)
        with pytest.raises(SignInError, match="sign_in_wrong") as refused:
            staffed.staff.sign_in(SUPERVISOR.id, "wrong")
        assert refused.value.data == {"left": MOST_FAILURES - 1}
        assert staffed.staff.sign_in(SUPERVISOR.id, PHRASE) == SUPERVISOR
        assert [account.failures for account in staffed.staff.accounts()] == [0, 0]

    def test_attempts_at_several_desks_are_counted_together(self, staffed: Desk, desk_at: DeskAt) -> None:
        other = desk_at(desk="2", own_connection=True)
        for desk in (staffed, other, staffed, other):
            with pytest.raises(SignInError, match="sign_in_wrong"):
                desk.staff.sign_in(SUPERVISOR.id, "wrong")
        with pytest.raises(SignInError, match="sign_in_locked"):
            staffed.staff.sign_in(SUPERVISOR.id, "wrong")

    @pytest.mark.parametrize(("operator", "code"), [("nobody", "operator_unknown"), ("newcomer", "sign_in_no_phrase")])
    def test_who_has_no_account_or_phrase_is_told_so(
        self, staffed: Desk, store: DeskStore, operator: str, code: str
    ) -> None:
        with store.write() as ledger:
            ledger.put_operators([Operator("newcomer", "新測手", Role.CLERK)])
        with pytest.raises(SignInError, match=code):
            staffed.staff.sign_in(operator, PHRASE)


class TestTheLockedDesk:
    def test_nothing_is_done_until_the_phrase_is_typed(self, staffed: Desk, store: DeskStore) -> None:
        staffed.staff.lock(idle_minutes=3)
        body = logged(store)
        assert (body["kind"], body["operator"], body["payload"]["idle_minutes"]) == ("LOCK", CLERK.id, 3)
        with pytest.raises(PermissionRefusedError, match="permission_locked"):
            staffed.pickup.open_number("41020901L")
        with pytest.raises(SignInError):
            staffed.staff.sign_in(CLERK.id, "wrong")
        assert staffed.operators.locked
        staffed.staff.sign_in(CLERK.id, OTHER)
        assert logged(store)["payload"]["unlocked"] is True
        assert staffed.pickup.open_number("41020901L").dossier is None

    def test_another_may_take_over_and_the_log_says_both(self, staffed: Desk, store: DeskStore) -> None:
        staffed.staff.lock()
        staffed.staff.sign_in(SUPERVISOR.id, PHRASE)
        assert (staffed.operators.locked, staffed.operators.current) == (False, SUPERVISOR)
        assert logged(store)["payload"]["unlocked"] is False

    def test_a_desk_that_is_nobodys_does_nothing_and_is_not_locked(self, staffed: Desk, store: DeskStore) -> None:
        staffed.staff.sign_out()
        assert (logged(store)["kind"], logged(store)["operator"]) == ("LOGOUT", CLERK.id)
        staffed.staff.lock()
        assert not staffed.operators.locked
        assert logged(store)["kind"] == "LOGOUT"
        with pytest.raises(PermissionRefusedError, match="permission_nobody"):
            staffed.pickup.search("王")


class TestAccounts:
    def test_the_first_phrase_is_a_supervisors_and_given_once(self, desk: Desk) -> None:
        with pytest.raises(StaffError, match="staff_first_supervisor"):
            desk.staff.begin(CLERK.id, PHRASE)
        desk.staff.begin(SUPERVISOR.id, PHRASE)
        with pytest.raises(StaffError, match="staff_begun"):
            desk.staff.begin(SUPERVISOR.id, OTHER)
        assert desk.staff.sign_in(SUPERVISOR.id, PHRASE) == SUPERVISOR

    def test_a_supervisor_opens_mends_and_closes_accounts(self, staffed: Desk, store: DeskStore) -> None:
        staffed.staff.sign_in(SUPERVISOR.id, PHRASE)
        staffed.staff.add(Operator("verifier-1", "高測查", Role.VERIFIER), OTHER)
        assert logged(store)["payload"] == {
            "desk": "1",
            "action": "add",
            "account": "verifier-1",
            "role": "verifier",
        }
        staffed.staff.set_phrase("verifier-1", "another phrase")
        staffed.staff.close("verifier-1")
        assert "verifier-1" not in [operator.id for operator in staffed.operators.all()]
        for act in (
            lambda: staffed.staff.sign_in("verifier-1", "another phrase"),
            lambda: staffed.staff.set_phrase("verifier-1", OTHER),
        ):
            with pytest.raises(DeskError, match="sign_in_closed"):
                act()
        with pytest.raises(StaffError, match="staff_id_taken"):
            staffed.staff.add(Operator("Verifier-1", "高測查", Role.VERIFIER), OTHER)

    def test_nobody_locks_himself_out(self, staffed: Desk) -> None:
        staffed.staff.sign_in(SUPERVISOR.id, PHRASE)
        with pytest.raises(StaffError, match="staff_own_account"):
            staffed.staff.close(SUPERVISOR.id)

    def test_a_clerk_changes_the_own_phrase_and_no_other(self, staffed: Desk) -> None:
        staffed.staff.set_phrase(CLERK.id, "my own phrase")
        assert staffed.staff.sign_in(CLERK.id, "my own phrase") == CLERK
        with pytest.raises(PermissionRefusedError, match="permission_staff"):
            staffed.staff.set_phrase(SUPERVISOR.id, "my own phrase")

    def test_a_new_phrase_unlocks_the_account(self, staffed: Desk, clock: StandingClock) -> None:
        for _ in range(MOST_FAILURES):
            with pytest.raises(SignInError):
                staffed.staff.sign_in(CLERK.id, "wrong")
        staffed.operators.switch(SUPERVISOR.id)
        staffed.staff.set_phrase(CLERK.id, "new one again")
        clock.move_to(TEN + timedelta(seconds=1))
        assert staffed.staff.sign_in(CLERK.id, "new one again") == CLERK

    @pytest.mark.parametrize("phrase", ["", "1234567", "x" * 129, "aaaaaaaaaa", "super-m 2025"])
    def test_a_phrase_that_is_easily_guessed_is_refused(self, desk: Desk, phrase: str) -> None:
        with pytest.raises(StaffError, match="phrase_"):
            desk.staff.begin(SUPERVISOR.id, phrase)

    @pytest.mark.parametrize(
        ("operator", "name"),
        [
            ("", "高測查"),
            ("a b", "高測查"),
            ("-x", "高測查"),
            ("x" * 33, "高測查"),
            ("ok", " "),
            ("ok", "陳Y190000016"),
        ],
    )
    def test_an_account_needs_an_id_that_can_be_typed_and_a_name(self, staffed: Desk, operator: str, name: str) -> None:
        staffed.operators.switch(SUPERVISOR.id)
        with pytest.raises(StaffError):
            staffed.staff.add(Operator(operator, name, Role.CLERK), OTHER)


def test_what_is_kept_of_a_phrase_is_salted_and_slow_to_guess() -> None:
    phrases = ArgonPhrases(time_cost=1, memory_kib=64)
    kept = phrases.hash(PHRASE)
    assert kept != phrases.hash(PHRASE)
    assert PHRASE not in kept
    assert phrases.matches(kept, PHRASE)
    assert not phrases.matches(kept, OTHER)
    assert not phrases.matches("no hash at all", PHRASE)
    assert ArgonPhrases().hash(PHRASE).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_account_does_not_show_its_hash_by_accident(staffed: Desk) -> None:
    assert all("hash" not in repr(account) for account in staffed.staff.accounts())


class TestGivenPhrases:
    """Whoever has set a colleague's pass phrase knows it, and could stand for both."""

    def test_giver_and_receiver_are_not_two_persons_until_the_receiver_has_chosen_another(
        self, staffed: Desk, store: DeskStore
    ) -> None:
        assert staffed.staff.phrase_is_given()
        for pair in ((CLERK.id, SUPERVISOR.id), (SUPERVISOR.id, CLERK.id)):
            with pytest.raises(StaffError, match="second_phrase_given") as refused:
                require_two_persons(store, *pair)
            assert refused.value.data == {"operator": CLERK.name}
        staffed.staff.change_own_phrase(OTHER, "my own phrase")
        assert not staffed.staff.phrase_is_given()
        require_two_persons(store, CLERK.id, SUPERVISOR.id)
        assert staffed.staff.sign_in(CLERK.id, "my own phrase") == CLERK

    def test_one_who_gave_under_another_account_is_no_second_person_either(
        self, staffed: Desk, store: DeskStore
    ) -> None:
        staffed.operators.switch(SUPERVISOR.id)
        staffed.staff.add(Operator("boss-2", SUPERVISOR.name, Role.SUPERVISOR), PHRASE)
        staffed.staff.add(Operator("clerk-2", "林測二", Role.CLERK), PHRASE)
        with pytest.raises(StaffError, match="second_phrase_given"):
            require_two_persons(store, "clerk-2", "boss-2")
        require_two_persons(store, "clerk-2", CLERK.id)

    def test_the_phrase_that_a_colleague_knows_is_nobodys_own_choice(self, staffed: Desk) -> None:
        with pytest.raises(StaffError, match="phrase_unchanged"):
            staffed.staff.change_own_phrase(OTHER, OTHER)
        with pytest.raises(StaffError, match="phrase_unchanged"):
            staffed.staff.set_phrase(CLERK.id, OTHER)
        assert staffed.staff.phrase_is_given()

    def test_a_phrase_is_changed_after_a_proof_by_the_old_one(self, staffed: Desk, store: DeskStore) -> None:
        with pytest.raises(SignInError, match="sign_in_wrong"):
            staffed.staff.change_own_phrase("guessed phrase", "my own phrase")
        with pytest.raises(StaffError, match="phrase_length"):
            staffed.staff.change_own_phrase(OTHER, "short")
        assert staffed.staff.sign_in(CLERK.id, OTHER) == CLERK
        staffed.staff.change_own_phrase(OTHER, "my own phrase")
        assert logged(store)["payload"]["action"] == "passphrase"

    def test_a_phrase_set_anew_by_a_supervisor_is_given_again(self, staffed: Desk) -> None:
        staffed.staff.change_own_phrase(OTHER, "my own phrase")
        staffed.operators.switch(SUPERVISOR.id)
        staffed.staff.set_phrase(CLERK.id, OTHER)
        assert not staffed.staff.phrase_is_given()
        staffed.operators.switch(CLERK.id)
        assert staffed.staff.phrase_is_given()
