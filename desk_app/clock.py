# SPDX-License-Identifier: GPL-3.0-or-later
"""The clocks of a desk: the machine's, and the one that stands still for the demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


class SystemClock:
    """The machine's time in the desk's time zone."""

    def __init__(self, timezone: ZoneInfo) -> None:
        self._timezone = timezone

    def now(self) -> datetime:
        """Give the instant now."""
        return datetime.now(self._timezone)


class StandingClock:
    """A clock that stands until somebody moves it."""

    def __init__(self, at: datetime, timezone: ZoneInfo) -> None:
        self._at = at.astimezone(timezone)
        self._timezone = timezone

    def now(self) -> datetime:
        """Give the instant at which the clock stands."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Put the clock to another instant."""
        self._at = at.astimezone(self._timezone)

    def move_on(self, time: timedelta) -> None:
        """Put the clock forward."""
        self._at += time
