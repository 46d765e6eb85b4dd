# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages 2 to 5: the number, the alarms, the history and the scope."""

from __future__ import annotations

import unicodedata

from desk_app.domain.engine.findings import Findings
from desk_app.domain.engine.situation import Profile, Situation, profile_of
from desk_app.domain.facts import HistoryFact, HistoryKind, LetterFacts, Mode
from desk_app.domain.policy import Cohort
from desk_app.domain.student_number import read_student_number
from desk_app.domain.verdict import NoticeCode, ReasonCode


def examine_number(situation: Situation, findings: Findings) -> Profile | None:
    """Stage 2: find the graduate by number; ``None`` ends the examination of the visitor."""
    student = situation.facts.student
    number = read_student_number(situation.policy.student_no, student.number)
    if number is None:
        findings.refuse(ReasonCode.NUMBER_FORMAT)
        return None
    if number.text != student.number:
        findings.mention(NoticeCode.NUMBER_NORMALISED)
    if not student.known:
        findings.refuse(ReasonCode.NUMBER_UNKNOWN)
        return None
    return profile_of(student, number)


def examine_standing(situation: Situation, profile: Profile, findings: Findings) -> bool:
    """Stages 3 to 5; tell whether the graduate may still collect here, so that the other stages follow."""
    _compare_number(situation, profile, findings)
    _examine_alarms(situation, findings)
    released = standing_release(situation) is not None
    if released:
        findings.refuse(ReasonCode.ALREADY_RELEASED)
    return _examine_scope(situation, profile, findings) and not released


def _compare_number(situation: Situation, profile: Profile, findings: Findings) -> None:
    student, number = profile.student, profile.number
    if number.text == situation.policy.student_no.example:
        findings.mention(NoticeCode.NUMBER_EXAMPLE)
    unit = situation.policy.units.get(student.unit)
    if (
        unit is not None
        and None not in (number.unit, number.letter)
        and (unit.code, unit.letter) != (number.unit, number.letter)
    ):
        findings.mention(NoticeCode.NUMBER_UNIT_MISMATCH)
    if student.level is not None and number.level is not None and student.level is not number.level:
        findings.mention(NoticeCode.NUMBER_LEVEL_MISMATCH)
    if not student.name.isascii() and any(unicodedata.category(char) == "Co" for char in student.name):
        findings.mention(NoticeCode.NAME_SEE_CERTIFICATE)


def letter_shown(situation: Situation) -> LetterFacts | None:
    """Give the letter of authorization that counts: presented by a proxy under a pack that knows letters."""
    facts = situation.facts
    if facts.mode is not Mode.BY_PROXY or situation.policy.letter is None:
        return None
    return facts.letter if facts.letter is not None and facts.letter.presented else None


def _examine_alarms(situation: Situation, findings: Findings) -> None:
    flags, letter = situation.facts.flags, letter_shown(situation)
    alarms = {
        ReasonCode.LETTER_REVOKED: letter is not None and letter.revoked,
        ReasonCode.LETTER_NAME_MISMATCH: letter is not None and not letter.proxy_name_matches,
        ReasonCode.SIGN_FOR_GRADUATE: flags.sign_for_graduate and situation.facts.mode is Mode.BY_PROXY,
        ReasonCode.PHOTO_MISMATCH: flags.photo_mismatch,
        ReasonCode.ID_MISMATCH: flags.id_mismatch,
    }
    for code, holds in alarms.items():
        if holds:
            findings.refuse(code)


def standing_release(situation: Situation) -> HistoryFact | None:
    """Give the release that stands: the last event up to now, unless it is a reversal."""
    past = sorted(
        (event for event in situation.facts.history if event.at <= situation.instant),
        key=lambda event: event.at.timestamp(),
    )
    return past[-1] if past and past[-1].event is HistoryKind.RELEASE else None


def _examine_scope(situation: Situation, profile: Profile, findings: Findings) -> bool:
    scope = situation.policy.scope
    if profile.level not in scope.levels:
        findings.refuse(ReasonCode.LEVEL_OUT_OF_SCOPE, profile.level.value)
        return False
    if scope.cohorts and not any(_belongs(profile, cohort) for cohort in scope.cohorts):
        findings.refuse(ReasonCode.COHORT_OUT_OF_SCOPE)
        return False
    return True


def _belongs(profile: Profile, cohort: Cohort) -> bool:
    return (
        profile.level in cohort.levels
        and (cohort.entry_ay is None or profile.entry_ay in cohort.entry_ay)
        and (cohort.groups is None or not cohort.groups.isdisjoint(profile.student.groups))
    )
