# SPDX-License-Identifier: GPL-3.0-or-later
"""An office's word by telephone stands beside the datum: it outlives data that say nothing, and none that say no."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from desk_app.domain.facts import ItemState, PhoneConfirmation, StockState
from desk_app.domain.queue import QueueKey
from desk_app.domain.records import NEVER_DELIVERED, Holding, ItemRecord
from desk_app.services.store_port import Ledger
from desk_app.storage.store import DeskStore
from tests.storage.samples import NOW, WANG, event, fill_roster, item

pytestmark = pytest.mark.slow

WORD = PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", NOW)
BOOKS = item("LIB_BOOKS", "NTU", state=ItemState.UNKNOWN, as_of=NOW)


@pytest.fixture(autouse=True)
def _graduates(store: DeskStore) -> None:
    fill_roster(store)


def books(store: DeskStore) -> ItemRecord:
    with store.read() as records:
        return next(one for one in records.items_of(WANG) if (one.item, one.source) == ("LIB_BOOKS", "NTU"))


def recorded(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_phone_confirmation(WANG, "LIB_BOOKS", "NTU", WORD)


def log(ledger: Ledger, count: int) -> None:
    ledger.record(event(rows=count))


def delivered(store: DeskStore, state: ItemState, at: datetime, *, as_file: bool) -> None:
    newer = dataclasses.replace(BOOKS, state=state, as_of=at)
    if as_file:
        store.take_over_items([(WANG, newer)], at, log)
    else:
        with store.write() as ledger:
            ledger.put_items([(WANG, newer)])


def test_it_changes_nothing_else_of_the_datum(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.put_items([(WANG, dataclasses.replace(BOOKS, note="for the graduate"))])
    recorded(store)
    assert books(store) == dataclasses.replace(BOOKS, note="for the graduate", confirmed=WORD)


def test_it_stands_where_nothing_was_delivered_and_whatever_comes_is_newer(store: DeskStore) -> None:
    recorded(store)
    assert books(store) == item("LIB_BOOKS", "NTU", state=ItemState.UNKNOWN, as_of=NEVER_DELIVERED, confirmed=WORD)
    delivered(store, ItemState.OPEN, NOW - timedelta(days=400), as_file=False)
    assert (books(store).state, books(store).confirmed) == (ItemState.OPEN, None)


@pytest.mark.parametrize("as_file", [False, True], ids=["asked", "delivered"])
@pytest.mark.parametrize("state", ItemState)
def test_newer_data_end_it_only_when_they_say_no(store: DeskStore, state: ItemState, as_file: bool) -> None:
    with store.write() as ledger:
        ledger.put_items([(WANG, BOOKS)])
    recorded(store)
    delivered(store, state, NOW + timedelta(minutes=1), as_file=as_file)
    says_no = state in (ItemState.OPEN, ItemState.PENDING)
    assert (books(store).state, books(store).confirmed) == (state, None if says_no else WORD)
    delivered(store, ItemState.UNKNOWN, NOW + timedelta(minutes=2), as_file=as_file)
    assert books(store).confirmed == (None if says_no else WORD)


def test_it_counts_also_while_a_delivery_is_on_its_way(store: DeskStore) -> None:
    recorded(store)
    with store.write() as ledger:
        delivery = ledger.begin_delivery(NOW)
        ledger.add_items(delivery, [(WANG, BOOKS)])
        ledger.let_items_count(delivery, NOW)
    assert books(store) == dataclasses.replace(BOOKS, confirmed=WORD)


def test_the_queue_counts_each_graduate_once(store: DeskStore) -> None:
    keys = [QueueKey("LIB_BOOKS", source, NOW - timedelta(hours=24)) for source in ("NTNU", "NTU")]
    rows = [item("LIB_BOOKS", "NTNU", as_of=NOW), dataclasses.replace(BOOKS, state=ItemState.OPEN)]
    with store.write() as ledger:
        ledger.put_items([(WANG, row) for row in rows])
        for document in ("TRANSCRIPT", "DEGREE_CERTIFICATE"):
            ledger.put_holdings([Holding(f"X-{document}", WANG, document, "EAST", "E-1", StockState.IN_BOX)])
    with store.read() as records:
        (share,) = records.queue_shares("EAST", keys, NOW)
        assert records.queue_shares("WEST", keys, NOW) == ()
    assert (share.count, share.settled, share.refused) == (1, frozenset({0}), frozenset({1}))
