# SPDX-License-Identifier: GPL-3.0-or-later
"""Closures that an office has announced after its rules were written: entered by a supervisor, withdrawn, never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desk_app.domain.facts import Closure
from desk_app.domain.policy import Policy
from desk_app.domain.records import Operator


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why and by whom an announced closure was taken back; from ``at`` on it is in no facts any more."""

    by: Operator
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AnnouncedClosure:
    """A closure with the announcement that it comes from (R35); ``closure.declared_at`` is the instant of entering."""

    id: str
    closure: Closure
    source: str
    announced_on: date
    entered_by: Operator
    entered_at: datetime
    withdrawal: Withdrawal | None = None

    def stands_at(self, instant: datetime) -> bool:
        """Tell whether the closure had not been withdrawn at an instant."""
        return self.withdrawal is None or instant < self.withdrawal.at


@dataclass(frozen=True, slots=True)
class DigitalOpen:
    """A hand-over whose digital certificate may still be on its way: what the receipt says about it."""

    receipt_no: str
    released_on: date
    counter: str
    due_on_receipt: date


def standing_closures(announced: Iterable[AnnouncedClosure], instant: datetime) -> tuple[Closure, ...]:
    """Give the closures that were not withdrawn at an instant; the engine leaves out those declared later."""
    return tuple(one.closure for one in announced if one.stands_at(instant))


def last_day(closure: Closure) -> date:
    """Give the last day that a closure touches; one with hours ends before its end."""
    return (closure.end - timedelta.resolution).date() if isinstance(closure.end, datetime) else closure.end


def first_day(closure: Closure) -> date:
    """Give the first day that a closure touches."""
    return closure.start.date() if isinstance(closure.start, datetime) else closure.start


def is_service_day(policy: Policy, day: date, as_of: date) -> bool:
    """Tell whether the counters serve on a day, closures apart; a day that the calendar lacks is an ordinary one."""
    pickup = policy.pickup
    if day < pickup.open_from or (pickup.open_to is not None and day > pickup.open_to):
        return False
    row = policy.calendar.row(day, as_of) if policy.calendar else None
    if day.weekday() in pickup.weekdays:
        return row is None or not row.day_off
    return pickup.open_on_makeup_workdays and row is not None and row.makeup_workday


def overlap(one: Closure, other: Closure) -> bool:
    """Tell whether two closures of one reason close the same counter at the same time."""
    if one.reason != other.reason or not _share_counter(one, other):
        return False
    if _has_hours(one) and _has_hours(other):
        return bool(one.start < other.end and other.start < one.end)
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def _share_counter(one: Closure, other: Closure) -> bool:
    return "*" in (*one.counters, *other.counters) or not set(one.counters).isdisjoint(other.counters)


def _has_hours(closure: Closure) -> bool:
    return isinstance(closure.start, datetime)
