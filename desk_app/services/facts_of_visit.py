# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns what the store and the clerk know into the facts that the engine looks at.

What no file has delivered is ``UNKNOWN`` here, never cleared: the defaults of the case format are not those of a desk.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from desk_app.domain.engine.routing import counter_for
from desk_app.domain.facts import (
    CardFacts,
    CardGeneration,
    Closure,
    Facts,
    HistoryFact,
    HistoryKind,
    ItemFact,
    ItemState,
    LetterFacts,
    Level,
    StockState,
    StudentFacts,
)
from desk_app.domain.policy import ClearanceItem, DocumentRule, Policy
from desk_app.domain.records import NEVER_DELIVERED, CardRecord, CardState, Dossier, Graduate, Holding, ItemRecord
from desk_app.domain.student_number import read_student_number
from desk_app.domain.visit import Found, Visit

_DEAD_CARD = frozenset({CardState.LOST, CardState.REVOKED})


def facts_of_visit(
    policy: Policy,
    counter: str,
    visit: Visit,
    dossier: Dossier | None,
    now: datetime,
    closures: tuple[Closure, ...] = (),
) -> Facts:
    """Give the facts of a visit at a counter and an aware instant; ``dossier`` is ``None`` for an unknown number.

    ``closures`` are those announced beside the policy's own.
    """
    facts = Facts(
        at=now,
        counter=counter,
        started_at=min(visit.started_at, now),
        closures=closures,
        mode=visit.mode,
        id_number_typed=visit.id_number_typed,
        letter=_letter(visit),
        proxy_graduates_today=visit.proxy.graduates_today if visit.proxy else 1,
        evidence=visit.evidence,
        flags=visit.flags,
        overrides=visit.overrides,
    )
    if dossier is None:
        return dataclasses.replace(facts, student=StudentFacts(number=visit.typed, known=False))
    return dataclasses.replace(
        facts,
        student=_student(dossier.graduate, visit),
        items=_items(policy, dossier),
        stock=_stock(policy, dossier),
        card=_card(visit, dossier),
        history=_history(dossier),
    )


def documents_of(policy: Policy, dossier: Dossier) -> tuple[DocumentRule, ...]:
    """Give the documents that are handed over to this graduate's level, in policy order."""
    level = level_of(policy, dossier.graduate)
    return tuple(sorted((rule for rule in policy.documents if level in rule.levels), key=lambda rule: rule.order))


def level_of(policy: Policy, graduate: Graduate) -> Level:
    """Give the record's level, else the one that the number shows, else bachelor."""
    if graduate.level is not None:
        return graduate.level
    number = read_student_number(policy.student_no, graduate.number)
    return (number.level if number else None) or Level.BACHELOR


def holding_of(dossier: Dossier, document: str) -> Holding | None:
    """Give the printed document of a code; one that lies in a box goes before a spoilt or missing one."""
    held = [holding for holding in dossier.holdings if holding.document == document]
    return min(held, key=lambda holding: holding.state is not StockState.IN_BOX, default=None)


def card_of(dossier: Dossier, uid: str) -> CardRecord | None:
    """Give the card of a UID, or without one the card in force, else the last card of the roster."""
    if uid:
        return next((card for card in dossier.cards if card.uid == uid), None)
    in_force = [card for card in dossier.cards if card.state not in _DEAD_CARD]
    candidates = in_force or list(dossier.cards)
    return candidates[-1] if candidates else None


def belongs_to(dossier: Dossier | None, uid: str, number_on_card: str) -> bool:
    """Tell whether a card is one of a graduate's, by its UID and by the number that it carries."""
    if dossier is None or number_on_card not in ("", dossier.graduate.number):
        return False
    return any(card.uid == uid for card in dossier.cards)


def counts_as_shown(card: CardRecord) -> bool:
    """Tell whether a card that was read counts as the graduate's card; a lost or replaced one never does."""
    return card.state not in _DEAD_CARD


