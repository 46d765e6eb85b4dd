# SPDX-License-Identifier: GPL-3.0-or-later
"""When a certificate must never be handed over, under all four packs, from visits in which nearly everything is in order."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from desk_app.domain.engine import decide
from desk_app.domain.engine.routing import counter_for
from desk_app.domain.facts import (
    CardGeneration,
    EvidenceCode,
    EvidenceFact,
    Facts,
    HistoryFact,
    HistoryKind,
    ItemFact,
    ItemState,
    LetterFacts,
    LossReport,
    Mode,
    OverrideFact,
    Request,
    StockState,
)
from desk_app.domain.policy import CardCondition, ClearanceItem, EvidenceRule, Phase, Policy
from desk_app.domain.verdict import ReasonCode
from tests.domain.visits import POLICIES, READY, TAIPEI, empowered, nearly_ready, overrides
from tests.examples import examples

PACKS = {policy.edition.pack: policy for policy in POLICIES}
EVERY_PACK = pytest.mark.parametrize("pack", sorted(PACKS))
# Weekdays off that fall into the weeks looked at (F40), apart from the packs' own calendar.
DAYS_OFF = {date(2024, 6, 10), date(2025, 1, 1), date(2025, 5, 30)}
UNSATISFIED = [ItemState.OPEN, ItemState.PENDING, ItemState.UNKNOWN]


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_everything_in_order_is_released(pack: str) -> None:
    assert decide(PACKS[pack], READY[pack]).code.releases


@pytest.mark.slow
def test_the_visits_looked_at_are_often_released() -> None:
    """Without releases among them the properties below would prove nothing."""
    released: Counter[str] = Counter()
    seen: Counter[str] = Counter()

    @settings(max_examples=400, derandomize=True, database=None)
    @given(nearly_ready())
    def count(visit: tuple[Policy, Facts]) -> None:
        policy, facts = visit
        seen[policy.edition.pack] += 1
        released[policy.edition.pack] += decide(policy, facts).code.releases

    count()
    assert all(released[pack] > seen[pack] / 5 for pack in PACKS), (released, seen)


@settings(max_examples=examples(300))
@given(nearly_ready(), st.lists(overrides, max_size=2))
def test_what_is_released_is_in_order(visit: tuple[Policy, Facts], decided: list[OverrideFact]) -> None:
    policy, facts = visit
    facts = dataclasses.replace(facts, overrides=tuple(decided))
    verdict = decide(policy, facts)
    event(f"{policy.edition.pack}: {verdict.code}")
    assert verdict.code.releases is not bool(verdict.reasons)
    if not verdict.code.releases:
        return
    assert facts.request is Request.PICKUP
    assert facts.student.known
    assert (verdict.missing_evidence, verdict.send_to, verdict.next_opening) == ((), None, None)
    assert not _stands(facts)
    assert abs(facts.clock_skew_seconds) <= 120
    assert all(
        facts.stock.get(one.code, StockState.IN_BOX) is StockState.IN_BOX
        for one in policy.documents
        if one.code == "DEGREE_CERTIFICATE"
    )
    for item in policy.clearance:
        if item.blocking and item.applies_to_all and not item.closed_by_release:
            for source in item.source_keys:
                assert _is_settled(facts, facts.items.get(item.code, {}).get(source, ItemFact()))
    assert any(_has_all(policy, facts, rule) for rule in policy.evidence) or any(
        one.reason == "NO_EVIDENCE_RULE" for one in facts.overrides
    )


def _stands(facts: Facts) -> bool:
    past = sorted((one for one in facts.history if one.at <= facts.at), key=lambda one: one.at.timestamp())
    return bool(past) and past[-1].event is HistoryKind.RELEASE


def _is_settled(facts: Facts, fact: ItemFact) -> bool:
    """Tell, apart from the engine, whether a datum lets a certificate go."""
    today = facts.at.astimezone(TAIPEI).date()
    fresh = fact.as_of is None or timedelta(0) <= facts.at - fact.as_of < timedelta(hours=24)
    if fact.state in (ItemState.CLEARED, ItemState.NOT_APPLICABLE) and fresh:
        return True
    if fact.state in (ItemState.OPEN, ItemState.PENDING) or fact.confirmed is None:
        return False
    return fact.confirmed.at <= facts.at and fact.confirmed.at.astimezone(TAIPEI).date() == today


def _has_all(policy: Policy, facts: Facts, rule: EvidenceRule) -> bool:
    """Tell, apart from the engine, whether a rule is meant for the visit and everything that it needs is there."""
    today, closed = (
        facts.at.astimezone(TAIPEI).date(),
        policy.lost_card.portal_closed_from if policy.lost_card else date.max,
    )
    phase = Phase.BEFORE if today < closed else Phase.AFTER if today > closed else Phase.BOUNDARY
    meant = rule.mode is facts.mode and rule.card is not (CardCondition.HELD if facts.card.lost else CardCondition.LOST)
    return (
        meant
        and (rule.phase is None or phase in rule.phase)
        and all(any(_shows(policy, facts, part) for part in element.split("|")) for element in rule.need)
    )


def _shows(policy: Policy, facts: Facts, code: str) -> bool:
    card, letter, closed = facts.card, facts.letter, policy.lost_card
    if code == "GRAD_CARD":
        return not card.lost and card.presented is not False and card.generation in policy.identity.card_generations
    if code == "LOSS_REPORT":
        made = card.report.at if card.report else datetime.max.replace(tzinfo=TAIPEI)
        return made <= facts.at and (closed is None or made.astimezone(TAIPEI).date() <= closed.portal_closed_from)
    if code == "LETTER":
        return facts.mode is Mode.BY_PROXY and letter is not None and letter.presented
    return any(
        one.code == code
        and (code not in {"PROXY_ID", "GRAD_PHOTO_ID"} or (one.original and one.photo and not one.expired))
        and (code != "LEAVING_FORM" or one.surrendered)
        for one in facts.evidence
    )


def _blocking(policy: Policy) -> list[ClearanceItem]:
    return [item for item in policy.clearance if item.blocking and not item.closed_by_release]


def _meant_for(facts: Facts, item: ClearanceItem) -> Facts:
    """Make an item that is meant for a group one of this graduate."""
    if item.applies_to_all:
        return facts
    groups = facts.student.groups | {min(item.applies_to)}
    return dataclasses.replace(facts, student=dataclasses.replace(facts.student, groups=groups, entry_ay=100))


@given(visit=nearly_ready(), data=st.data(), state=st.sampled_from(UNSATISFIED))
def test_never_while_a_blocking_item_is_open_pending_or_unknown(
    visit: tuple[Policy, Facts], data: st.DataObject, state: ItemState
) -> None:
    policy, facts = visit
    item = data.draw(st.sampled_from(_blocking(policy)))
    source = data.draw(st.sampled_from(item.source_keys))
    datum = ItemFact(state=state, window_closed=data.draw(st.booleans()))
    blocked = dataclasses.replace(_meant_for(facts, item), items={item.code: {source: datum}})
    verdict = decide(policy, blocked)
    assert not verdict.code.releases
    insisted = dataclasses.replace(blocked, overrides=tuple(empowered(str(reason)) for reason in verdict.reasons))
    assert not decide(policy, insisted).code.releases


@EVERY_PACK
@given(data=st.data(), state=st.sampled_from(UNSATISFIED))
def test_an_unsatisfied_item_is_the_only_reason(pack: str, data: st.DataObject, state: ItemState) -> None:
    policy = PACKS[pack]
    item = data.draw(st.sampled_from(_blocking(policy)))
    source = data.draw(st.sampled_from(item.source_keys))
    facts = dataclasses.replace(_meant_for(READY[pack], item), items={item.code: {source: ItemFact(state=state)}})
    reasons = [str(reason) for reason in decide(policy, facts).reasons]
    assert reasons == [f"ITEM_{state.value}:{item.code}" + (f".{source}" if source else "")]


@EVERY_PACK
@given(data=st.data(), seconds=st.one_of(st.integers(24 * 3600, 10**8), st.integers(-(10**8), -1)))
def test_never_on_data_that_are_a_day_old_or_of_the_future(pack: str, data: st.DataObject, seconds: int) -> None:
    policy = PACKS[pack]
    item = data.draw(st.sampled_from(_blocking(policy)))
    source = data.draw(st.sampled_from(item.source_keys))
    state = data.draw(st.sampled_from([ItemState.CLEARED, ItemState.NOT_APPLICABLE]))
    facts = _meant_for(READY[pack], item)
    stale = ItemFact(state=state, as_of=facts.at - timedelta(seconds=seconds))
    verdict = decide(policy, dataclasses.replace(facts, items={item.code: {source: stale}}))
    assert [reason.code for reason in verdict.reasons] == [ReasonCode.ITEM_UNKNOWN]


@EVERY_PACK
@given(data=st.data(), seconds=st.integers(0, 24 * 3600 - 1))
def test_younger_data_are_fresh(pack: str, data: st.DataObject, seconds: int) -> None:
    policy = PACKS[pack]
    item = data.draw(st.sampled_from(_blocking(policy)))
    facts = _meant_for(READY[pack], item)
    fresh = ItemFact(as_of=facts.at - timedelta(seconds=seconds))
    items = {item.code: dict.fromkeys(item.source_keys, fresh)}
    assert decide(policy, dataclasses.replace(facts, items=items)).code.releases


@given(nearly_ready(), st.sampled_from(["MAIN", "GONGGUAN", "SCHOOL", "NOWHERE"]))
def test_never_at_the_wrong_counter(visit: tuple[Policy, Facts], counter: str) -> None:
    policy, facts = visit
    here = dataclasses.replace(facts, counter=counter)
    right = counter_for(policy, facts.student.unit, facts.student.college)
    verdict = decide(policy, here)
    insisted = dataclasses.replace(here, overrides=tuple(empowered(str(reason)) for reason in verdict.reasons))
    if right not in (None, counter):
        assert not verdict.code.releases
        assert not decide(policy, insisted).code.releases


@EVERY_PACK
@pytest.mark.parametrize("counter", ["MAIN", "GONGGUAN", "SCHOOL"])
def test_the_wrong_counter_names_the_right_one(pack: str, counter: str) -> None:
    ready = READY[pack]
    verdict = decide(PACKS[pack], dataclasses.replace(ready, counter=counter))
    assert verdict.code.releases is (counter == ready.counter)
    assert verdict.send_to == (None if counter == ready.counter else ready.counter)


def _serves(pack: str, at: datetime) -> bool:
    """Tell the hours apart from the packs: those of the sources."""
    if pack == "wmu-2017":
        return at.date() == date(2017, 6, 30) and time(8, 30) <= at.time() < time(16)
    first = {"ntnu-112-2": date(2024, 6, 3), "ntnu-113-1": date(2024, 12, 16), "ntnu-113-2": date(2025, 6, 2)}[pack]
    if at.date() < first or at.weekday() > 4 or at.date() in DAYS_OFF:
        return False
    return time(8, 30) <= at.time() < time(12) or time(13, 30) <= at.time() < time(17)


@EVERY_PACK
@given(seconds=st.integers(-9 * 24 * 3600, 9 * 24 * 3600))
def test_released_within_the_hours_and_never_outside_them(pack: str, seconds: int) -> None:
    ready = READY[pack]
    at = ready.at + timedelta(seconds=seconds)
    assert decide(PACKS[pack], dataclasses.replace(ready, at=at)).code.releases is _serves(pack, at)


@given(nearly_ready(), st.integers(0, 10**7))
def test_never_twice(visit: tuple[Policy, Facts], seconds: int) -> None:
    policy, facts = visit
    before = HistoryFact(HistoryKind.RELEASE, facts.at - timedelta(seconds=seconds))
    earlier = tuple(one for one in facts.history if one.at < before.at)
    again = dataclasses.replace(facts, history=(*earlier, before))
    verdict = decide(policy, again)
    insisted = dataclasses.replace(again, overrides=tuple(empowered(str(reason)) for reason in verdict.reasons))
    assert not verdict.code.releases
    assert not decide(policy, insisted).code.releases


def _satisfying(ready: Facts, policy: Policy, rule: EvidenceRule) -> Facts:
    """Give a visit that one rule is meant for, with everything that it needs on the desk."""
    phase = min(rule.phase) if rule.phase else Phase.BEFORE
    at = ready.at
    if policy.lost_card is not None and phase is not Phase.BEFORE:
        days = 0 if phase is Phase.BOUNDARY else 4
        at = datetime.combine(policy.lost_card.portal_closed_from + timedelta(days=days), time(10), TAIPEI)
    lost = rule.card is CardCondition.LOST
    reported = any("LOSS_REPORT" in element for element in rule.need)
    shown = (EvidenceFact(EvidenceCode(element.partition("|")[0])) for element in rule.need)
    return dataclasses.replace(
        ready,
        at=at,
        mode=rule.mode,
        student=dataclasses.replace(ready.student, has_national_id=rule.national_id),
        card=dataclasses.replace(
            ready.card, generation=CardGeneration.FOUR_K, lost=lost, report=LossReport(ready.at) if reported else None
        ),
        letter=LetterFacts() if rule.mode is Mode.BY_PROXY else None,
        evidence=tuple(shown),
    )


RULES = [(pack, rule.key) for pack in sorted(PACKS) for rule in PACKS[pack].evidence]


@pytest.mark.parametrize(("pack", "key"), RULES)
def test_never_with_evidence_missing(pack: str, key: str) -> None:
    policy = PACKS[pack]
    rule = next(one for one in policy.evidence if one.key == key)
    complete = _satisfying(READY[pack], policy, rule)
    # What a rule leaves to the supervisor, and a boundary day on which the desk is closed, are decided by them.
    decided = tuple(empowered(str(one)) for one in decide(policy, complete).reasons)
    complete = dataclasses.replace(complete, overrides=decided)
    verdict = decide(policy, complete)
    assert verdict.code.releases, verdict.reasons
    assert verdict.needed_evidence == rule.need
    for element in rule.need:
        verdict = decide(policy, _without(complete, element))
        assert not verdict.code.releases
        assert ReasonCode.MISSING in [reason.code for reason in verdict.reasons]
        insisted = dataclasses.replace(
            _without(complete, element), overrides=(*decided, *(empowered(str(one)) for one in verdict.reasons))
        )
        assert not decide(policy, insisted).code.releases


def _without(facts: Facts, element: str) -> Facts:
    """Take one needed thing from the desk."""
    if element == "GRAD_CARD":
        return dataclasses.replace(facts, card=dataclasses.replace(facts.card, presented=False))
    if element == "LOSS_REPORT":
        return dataclasses.replace(facts, card=dataclasses.replace(facts.card, report=None))
    if element == "LETTER":
        return dataclasses.replace(facts, letter=None)
    kept = tuple(one for one in facts.evidence if one.code.value not in element.split("|"))
    return dataclasses.replace(facts, evidence=kept)


@given(nearly_ready())
def test_never_to_whom_nobody_knows(visit: tuple[Policy, Facts]) -> None:
    policy, facts = visit
    unknown = dataclasses.replace(facts, student=dataclasses.replace(facts.student, known=False))
    verdict = decide(policy, unknown)
    insisted = dataclasses.replace(unknown, overrides=tuple(empowered(str(reason)) for reason in verdict.reasons))
    assert not verdict.code.releases
    assert not decide(policy, insisted).code.releases
