# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons that two persons lift: who must prove to be there, what is kept, and that no decision opens anything else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.decisions import DECIDED_FOR, Credential, OverrideDecision
from desk_app.domain.errors import DeskError, OverrideError, PermissionRefusedError, SignInError, StaffError, StoreError
from desk_app.domain.facts import Flags
from desk_app.domain.records import AuditEntry, AuditEvent, AuditKind, Graduate, Operator, Role
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import NoticeCode, ReasonCode
from desk_app.domain.visit import OpenCase
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.services.desk import Desk
from desk_app.services.overrides import OverrideRequest
from desk_app.storage.ledger import Transaction
from desk_app.storage.store import DeskStore
from tests.cli.data_folder import edit
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, TAIPEI, give_phrases

pytestmark = pytest.mark.slow

EVENING = datetime(2025, 6, 3, 18, 0, tzinfo=TAIPEI)
BOSS = Credential(SUPERVISOR.id, PHRASE)
COLLEAGUE = Credential("clerk-m2", PHRASE)
_FORGE = (
    "INSERT INTO override_decision SELECT 'forged', visit, student_no, reason, verdict, by_id, by_name, by_role,"
    " second_id, second_name, second_role, why, incident, at FROM override_decision"
)
LATE = OverrideRequest("OUTSIDE_HOURS", BOSS, "系統故障，畢業生一直在場")


@pytest.fixture
def staffed(desk: Desk, store: DeskStore) -> Desk:
    others = [Operator("clerk-m2", "陳試二", Role.CLERK), Operator("auditor", "蔡測核", Role.AUDITOR)]
    with store.write() as ledger:
        ledger.put_operators(others)
    return give_phrases(desk, CLERK, *others)


def signed(desk: Desk, signature: Signature, **changes: object) -> OpenCase:
    case = desk.pickup.confirm_serial(desk.pickup.open_card("58237714", desk.clock.now()), "M-0001")
    return desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature, **changes))  # type: ignore[arg-type]


@pytest.fixture
def late(staffed: Desk, enrol: Callable[..., Graduate], clock: StandingClock, signature: Signature) -> OpenCase:
    """A case in which nothing is wrong but the hour."""
    enrol()
    clock.move_to(EVENING)
    case = signed(staffed, signature)
    assert [str(reason) for reason in case.verdict.reasons] == ["OUTSIDE_HOURS"]
    return case


@pytest.fixture
def unrouted(staffed: Desk, enrol: Callable[..., Graduate], signature: Signature) -> OpenCase:
    """A case for which supervisor and a second person are needed."""
    enrol(unit="ZZU", number="41099901Z")
    case = signed(staffed, signature)
    assert case.verdict.has_reason(ReasonCode.UNIT_NOT_ROUTED)
    return case


def reason_of(case: OpenCase, code: ReasonCode) -> str:
    return next(str(reason) for reason in case.verdict.reasons if reason.code is code)


def test_a_supervisors_phrase_lifts_the_reason_and_the_log_says_who_and_why(
    staffed: Desk, late: OpenCase, store: DeskStore
) -> None:
    case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
    assert case.ready
    assert NoticeCode.OVERRIDDEN in [notice.code for notice in case.verdict.notices]
    record = staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
    with store.read() as records:
        entry = records.last_audit()
        decided = records.audit_lines(AuditFilter(kind="OVERRIDE"), 5)
        assert [one.reason for one in records.decisions_of(case.visit.id)] == ["OUTSIDE_HOURS"]
    assert entry is not None
    payload = readable(entry)["payload"]
    assert payload["overrides"] == ["OUTSIDE_HOURS super-m"]
    assert payload["receipt"] == str(record.receipt_no)
    assert [(one.payload["used"], one.payload["receipt"], one.payload["why"]) for one in decided] == [
        (True, str(record.receipt_no), LATE.why)
    ]


