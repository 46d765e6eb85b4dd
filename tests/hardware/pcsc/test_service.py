# SPDX-License-Identifier: GPL-3.0-or-later
"""A card service that dies, stops, hangs or is late, and several readers: the watch tells it and goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hardware.api import (
    CardPresented,
    CardRemoved,
    ReadDone,
    ReaderArrived,
    ReaderLeft,
    ReadFailed,
    ServiceDown,
    ServiceUp,
)
from hardware.errors import ServiceDownError
from hardware.profile import CardProfile
from hardware.watcher import CardWatcher
from tests.hardware.conftest import Told
from tests.hardware.pcsc.conftest import KEYS, Desk, MakeCard
from tests.hardware.virtual_stack import READERS, SettlingBackend, VirtualStack, wait_for

pytestmark = pytest.mark.pcsc


@contextmanager
def killed(stack: VirtualStack) -> Iterator[None]:
    """Kill the service, and start it again at the end."""
    stack.say("kill")
    try:
        yield
    finally:
        stack.say("start")


def test_a_killed_service_is_told_and_its_return_needs_nobody(
    desk: Desk, virtual_stack: VirtualStack, make_card: MakeCard
) -> None:
    desk.watcher.start()
    assert isinstance(desk.read(make_card()), ReadDone)
    reader = desk.hand.reader
    with killed(virtual_stack):
        desk.wait_for(ServiceDown())
        generation = desk.told.of(CardPresented)[0].generation
        assert desk.told.events[-3:] == [CardRemoved(reader, generation), ReaderLeft(reader), ServiceDown()]
    assert wait_for(lambda: desk.told.events[-2:] == [ServiceUp(), ReaderArrived(reader)])
    assert isinstance(desk.read(make_card("04AABBCCDDEEFF", "41030901A")), ReadDone)
    assert desk.told.records[-1].uid == "04AABBCCDDEEFF"


def test_a_service_stopped_in_order_is_told_too(desk: Desk, virtual_stack: VirtualStack) -> None:
    desk.watcher.start()
    desk.wait_for(ReaderArrived(desk.hand.reader))
    virtual_stack.say("stop")
    try:
        desk.wait_for(ServiceDown())
    finally:
        virtual_stack.say("start")
    assert wait_for(lambda: desk.told.events[-2:] == [ServiceUp(), ReaderArrived(desk.hand.reader)])


def test_a_service_that_dies_during_a_read_gives_no_record(
    desk: Desk, virtual_stack: VirtualStack, make_card: MakeCard
) -> None:
    desk.watcher.start()
    card = make_card(delay=0.5)
    desk.hand.present(card)
    assert wait_for(lambda: card.faults.commands > 0)
    with killed(virtual_stack):
        desk.wait_for(ServiceDown())
    assert [type(event.fault) for event in desk.told.of(ReadFailed)] == [ServiceDownError]
    assert desk.told.records == []


def test_a_service_that_is_down_at_the_start_is_waited_for(desk: Desk, virtual_stack: VirtualStack) -> None:
    with killed(virtual_stack):
        desk.watcher.start()
        desk.wait_for(ServiceDown())
        assert desk.told.events == [ServiceDown()]
    desk.wait_for(ReaderArrived(desk.hand.reader))
    assert desk.told.events == [ServiceDown(), ServiceUp(), ReaderArrived(desk.hand.reader)]


def test_a_service_that_hangs_does_not_keep_the_window_from_closing(desk: Desk, virtual_stack: VirtualStack) -> None:
    desk.watcher.start()
    desk.wait_for(ReaderArrived(desk.hand.reader))
    virtual_stack.say("freeze")
    began = time.monotonic()
    try:
        desk.watcher.stop()
        assert time.monotonic() - began < 3
    finally:
        virtual_stack.say("thaw")
    assert wait_for(lambda: not [one for one in threading.enumerate() if one.name.startswith("PC/SC")])


def test_an_idle_watch_is_stopped_long_before_its_wait_ends(desk: Desk) -> None:
    took = 0.0
    for _ in range(5):
        desk.watcher.start()
        assert desk.backend.settle(desk.hand)
        began = time.monotonic()
        desk.watcher.stop()
        took += time.monotonic() - began
    assert took < 0.5  # one wait alone lasts as long; tests/bench says how fast it really is


def test_both_slots_are_watched_and_their_cards_kept_apart(
    virtual_stack: VirtualStack, profile: CardProfile, told: Told, make_card: MakeCard
) -> None:
    backend = SettlingBackend()
    watcher = CardWatcher(backend, profile, KEYS, told)
    hands = [virtual_stack.hand(slot) for slot in (0, 1)]
    hands[1].present(make_card("04AABBCCDDEEFF", "41030901A"))
    watcher.start()
    hands[0].present(make_card())
    assert backend.settle(hands[0])
    assert backend.settle(hands[1])
    hands[1].remove()
    assert backend.settle(hands[1])
    watcher.stop()
    hands[0].remove()
    assert {event.reader for event in told.of(ReaderArrived)} == set(READERS)
    first, second = told.of(CardPresented)
    assert (first.reader, second.reader) == (READERS[1], READERS[0])
    assert told.of(CardRemoved) == [CardRemoved(READERS[1], first.generation)]
    assert [record.uid for record in told.records] == ["04AABBCCDDEEFF", "04112233445566"]


def test_a_reader_is_chosen_by_a_part_of_its_name(virtual_stack: VirtualStack, told: Told, make_card: MakeCard) -> None:
    backend, hand, other = SettlingBackend("pcd 00 01"), virtual_stack.hand(1), virtual_stack.hand(0)
    backend.start(told)
    other.present(make_card())
    hand.present(make_card())
    assert backend.settle(hand)
    backend.stop()
    other.remove()
    hand.remove()
    assert told.of(ReaderArrived) == [ReaderArrived(hand.reader)]
    assert {event.reader for event in told.of(CardPresented)} == {hand.reader}
