# SPDX-License-Identifier: GPL-3.0-or-later
"""By which day a digital certificate comes that was promised earlier: recomputed, because closures move it (R43, G39)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desk_app.domain.calendar import closures_of, known_closures, working_day_after
from desk_app.domain.closures import DigitalOpen
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Policy
from desk_app.domain.records import ReleaseRecord
from desk_app.services.store_port import Records

_SEARCH_DAYS = 400
"""Further back than this no certificate is on its way, however long the desks were closed."""


@dataclass(frozen=True, slots=True)
class DueChange:
    """One hand-over whose due date another closure moves; ``None`` means that the calendar does not reach so far."""

    receipt_no: str
    counter: str
    released_on: date
    old: date | None
    new: date | None


@dataclass(frozen=True, slots=True)
class DueDates:
    """Reckons due dates under one set of closures, those of the policy among them, as known on one day."""

    policy: Policy
    closures: tuple[Closure, ...]
    as_of: date

    @classmethod
    def at(cls, policy: Policy, announced: Sequence[Closure], now: datetime) -> DueDates:
        """Reckon with the closures that are known at an aware instant."""
        day = now.astimezone(policy.edition.timezone).date()
        return cls(policy, (*policy.closures, *known_closures(announced, now)), day)

    def due(self, released_on: date, counter: str) -> date | None:
        """Give the due date of a hand-over of a day; ``None`` where nothing is promised or the calendar ends."""
        rule = self.policy.digital
        if rule is None:
            return None
        closures = closures_of(self.closures, counter)
        return working_day_after(released_on, rule.working_days, self.policy.calendar, closures, self.as_of)


def due_now(policy: Policy, release: ReleaseRecord, announced: Sequence[Closure], now: datetime) -> date | None:
    """Give the due date that holds at an instant for a hand-over; ``None`` when its receipt promises none."""
    if release.digital_due is None:
        return None
    day = release.at.astimezone(policy.edition.timezone).date()
    return DueDates.at(policy, announced, now).due(day, release.counter) or release.digital_due


def moved_due_dates(records: Records, before: DueDates, after: DueDates) -> tuple[DueChange, ...]:
    """Give the hand-overs whose certificate is still to come (due today or later) and whose due date differs."""
    days = list(_days_still_open(before, after))
    if not days:
        return ()
    reckoned: dict[tuple[date, str], tuple[date | None, date | None]] = {}
    changes = []
    for one in records.digital_open(days[-1], days[0]):
        key = (one.released_on, one.counter)
        if key not in reckoned:
            reckoned[key] = (before.due(*key), after.due(*key))
        old, new = reckoned[key]
        if old != new and _still_to_come(old, new, before.as_of):
            changes.append(_change(one, old, new))
    return tuple(changes)


def _change(one: DigitalOpen, old: date | None, new: date | None) -> DueChange:
    return DueChange(one.receipt_no, one.counter, one.released_on, old, new)


def _still_to_come(old: date | None, new: date | None, today: date) -> bool:
    return any(due is None or due >= today for due in (old, new))


def _days_still_open(before: DueDates, after: DueDates) -> Iterator[date]:
    """Give the days of release, today first, of which a certificate may still be on its way at any counter."""
    today = before.as_of
    for back in range(_SEARCH_DAYS):
        day = today - timedelta(days=back)
        counters = before.policy.counters
        if not any(_still_to_come(before.due(day, one), after.due(day, one), today) for one in counters):
            return
        yield day