def _student(graduate: Graduate, visit: Visit) -> StudentFacts:
    return StudentFacts(
        number=visit.typed if visit.found is Found.NUMBER else graduate.number,
        name=graduate.name,
        level=graduate.level,
        unit=graduate.unit,
        college=graduate.college,
        other_units=graduate.other_units,
        entry_ay=graduate.entry_ay,
        enrolled_on=graduate.enrolled_on,
        graduation_ay=graduate.graduation_ay,
        groups=graduate.groups,
        has_national_id=graduate.has_national_id,
        procedure_started=graduate.procedure_started,
        email_on_record=graduate.email_on_record,
        overseas=graduate.overseas,
    )


def _items(policy: Policy, dossier: Dossier) -> Mapping[str, Mapping[str, ItemFact]]:
    """Name every item and source that applies; beside them only what a source has really delivered."""
    delivered = {(record.item, record.source): record for record in dossier.items}
    items: dict[str, dict[str, ItemFact]] = {}
    for item in policy.clearance:
        sources = {
            source: _item(delivered.get((item.code, source)))
            for source in item.source_keys
            if _applies(item, dossier.graduate) or (item.code, source) in delivered
        }
        quiet = {source: ItemFact(ItemState.NOT_APPLICABLE) for source in item.source_keys if source not in sources}
        items[item.code] = {**quiet, **sources}
    return items


def _applies(item: ClearanceItem, graduate: Graduate) -> bool:
    return item.applies_to_all or bool(item.applies_to & graduate.groups)


def _item(record: ItemRecord | None) -> ItemFact:
    if record is None:
        return ItemFact(ItemState.UNKNOWN)
    return ItemFact(
        state=record.state,
        as_of=None if record.as_of == NEVER_DELIVERED else record.as_of,
        window_closed=record.window_closed,
        confirmed=record.confirmed,
        certificate_date=record.certificate_date,
        detail=record.detail,
    )


def _stock(policy: Policy, dossier: Dossier) -> Mapping[str, StockState]:
    responsible = counter_for(policy, dossier.graduate.unit, dossier.graduate.college)
    return {
        document.code: _stock_state(holding_of(dossier, document.code), responsible)
        for document in documents_of(policy, dossier)
    }


def _stock_state(holding: Holding | None, responsible: str | None) -> StockState:
    """Without a row nothing was printed; a box of another counter than the responsible one is no box."""
    if holding is None:
        return StockState.NOT_PRINTED
    if holding.state is StockState.IN_BOX and responsible not in (None, holding.counter):
        return StockState.OTHER_COUNTER
    return holding.state


def _card(visit: Visit, dossier: Dossier) -> CardFacts:
    """Where every card of the roster is dead, the card is lost, whatever lies on the desk (F8); it is shown all the same."""
    card = card_of(dossier, visit.card_uid)
    read_dead = bool(visit.card_uid) and card is not None and card.state is CardState.LOST
    states = {card.state for card in dossier.cards}
    lost_in_roster = CardState.LOST in states and states <= _DEAD_CARD
    return CardFacts(
        generation=card.generation if card else CardGeneration.FOUR_K,
        lost=visit.card_lost or read_dead or lost_in_roster,
        presented=visit.card_presented or read_dead,
        activated=card is None or card.state is not CardState.NOT_ACTIVATED,
        report=dossier.graduate.loss_report,
    )


def _letter(visit: Visit) -> LetterFacts | None:
    """Take a letter whose date nobody has recorded as undated, not as written yesterday."""
    if visit.letter is None:
        return None
    day = visit.letter_date or visit.letter.date
    return dataclasses.replace(visit.letter, date=day, dated=visit.letter.dated and day is not None)


def _history(dossier: Dossier) -> tuple[HistoryFact, ...]:
    events: list[HistoryFact] = []
    for release in dossier.releases:
        events.append(HistoryFact(HistoryKind.RELEASE, release.at, release.counter))
        if release.voided_at is not None:
            events.append(HistoryFact(HistoryKind.REVERSAL, release.voided_at, release.counter))
    return tuple(events)
