# SPDX-License-Identifier: GPL-3.0-or-later
"""Working days and closures."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desk_app.domain.calendar import closures_of, covers_day, covers_instant, known_closures, working_day_after
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Policy

JUNE_3 = date(2025, 6, 3)
NOON = datetime(2025, 6, 3, 12, tzinfo=UTC)
DAYS = Closure(JUNE_3, date(2025, 6, 4), "A", ("MAIN",), counts_as_working_day=False)
HOURS = Closure(NOON, datetime(2025, 6, 3, 13, tzinfo=UTC), "B", declared_at=NOON)


def test_both_ends_of_days_are_closed_and_hours_are_half_open() -> None:
    assert [covers_day(DAYS, date(2025, 6, day)) for day in (2, 3, 4, 5)] == [False, True, True, False]
    assert [covers_instant(HOURS, NOON.replace(hour=hour)) for hour in (11, 12, 13)] == [False, True, False]
    assert not covers_day(HOURS, JUNE_3)
    assert not covers_instant(DAYS, NOON)


def test_closures_belong_to_counters_and_are_known_from_a_time_on() -> None:
    assert closures_of((DAYS, HOURS), "MAIN") == (DAYS, HOURS)
    assert closures_of((DAYS, HOURS), "GONGGUAN") == (HOURS,)
    assert known_closures((DAYS, HOURS), NOON) == (DAYS, HOURS)
    assert known_closures((DAYS, HOURS), NOON.replace(hour=11)) == (DAYS,)


def test_working_days_without_a_calendar_are_all_days_but_closures_that_do_not_count() -> None:
    assert working_day_after(date(2025, 6, 2), 1, None, (), JUNE_3) == JUNE_3
    assert working_day_after(date(2025, 6, 2), 1, None, (DAYS,), JUNE_3) == date(2025, 6, 5)


def test_the_search_for_a_working_day_ends_with_the_calendar_and_with_time(policy: Policy) -> None:
    assert working_day_after(date(2027, 12, 30), 3, policy.calendar, (), JUNE_3) is None
    assert working_day_after(date(9999, 12, 30), 3, None, (), JUNE_3) is None