def test_the_receipt_says_what_was_lifted_by_whom_and_why(staffed: Desk, late: OpenCase) -> None:
    case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
    record = staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
    content = staffed.receipts.content(record)
    assert [(one.by, one.second, one.why) for one in content.lifted] == [("super-m 周○主", "", LATE.why)]
    assert content.lifted[0].reason.zh
    assert content.lifted[0].reason.en


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE override_decision SET why = 'nothing of note'",
        "UPDATE override_decision SET second_id = 'clerk-m2', second_name = 'x', second_role = 'clerk'",
        "UPDATE override_decision SET by_id = 'clerk-m2'",
        "UPDATE override_use SET receipt_no = 'M-20250603-009'",
        "DELETE FROM override_use",
        _FORGE,
    ],
)
def test_a_decision_that_was_altered_by_hand_is_seen(
    staffed: Desk, late: OpenCase, store: DeskStore, tmp_path: Path, statement: str
) -> None:
    case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
    staffed.receipts.finish(staffed.pickup.release(case, staffed.pickup.begin_confirmation(case)))
    store.prove()
    edit(tmp_path, statement)
    with pytest.raises(StoreError) as seen:
        store.prove()
    assert seen.value.code == "store_decision_altered"


class TestOneTransaction:
    """Nothing of a decision is in the store before the hand-over that it opens, and all of it with it."""

    def test_before_the_hand_over_only_the_proof_is_an_entry(
        self, staffed: Desk, late: OpenCase, store: DeskStore
    ) -> None:
        staffed.overrides.decide(late, LATE)
        with store.read() as records:
            assert records.decisions_of(late.visit.id) == ()
            assert records.audit_lines(AuditFilter(kind="OVERRIDE"), 5) == ()
            proofs = records.audit_lines(AuditFilter(kind="PROOF"), 5)
        assert [(one.operator, one.payload["purpose"]) for one in proofs] == [(SUPERVISOR.id, "decide")]

    def test_a_hand_over_that_fails_at_its_end_leaves_no_decision(
        self, staffed: Desk, late: OpenCase, store: DeskStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        record = Transaction.record

        def torn(ledger: Transaction, event: AuditEvent) -> AuditEntry:
            if event.kind is AuditKind.RELEASE:
                raise StoreError("store_full")
            return record(ledger, event)

        confirmation = staffed.pickup.begin_confirmation(case)
        with monkeypatch.context() as broken:
            broken.setattr(Transaction, "record", torn)
            with pytest.raises(StoreError):
                staffed.pickup.release(case, confirmation)
        with store.read() as records:
            assert records.decisions_of(case.visit.id) == ()
            assert records.audit_lines(AuditFilter(kind="OVERRIDE"), 5) == ()
        assert staffed.pickup.release(case, staffed.pickup.begin_confirmation(case)).receipt_no.sequence == 1

    def test_a_case_that_is_cleared_leaves_an_entry_that_the_decision_was_not_used(
        self, staffed: Desk, late: OpenCase, store: DeskStore
    ) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        staffed.overrides.give_up(case.visit.id)
        staffed.overrides.give_up(case.visit.id)
        with store.read() as records:
            entries = records.audit_lines(AuditFilter(kind="OVERRIDE"), 5)
        assert [(one.payload["used"], one.payload["by"]) for one in entries] == [(False, SUPERVISOR.id)]
        with pytest.raises(PermissionRefusedError, match="permission_override"):
            staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))

    def test_a_desk_that_is_closed_gives_up_what_is_open(self, desk_at: Callable[..., Desk], store: DeskStore) -> None:
        desk = desk_at(own_connection=True)
        desk.operators.held.hold_decision(
            OverrideDecision("d1", "v1", "41020901L", "WEEKDAY", "NOT_NOW", SUPERVISOR, None, "why", "", EVENING)
        )
        desk.close()
        with store.read() as records:
            assert [one.payload["decision"] for one in records.audit_lines(AuditFilter(kind="OVERRIDE"), 5)] == ["d1"]

    def test_a_lost_answer_is_no_unused_decision(self, staffed: Desk, late: OpenCase, store: DeskStore) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        held = staffed.operators.held.decision(case.visit.id, LATE.reason)
        assert held is not None
        staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
        staffed.operators.held.hold_decision(held)
        staffed.overrides.give_up(case.visit.id)
        with store.read() as records:
            assert [one.payload["used"] for one in records.audit_lines(AuditFilter(kind="OVERRIDE"), 5)] == [True]

    @pytest.mark.parametrize("closed", [False, True])
    def test_the_second_person_stands_beside_the_first(
        self, staffed: Desk, late: OpenCase, store: DeskStore, *, closed: bool
    ) -> None:
        staffed.operators.switch(SUPERVISOR.id)
        visit = staffed.overrides.decide(late, dataclasses.replace(LATE, second=COLLEAGUE))
        case = staffed.pickup.revise(late, visit)
        if closed:
            with store.write() as ledger:
                ledger.close_account(COLLEAGUE.operator_id)
            with pytest.raises(PermissionRefusedError, match="permission_witness"):
                staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
            return
        record = staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
        assert staffed.receipts.content(record).lifted[0].second == "clerk-m2 陳○二"
        with store.read() as records:
            (decision,) = records.decisions_of(case.visit.id)
        assert decision.second is not None
        assert decision.second.id == COLLEAGUE.operator_id

    def test_a_supervisor_whose_account_was_closed_meanwhile_opens_nothing(
        self, staffed: Desk, late: OpenCase, store: DeskStore
    ) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        with store.write() as ledger:
            ledger.close_account(SUPERVISOR.id)
        with pytest.raises(PermissionRefusedError, match="permission_decide"):
            staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))


