# SPDX-License-Identifier: GPL-3.0-or-later
"""Working days on the official calendar, and which closures of a counter matter for them (F40 to F42)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from desk_app.domain.facts import Closure
from desk_app.domain.policy import WorkCalendar

_LAST_DAY = date.max.toordinal()


def covers_day(closure: Closure, day: date) -> bool:
    """Tell whether a whole-day closure holds on a day; both ends are included."""
    return not isinstance(closure.start, datetime) and closure.start <= day <= closure.end


def covers_instant(closure: Closure, instant: datetime) -> bool:
    """Tell whether a closure with hours holds at an instant; its end is open again."""
    if not isinstance(closure.start, datetime) or not isinstance(closure.end, datetime):
        return False
    return closure.start <= instant < closure.end


def closures_of(closures: Iterable[Closure], counter: str) -> tuple[Closure, ...]:
    """Give the closures of one counter, in their order."""
    return tuple(one for one in closures if "*" in one.counters or counter in one.counters)


def known_closures(closures: Iterable[Closure], instant: datetime) -> tuple[Closure, ...]:
    """Give the closures that the desk knows of at an instant."""
    return tuple(one for one in closures if one.declared_at is None or one.declared_at <= instant)


def working_day_after(
    day: date, count: int, calendar: WorkCalendar | None, closures: Sequence[Closure], as_of: date
) -> date | None:
    """Give the ``count``-th working day after a day; ``None`` when the calendar does not reach so far.

    Make-up Saturdays count; of the closures only whole days that do not count as working days are left out (R43, G39).
    """
    idle = [one for one in closures if not one.counts_as_working_day]
    for ordinal in range(day.toordinal() + 1, _LAST_DAY + 1):
        candidate = date.fromordinal(ordinal)
        row = calendar.row(candidate, as_of) if calendar else None
        if calendar and row is None:
            return None
        if (row and row.day_off) or any(covers_day(one, candidate) for one in idle):
            continue
        count -= 1
        if count <= 0:
            return candidate
    return None
