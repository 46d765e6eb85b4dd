# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 0: requests that are no pick-up are referred, with what can be said about them at once."""

from __future__ import annotations

from datetime import date

from desk_app.domain.card_cutover import door_switch
from desk_app.domain.engine.digital import due_date, is_eligible
from desk_app.domain.engine.findings import Findings
from desk_app.domain.engine.situation import Situation
from desk_app.domain.engine.standing import standing_release
from desk_app.domain.facts import Request
from desk_app.domain.verdict import NoticeCode, ReasonCode


def examine_request(situation: Situation, findings: Findings) -> date | None:
    """Report where another request belongs; give the due date of a digital certificate that was asked for."""
    request = situation.facts.request
    if request is Request.DIGITAL_STATUS:
        return _examine_digital_status(situation, findings)
    findings.refuse(ReasonCode.SERVICE, request.value)
    if request is Request.EASYCARD_FARE:
        mention_easycard(situation, findings)
    if request is Request.CARD_DOOR:
        _mention_door_switch(situation, findings)
    return None


def _examine_digital_status(situation: Situation, findings: Findings) -> date | None:
    if not is_eligible(situation):
        findings.refuse(ReasonCode.DIGITAL_NOT_ELIGIBLE)
        return None
    release = standing_release(situation)
    if release is None:
        findings.refuse(ReasonCode.DIGITAL_NOT_STARTED)
        return None
    due = due_date(situation, situation.local_day(release.at), release.counter or situation.facts.counter)
    if due is None:
        findings.refuse(ReasonCode.CALENDAR_MISSING)
    elif situation.today <= due:
        findings.refuse(ReasonCode.DIGITAL_PENDING)
    else:
        findings.refuse(ReasonCode.DIGITAL_OVERDUE)
    return due


def mention_easycard(situation: Situation, findings: Findings) -> None:
    """Say until when the student fare holds (R20, G37)."""
    easycard = situation.policy.easycard
    if easycard is not None:
        held = situation.today <= easycard.last_day
        findings.mention(NoticeCode.EASYCARD_UNTIL if held else NoticeCode.EASYCARD_ENDED)


def _mention_door_switch(situation: Situation, findings: Findings) -> None:
    rule, activated_at = situation.policy.card, situation.facts.card.activated_at
    if rule is None or activated_at is None:
        return
    span = door_switch(rule, activated_at, situation.policy.edition.timezone)
    if span is not None:
        findings.mention(NoticeCode.DOOR_SWITCH, "/".join(f"{moment:%Y-%m-%dT%H:%M}" for moment in span))
