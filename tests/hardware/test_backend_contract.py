# SPDX-License-Identifier: GPL-3.0-or-later
"""What every reader backend must keep; each rig of the conftest runs through all of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

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


def test_the_transport_speaks_to_the_presented_card(rig: Rig, told: Told, make_card: MakeCard) -> None:
    answers: list[tuple[bytes, int]] = []

    def listener(event: ReaderEvent) -> None:
        told(event)
        if isinstance(event, CardPresented):
            transport = rig.backend.open(event.reader, event.generation)
            assert transport.atr == event.atr
            answers.append(transport.transmit(apdu.GET_UID))
            transport.close()
            transport.close()

    rig.backend.start(listener)
    rig.present(make_card("04AABBCCDDEEFF"))
    rig.settle()
    assert answers == [(bytes.fromhex("04AABBCCDDEEFF"), apdu.SW_OK)]


def test_the_event_counter_moves_with_every_change(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card())
    rig.settle()
    transport = rig.backend.open(rig.reader, _presented(told.events)[0].generation)
    before = transport.event_count
    rig.swap(make_card())
    rig.settle()
    assert transport.event_count > before


def test_a_transport_never_reaches_the_next_card(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card("04112233445566"))
    rig.settle()
    transport = rig.backend.open(rig.reader, _presented(told.events)[0].generation)
    rig.swap(make_card("04AABBCCDDEEFF"))
    rig.settle()
    for _ in range(3):
        with pytest.raises(CardGoneError):
            transport.transmit(apdu.GET_UID)


def test_a_closed_transport_answers_no_more(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card())
    rig.settle()
    transport = rig.backend.open(rig.reader, _presented(told.events)[0].generation)
    transport.close()
    with pytest.raises(ReaderError):
        transport.transmit(apdu.GET_UID)


def test_an_old_generation_cannot_be_opened(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card())
    rig.settle()
    generation = _presented(told.events)[0].generation
    rig.remove()
    rig.settle()
    with pytest.raises(CardGoneError):
        rig.backend.open(rig.reader, generation)


def test_another_readers_card_cannot_be_opened(rig: Rig, told: Told, make_card: MakeCard) -> None:
    rig.backend.start(told)
    rig.present(make_card())
    rig.settle()
    with pytest.raises(NoReaderError):
        rig.backend.open("some other reader", _presented(told.events)[0].generation)


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
