# SPDX-License-Identifier: GPL-3.0-or-later
"""Which confirmations by telephone a verdict rests on: exactly those without which it would say that nobody knows."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.facts import ItemState, Mode, PhoneConfirmation
from desk_app.domain.policy import Policy
from desk_app.domain.records import Dossier, Graduate, ItemRecord
from desk_app.domain.visit import Found, OpenCase, Visit
from desk_app.services.clearance.relied_on import item_in_both, relied_on
from desk_app.services.decision import DeskRules, decided_case
from tests.examples import examples
from tests.services.conftest import TEN
from tests.shipped_rules import shipped_library

POLICY = shipped_library().load("ntnu-113-2")
SOURCES = tuple(
    (item.code, source) for item in POLICY.clearance if not item.closed_by_release for source in item.source_keys
)
WORDS = tuple(
    PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", TEN + timedelta(hours=hours))
    for hours in (-1, -24, 1)
)

records = st.builds(
    ItemRecord,
    state=st.sampled_from(ItemState),
    as_of=st.sampled_from([TEN - timedelta(minutes=2), TEN - timedelta(days=90)]),
    confirmed=st.sampled_from([WORDS[0], *WORDS, None]),
    item=st.just(""),
    source=st.just(""),
)


@st.composite
def graduates(draw: st.DrawFn) -> tuple[Policy, tuple[ItemRecord, ...]]:
    """Give what is known of some items, under rules in which some only advise."""
    keys = draw(st.lists(st.sampled_from(SOURCES), unique=True, min_size=1, max_size=6))
    items = tuple(dataclasses.replace(draw(records), item=item, source=source) for item, source in keys)
    advised = {code for code, _source in draw(st.sets(st.sampled_from(keys), max_size=len(keys)))}
    rules = tuple(
        dataclasses.replace(one, blocking=one.blocking and one.code not in advised) for one in POLICY.clearance
    )
    return dataclasses.replace(POLICY, clearance=rules), items


def decided(policy: Policy, items: tuple[ItemRecord, ...], mode: Mode) -> OpenCase:
    graduate = Graduate("41020901L", "王測一", "CHU")
    visit = Visit("v", Found.NUMBER, graduate.number, TEN, mode)
    return decided_case(DeskRules(policy, "MAIN"), visit, Dossier(graduate, items=items), TEN)


def unknown(case: OpenCase, code: str) -> bool:
    return f"ITEM_UNKNOWN:{code}" in {str(reason) for reason in case.verdict.reasons}


@given(graduates(), st.sampled_from(Mode))
@settings(max_examples=examples(60))
def test_exactly_what_nobody_would_know_otherwise_is_relied_on(
    known: tuple[Policy, tuple[ItemRecord, ...]], mode: Mode
) -> None:
    policy, items = known
    case = decided(policy, items, mode)
    named = relied_on(policy, case)
    for place, record in enumerate(items):
        code = f"{record.item}.{record.source}" if record.source else record.item
        without = (*items[:place], dataclasses.replace(record, confirmed=None), *items[place + 1 :])
        needed = unknown(decided(policy, without, mode), code) and not unknown(case, code)
        assert (code in named) is needed, code
    assert len(set(named)) == len(named) <= len(items)


def test_the_examples_hold_words_that_count_and_words_that_do_not() -> None:
    books = ItemRecord("LIB_BOOKS", "NTU", ItemState.UNKNOWN, TEN)
    named = [
        relied_on(POLICY, decided(POLICY, (dataclasses.replace(books, confirmed=word),), Mode.IN_PERSON))
        for word in WORDS
    ]
    assert named == [("LIB_BOOKS.NTU",), (), ()]


def test_what_only_advises_is_not_relied_on() -> None:
    books = ItemRecord("LIB_BOOKS", "NTU", ItemState.UNKNOWN, TEN, confirmed=WORDS[0])
    rules = tuple(dataclasses.replace(one, blocking=False) for one in POLICY.clearance)
    advising = dataclasses.replace(POLICY, clearance=rules)
    assert relied_on(advising, decided(advising, (books,), Mode.IN_PERSON)) == ()


def test_an_item_is_named_in_both_languages_also_one_that_the_rules_lost() -> None:
    at = datetime(2025, 6, 3, tzinfo=TEN.tzinfo)
    books = item_in_both(POLICY, "LIB_BOOKS.NTU", at)
    assert books.zh == "臺大圖書館圖書"
    assert "NTU" in books.en
    assert item_in_both(POLICY, "GONE_ITEM", at).en == "Gone item"