def test_without_the_phrase_nothing_is_lifted_and_the_attempt_is_counted(staffed: Desk, late: OpenCase) -> None:
    wrong = dataclasses.replace(LATE, by=Credential(SUPERVISOR.id, "wrong"))
    with pytest.raises(SignInError, match="sign_in_wrong"):
        staffed.overrides.decide(late, wrong)
    assert [one.failures for one in staffed.staff.accounts() if one.operator == SUPERVISOR] == [1]


@pytest.mark.parametrize("somebody", ["clerk-m2", "auditor"])
def test_only_a_supervisor_decides(staffed: Desk, late: OpenCase, somebody: str) -> None:
    with pytest.raises(PermissionRefusedError, match="permission_decide"):
        staffed.overrides.decide(late, dataclasses.replace(LATE, by=Credential(somebody, PHRASE)))
    assert staffed.operators.held.decision(late.visit.id, LATE.reason) is None


def test_a_supervisor_alone_at_the_desk_needs_a_second_person(staffed: Desk, late: OpenCase) -> None:
    staffed.operators.switch(SUPERVISOR.id)
    with pytest.raises(OverrideError, match="override_second"):
        staffed.overrides.decide(late, LATE)
    with pytest.raises(StaffError, match="override_same_person"):
        staffed.overrides.decide(late, dataclasses.replace(LATE, second=BOSS))
    visit = staffed.overrides.decide(late, dataclasses.replace(LATE, second=COLLEAGUE))
    assert visit.overrides[0].second == "clerk-m2"


@pytest.mark.parametrize("name", ["周測主", " 周　測主 "])
def test_two_accounts_under_one_name_are_one_person(staffed: Desk, late: OpenCase, name: str) -> None:
    staffed.operators.switch(SUPERVISOR.id)
    for own, role in (("boss-2", Role.SUPERVISOR), ("boss-as-clerk", Role.CLERK)):
        staffed.staff.add(Operator(own, name, role), PHRASE)
        with pytest.raises(StaffError, match="override_same_person"):
            staffed.overrides.decide(late, dataclasses.replace(LATE, second=Credential(own, PHRASE)))
    staffed.operators.switch("boss-as-clerk")
    with pytest.raises(OverrideError, match="override_second"):
        staffed.overrides.decide(late, LATE)
    assert staffed.operators.held.decision(late.visit.id, LATE.reason) is None


def test_two_persons_are_asked_for_where_the_rules_say_so(staffed: Desk, unrouted: OpenCase) -> None:
    request = dataclasses.replace(LATE, reason=reason_of(unrouted, ReasonCode.UNIT_NOT_ROUTED))
    with pytest.raises(OverrideError, match="override_second"):
        staffed.overrides.decide(unrouted, request)
    with pytest.raises(PermissionRefusedError, match="permission_witness"):
        staffed.overrides.decide(unrouted, dataclasses.replace(request, second=Credential("auditor", PHRASE)))
    visit = staffed.overrides.decide(unrouted, dataclasses.replace(request, second=COLLEAGUE))
    lifted = staffed.pickup.revise(unrouted, visit)
    assert not lifted.verdict.has_reason(ReasonCode.UNIT_NOT_ROUTED)


def test_an_alarm_asks_for_an_incident_note(
    staffed: Desk, enrol: Callable[..., Graduate], signature: Signature
) -> None:
    enrol()
    case = signed(staffed, signature, flags=Flags(photo_mismatch=True))
    request = dataclasses.replace(LATE, reason="PHOTO_MISMATCH")
    with pytest.raises(OverrideError, match="override_incident"):
        staffed.overrides.decide(case, request)
    visit = staffed.overrides.decide(case, dataclasses.replace(request, incident="剪短頭髮，另驗護照"))
    assert staffed.pickup.revise(case, visit).ready


