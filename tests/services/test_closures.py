# SPDX-License-Identifier: GPL-3.0-or-later
"""Announced closures: who may enter them, what is refused, whose due date moves, what the log says, what decides."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.errors import ClosureError, DeskError, NotFoundError, PermissionRefusedError, ReleaseRefusedError
from desk_app.domain.papers import Language
from desk_app.domain.records import ReleaseRecord
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.services.closures import ClosureDraft
from desk_app.services.desk import Desk
from desk_app.services.due_dates import due_now
from desk_app.services.opening import opening_at
from desk_app.services.slips import slip_for
from desk_app.storage.store import DeskStore
from tests.plain_desk import CLERK, SUPERVISOR, TAIPEI, last_entry
from tests.services.conftest import TEN, DeskAt
from tests.services.visits import Enrol, hand_over

pytestmark = pytest.mark.slow


TYPHOON = ClosureDraft(
    start=date(2025, 6, 5),
    end=date(2025, 6, 5),
    reason="TYPHOON",
    source="臺北市政府 114-06-04 公告",
    announced_on=date(2025, 6, 3),
    counts_as_working_day=False,
)


@pytest.fixture
def supervised(desk: Desk) -> Desk:
    desk.operators.switch(SUPERVISOR.id)
    return desk


@pytest.fixture
def handed_over(desk: Desk, enrol: Enrol, signature: Signature) -> ReleaseRecord:
    """One release of 3 June: its digital certificate is due on 6 June."""
    enrol()
    return hand_over(desk, signature)


def last_event(store: DeskStore) -> dict[str, Any]:
    entry = last_entry(store)
    found: dict[str, Any] = json.loads(entry.body)
    return found


def opened(desk: Desk) -> OpenCase:
    return desk.pickup.open_card("58237714", desk.clock.now())


class TestRights:
    def test_a_clerk_neither_enters_nor_withdraws(self, desk: Desk, store: DeskStore) -> None:
        desk.operators.switch(SUPERVISOR.id)
        entered, _effect = desk.closures.enter(TYPHOON)
        desk.operators.switch(CLERK.id)
        assert not desk.closures.may_change
        with pytest.raises(PermissionRefusedError, match="permission_closure"):
            desk.closures.enter(dataclasses.replace(TYPHOON, reason="AST"))
        with pytest.raises(PermissionRefusedError, match="permission_closure"):
            desk.closures.withdraw(entered.id, "更正")
        assert [one.withdrawal for one in desk.closures.all()] == [None]
        assert last_event(store)["payload"]["action"] == "enter"

    def test_anybody_may_look_at_the_effect(self, desk: Desk, handed_over: ReleaseRecord) -> None:
        assert [change.receipt_no for change in desk.closures.preview(TYPHOON).changes] == [str(handed_over.receipt_no)]


class TestValidation:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"start": date(2025, 6, 6)}, "closure_order"),
            ({"start": TEN + timedelta(hours=1), "end": TEN + timedelta(hours=1)}, "closure_order"),
            ({"end": TEN + timedelta(days=5)}, "closure_mixed"),
            ({"start": date(2025, 6, 2), "end": date(2025, 6, 2)}, "closure_past"),
            ({"start": TEN - timedelta(days=1), "end": TEN.replace(hour=0)}, "closure_past"),
            ({"end": date(2026, 6, 6)}, "closure_too_long"),
            ({"end": date(9999, 12, 31)}, "closure_too_long"),
            ({"reason": " "}, "closure_reason"),
            ({"reason": "A123456789"}, "closure_person_number"),
            ({"reason": "停水" * 21}, "closure_reason_long"),
            ({"reason": "\U0001f300"}, "closure_reason_long"),
            ({"source": "  "}, "closure_source"),
            ({"source": "依 A123456789 通報"}, "closure_person_number"),
            ({"announced_on": date(2025, 6, 4)}, "closure_announced_on"),
            ({"counters": ("LIBRARY",)}, "closure_counter"),
            ({"counters": ()}, "closure_counter"),
            ({"start": date(2025, 7, 12), "end": date(2025, 7, 14), "reason": "AST"}, "closure_double"),
        ],
    )
    def test_what_cannot_be_entered_is_refused_by_preview_and_by_entering(
        self, supervised: Desk, change: dict[str, Any], code: str
    ) -> None:
        draft = dataclasses.replace(TYPHOON, **change)
        for ask in (supervised.closures.preview, supervised.closures.enter):
            with pytest.raises(ClosureError) as refused:
                ask(draft)
            assert refused.value.code == code
        assert supervised.closures.all() == ()

    def test_a_reason_is_entered_in_the_words_of_the_office(self, supervised: Desk) -> None:
        entered, _effect = supervised.closures.enter(dataclasses.replace(TYPHOON, reason=" 行政大樓停水  8～12 時 "))
        assert entered.closure.reason == "行政大樓停水 8～12 時"

    def test_the_same_twice_is_refused_until_the_first_is_withdrawn(self, supervised: Desk) -> None:
        first, _effect = supervised.closures.enter(TYPHOON)
        with pytest.raises(ClosureError) as refused:
            supervised.closures.enter(dataclasses.replace(TYPHOON, end=date(2025, 6, 6)))
        assert refused.value.data == {"first": TYPHOON.start, "last": TYPHOON.end, "reason": "TYPHOON"}
        supervised.closures.withdraw(first.id, "日期有誤")
        second, _effect = supervised.closures.enter(TYPHOON)
        assert [one.id for one in supervised.closures.all()] == [first.id, second.id]

    def test_today_may_be_closed_from_hours_gone_by_but_not_until_then(self, supervised: Desk) -> None:
        start = TEN.replace(hour=8, minute=30)
        draft = dataclasses.replace(TYPHOON, start=start, end=TEN, reason="POWER_CUT")
        for ask in (supervised.closures.preview, supervised.closures.enter):
            with pytest.raises(ClosureError) as refused:
                ask(draft)
            assert (refused.value.code, refused.value.data) == ("closure_past_hours", {"end": TEN, "now": TEN})
        until = TEN + timedelta(minutes=1)
        assert supervised.closures.enter(dataclasses.replace(draft, end=until))[0].closure.end == until
        whole = dataclasses.replace(TYPHOON, start=TEN.date(), end=TEN.date())
        assert supervised.closures.enter(whole)[0].closure.start == TEN.date()

    def test_days_without_service_are_named_but_not_refused(self, supervised: Desk) -> None:
        draft = dataclasses.replace(TYPHOON, start=date(2025, 6, 6), end=date(2025, 6, 9))
        assert supervised.closures.preview(draft).useless_days == (date(2025, 6, 7), date(2025, 6, 8))

    @pytest.mark.parametrize(
        ("closure_id", "reason", "code"),
        [
            ("absent", "更正", "closure_unknown"),
            ("", " ", "closure_withdraw_reason"),
            ("", "更正", "closure_withdrawn"),
        ],
    )
    def test_a_withdrawal_needs_a_closure_that_stands_and_a_reason(
        self, supervised: Desk, closure_id: str, reason: str, code: str
    ) -> None:
        entered, _effect = supervised.closures.enter(TYPHOON)
        supervised.closures.withdraw(entered.id, "第一次")
        with pytest.raises((ClosureError, NotFoundError)) as refused:
            supervised.closures.withdraw(closure_id or entered.id, reason)
        assert refused.value.code == code


class TestDueDates:
    def test_only_certificates_still_to_come_move_and_the_log_has_old_and_new(
        self, supervised: Desk, handed_over: ReleaseRecord, store: DeskStore
    ) -> None:
        assert handed_over.digital_due == date(2025, 6, 6)
        entered, effect = supervised.closures.enter(TYPHOON)
        (change,) = effect.changes
        assert change.receipt_no == str(handed_over.receipt_no)
        assert (change.old, change.new) == (date(2025, 6, 6), date(2025, 6, 9))
        event = last_event(store)
        assert (event["kind"], event["operator"], event["edition"]) == ("CALENDAR_EDIT", "super-m", "113-2")
        assert event["policy_digest"] == supervised.policy.digest
        assert event["payload"] == {
            "action": "enter",
            "announced_on": "2025-06-03",
            "closure": entered.id,
            "counters": ["*"],
            "counts_as_working_day": False,
            "desk": "1",
            "due_dates": [{"old": "2025-06-06", "new": "2025-06-09", "receipts": [str(handed_over.receipt_no)]}],
            "ends": "2025-06-05",
            "reason": "TYPHOON",
            "source": "臺北市政府 114-06-04 公告",
            "starts": "2025-06-05",
            "why": "",
        }
        assert "王測一" not in json.dumps(event, ensure_ascii=False)

    def test_a_withdrawal_moves_them_back_and_says_why(
        self, supervised: Desk, handed_over: ReleaseRecord, store: DeskStore
    ) -> None:
        entered, _effect = supervised.closures.enter(TYPHOON)
        expected = supervised.closures.preview_withdrawal(entered.id)
        withdrawn, effect = supervised.closures.withdraw(entered.id, "公告  已更正")
        assert effect == expected
        assert [(change.old, change.new) for change in effect.changes] == [(date(2025, 6, 9), date(2025, 6, 6))]
        assert withdrawn.withdrawal is not None
        assert withdrawn.withdrawal.reason == "公告 已更正"
        payload = last_event(store)["payload"]
        assert (payload["action"], payload["why"]) == ("withdraw", "公告 已更正")
        assert payload["due_dates"][0]["receipts"] == [str(handed_over.receipt_no)]

    @pytest.mark.parametrize(
        "change",
        [
            {"counts_as_working_day": True},
            {"counters": ("GONGGUAN",)},
            {"start": date(2025, 6, 7), "end": date(2025, 6, 8)},
            {"start": TEN.replace(day=5, hour=8), "end": TEN.replace(day=5, hour=18)},
        ],
    )
    @pytest.mark.usefixtures("handed_over")
    def test_what_moves_nothing(self, supervised: Desk, change: dict[str, Any]) -> None:
        assert supervised.closures.preview(dataclasses.replace(TYPHOON, **change)).changes == ()

    @pytest.mark.usefixtures("handed_over")
    def test_a_certificate_that_is_due_today_still_moves_and_one_overdue_does_not(
        self, supervised: Desk, clock: StandingClock
    ) -> None:
        today = dataclasses.replace(TYPHOON, start=date(2025, 6, 6), end=date(2025, 6, 6))
        clock.move_to(datetime(2025, 6, 6, 9, 0, tzinfo=TAIPEI))
        assert [(one.old, one.new) for one in supervised.closures.preview(today).changes] == [
            (date(2025, 6, 6), date(2025, 6, 9))
        ]
        clock.move_to(datetime(2025, 6, 9, 9, 0, tzinfo=TAIPEI))
        later = dataclasses.replace(TYPHOON, start=date(2025, 6, 9), end=date(2025, 6, 9))
        assert supervised.closures.preview(later).changes == ()

    def test_the_receipt_keeps_its_date_and_a_second_visit_reads_the_one_that_holds(
        self, supervised: Desk, handed_over: ReleaseRecord
    ) -> None:
        supervised.closures.enter(TYPHOON)
        case = opened(supervised)
        assert case.dossier is not None
        assert case.dossier.standing_release == handed_over
        now = supervised.clock.now()
        assert due_now(supervised.policy, handed_over, case.facts.closures, now) == date(2025, 6, 9)
        slip = slip_for(supervised.policy, case, Language.ZH, now)
        assert slip is not None
        assert "數位學位證書 6/9（一）前以電子郵件寄達；逾期請洽 02-7749-1077" in slip.footer
        assert "簽領單上印的是 6/6（五），因停止服務調整" in slip.footer

    @pytest.mark.usefixtures("handed_over")
    def test_without_another_date_nothing_is_said_of_the_receipt(self, supervised: Desk) -> None:
        slip = slip_for(supervised.policy, opened(supervised), Language.EN, supervised.clock.now())
        assert slip is not None
        assert not any("receipt says" in line for line in slip.footer)

    def test_nothing_is_due_where_nothing_was_promised(self, supervised: Desk, handed_over: ReleaseRecord) -> None:
        silent = dataclasses.replace(handed_over, digital_due=None)
        assert due_now(supervised.policy, silent, (), supervised.clock.now()) is None


class TestDecisions:
    TODAY = dataclasses.replace(TYPHOON, start=date(2025, 6, 3), end=date(2025, 6, 3))

    def test_a_closed_counter_hands_nothing_over_and_says_when_it_opens(self, supervised: Desk, enrol: Enrol) -> None:
        enrol()
        entered, _effect = supervised.closures.enter(self.TODAY)
        case = opened(supervised)
        assert case.verdict.code is VerdictCode.NOT_NOW
        assert "CLOSURE:TYPHOON" in map(str, case.verdict.reasons)
        assert f"{case.verdict.next_opening:%Y-%m-%d %H:%M}" == "2025-06-04 08:30"
        supervised.closures.withdraw(entered.id, "公告已更正")
        assert opened(supervised).verdict.code is VerdictCode.RELEASE_NOTICE

    def test_an_open_case_is_decided_anew_and_keeps_what_was_recorded(self, supervised: Desk, enrol: Enrol) -> None:
        enrol()
        case = supervised.pickup.confirm_serial(opened(supervised), "M-0001")
        supervised.closures.enter(self.TODAY)
        renewed = supervised.pickup.renew(case, supervised.pickup.announced_closures())
        assert renewed.verdict.code is VerdictCode.NOT_NOW
        assert renewed.visit == case.visit
        assert supervised.pickup.revise(renewed, renewed.visit).verdict.code is VerdictCode.NOT_NOW
        assert supervised.pickup.reload(case).verdict.code is VerdictCode.NOT_NOW

    def test_another_desk_cannot_hand_over_what_was_decided_before_the_closure(
        self, desk: Desk, desk_at: DeskAt, enrol: Enrol, signature: Signature
    ) -> None:
        enrol()
        other = desk_at(desk="2", own_connection=True)
        case = other.pickup.confirm_serial(opened(other), "M-0001")
        case = other.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
        assert case.ready
        desk.operators.switch(SUPERVISOR.id)
        desk.closures.enter(self.TODAY)
        with pytest.raises(ReleaseRefusedError) as refused:
            other.pickup.release(case, other.pickup.begin_confirmation(case))
        assert refused.value.data["reasons"] == ("CLOSURE:TYPHOON",)

    def test_a_look_up_knows_what_the_desk_knew_at_that_instant(
        self, supervised: Desk, enrol: Enrol, clock: StandingClock
    ) -> None:
        enrol()
        entered, _effect = supervised.closures.enter(self.TODAY)
        clock.move_to(TEN + timedelta(minutes=20))
        supervised.closures.withdraw(entered.id, "公告已更正")
        verdicts = [
            supervised.pickup.look_up("41020901L", TEN + timedelta(minutes=minutes)).verdict.code
            for minutes in (-1, 0, 19, 20)
        ]
        open_now, closed = VerdictCode.RELEASE_NOTICE, VerdictCode.NOT_NOW
        assert verdicts == [open_now, closed, closed, open_now]

    def test_a_slip_names_the_closures_of_the_next_two_weeks(self, supervised: Desk, enrol: Enrol) -> None:
        enrol(items=[])
        supervised.closures.enter(TYPHOON)
        far = dataclasses.replace(TYPHOON, start=date(2025, 6, 18), end=date(2025, 6, 18))
        supervised.closures.enter(far)
        elsewhere = dataclasses.replace(TYPHOON, reason="POWER_CUT", counters=("GONGGUAN",))
        supervised.closures.enter(elsewhere)
        slip = slip_for(supervised.policy, opened(supervised), Language.ZH, supervised.clock.now())
        assert slip is not None
        assert slip.code == "P2"
        assert slip.footer[0] == "停止服務：2025-06-05（四） 颱風停班停課"
        assert slip.edition == f"113-2・{supervised.policy.digest[:4]}"

    def test_the_opening_names_what_closes_and_what_comes(self, supervised: Desk) -> None:
        entered, _effect = supervised.closures.enter(self.TODAY)
        now = supervised.clock.now()
        opening = opening_at(supervised.policy, "MAIN", (entered.closure,), now)
        assert (opening.open, opening.whole_day) == (False, True)
        assert [one.reason for one in opening.closures] == ["TYPHOON"]
        assert [one.reason for one in opening.upcoming] == ["AST"]
        hours = dataclasses.replace(
            entered.closure, start=TEN + timedelta(hours=1), end=TEN + timedelta(hours=2), reason="POWER_CUT"
        )
        later = opening_at(supervised.policy, "MAIN", (hours,), now)
        assert (later.open, later.next) == (True, None)
        assert [one.reason for one in later.upcoming] == ["AST", "POWER_CUT"]


def test_every_refusal_has_words_without_a_code(supervised: Desk) -> None:
    from desk_app.i18n import catalogue

    with pytest.raises(DeskError) as refused:
        supervised.closures.enter(dataclasses.replace(TYPHOON, counters=("LIBRARY",)))
    words = catalogue(Language.EN)(f"error.{refused.value.code}", **refused.value.data)
    assert words == 'There is no counter "LIBRARY"; there are: MAIN, GONGGUAN.'
