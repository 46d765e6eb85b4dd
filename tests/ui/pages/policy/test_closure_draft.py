# SPDX-License-Identifier: GPL-3.0-or-later
"""What is typed into the form of a closure: days and times in either calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from desk_app.domain.errors import ClosureError
from desk_app.ui.context import UiContext
from desk_app.ui.pages.policy.closure_draft import OFFERED, TypedClosure, read_moment
from tests.ui.sample_desk import TAIPEI

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2025-06-12", date(2025, 6, 12)),
        ("114.6.12", date(2025, 6, 12)),
        ("２０２５-06-12", date(2025, 6, 12)),
        ("2025-06-12 13:30", datetime(2025, 6, 12, 13, 30, tzinfo=TAIPEI)),
        ("2025-06-12T08:00", datetime(2025, 6, 12, 8, 0, tzinfo=TAIPEI)),
        ("民國114年6月12日 8:05", datetime(2025, 6, 12, 8, 5, tzinfo=TAIPEI)),
    ],
)
def test_days_and_times_are_read_in_either_calendar(typed: str, read: date) -> None:
    assert read_moment(typed, TAIPEI) == read


@pytest.mark.parametrize("typed", ["", "2025-06-31", "2025-06-12 24:00", "2025-06-12 12:60", "x 12:00"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ClosureError, match="closure_moment"):
        read_moment(typed, TAIPEI)


def test_an_empty_end_means_the_same_day() -> None:
    typed = TypedClosure("2025-06-12", " ", "AST", "", True, "公告", "2025-06-05")
    assert typed.draft(TAIPEI).end == date(2025, 6, 12)
    assert typed.draft(TAIPEI).counters == ("*",)


def test_every_offered_reason_has_words(context: UiContext) -> None:
    assert [code for code in OFFERED if not context.texts.has(f"explain.closure.{code}")] == []
