# SPDX-License-Identifier: GPL-3.0-or-later
"""The digital certificate: who gets one, and by which day."""

from __future__ import annotations

from datetime import date

from desk_app.domain.calendar import working_day_after
from desk_app.domain.engine.situation import Situation


def is_eligible(situation: Situation) -> bool:
    """Tell whether a digital certificate follows the paper one (R42)."""
    rule = situation.policy.digital
    if rule is None:
        return False
    year = situation.facts.student.graduation_ay
    return (situation.policy.edition.academic_year if year is None else year) >= rule.from_graduation_ay


def due_date(situation: Situation, released_on: date, counter: str) -> date | None:
    """Give the day by which it comes (R43); ``None`` without eligibility or where the calendar ends before it."""
    rule = situation.policy.digital
    if rule is None or not is_eligible(situation):
        return None
    closures = situation.closures_at(counter)
    return working_day_after(released_on, rule.working_days, situation.policy.calendar, closures, situation.as_of)
