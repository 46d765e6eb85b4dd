# SPDX-License-Identifier: GPL-3.0-or-later
"""A breaker leaves alone what has failed several times in a row, for a bounded time."""

from __future__ import annotations

import pytest

from desk_app.services.clearance.breaker import FAILURES, PAUSE_SECONDS, Breaker


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_failures_in_a_row_count() -> None:
    breaker = Breaker(Ticks())
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.pause() == 0


def test_after_enough_failures_there_is_a_pause_that_ends() -> None:
    ticks = Ticks()
    breaker = Breaker(ticks)
    for _ in range(FAILURES):
        assert breaker.pause() == 0
        breaker.failed()
    assert breaker.pause() == PAUSE_SECONDS
    ticks.now = PAUSE_SECONDS
    assert breaker.pause() == 0
    breaker.failed()
    assert breaker.pause() == PAUSE_SECONDS


@pytest.mark.parametrize(("asked", "pause"), [(1, PAUSE_SECONDS), (90, 90), (1e6, 10 * PAUSE_SECONDS)])
def test_what_the_other_side_asks_for_counts_at_once_and_is_bounded(asked: float, pause: float) -> None:
    breaker = Breaker(Ticks())
    breaker.failed(asked)
    assert breaker.pause() == pause
