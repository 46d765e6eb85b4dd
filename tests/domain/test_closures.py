# SPDX-License-Identifier: GPL-3.0-or-later
"""Announced closures as values: when they stand, which days they touch, which are the same twice."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.closures import (
    AnnouncedClosure,
    Withdrawal,
    first_day,
    is_service_day,
    last_day,
    overlap,
    standing_closures,
)
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Policy
from desk_app.domain.records import Operator, Role
from tests.shipped_rules import shipped_library

TAIPEI = ZoneInfo("Asia/Taipei")
NOON = datetime(2025, 6, 12, 12, 0, tzinfo=TAIPEI)
HOUR = timedelta(hours=1)
SUPERVISOR = Operator("super-m", "周測主", Role.SUPERVISOR)
DAY = Closure(date(2025, 6, 12), date(2025, 6, 13), "TYPHOON")
HOURS = Closure(NOON, NOON + 2 * HOUR, "TYPHOON")


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return shipped_library().load("ntnu-113-2")


def test_a_withdrawn_closure_stands_until_it_is_withdrawn() -> None:
    kept = AnnouncedClosure("a", DAY, "公告", date(2025, 6, 1), SUPERVISOR, NOON)
    gone = dataclasses.replace(kept, id="b", closure=HOURS, withdrawal=Withdrawal(SUPERVISOR, NOON + HOUR, "更正"))
    assert standing_closures([kept, gone], NOON) == (DAY, HOURS)
    assert standing_closures([kept, gone], NOON + HOUR) == (DAY,)


def test_hours_end_before_their_end() -> None:
    midnight = datetime(2025, 6, 13, 0, 0, tzinfo=TAIPEI)
    assert last_day(Closure(NOON, midnight, "X")) == date(2025, 6, 12)
    assert last_day(Closure(NOON, midnight + HOUR, "X")) == date(2025, 6, 13)
    assert (first_day(DAY), last_day(DAY), first_day(HOURS)) == (date(2025, 6, 12), date(2025, 6, 13), NOON.date())


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Closure(date(2025, 6, 13), date(2025, 6, 14), "TYPHOON"), True),
        (Closure(date(2025, 6, 14), date(2025, 6, 14), "TYPHOON"), False),
        (Closure(date(2025, 6, 12), date(2025, 6, 12), "AST"), False),
        (Closure(date(2025, 6, 12), date(2025, 6, 12), "TYPHOON", ("GONGGUAN",)), True),
        (HOURS, True),
    ],
)
def test_what_is_closed_already_for_the_same_reason(other: Closure, same: bool) -> None:
    assert overlap(DAY, other) is same
    assert overlap(other, DAY) is same


def test_hours_that_follow_each_other_and_other_counters_are_not_the_same() -> None:
    later = Closure(NOON + 2 * HOUR, NOON + 3 * HOUR, "TYPHOON")
    assert not overlap(HOURS, later)
    assert not overlap(later, HOURS)
    assert overlap(HOURS, dataclasses.replace(later, start=NOON + HOUR))
    main = dataclasses.replace(DAY, counters=("MAIN",))
    assert not overlap(main, dataclasses.replace(DAY, counters=("GONGGUAN",)))
    assert overlap(main, dataclasses.replace(DAY, counters=("GONGGUAN", "MAIN")))


def _days(start: date, end: date) -> set[date]:
    return {start + timedelta(days=number) for number in range((end - start).days + 1)}


DAYS = st.dates(date(2025, 6, 1), date(2025, 6, 30))


@given(DAYS, DAYS, DAYS, DAYS)
def test_two_closures_of_days_overlap_exactly_when_a_day_is_in_both(a: date, b: date, c: date, d: date) -> None:
    first, second = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    both = _days(*first) & _days(*second)
    one, other = Closure(*first, "X"), Closure(*second, "X")
    assert overlap(one, other) is bool(both)


@pytest.mark.parametrize(
    ("day", "serves"),
    [
        ("2025-06-01", False),
        ("2025-06-02", True),
        ("2025-06-07", False),
        ("2025-05-30", False),
        ("2026-01-01", False),
        ("2040-06-05", True),
    ],
)
def test_service_days(shipped: Policy, day: str, serves: bool) -> None:
    assert is_service_day(shipped, date.fromisoformat(day), date(2025, 6, 2)) is serves


def test_no_service_after_the_last_day_and_on_make_up_saturdays_only_by_rule(shipped: Policy) -> None:
    pickup = dataclasses.replace(shipped.pickup, open_to=date(2025, 6, 10), open_on_makeup_workdays=True)
    limited = dataclasses.replace(shipped, pickup=pickup)
    assert is_service_day(limited, date(2025, 6, 10), date(2025, 6, 2))
    assert not is_service_day(limited, date(2025, 6, 11), date(2025, 6, 2))
    assert not is_service_day(limited, date(2025, 6, 7), date(2025, 6, 2))
