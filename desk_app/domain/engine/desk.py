# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 1, the desk itself: clock, day, closures, hours and grace; and when a counter opens next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk_app.domain.calendar import covers_day, covers_instant
from desk_app.domain.engine.findings import Findings
from desk_app.domain.engine.situation import Situation
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Pickup, Window
from desk_app.domain.verdict import NoticeCode, ReasonCode

_SEARCH_DAYS = 366
_MINUTE = timedelta(minutes=1)
_UNSERVED = frozenset({ReasonCode.NOT_STARTED, ReasonCode.WEEKDAY, ReasonCode.DAY_OFF})
_LAST_DAY = date.max.toordinal()


def examine_desk(situation: Situation, findings: Findings) -> None:
    """Report what speaks against serving anybody now at the counter visited."""
    if abs(situation.facts.clock_skew_seconds) > situation.policy.max_clock_skew_seconds:
        findings.refuse(ReasonCode.CLOCK_SKEW)
    over = _after_last_day(situation.policy.pickup, situation.today)
    if over is not None:
        findings.refuse(over)
        return
    codes = tuple(_day_reasons(situation, situation.today))
    for code in codes:
        findings.refuse(code)
    closures = situation.closures_at(situation.facts.counter)
    shut = _report_closures(situation, closures, findings)
    if not shut and _UNSERVED.isdisjoint(codes):
        _examine_hours(situation, closures, findings)


def _after_last_day(pickup: Pickup, day: date) -> ReasonCode | None:
    if pickup.open_to is None or day <= pickup.open_to:
        return None
    if pickup.escalate_until is not None and day <= pickup.escalate_until:
        return ReasonCode.ISSUE_DAY_OVER
    return ReasonCode.PICKUP_ENDED


def _day_reasons(situation: Situation, day: date) -> Iterator[ReasonCode]:
    """Give what speaks against a day up to the last one, closures apart."""
    pickup, calendar = situation.policy.pickup, situation.policy.calendar
    if day < pickup.open_from:
        yield ReasonCode.NOT_STARTED
    row = calendar.row(day, situation.as_of) if calendar else None
    if calendar and row is None:
        yield ReasonCode.CALENDAR_MISSING
    if day.weekday() not in pickup.weekdays:
        if not (pickup.open_on_makeup_workdays and row is not None and row.makeup_workday):
            yield ReasonCode.WEEKDAY
    elif row is not None and row.day_off:
        yield ReasonCode.DAY_OFF


def _report_closures(situation: Situation, closures: tuple[Closure, ...], findings: Findings) -> bool:
    """Report the closures that hold now; tell whether one of them takes the whole day."""
    today, instant = situation.today, situation.instant
    for closure in closures:
        if covers_day(closure, today) or covers_instant(closure, instant):
            findings.refuse(ReasonCode.CLOSURE, closure.reason)
    return any(covers_day(closure, today) for closure in closures)


def _examine_hours(situation: Situation, closures: tuple[Closure, ...], findings: Findings) -> None:
    if _window_at(situation.policy.pickup, situation.local.time()):
        return
    if _in_grace(situation, closures):
        findings.mention(NoticeCode.IN_FLIGHT)
    else:
        findings.refuse(ReasonCode.OUTSIDE_HOURS)


def _window_at(pickup: Pickup, moment: time) -> Window | None:
    return next((window for window in pickup.windows if window.start <= moment < window.end), None)


def _in_grace(situation: Situation, closures: tuple[Closure, ...]) -> bool:
    """Tell whether a transaction begun inside a window may be finished a little after its end (G4b)."""
    started = situation.facts.started_at
    if started is None:
        return False
    begun = started.astimezone(situation.policy.edition.timezone)
    window = _window_at(situation.policy.pickup, begun.time())
    if begun.date() != situation.today or window is None:
        return False
    if any(covers_instant(one, started) or covers_instant(one, situation.instant) for one in closures):
        return False
    late = situation.local.replace(tzinfo=None) - datetime.combine(situation.today, window.end)
    return timedelta(0) <= late and late // _MINUTE < situation.policy.pickup.grace_minutes


def is_open(situation: Situation, counter: str, instant: datetime) -> bool:
    """Tell whether a counter serves at an aware instant, without grace and overrides."""
    local = instant.astimezone(situation.policy.edition.timezone)
    closures = situation.closures_at(counter)
    return _serves_on(situation, closures, local.date()) and _serves_at(situation, closures, local)


def _serves_on(situation: Situation, closures: tuple[Closure, ...], day: date) -> bool:
    return (
        _after_last_day(situation.policy.pickup, day) is None
        and not any(_day_reasons(situation, day))
        and not any(covers_day(one, day) for one in closures)
    )


def _serves_at(situation: Situation, closures: tuple[Closure, ...], local: datetime) -> bool:
    if _window_at(situation.policy.pickup, local.time()) is None:
        return False
    instant = local.astimezone(UTC)
    return not any(covers_instant(one, instant) for one in closures)


def next_opening(situation: Situation, counter: str) -> datetime | None:
    """Give the local time at which a counter opens next; ``None`` when it is open or no opening is known."""
    if is_open(situation, counter, situation.instant):
        return None
    closures = situation.closures_at(counter)
    first = situation.today.toordinal()
    for ordinal in range(first, min(first + _SEARCH_DAYS, _LAST_DAY) + 1):
        day = date.fromordinal(ordinal)
        if _search_ends(situation, day):
            return None
        if not _serves_on(situation, closures, day):
            continue
        for moment in _openings(situation, closures, day):
            if moment > situation.instant and _serves_at(situation, closures, moment):
                return moment
    return None


def _search_ends(situation: Situation, day: date) -> bool:
    """Tell whether nothing can be said from a day on: after the last one, or without a row of the calendar."""
    pickup, calendar = situation.policy.pickup, situation.policy.calendar
    if pickup.open_to is not None and day > pickup.open_to:
        return True
    return calendar is not None and calendar.row(day, situation.as_of) is None


def _openings(situation: Situation, closures: tuple[Closure, ...], day: date) -> list[datetime]:
    """Give the instants of a day at which a counter may open: windows begin, closures with hours end."""
    zone = situation.policy.edition.timezone
    begins = (_instant(day, window.start, zone) for window in situation.policy.pickup.windows)
    ends = [one.end.astimezone(zone) for one in closures if isinstance(one.end, datetime)]
    return sorted([begin for begin in begins if begin] + [end for end in ends if end.date() == day])


def _instant(day: date, moment: time, zone: ZoneInfo) -> datetime | None:
    """Give a local time as it is on the clocks of that day; ``None`` beyond the ends of the calendar."""
    try:
        return datetime.combine(day, moment, zone).astimezone(UTC).astimezone(zone)
    except OverflowError:
        return None
