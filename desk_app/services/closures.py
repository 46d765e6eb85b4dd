# SPDX-License-Identifier: GPL-3.0-or-later
"""Announced closures: entered and withdrawn by a supervisor, with source, and with their effect on open due dates."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desk_app.domain.closures import (
    AnnouncedClosure,
    Withdrawal,
    first_day,
    is_service_day,
    last_day,
    overlap,
    standing_closures,
)
from desk_app.domain.errors import ClosureError, NotFoundError
from desk_app.domain.facts import Closure
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditEvent, AuditKind
from desk_app.services.due_dates import DueChange, DueDates, moved_due_dates
from desk_app.services.ports import Clock, Identifiers
from desk_app.services.rights import Act, permitted, require
from desk_app.services.store_port import Records, Store
from desk_app.services.trail import Trail

EVERY_COUNTER = ("*",)
_LONGEST_REASON = 40
"""In characters; a reason stands in one line on screens and slips."""

_NO_WORDS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Sk", "So"})
"""Control and private characters and pictures: no face of the papers need have them."""

_LONGEST = timedelta(days=366)
"""A closure longer than this is a slip of the pen."""

_LONG_DAYS = 31
"""A closure of more days than this is likely to have a wrong month; it is entered all the same."""


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    """What a supervisor has written down: days (both included) or hours (end excluded), why, where, and who says so."""

    start: date
    end: date
    reason: str
    source: str
    announced_on: date
    counters: tuple[str, ...] = EVERY_COUNTER
    counts_as_working_day: bool = True

    def closure(self, declared_at: datetime) -> Closure:
        """Give the closure as the engine sees it, unknown before an instant."""
        return Closure(self.start, self.end, self.reason, self.counters, self.counts_as_working_day, declared_at)


@dataclass(frozen=True, slots=True)
class ClosureEffect:
    """What a closure or its withdrawal does: due dates that move, and days on which nobody is served anyway.

    ``long_days`` is the number of days of a closure that is unlikely to be meant so long, else 0.
    """

    changes: tuple[DueChange, ...]
    useless_days: tuple[date, ...] = ()
    long_days: int = 0


@dataclass(frozen=True, slots=True)
class Closures:
    """The use cases of announced closures; only a supervisor changes anything."""

    store: Store
    policy: Policy
    clock: Clock
    trail: Trail
    ids: Identifiers

    @property
    def may_change(self) -> bool:
        """True when the operator who works at the desk now may enter and withdraw closures."""
        return permitted(self.trail.operators, Act.CLOSURE)

    def all(self) -> tuple[AnnouncedClosure, ...]:
        """Give every closure that was ever announced, those withdrawn too, in the order of entering."""
        with self.store.read() as records:
            return records.announced_closures()

    def preview(self, draft: ClosureDraft) -> ClosureEffect:
        """Check a draft and tell what it would do; raise :class:`ClosureError` for one that cannot be entered."""
        require(self.trail.operators, Act.LEDGER)
        now = self.clock.now()
        with self.store.read() as records:
            return self._effect(records, self._checked(records, draft, now), now)

    def enter(self, draft: ClosureDraft) -> tuple[AnnouncedClosure, ClosureEffect]:
        """Enter a closure, log it with every due date that it moves (R35), and give both."""
        require(self.trail.operators, Act.CLOSURE)
        now = self.clock.now()
        with self.store.write() as ledger:
            checked = self._checked(ledger, draft, now)
            effect = self._effect(ledger, checked, now)
            announced = AnnouncedClosure(
                self.ids.new(),
                checked.closure(now),
                checked.source,
                checked.announced_on,
                self.trail.operators.current,
                now,
            )
            ledger.add_closure(announced)
            ledger.record(self._event("enter", announced, effect, now))
        return announced, effect

    def preview_withdrawal(self, closure_id: str) -> ClosureEffect:
        """Tell what the withdrawal of a closure would do."""
        require(self.trail.operators, Act.LEDGER)
        now = self.clock.now()
        with self.store.read() as records:
            return self._effect_of_withdrawal(records, self._standing(records, closure_id), now)

    def withdraw(self, closure_id: str, reason: str) -> tuple[AnnouncedClosure, ClosureEffect]:
        """Take a mistaken closure back with a reason; earlier decisions keep it."""
        require(self.trail.operators, Act.CLOSURE)
        reason = _free_text(reason, "closure_withdraw_reason")
        now = self.clock.now()
        with self.store.write() as ledger:
            standing = self._standing(ledger, closure_id)
            effect = self._effect_of_withdrawal(ledger, standing, now)
            withdrawal = Withdrawal(self.trail.operators.current, now, reason)
            ledger.withdraw_closure(closure_id, withdrawal)
            withdrawn = dataclasses.replace(standing, withdrawal=withdrawal)
            ledger.record(self._event("withdraw", withdrawn, effect, now))
        return withdrawn, effect

    def _standing(self, records: Records, closure_id: str) -> AnnouncedClosure:
        found = next((one for one in records.announced_closures() if one.id == closure_id), None)
        if found is None:
            raise NotFoundError("closure_unknown")
        if found.withdrawal is not None:
            raise ClosureError("closure_withdrawn", at=f"{found.withdrawal.at:%Y-%m-%d %H:%M}")
        return found

    def _checked(self, records: Records, draft: ClosureDraft, now: datetime) -> ClosureDraft:
        """Give a draft with its texts trimmed; raise :class:`ClosureError` for what cannot be entered."""
        today = now.astimezone(self.policy.edition.timezone).date()
        source = _free_text(draft.source, "closure_source")
        checked = dataclasses.replace(draft, reason=_reason(draft.reason), source=source)
        if checked.announced_on > today:
            raise ClosureError("closure_announced_on", day=checked.announced_on, today=today)
        for counter in checked.counters or ("",):
            if counter not in (*EVERY_COUNTER, *self.policy.counters):
                raise ClosureError("closure_counter", found=counter, allowed=", ".join(self.policy.counters))
        closure = checked.closure(now)
        _require_order(closure)
        if last_day(closure) < today:
            raise ClosureError("closure_past", day=last_day(closure), today=today)
        if isinstance(closure.end, datetime) and closure.end <= now:
            raise ClosureError("closure_past_hours", end=closure.end, now=now)
        self._require_new(records, closure, now)
        return checked

    def _require_new(self, records: Records, closure: Closure, now: datetime) -> None:
        """Refuse what is closed already for the same reason, by the policy or by an announcement."""
        known = (*self.policy.closures, *standing_closures(records.announced_closures(), now))
        double = next((one for one in known if overlap(one, closure)), None)
        if double is not None:
            raise ClosureError("closure_double", first=first_day(double), last=last_day(double), reason=double.reason)

    def _effect(self, records: Records, draft: ClosureDraft, now: datetime) -> ClosureEffect:
        standing = standing_closures(records.announced_closures(), now)
        before = DueDates.at(self.policy, standing, now)
        closure = draft.closure(now)
        after = DueDates.at(self.policy, (*standing, closure), now)
        days = (last_day(closure) - first_day(closure)).days + 1
        return ClosureEffect(
            moved_due_dates(records, before, after),
            tuple(_useless_days(self.policy, closure, before.as_of)),
            days if days > _LONG_DAYS else 0,
        )

    def _effect_of_withdrawal(self, records: Records, withdrawn: AnnouncedClosure, now: datetime) -> ClosureEffect:
        announced = records.announced_closures()
        before = DueDates.at(self.policy, standing_closures(announced, now), now)
        left = [one for one in announced if one.id != withdrawn.id]
        after = DueDates.at(self.policy, standing_closures(left, now), now)
        return ClosureEffect(moved_due_dates(records, before, after))

    def _event(self, action: str, announced: AnnouncedClosure, effect: ClosureEffect, now: datetime) -> AuditEvent:
        closure = announced.closure
        return self.trail.event(
            AuditKind.CALENDAR_EDIT,
            now,
            action=action,
            closure=announced.id,
            starts=closure.start,
            ends=closure.end,
            reason=closure.reason,
            counters=list(closure.counters),
            counts_as_working_day=closure.counts_as_working_day,
            source=announced.source,
            announced_on=announced.announced_on,
            why=announced.withdrawal.reason if announced.withdrawal else "",
            due_dates=_grouped(effect.changes),
        )


def _free_text(text: str, code: str) -> str:
    """Give a text that somebody has written, trimmed; refuse an empty one and one that holds a person number."""
    trimmed = " ".join(text.split())
    if not trimmed:
        raise ClosureError(code)
    if holds_person_number(trimmed):
        raise ClosureError("closure_person_number", field=code)
    return trimmed


def _reason(text: str) -> str:
    """Give a reason in the office's own words, or the code of one that has words in both languages."""
    reason = _free_text(text, "closure_reason")
    if len(reason) > _LONGEST_REASON or any(unicodedata.category(char) in _NO_WORDS for char in reason):
        raise ClosureError("closure_reason_long", longest=_LONGEST_REASON)
    return reason