@pytest.mark.parametrize("handed_over", [True, False])
def test_an_incident_is_an_entry_of_its_own_whatever_follows(
    staffed: Desk, enrol: Callable[..., Graduate], signature: Signature, store: DeskStore, *, handed_over: bool
) -> None:
    enrol()
    case = signed(staffed, signature, flags=Flags(photo_mismatch=True))
    request = dataclasses.replace(LATE, reason="PHOTO_MISMATCH", incident="剪短頭髮，另驗護照")
    case = staffed.pickup.revise(case, staffed.overrides.decide(case, request))
    if handed_over:
        staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
    else:
        staffed.overrides.give_up(case.visit.id)
    with store.read() as records:
        incidents = records.audit_lines(AuditFilter(kind="INCIDENT", subject="41020901L"), 5)
        proofs = records.audit_lines(AuditFilter(kind="PROOF", subject="41020901L"), 5)
    assert [(one.payload["reason"], one.payload["incident"]) for one in incidents] == [
        ("PHOTO_MISMATCH", request.incident)
    ]
    assert [(one.operator, one.payload["why"], one.payload["incident"]) for one in proofs] == [
        (SUPERVISOR.id, request.why, request.incident)
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "WEEKDAY"}, "override_no_reason"),
        ({"why": " "}, "override_why"),
        ({"why": "x" * 201}, "override_why"),
        ({"why": "本人 Y190000016"}, "override_person_number"),
    ],
)
def test_a_decision_names_a_reason_that_holds_and_says_why(
    staffed: Desk, late: OpenCase, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(OverrideError, match=code):
        staffed.overrides.decide(late, dataclasses.replace(LATE, **changes))  # type: ignore[arg-type]


def test_an_offices_item_is_never_lifted(staffed: Desk, enrol: Callable[..., Graduate], signature: Signature) -> None:
    enrol(items=[])
    case = signed(staffed, signature)
    with pytest.raises(OverrideError, match="override_never"):
        staffed.overrides.decide(case, dataclasses.replace(LATE, reason=str(case.verdict.reasons[0])))


class TestADecisionOpensNothingElse:
    def test_not_another_visit(self, staffed: Desk, late: OpenCase, signature: Signature) -> None:
        visit = staffed.overrides.decide(late, LATE)
        other = signed(staffed, signature, overrides=visit.overrides)
        assert other.ready
        self._refused(staffed, other)

    def test_not_with_another_name_or_reason_in_its_fields(self, staffed: Desk, late: OpenCase) -> None:
        visit = staffed.overrides.decide(late, LATE)
        forged = dataclasses.replace(visit.overrides[0], why="another reason")
        self._refused(staffed, staffed.pickup.revise(late, dataclasses.replace(visit, overrides=(forged,))))

    def test_not_after_it_has_grown_old(self, staffed: Desk, late: OpenCase, clock: StandingClock) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        clock.move_to(EVENING + DECIDED_FOR + timedelta(seconds=1))
        self._refused(staffed, staffed.pickup.revise(case, case.visit))

    def test_not_a_second_hand_over(self, staffed: Desk, late: OpenCase) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        record = staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
        staffed.corrections.reverse(
            CorrectionRequest(str(record.receipt_no), CorrectionKind.RETURNED, "拿錯證書", BOSS)
        )
        again = staffed.pickup.reload(case)
        assert again.ready
        self._refused(staffed, again)

    def test_it_is_never_changed(self, staffed: Desk, late: OpenCase, store: DeskStore) -> None:
        case = staffed.pickup.revise(late, staffed.overrides.decide(late, LATE))
        staffed.pickup.release(case, staffed.pickup.begin_confirmation(case))
        for statement in ("UPDATE override_decision SET why = 'x'", "DELETE FROM override_decision"):
            with pytest.raises(Exception, match="never changed"), store._writers.begin() as connection:
                connection.exec_driver_sql(statement)

    def _refused(self, desk: Desk, case: OpenCase) -> None:
        with pytest.raises(DeskError, match="permission_override"):
            desk.pickup.release(case, desk.pickup.begin_confirmation(case))
