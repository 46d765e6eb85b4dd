# SPDX-License-Identifier: GPL-3.0-or-later
"""Periods to the day: what is due, what is still kept, leap years, and what is kept for ever."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.records import AuditKind
from desk_app.domain.retention import (
    Period,
    PeriodSource,
    PurgedSlice,
    RecordKind,
    cut_off,
    end_of_academic_year,
    kept_until,
    kept_with,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2020, 6, 3), 5, date(2025, 6, 3)),
        (date(2019, 12, 31), 5, date(2024, 12, 31)),
        (date(2020, 2, 29), 5, date(2025, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2020, 2, 28), 5, date(2025, 2, 28)),  # begins on 29 February, which the last year does not have
        (date(2021, 2, 28), 3, date(2024, 2, 29)),  # begins on 1 March, ends with the day before
        (date(2020, 2, 27), 5, date(2025, 2, 27)),
        (date(2020, 6, 3), 0, date(2020, 6, 3)),
    ],
)
def test_a_record_is_kept_to_the_day_that_the_code_says_and_due_the_day_after(
    day: date, years: int, last: date
) -> None:
    assert kept_until(day, years) == last
    assert cut_off(last, years) <= day
    assert cut_off(last + timedelta(days=1), years) > day


@given(day=DAYS, today=DAYS, years=st.integers(0, 30))
def test_due_is_what_lies_before_the_cut_off_and_nothing_else(day: date, today: date, years: int) -> None:
    assert (kept_until(day, years) < today) is (day < cut_off(today, years))


@given(today=DAYS, years=st.integers(0, 30))
def test_waiting_makes_more_due_and_a_longer_period_less(today: date, years: int) -> None:
    assert cut_off(today, years) <= cut_off(today + timedelta(days=1), years)
    assert cut_off(today, years + 1) < cut_off(today, years)


def test_for_ever_is_never_due() -> None:
    today = date(2025, 6, 3)
    assert Period(RecordKind.LEDGER, None, PeriodSource.POLICY).cut_off(today) is None
    assert Period(RecordKind.TRAIL, 5, PeriodSource.POLICY).cut_off(today) == date(2020, 6, 3)
    assert cut_off(today, 5000) == date.min


def test_an_academic_year_ends_in_summer() -> None:
    assert end_of_academic_year(113) == date(2025, 7, 31)


def test_every_entry_is_kept_with_one_of_three_kinds() -> None:
    assert {kept_with(kind) for kind in AuditKind} == {RecordKind.TRAIL, RecordKind.DECISIONS, RecordKind.LEDGER}
    assert kept_with(AuditKind.RELEASE) is RecordKind.LEDGER
    assert kept_with(AuditKind.LOOKUP) is RecordKind.TRAIL


def test_a_slice_tells_no_person() -> None:
    facts = PurgedSlice(RecordKind.SIGNATURES, date(2020, 6, 3), 12, "ab").facts()
    assert facts == {"record": "signatures", "before": date(2020, 6, 3), "count": 12, "tombstones": "ab"}
