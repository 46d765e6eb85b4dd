# SPDX-License-Identifier: GPL-3.0-or-later
"""The clearance items of a case as rows: sources that agree share a row, too old is not the same as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.facts import ItemFact, ItemState, PhoneConfirmation
from desk_app.domain.policy import ClearanceItem, Policy
from desk_app.domain.visit import OpenCase
from desk_app.services.explain.names import Names

BY_PHONE = "BY_PHONE"
"""Counts as cleared today, because the office has said so on the telephone."""

SETTLED = frozenset({ItemState.CLEARED, ItemState.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class SourceState:
    """What one source says of an item, after age and phone confirmation; ``as_of`` is then when it was confirmed."""

    source: str
    state: ItemState
    stale: bool = False
    as_of: datetime | None = None
    by_phone: bool = False

    @property
    def code(self) -> str:
        """The state's code, by which its words and its icon are named."""
        if self.by_phone:
            return BY_PHONE
        return "STALE" if self.stale else self.state.value


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    """One row: item, office and sources, state in words, age; ``state`` is the code of the state."""

    item: str
    name: str
    short: str
    office: str
    where: str
    where_short: str
    state: str
    word: str
    age: str
    settled: bool
    age_short: str


def source_states(item: ClearanceItem, case: OpenCase) -> tuple[SourceState, ...]:
    """Give what each source of an item says at the instant of the decision."""
    facts = case.facts.items.get(item.code, {})
    at = case.verdict.at
    return tuple(_state_of(item, source, facts.get(source), at) for source in item.source_keys)


def _state_of(item: ClearanceItem, source: str, fact: ItemFact | None, at: datetime) -> SourceState:
    if fact is None:
        return SourceState(source, ItemState.UNKNOWN)
    stale = fact.state in SETTLED and fact.as_of is not None and not item.is_fresh(source, at - fact.as_of)
    state = ItemState.UNKNOWN if stale else fact.state
    if state is ItemState.UNKNOWN and _confirmed(fact, at):
        said_at = fact.confirmed.at if fact.confirmed else None
        return SourceState(source, ItemState.CLEARED, as_of=said_at, by_phone=True)
    return SourceState(source, state, stale, fact.as_of)


def _confirmed(fact: ItemFact, at: datetime) -> bool:
    """Tell whether the office has confirmed by phone on the day of the decision; it holds on that day only."""
    confirmed = fact.confirmed
    return (
        confirmed is not None
        and confirmed.at <= at
        and confirmed.at.date() == at.astimezone(confirmed.at.tzinfo).date()
    )


def confirmation_of(case: OpenCase, argument: str) -> PhoneConfirmation | None:
    """Give the office's word by telephone about one source of an item (``LIB_BOOKS.NTU``), whether it counts or not."""
    item, _, source = argument.partition(".")
    fact = case.facts.items.get(item, {}).get(source)
    return fact.confirmed if fact else None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item of a source that has another state now than before; ``code`` names its words."""

    item: str
    source: str
    code: str


def changes_between(policy: Policy, before: OpenCase, after: OpenCase) -> tuple[ItemChange, ...]:
    """Give what of a graduate's clearance is not as it was, in policy order."""
    return tuple(
        ItemChange(item.code, now.source, now.code)
        for item in sorted(policy.clearance, key=lambda one: one.order)
        if not item.closed_by_release
        for was, now in zip(source_states(item, before), source_states(item, after), strict=True)
        if was.code != now.code
    )


def clearance_rows(names: Names, case: OpenCase, now: datetime) -> tuple[ClearanceRow, ...]:
    """Give the rows of a case in policy order; the Registrar's own last step is no row, it never matters."""
    if case.dossier is None:
        return ()
    rows: list[ClearanceRow] = []
    for item in sorted(names.policy.clearance, key=lambda one: one.order):
        if not item.closed_by_release and _is_shown(item, case):
            rows += [_row(names, item, group, now) for group in _agreeing(source_states(item, case))]
    return tuple(rows)


def _is_shown(item: ClearanceItem, case: OpenCase) -> bool:
    """Show what applies, and what somebody has delivered data about."""
    if item.applies_to_all or item.applies_to & case.facts.student.groups:
        return True
    return case.dossier is not None and any(record.item == item.code for record in case.dossier.items)


def _agreeing(states: Sequence[SourceState]) -> list[list[SourceState]]:
    groups: dict[str, list[SourceState]] = {}
    for state in states:
        groups.setdefault(state.code, []).append(state)
    return list(groups.values())


def _row(names: Names, item: ClearanceItem, group: Sequence[SourceState], now: datetime) -> ClearanceRow:
    first = group[0]
    sources = [names.source(state.source) for state in group if state.source]
    office = names.short_office(item.office)
    joined = names.join(sources)
    where = names.texts("explain.office_sources", office=office, sources=joined) if sources else office
    everywhere = len(group) == len(item.sources) and len(group) > 2
    short = names.texts("explain.sources_all", count=len(group)) if everywhere else joined
    oldest = min((state.as_of for state in group if state.as_of), default=None)
    return ClearanceRow(
        item=item.code,
        name=names.item(item.code),
        short=names.item(item.code, part="short"),
        office=item.office,
        where=where,
        where_short=short or office,
        state=first.code,
        word=names.state(first.code),
        age=names.texts.age(now - oldest) if oldest else names.texts("explain.no_data"),
        settled=first.state in SETTLED,
        age_short=names.texts.age(now - oldest, short=True) if oldest else "",
    )
