# SPDX-License-Identifier: GPL-3.0-or-later
"""The clocks of a desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from desk_app.clock import StandingClock, SystemClock
from desk_app.identifiers import RandomIdentifiers

TAIPEI = ZoneInfo("Asia/Taipei")


def test_the_machines_clock_tells_the_desks_zone() -> None:
    before = datetime.now(UTC)
    told = SystemClock(TAIPEI).now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta(hours=8)


def test_the_standing_clock_stands_until_it_is_moved() -> None:
    clock = StandingClock(datetime(2025, 6, 3, 2, tzinfo=UTC), TAIPEI)
    assert clock.now().isoformat() == "2025-06-03T10:00:00+08:00"
    clock.move_on(timedelta(minutes=5))
    assert clock.now() == clock.now()
    assert clock.now().minute == 5
    clock.move_to(datetime(2025, 6, 4, 1, tzinfo=UTC))
    assert clock.now().isoformat() == "2025-06-04T09:00:00+08:00"


def test_no_identifier_comes_twice() -> None:
    ids = RandomIdentifiers()
    assert len({ids.new() for _ in range(1000)}) == 1000
