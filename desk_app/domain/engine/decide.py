# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision: all stages in their order, the strongest reason gives the verdict, all are reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desk_app.domain.engine.desk import examine_desk, next_opening
from desk_app.domain.engine.digital import due_date, is_eligible
from desk_app.domain.engine.evidence import Needed
from desk_app.domain.engine.findings import Findings, evidence_rank
from desk_app.domain.engine.items import examine_items
from desk_app.domain.engine.overrides import apply_overrides
from desk_app.domain.engine.papers import examine_papers, examine_stock
from desk_app.domain.engine.prints import prints_of
from desk_app.domain.engine.requests import examine_request, mention_easycard
from desk_app.domain.engine.routing import examine_routing
from desk_app.domain.engine.situation import Profile, Situation, situation_of
from desk_app.domain.engine.standing import examine_number, examine_standing
from desk_app.domain.facts import EvidenceCode, Facts, Request
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import (
    Notice,
    NoticeCode,
    PolicyRef,
    Reason,
    ReasonCode,
    Verdict,
    VerdictCode,
)

_NEW_LETTER = frozenset(
    {
        ReasonCode.LETTER_NOT_ORIGINAL,
        ReasonCode.LETTER_UNDATED,
        ReasonCode.LETTER_POSTDATED,
        ReasonCode.LETTER_SEVERAL_GRADUATES,
    }
)
_DEGREE_CERTIFICATE = "DEGREE_CERTIFICATE"


@dataclass(slots=True)
class _Course:
    """What the stages hand on to the outcome."""

    send_to: str | None = None
    needed: Needed | None = None
    due: date | None = None


def decide(policy: Policy, facts: Facts) -> Verdict:
    """Decide whether the certificate may be handed over: pure, total, the same answer for the same input.

    Every instant of ``facts`` must be aware. Nothing is read but the two arguments.
    """
    situation, findings, course = situation_of(policy, facts), Findings(), _Course()
    if facts.request is Request.PICKUP:
        _examine_pickup(situation, findings, course)
    else:
        course.due = examine_request(situation, findings)
    return _outcome(situation, findings, course)


def _examine_pickup(situation: Situation, findings: Findings, course: _Course) -> None:
    examine_desk(situation, findings)
    profile = examine_number(situation, findings)
    if profile is not None and examine_standing(situation, profile, findings):
        _examine_case(situation, profile, findings, course)
    apply_overrides(situation, findings)
    if profile is not None and findings.clear:
        _mention_at_release(situation, profile, findings)
    if not findings.clear:
        course.due = None


def _examine_case(situation: Situation, profile: Profile, findings: Findings, course: _Course) -> None:
    """Stages 6 to 10: all of them, so that nobody travels in vain."""
    course.send_to = examine_routing(situation, profile.student, findings)
    examine_items(situation, profile, findings)
    examine_stock(situation, profile, findings)
    course.needed = examine_papers(situation, profile, findings)
    course.due = due_date(situation, situation.today, situation.facts.counter)
    if course.due is None and is_eligible(situation):
        findings.refuse(ReasonCode.CALENDAR_MISSING)


def _mention_at_release(situation: Situation, profile: Profile, findings: Findings) -> None:
    policy = situation.policy
    if policy.apps_closed is not None:
        findings.mention(NoticeCode.APPS_CLOSED)
    mention_easycard(situation, findings)
    if is_eligible(situation):
        findings.mention(NoticeCode.DIGITAL_DUE)
        if not profile.student.email_on_record:
            findings.mention(NoticeCode.EMAIL_MISSING)
    degree = policy.document(_DEGREE_CERTIFICATE)
    if degree is not None and profile.level not in degree.levels:
        findings.mention(NoticeCode.NO_DEGREE_CERTIFICATE)


def _outcome(situation: Situation, findings: Findings, course: _Course) -> Verdict:
    reasons, notices = findings.reasons(), findings.notices()
    code = _strongest(reasons, notices)
    missing = _missing_evidence(reasons)
    need = course.needed.need if course.needed else ()
    edition = situation.policy.edition
    calendar = situation.policy.calendar
    return Verdict(
        code=code,
        reasons=reasons,
        notices=notices,
        missing_evidence=missing,
        prints=prints_of(situation, code, reasons, need, missing),
        digital_due=course.due,
        next_opening=_opening(situation, reasons, course.send_to),
        send_to=course.send_to,
        needed_evidence=need,
        at=situation.local,
        counter=situation.facts.counter,
        policy=PolicyRef(
            pack=edition.pack,
            edition=edition.id,
            digest=situation.policy.digest,
            calendar_version=calendar.version(situation.today.year, situation.as_of) if calendar else None,
        ),
    )


def _strongest(reasons: tuple[Reason, ...], notices: tuple[Notice, ...]) -> VerdictCode:
    """Give the verdict of the first reason: the reasons stand in the order of their verdicts."""
    if reasons:
        return reasons[0].code.verdict
    return VerdictCode.RELEASE_NOTICE if notices else VerdictCode.RELEASE


def _missing_evidence(reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    missing = [reason.argument for reason in reasons if reason.code is ReasonCode.MISSING]
    letter = EvidenceCode.LETTER.value
    if letter not in missing and any(reason.code in _NEW_LETTER for reason in reasons):
        missing.append(letter)
        missing.sort(key=evidence_rank)
    return tuple(missing)


def _opening(situation: Situation, reasons: tuple[Reason, ...], send_to: str | None) -> datetime | None:
    closed = any(reason.code.verdict is VerdictCode.NOT_NOW for reason in reasons)
    if not closed and send_to is None:
        return None
    return next_opening(situation, send_to or situation.facts.counter)
