# SPDX-License-Identifier: GPL-3.0-or-later
"""The official calendar, working days on it, and which closures of a counter matter for them (F40 to F42)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from desk_app.domain.facts import Closure

_LAST_DAY = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the office calendar."""

    day_off: bool
    makeup_workday: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The official calendar: for each year its versions (day of publication), oldest first, and their days."""

    table: str
    years: Mapping[int, tuple[tuple[date, Mapping[date, DayRow]], ...]]

    def version(self, year: int, as_of: date) -> date | None:
        """Give the version in force for a year as published up to ``as_of``; the earliest if none is that early."""
        found = self._entry(year, as_of)
        return found[0] if found else None

    def row(self, day: date, as_of: date) -> DayRow | None:
        """Give the row of a day under the version in force, or ``None`` when the calendar does not cover it."""
        found = self._entry(day.year, as_of)
        return found[1].get(day) if found else None

    def _entry(self, year: int, as_of: date) -> tuple[date, Mapping[date, DayRow]] | None:
        versions = self.years.get(year)
        if not versions:
            return None
        chosen = versions[0]
        for candidate in versions[1:]:
            if candidate[0] <= as_of:
                chosen = candidate
        return chosen


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
