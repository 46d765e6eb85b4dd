# SPDX-License-Identifier: GPL-3.0-or-later
"""What every reader backend must keep; each rig of the conftest runs through all of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from hardware import apdu
from hardware.api import CardPresented, CardRemoved, ReaderArrived, ReaderEvent, ServiceUp
from hardware.errors import CardGoneError, NoReaderError, ReaderError
from hardware.simulated.reader import SimulatedCard

if TYPE_CHECKING:
    from tests.hardware.conftest import Rig, Told

MakeCard = Callable[..., SimulatedCard]


def _presented(events: list[ReaderEvent]) -> list[CardPresented]:
    return [event for event in events if isinstance(event, CardPresented)]


def test_it_tells_the_service_then_the_reader(rig: Rig, told: Told) -> None:
    rig.backend.start(told)
    assert rig.settle()
    assert told.events == [ServiceUp(), ReaderArrived(rig.reader)]


def test_a_card_that_lies_there_already_is_presented(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.present(make_card())
    rig.backend.start(told)
    assert rig.settle()
    assert len(_presented(told.events)) == 1


def test_all_events_come_on_one_thread_that_is_not_the_callers(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card())
    assert rig.settle()
    assert len(told.threads) == 1
    assert threading.get_ident() not in told.threads


def test_removal_names_the_generation_that_left(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card())
    rig.settle()
    rig.remove()
    rig.settle()
    (presented,) = _presented(told.events)
    assert told.events[-1] == CardRemoved(rig.reader, presented.generation)


def test_every_insertion_has_a_greater_generation_even_of_the_same_card(
    rig: Rig, told: Told, make_card: MakeCard
) -> None:
    rig.backend.start(told)
    card = make_card()
    for _ in range(3):
        rig.present(card)
        rig.settle()
        rig.remove()
        rig.settle()
    generations = [event.generation for event in _presented(told.events)]
    assert generations == sorted(set(generations))
    assert len(generations) == 3


def test_a_swap_between_equal_answers_to_reset_is_seen(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card("04112233445566"))
    rig.settle()
    rig.swap(make_card("04AABBCCDDEEFF"))
    rig.settle()
    first, second = _presented(told.events)
    assert first.atr == second.atr
    assert told.events[-2:] == [CardRemoved(rig.reader, first.generation), second]


def test_a_swap_while_the_listener_is_busy_is_not_missed(rig: Rig, told: Told, make_card: MakeCard) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def slow_listener(event: ReaderEvent) -> None:
        told(event)
        if isinstance(event, CardPresented) and not busy.is_set():
            busy.set()
            go_on.wait(5)

    rig.backend.start(slow_listener)
    rig.present(make_card("04112233445566"))
    assert busy.wait(5)
    rig.swap(make_card("04AABBCCDDEEFF"))
    go_on.set()
    rig.settle()
    assert len(_presented(told.events)) == 2


class Visit:
    """Does something with the first card, where cards are read: on the reader's own thread; keeps what came of it."""

    def __init__(self, told: Told, work: Callable[[CardPresented], object]) -> None:
        self._told = told
        self._work = work
        self.outcomes: list[object] = []

    def __call__(self, event: ReaderEvent) -> None:
        self._told(event)
        if isinstance(event, CardPresented) and not self.outcomes:
            try:
                self.outcomes.append(self._work(event))
            except ReaderError as fault:
                self.outcomes.append(type(fault))


def _visit(rig: Rig, told: Told, card: SimulatedCard, work: Callable[[CardPresented], object]) -> object:
    """Lay a card on, work with it, and give what came of it once all is told."""
    visit = Visit(told, work)
    rig.backend.start(visit)
    rig.present(card)
    assert rig.settle()
    (outcome,) = visit.outcomes
    return outcome