def _require_order(closure: Closure) -> None:
    """Refuse an end before the start, and days mixed with hours."""
    start, end = closure.start, closure.end
    if isinstance(start, datetime) is not isinstance(end, datetime):
        raise ClosureError("closure_mixed")
    # Hours of which the last is excluded hold nothing when they end as they begin; one whole day does.
    if end < start or (isinstance(start, datetime) and end == start):
        raise ClosureError("closure_order", start=start, end=end)
    if last_day(closure) - first_day(closure) >= _LONGEST:
        raise ClosureError("closure_too_long", start=start, end=end)


def _useless_days(policy: Policy, closure: Closure, as_of: date) -> Iterator[date]:
    """Give the days of a closure on which nobody is served anyway."""
    for ordinal in range(first_day(closure).toordinal(), last_day(closure).toordinal() + 1):
        day = date.fromordinal(ordinal)
        if not is_service_day(policy, day, as_of):
            yield day


def _grouped(changes: Iterable[DueChange]) -> list[dict[str, object]]:
    """List the receipts of every pair of old and new due date once."""
    groups: dict[tuple[date | None, date | None], list[str]] = defaultdict(list)
    for change in changes:
        groups[change.old, change.new].append(change.receipt_no)
    return [{"old": old, "new": new, "receipts": receipts} for (old, new), receipts in groups.items()]
