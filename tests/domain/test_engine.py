# SPDX-License-Identifier: GPL-3.0-or-later
"""What a decision carries beside its outcome, and the closed lists of what it may say."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from desk_app.domain.calendar import covers_instant, working_day_after
from desk_app.domain.engine import decide, situation_of
from desk_app.domain.engine.findings import Findings, evidence_rank
from desk_app.domain.engine.routing import counter_for
from desk_app.domain.facts import Closure, EvidenceCode, Facts, ItemFact, ItemState, StudentFacts
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import NoticeCode, Reason, ReasonCode, VerdictCode
from desk_app.policy.library import PolicyLibrary

SPEC = Path(__file__).resolve().parents[3] / "shared/spec/verdicts.md"

# Every reason with its verdict and its class of override, in the order of the table (verdicts, section 3).
REASONS = """
LETTER_REVOKED STOP N, SIGN_FOR_GRADUATE STOP N, LETTER_NAME_MISMATCH STOP SI2, PHOTO_MISMATCH STOP SI, ID_MISMATCH STOP SI,
ALREADY_RELEASED DUPLICATE N, LEVEL_OUT_OF_SCOPE REFER N, COHORT_OUT_OF_SCOPE REFER N, SERVICE REFER N,
DIGITAL_NOT_ELIGIBLE REFER N, DIGITAL_NOT_STARTED REFER N, DIGITAL_PENDING REFER N, DIGITAL_OVERDUE REFER N,
NUMBER_FORMAT NOT_FOUND N, NUMBER_UNKNOWN NOT_FOUND N, NOT_STARTED NOT_NOW S, PICKUP_ENDED NOT_NOW S, WEEKDAY NOT_NOW S,
DAY_OFF NOT_NOW S, CLOSURE NOT_NOW S, OUTSIDE_HOURS NOT_NOW S, WRONG_COUNTER REDIRECT N, PROCEDURE_NOT_STARTED HOLD N,
ITEM_OPEN HOLD N, ITEM_PENDING HOLD N, ITEM_UNKNOWN HOLD P, OVERSEAS_LATE HOLD N, CERT_OUTSIDE_ENROLMENT HOLD N,
NOT_PRINTED HOLD N, NOT_IN_BOX HOLD N, CLOCK_SKEW ESCALATE N, CALENDAR_MISSING ESCALATE N, ISSUE_DAY_OVER ESCALATE S2,
UNIT_NOT_ROUTED ESCALATE S2, ITEM_WINDOW_CLOSED ESCALATE N, MISPRINT ESCALATE N, NAME_DIFFERS ESCALATE S2,
GRADUATE_DECEASED ESCALATE S2, CLERK_IS_PROXY ESCALATE S2, REISSUE_REQUESTED ESCALATE S2, NO_EVIDENCE_RULE ESCALATE S2,
PROXY_LOST_AFTER_CUTOFF ESCALATE S2, NO_NATIONAL_ID ESCALATE S2, LETTER_NUMBER_MISMATCH ESCALATE S2,
LETTER_NOT_ORIGINAL ESCALATE S2, LETTER_ELECTRONIC ESCALATE S2, LETTER_TOO_OLD ESCALATE S2,
ID_CHECKSUM_FAILED NEED_EVIDENCE N, ID_NUMBER_VOID NEED_EVIDENCE N, LETTER_UNDATED NEED_EVIDENCE N,
LETTER_POSTDATED NEED_EVIDENCE N, LETTER_SEVERAL_GRADUATES NEED_EVIDENCE N, MISSING NEED_EVIDENCE N
"""
NOTICES = """
NUMBER_NORMALISED NUMBER_EXAMPLE NUMBER_UNIT_MISMATCH NUMBER_LEVEL_MISMATCH NAME_SEE_CERTIFICATE OTHER_UNIT IN_FLIGHT
CREDENTIAL ITEM_IGNORED ITEM_ADVICE CONFIRMED_BY_PHONE SELF_SERVICE CERT_DETAIL DOCUMENT_NOT_ACCEPTED OFFICES_ONLY
OVERSEAS_ANNOTATION OVERSEAS_SUSPENDED OVERSEAS_OVER_LIMIT OLD_CARD CARD_GENERATION_NOT_ACCEPTED
CARD_GENERATION_UNEXPECTED LOST_CARD_PRESENTED LOSS_REASON_OTHER LOSS_REPORT_AFTER_CUTOFF EXPIRED_ID_SHOWN
FORM_CONTRADICTS_ITEMS PROXY_BATCH OVERRIDDEN OVERRIDE_REFUSED APPS_CLOSED EASYCARD_UNTIL EASYCARD_ENDED DIGITAL_DUE
EMAIL_MISSING NO_DEGREE_CERTIFICATE DOOR_SWITCH
"""
EVIDENCE = """
GRAD_CARD GRAD_PHOTO_ID LOSS_REPORT AFFIDAVIT PROXY_ID LETTER GRAD_SIGNATURE PROXY_SIGNATURE
AFFIDAVIT_SIGNED_BY_GRADUATE GRAD_NATIONAL_ID_COPY GRAD_RESIDENT_CERT_COPY GRAD_PASSPORT_COPY APP_SCREEN LEAVING_FORM
HOUSEHOLD_DOCUMENT PAYMENT_RECEIPT TRANSCRIPT
"""


def test_the_reasons_are_the_closed_list() -> None:
    listed = [tuple(row.split()) for row in REASONS.split(",")]
    assert [(code.value, code.verdict.value, code.override.value) for code in ReasonCode] == listed


def test_the_notices_and_the_evidence_are_the_closed_lists() -> None:
    assert [code.value for code in NoticeCode] == NOTICES.split()
    assert [code.value for code in EvidenceCode] == EVIDENCE.split()


def test_the_lists_are_those_of_the_specification() -> None:
    """Compare with the tables themselves, where the specification lies beside the program."""
    texts = [SPEC.read_text(encoding="utf-8")] if SPEC.is_file() else []
    for text in texts:
        rows = re.findall(r"^\| `([A-Z_]+)[^`]*` \| ([A-Z_]+) \| (N|P|S|S2|SI|SI2) \|", text, re.MULTILINE)
        assert [" ".join(row) for row in rows] == [" ".join(row.split()) for row in REASONS.split(",")]
        notices = text.partition("## 4. Notices")[2].partition("## 5. Evidence")[0]
        assert re.findall(r"^\| `([A-Z_]+)", notices, re.MULTILINE) == NOTICES.split()
        evidence = text.partition("## 5. Evidence")[2].partition("## 6.")[0]
        assert re.findall(r"^\| `([A-Z_]+)", evidence, re.MULTILINE) == EVIDENCE.split()


def test_a_verdict_says_under_which_rules_it_holds(policy: Policy, wmu: Policy, ready: Facts) -> None:
    verdict = decide(policy, ready)
    assert (verdict.at, verdict.counter, verdict.needed_evidence) == (ready.at, "MAIN", ("GRAD_CARD",))
    assert verdict.policy.pack == "ntnu-113-2"
    assert verdict.policy.edition == "113-2"
    assert verdict.policy.digest == policy.digest
    assert verdict.policy.calendar_version == date(2024, 7, 9)
    assert decide(wmu, ready).policy.calendar_version is None


def test_a_verdict_tells_what_was_needed_only_where_papers_were_looked_at(policy: Policy, ready: Facts) -> None:
    unknown = dataclasses.replace(ready, student=StudentFacts(number="41020901L", known=False))
    assert decide(policy, unknown).needed_evidence == ()


def test_the_instant_is_the_same_in_every_zone(policy: Policy, ready: Facts) -> None:
    situation = situation_of(policy, dataclasses.replace(ready, at=ready.at.astimezone(timezone(-timedelta(hours=9)))))
    assert situation.instant == ready.at
    assert situation.instant.tzinfo is UTC
    assert situation.local.isoformat() == "2025-06-03T10:00:00+08:00"


def test_an_unknown_element_of_evidence_stands_last() -> None:
    assert evidence_rank("GRAD_CARD|NOTHING") == 0
    assert evidence_rank("NOTHING|GRAD_CARD") > evidence_rank("TRANSCRIPT")


def test_nothing_is_found_twice_and_what_is_lifted_is_gone() -> None:
    findings = Findings()
    assert findings.reasons() == ()
    findings.refuse(ReasonCode.CLOSURE, "B")
    findings.refuse(ReasonCode.CLOSURE, "A")
    findings.refuse(ReasonCode.CLOSURE, "B")
    assert [str(reason) for reason in findings.reasons()] == ["CLOSURE:B", "CLOSURE:A"]
    assert not findings.clear
    assert findings.holds_any({ReasonCode.CLOSURE, ReasonCode.WEEKDAY})
    assert not findings.holds_any({ReasonCode.WEEKDAY})
    assert findings.find("CLOSURE") is None
    findings.lift(Reason(ReasonCode.CLOSURE, "B"))
    assert [str(reason) for reason in findings.reasons()] == ["CLOSURE:A"]


def test_the_items_of_one_slip_stand_in_policy_order_whatever_their_state(policy: Policy, ready: Facts) -> None:
    states = dict(
        zip(("GA_FEES", "GA_GOWN", "REG_GRADES"), (ItemState.OPEN, ItemState.UNKNOWN, ItemState.PENDING), strict=True)
    )
    items = {code: {"": ItemFact(state=state)} for code, state in states.items()}
    reasons = decide(policy, dataclasses.replace(ready, items=items)).reasons
    assert [str(reason) for reason in reasons] == [
        "ITEM_PENDING:REG_GRADES",
        "ITEM_UNKNOWN:GA_GOWN",
        "ITEM_OPEN:GA_FEES",
    ]


@pytest.mark.parametrize(
    ("unit", "college", "counter"),
    [
        ("CHU", None, "MAIN"),
        ("CHU", "", None),
        ("CHU", "SCIENCE", "GONGGUAN"),
        ("EOE", None, "GONGGUAN"),
        ("EOE", "", "GONGGUAN"),
        ("PEU", None, "MAIN"),
        ("XXU", None, None),
        ("", None, None),
        ("", "ARTS", "MAIN"),
        ("NEW", "NOWHERE", None),
    ],
)
def test_counters(policy: Policy, unit: str, college: str | None, counter: str | None) -> None:
    assert counter_for(policy, unit, college) == counter


def test_one_counter_serves_anybody(wmu: Policy) -> None:
    assert counter_for(wmu, "X") == "SCHOOL"


def test_every_unit_of_the_table_is_served_where_the_table_says(library: PolicyLibrary) -> None:
    for pack in library.ids():
        policy = library.load(pack)
        assert all((counter_for(policy, unit.key) or "") == unit.counter for unit in policy.units.values())


def test_a_closure_that_is_neither_days_nor_hours_closes_no_instant() -> None:
    noon = datetime(2025, 6, 3, 12, tzinfo=UTC)
    assert not covers_instant(Closure(noon, date(2025, 6, 4), "A"), noon)


def test_the_last_day_of_all_is_a_working_day() -> None:
    assert working_day_after(date(9999, 12, 30), 1, None, (), date(2025, 6, 3)) == date(9999, 12, 31)
    assert working_day_after(date(9999, 12, 31), 1, None, (), date(2025, 6, 3)) is None


def test_only_two_verdicts_release() -> None:
    assert [code.value for code in VerdictCode if code.releases] == ["RELEASE_NOTICE", "RELEASE"]