def test_the_transport_speaks_to_the_presented_card(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def ask(event: CardPresented) -> object:
        transport = rig.backend.open(event.reader, event.generation)
        answer = transport.transmit(apdu.GET_UID)
        transport.close()
        transport.close()
        return transport.atr == event.atr, answer

    answered = _visit(rig, told, make_card("04AABBCCDDEEFF"), ask)
    assert answered == (True, (bytes.fromhex("04AABBCCDDEEFF"), apdu.SW_OK))


def test_the_event_counter_moves_with_every_change(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def count(event: CardPresented) -> object:
        transport = rig.backend.open(event.reader, event.generation)
        before = transport.event_count
        still = transport.event_count
        rig.swap(make_card())
        return before == still, transport.event_count == before

    assert _visit(rig, told, make_card(), count) == (True, False)


def test_a_transport_never_reaches_the_next_card(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def ask_three_times(event: CardPresented) -> object:
        transport = rig.backend.open(event.reader, event.generation)
        rig.swap(make_card("04AABBCCDDEEFF"))
        faults = [_fault_of(lambda: transport.transmit(apdu.GET_UID)) for _ in range(3)]
        transport.close()
        return faults

    assert _visit(rig, told, make_card("04112233445566"), ask_three_times) == [CardGoneError] * 3


def test_a_read_under_way_never_reaches_the_next_card(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def ask_before_and_after(event: CardPresented) -> object:
        transport = rig.backend.open(event.reader, event.generation)
        transport.transmit(apdu.GET_UID)
        rig.swap(make_card("04AABBCCDDEEFF"))
        faults = [_fault_of(lambda: transport.transmit(apdu.GET_UID)) for _ in range(3)]
        transport.close()
        return faults

    assert _visit(rig, told, make_card("04112233445566"), ask_before_and_after) == [CardGoneError] * 3


def test_a_closed_transport_answers_no_more(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def ask_after_closing(event: CardPresented) -> object:
        transport = rig.backend.open(event.reader, event.generation)
        transport.close()
        return transport.transmit(apdu.GET_UID)

    assert _visit(rig, told, make_card(), ask_after_closing) is CardGoneError


def test_a_card_that_is_gone_cannot_be_opened(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def take_off(event: CardPresented) -> object:
        rig.remove()
        return rig.backend.open(event.reader, event.generation)

    assert _visit(rig, told, make_card(), take_off) is CardGoneError


def test_an_old_generation_does_not_open_the_next_card(rig: Rig, told: Told, make_card: MakeCard) -> None:
    def swap(event: CardPresented) -> object:
        rig.swap(make_card("04AABBCCDDEEFF"))
        return rig.backend.open(event.reader, event.generation)

    assert _visit(rig, told, make_card("04112233445566"), swap) is CardGoneError


def test_another_readers_card_cannot_be_opened(rig: Rig, told: Told, make_card: MakeCard) -> None:
    outcome = _visit(rig, told, make_card(), lambda event: rig.backend.open("some other reader", event.generation))
    assert outcome is NoReaderError


def _fault_of(work: Callable[[], object]) -> type[ReaderError] | None:
    try:
        work()
    except ReaderError as fault:
        return type(fault)
    return None


def test_after_the_stop_nothing_is_told_and_no_thread_is_left(rig: Rig, told: Told, make_card: MakeCard) -> None:
    before = threading.active_count()
    rig.backend.start(told)
    rig.settle()
    began = time.monotonic()
    rig.backend.stop()
    rig.backend.stop()
    assert time.monotonic() - began < 1  # tests/bench says how fast it really is
    assert threading.active_count() == before
    count = len(told.events)
    rig.present(make_card())
    assert len(told.events) == count


def test_the_watch_can_begin_again(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.settle()
    rig.backend.stop()
    rig.backend.start(told)
    rig.present(make_card())
    rig.settle()
    assert told.events.count(ServiceUp()) == 2
    assert len(_presented(told.events)) == 1


def test_the_watch_can_be_ended_from_its_own_thread(rig: Rig, told: Told) -> None:
    def listener(event: ReaderEvent) -> None:
        told(event)
        rig.backend.stop()

    rig.backend.start(listener)
    rig.backend.stop()
    assert len(told.events) <= 2
