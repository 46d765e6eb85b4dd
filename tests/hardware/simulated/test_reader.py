# SPDX-License-Identifier: GPL-3.0-or-later
"""What only the simulated reader can do: lose its service and its cable, and answer out of thin air."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from hardware import apdu
from hardware.api import CardPresented, CardRemoved, ReaderArrived, ReaderLeft, ServiceDown, ServiceUp
from hardware.errors import CardGoneError, ReaderError
from hardware.simulated.reader import SimulatedCard, SimulatedReader

if TYPE_CHECKING:
    from tests.hardware.conftest import Told

MakeCard = Callable[..., SimulatedCard]


def test_pulling_the_cable_takes_the_card_along(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    reader.start(told)
    reader.present(make_card())
    reader.settle()
    reader.unplug()
    reader.settle()
    assert told.events[-2:] == [CardRemoved(reader.name, 1), ReaderLeft(reader.name)]
    reader.plug_in()
    reader.settle()
    assert [type(event) for event in told.events[-2:]] == [ReaderArrived, CardPresented]
    (first, second) = told.of(CardPresented)
    assert second.generation > first.generation


def test_a_dead_service_is_told_and_recovers_by_itself(reader: SimulatedReader, told: Told) -> None:
    reader.start(told)
    reader.settle()
    reader.stop_service()
    reader.settle()
    reader.start_service()
    reader.settle()
    assert told.events[2:] == [ReaderLeft(reader.name), ServiceDown(), ServiceUp(), ReaderArrived(reader.name)]


def test_a_service_that_is_down_from_the_beginning_is_told(reader: SimulatedReader, told: Told) -> None:
    reader.stop_service()
    reader.start(told)
    reader.settle()
    assert told.events == [ServiceDown()]


def test_a_pulled_card_answers_as_real_ones_were_seen_to(
    reader: SimulatedReader, told: Told, make_card: MakeCard
) -> None:
    reader.start(told)
    reader.present(make_card())
    reader.settle()
    transport = reader.open(reader.name, 1)
    reader.remove()
    raws: list[int | None] = []
    for _ in range(3):
        with pytest.raises(CardGoneError) as caught:
            transport.transmit(apdu.GET_UID)
        raws.append(caught.value.raw)
    assert raws == [None, 0x80100016, 0x80100069]


def test_settling_gives_up_after_its_time(reader: SimulatedReader, make_card: MakeCard) -> None:
    reader.present(make_card())
    assert not reader.settle(timeout=0.0)


def test_the_hand_may_be_late_to_pull_a_card(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    reader.start(told)
    reader.present(make_card(pull_after=0))
    reader.settle()
    transport = reader.open(reader.name, 1)
    reader.swap(make_card())
    reader.settle()
    with pytest.raises(ReaderError):
        transport.transmit(apdu.GET_UID)
    reader.settle()
    assert not isinstance(told.events[-1], CardRemoved)  # the other card still lies there
