# SPDX-License-Identifier: GPL-3.0-or-later
"""All closures that a desk knows, those of the rules and those announced, as rows to read; without any widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from desk_app.domain.basis import EntryStatus
from desk_app.domain.closures import AnnouncedClosure, last_day
from desk_app.domain.facts import Closure
from desk_app.domain.masking import mask_name
from desk_app.domain.policy import Policy
from desk_app.services.explain.names import Names
from desk_app.services.rules_today import closure_period, written_day


class ClosureState(StrEnum):
    """Where a closure stands to now."""

    NOW = "now"
    AHEAD = "ahead"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """One closure with its words; ``id`` begins with ``pack:`` for one of the rules, which nobody can withdraw."""

    id: str
    period: str
    reason: str
    counters: str
    working_day: str
    source: str
    entered: str
    state: ClosureState
    status: EntryStatus = EntryStatus.CONFIRMED
    note: str = ""
    withdrawn: str = ""

    @property
    def of_pack(self) -> bool:
        """True for a closure of the rules."""
        return self.id.startswith("pack:")


def closure_rows(names: Names, announced: tuple[AnnouncedClosure, ...], now: datetime) -> tuple[ClosureRow, ...]:
    """Give the closures: what holds or comes first in order of time, then what is over or withdrawn."""
    found = [*_of_pack(names, now), *(_announced(names, one, now) for one in announced)]
    found.sort(key=lambda pair: (pair[1].state in (ClosureState.OVER, ClosureState.WITHDRAWN), pair[0]))
    return tuple(row for _start, row in found)


def _of_pack(names: Names, now: datetime) -> Iterator[tuple[str, ClosureRow]]:
    entries = {entry.path: entry for entry in names.policy.entries}
    for place, closure in enumerate(names.policy.closures):
        basis = entries[f"closure[{place}]"].basis
        source = names.texts("rules.closure.of_pack", pack=names.policy.edition.pack, ids=names.join(basis.rule))
        row = ClosureRow(
            id=f"pack:{place}",
            source=source,
            entered="",
            state=_state(names.policy, closure, now),
            status=basis.status,
            note=names.note(basis.note),
            **_words(names, closure),
        )
        yield str(closure.start), row


def _announced(names: Names, one: AnnouncedClosure, now: datetime) -> tuple[str, ClosureRow]:
    t, zone = names.texts, names.policy.edition.timezone
    withdrawal = one.withdrawal
    row = ClosureRow(
        id=one.id,
        source=t("rules.closure.announced", source=one.source, day=written_day(names, one.announced_on)),
        entered=t(
            "rules.closure.entered",
            who=mask_name(one.entered_by.name),
            at=f"{one.entered_at.astimezone(zone):%Y-%m-%d %H:%M}",
        ),
        state=ClosureState.WITHDRAWN if withdrawal else _state(names.policy, one.closure, now),
        withdrawn=t(
            "rules.closure.withdrawn",
            who=mask_name(withdrawal.by.name),
            at=f"{withdrawal.at.astimezone(zone):%Y-%m-%d %H:%M}",
            why=withdrawal.reason,
        )
        if withdrawal
        else "",
        **_words(names, one.closure),
    )
    return str(one.closure.start), row


class _Words(TypedDict):
    """The words that any closure has."""

    period: str
    reason: str
    counters: str
    working_day: str


def _words(names: Names, closure: Closure) -> _Words:
    every = "*" in closure.counters
    places = names.texts("rules.closure.every") if every else names.join(_place(names, one) for one in closure.counters)
    return _Words(
        period=closure_period(names, closure),
        reason=names.closure(closure.reason),
        counters=places,
        working_day=names.texts(f"rules.closure.counts_{_counting(closure)}"),
    )


def _place(names: Names, counter: str) -> str:
    """Give a counter's place as a name, not as a part of a sentence."""
    key = f"shell.campus.{counter}"
    return names.texts(key) if names.texts.has(key) else names.counter(counter)


def _counting(closure: Closure) -> str:
    if isinstance(closure.start, datetime):
        return "hours"
    return "yes" if closure.counts_as_working_day else "no"


def _state(policy: Policy, closure: Closure, now: datetime) -> ClosureState:
    local = now.astimezone(policy.edition.timezone)
    if isinstance(closure.start, datetime) and isinstance(closure.end, datetime):
        over, begun = closure.end <= local, closure.start <= local
    else:
        over, begun = last_day(closure) < local.date(), closure.start <= local.date()
    if over:
        return ClosureState.OVER
    return ClosureState.NOW if begun else ClosureState.AHEAD
