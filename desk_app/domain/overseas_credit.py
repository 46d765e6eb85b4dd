# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of study abroad, exact and unrounded (R107 to R129)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from desk_app.domain.facts import OverseasSemester
from desk_app.domain.follow_up import OverseasRule


@dataclass(frozen=True, slots=True)
class CreditMatch:
    """Credits recognised for one course; ``needs_expert_note`` when a review unit must annotate it (R126, R127)."""

    credits: int
    needs_expert_note: bool = False


def credits_of_ects(ects: int, ects_per_credit: int = 2) -> Fraction:
    """Turn ECTS into credits, unrounded: rounding is not defined (R129, G33)."""
    return Fraction(ects, ects_per_credit)


def recognisable_credits(minimum: int, cap_fraction: str = "1/3") -> Fraction:
    """Give the credits from abroad that may be recognised, as a part of the minimum for graduation (R123)."""
    return minimum * Fraction(cap_fraction)


def match_credits(overseas: int, own: int, *, passed: bool, passed_here: bool = False) -> CreditMatch:
    """Match a course abroad with one of the university's: never more than its own credits (R124, R126, R127).

    ``passed_here`` says that the student has passed the university's own course already (R131).
    """
    if passed_here or not passed:
        return CreditMatch(0)
    return CreditMatch(min(overseas, own), needs_expert_note=overseas < own)


def needs_annotation(semester: OverseasSemester, rule: OverseasRule) -> bool:
    """Tell whether a semester was too light, so that the transcript is annotated (R112 to R114)."""
    if semester.summer or semester.suspended or semester.exempt:
        return False
    return semester.subjects < rule.min_subjects and semester.credits < rule.min_credits


def counted_semesters(semesters: Iterable[OverseasSemester]) -> int:
    """Count the semesters that use up the academic year abroad; summer courses do not (R107, R109)."""
    return sum(1 for semester in semesters if not semester.summer)


def is_late(applied_on: date, rule: OverseasRule) -> bool:
    """Tell whether a graduating student applied after the first week of the following semester (R116)."""
    last = rule.next_semester_start.toordinal() + rule.graduating_deadline_days - 1
    return applied_on.toordinal() > last


def months_later(day: date, months: int) -> date:
    """Add calendar months, clamped to the end of the month (R115): 2024-12-31 and two give 2025-02-28."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
