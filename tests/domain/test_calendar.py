# SPDX-License-Identifier: GPL-3.0-or-later
"""Working days and closures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

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


# Weekdays off and Saturdays on, as the central personnel administration published them (F40).
DAYS_OFF = {
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 02-28 04-04 04-05 06-10 09-17 10-10",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 02-28 04-03 04-04 05-30 09-29 10-06 10-10 10-24 12-25",
    2026: "01-01 02-16 02-17 02-18 02-19 02-20 02-27 04-03 04-06 05-01 06-19 09-25 09-28 10-09 10-26 12-25",
    2027: "01-01 02-04 02-05 02-08 02-09 02-10 03-01 04-05 04-06 04-30 06-09 09-15 09-28 10-11 10-25 12-24 12-31",
}
WORKED_SATURDAYS = {date(2024, 2, 17), date(2025, 2, 8)}


def _off(policy: Policy, year: int, as_of: date) -> set[date]:
    assert policy.calendar is not None
    days = [date(year, 1, 1) + timedelta(days=count) for count in range(366)]
    rows = {day: policy.calendar.row(day, as_of) for day in days if day.year == year}
    assert all(rows.values()), "every day of the year has a row"
    worked = {day for day, row in rows.items() if row and row.makeup_workday}
    assert worked == {day for day in WORKED_SATURDAYS if day.year == year}
    assert all(row.day_off for day, row in rows.items() if row and day.weekday() > 4 and day not in worked)
    return {day for day, row in rows.items() if row and row.day_off and day.weekday() < 5}


def test_the_calendar_is_the_official_one(policy: Policy) -> None:
    for year, listed in DAYS_OFF.items():
        assert _off(policy, year, date(2027, 12, 31)) == {date.fromisoformat(f"{year}-{day}") for day in listed.split()}


def test_the_revision_of_2025_added_three_days(policy: Policy) -> None:
    before, after = _off(policy, 2025, date(2025, 6, 16)), _off(policy, 2025, date(2025, 6, 17))
    assert after - before == {date(2025, 9, 29), date(2025, 10, 24), date(2025, 12, 25)}
    assert before <= after
