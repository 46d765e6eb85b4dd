# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries of clearance data: seen as a whole or not at all, at every step, while the desks go on handing over."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from desk_app.domain.errors import ImportRefusedError, StoreError
from desk_app.domain.facts import ItemState
from desk_app.domain.records import ItemRecord
from desk_app.services.store_port import Ledger
from desk_app.storage.clearance import intake
from desk_app.storage.ledger import Transaction
from desk_app.storage.store import DeskStore, verify_audit
from tests.storage.conftest import OpenStore
from tests.storage.desk_process import numbers
from tests.storage.samples import LIN, NOW, WANG, event, fill_roster, hand_over, item

CODES = ("GA_FEES", "GA_GOWN", "LIB_BOOKS")
LONGEST_WAIT_S = 0.3


def delivered(state: ItemState, turn: int = 0) -> list[tuple[str, ItemRecord]]:
    return [
        (number, item(code, state=state, as_of=NOW + timedelta(minutes=turn), note=f"{number} {code}"))
        for number in (LIN, WANG)
        for code in CODES
    ]


def states(store: DeskStore) -> set[ItemState]:
    with store.read() as records:
        found = [record for number in (LIN, WANG) for record in records.items_of(number)]
    assert [record.note for record in found] == [f"{number} {code}" for number in (LIN, WANG) for code in CODES]
    return {record.state for record in found}


def log(ledger: Ledger, count: int) -> None:
    ledger.record(event(rows=count))


def left(store: DeskStore) -> bool:
    with store.read() as records:
        return records.deliveries_left()


@pytest.fixture
def tiny_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every slice hold the rows of one graduate."""
    for name in ("_FIRST_ROWS", "_FEWEST_ROWS", "_MOST_ROWS"):
        monkeypatch.setattr(intake, name, 2)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pauses out where nobody waits."""
    monkeypatch.setattr(DeskStore, "let_others_write", lambda _store: None)


class Dying:
    """The transactions of a desk of which all from a certain one on fail at their end, as when its machine has died."""

    def __init__(self, store: DeskStore, lives: int) -> None:
        self._write = store.write
        self._left = lives

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._write() as ledger:
            yield ledger
            self._left -= 1
            if self._left < 0:
                raise StoreError("store_lost")

    @property
    def died(self) -> bool:
        return self._left < 0


@pytest.mark.usefixtures("tiny_slices", "no_pause")
def test_a_delivery_that_breaks_off_at_any_step_counts_as_a_whole_or_not_at_all(
    opened: OpenStore, store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.take_over_items(delivered(ItemState.OPEN), NOW, log)
    desk = opened()
    outcomes = []
    for turn in itertools.count(1):
        at = NOW + timedelta(hours=2 * turn)
        dying = Dying(desk, lives=turn - 1)
        with monkeypatch.context() as broken:
            broken.setattr(desk, "write", dying.write)
            with suppress(StoreError):
                desk.take_over_items(delivered(ItemState.CLEARED, 2 * turn), at, log)
        outcomes.append(states(store))
        if not dying.died:
            break
        store.take_over_items(delivered(ItemState.OPEN, 2 * turn + 1), at + timedelta(hours=1, minutes=1), log)
        assert states(store) == {ItemState.OPEN}
        assert not left(store)
    begun = outcomes.index({ItemState.CLEARED})
    assert outcomes == [{ItemState.OPEN}] * begun + [{ItemState.CLEARED}] * (len(outcomes) - begun)
    assert begun > 3
    assert len(outcomes) - begun > 3
    assert verify_audit(store) is None


def test_a_delivery_refused_at_its_end_leaves_nothing(store: DeskStore) -> None:
    def refuse(_ledger: Ledger, _count: int) -> None:
        raise ImportRefusedError(file="items.csv", problems=())

    with pytest.raises(ImportRefusedError):
        store.take_over_items(delivered(ItemState.CLEARED), NOW, refuse)
    with store.read() as records:
        assert records.items_of(WANG) == ()
        assert records.clearance_as_of() is None
    assert not left(store)


def test_older_data_never_replace_newer_ones_and_of_those_as_old_the_later_delivery_counts(store: DeskStore) -> None:
    store.take_over_items(delivered(ItemState.OPEN, 1), NOW, log)
    store.take_over_items(delivered(ItemState.CLEARED, 0), NOW, log)
    assert states(store) == {ItemState.OPEN}
    store.take_over_items(delivered(ItemState.CLEARED, 1), NOW, log)
    assert states(store) == {ItemState.CLEARED}
    twice = [*delivered(ItemState.OPEN, 2), *delivered(ItemState.CLEARED, 3), *delivered(ItemState.OPEN, 2)]
    assert store.take_over_items(twice, NOW, log) == len(CODES) * 2
    assert states(store) == {ItemState.CLEARED}
    with store.read() as records:
        assert records.clearance_as_of() == NOW + timedelta(minutes=3)


def test_what_counts_and_has_not_found_its_place_is_what_is_seen(store: DeskStore) -> None:
    store.take_over_items(delivered(ItemState.OPEN), NOW, log)
    with store.write() as ledger:
        first, second = ledger.begin_delivery(NOW), ledger.begin_delivery(NOW)
        ledger.add_items(first, delivered(ItemState.NOT_APPLICABLE))
        ledger.add_items(second, delivered(ItemState.CLEARED))
        assert {record.state for record in ledger.items_of(WANG)} == {ItemState.OPEN}
        ledger.let_items_count(second, NOW)
        assert {record.state for record in ledger.items_of(WANG)} == {ItemState.CLEARED}
        ledger.let_items_count(first, NOW)
        assert {record.state for record in ledger.items_of(WANG)} == {ItemState.NOT_APPLICABLE}
        while ledger.settle(1) is not None:
            assert {record.state for record in ledger.items_of(LIN)} == {ItemState.NOT_APPLICABLE}
    assert states(store) == {ItemState.NOT_APPLICABLE}


def test_a_desk_that_was_taken_for_dead_cannot_go_on(store: DeskStore) -> None:
    with store.write() as ledger:
        delivery = ledger.begin_delivery(NOW)
        ledger.give_up(NOW + timedelta(minutes=1))
        with pytest.raises(StoreError) as refused:
            ledger.add_items(delivery, delivered(ItemState.CLEARED))
        assert refused.value.code == "store_delivery_gone"
        with pytest.raises(StoreError):
            ledger.let_items_count(delivery, NOW)


def test_progress_goes_up_to_the_end(store: DeskStore) -> None:
    told: list[tuple[int, int]] = []
    store.take_over_items(delivered(ItemState.OPEN), NOW, log, lambda done, steps: told.append((done, steps)))
    assert told == sorted(told)
    assert told[-1] == (12, 12)


@pytest.mark.slow
def test_no_release_waits_for_a_delivery(store: DeskStore, opened: OpenStore) -> None:
    wanted = numbers(2000)
    fill_roster(store, wanted)
    rows = [(number, item(code)) for number in wanted for code in ("A", "B", "C", "D", "E", "F", "G", "H")]
    office = threading.Thread(target=opened().take_over_items, args=(rows, NOW, log))
    office.start()
    waits = []
    for index in itertools.count():
        begin = time.perf_counter()
        with store.write() as ledger:
            hand_over(ledger, wanted[index], f"key-{index}")
        waits.append(time.perf_counter() - begin)
        store.let_others_write()  # no clerk is as fast as that with the next visitor
        if not office.is_alive():
            break
    office.join()
    assert len(waits) > 5
    assert max(waits) < LONGEST_WAIT_S
    with store.read() as records:
        assert len(records.items_of(wanted[-1])) == 8
