# SPDX-License-Identifier: GPL-3.0-or-later
"""The read loop: every presented card is read or its fault is told, and the watch outlives both."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from hardware.api import CardPresented, CardRemoved, ReadDone, ReadFailed
from hardware.errors import (
    AuthFailedError,
    CardBusyError,
    CardGoneError,
    CardResetError,
    ProtocolFaultError,
    ReaderError,
    ReadTimeoutError,
)
from hardware.profile import CardProfile
from hardware.simulated.faults import FaultField
from hardware.simulated.reader import SimulatedCard, SimulatedReader
from hardware.watcher import CardWatcher

if TYPE_CHECKING:
    from tests.hardware.conftest import Told

MakeCard = Callable[..., SimulatedCard]
pytestmark = pytest.mark.usefixtures("watch")

BUSY, RESET, UNKNOWN = 0x8010000B, 0x80100068, 0x80100001


def _fault(told: Told) -> ReaderError:
    (failed,) = told.of(ReadFailed)
    return failed.fault


def test_a_card_is_read_without_being_asked_for(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    reader.present(make_card())
    reader.settle()
    (presented,), (done,) = told.of(CardPresented), told.of(ReadDone)
    assert told.events[-2:] == [presented, done]
    assert done.generation == presented.generation
    assert [(record.uid, record.student_no) for record in told.records] == [("04112233445566", "41020901L")]


def test_a_card_pulled_mid_read_gives_no_record(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    reader.present(make_card(pull_after=3))
    reader.settle()
    assert isinstance(_fault(told), CardGoneError)
    assert isinstance(told.events[-1], CardRemoved)
    assert told.records == []


def test_a_pulled_card_can_be_laid_on_again(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    card = make_card(pull_after=3)
    for _ in range(2):
        reader.present(card)
        reader.settle()
    assert len(told.records) == 1


def test_a_card_that_loses_contact_at_any_command_gives_no_record(
    reader: SimulatedReader, told: Told, make_card: MakeCard
) -> None:
    for commands in range(7):
        reader.present(make_card(pull_after=commands))
        reader.settle()
    assert told.records == []
    assert len(told.of(ReadFailed)) == 7


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({"mute": True}, ReadTimeoutError),
        ({"short_at": 2}, ProtocolFaultError),
        ({"status": {0x86: 0x6300}}, AuthFailedError),
        ({"codes": {4: UNKNOWN}}, ProtocolFaultError),
    ],
)
def test_faults_are_told_by_name(
    faults: dict[str, object], expected: type[ReaderError], reader: SimulatedReader, told: Told, make_card: MakeCard
) -> None:
    reader.present(make_card(**faults))
    reader.settle()
    assert type(_fault(told)) is expected
    assert told.records == []


def test_a_busy_card_gets_three_tries(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    card = make_card(refusals=(BUSY, BUSY))
    reader.present(card)
    reader.settle()
    assert len(told.records) == 1
    assert card.faults.connections == 3


def test_a_card_that_stays_busy_is_told(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    card = make_card(refusals=(BUSY,) * 9)
    reader.present(card)
    reader.settle()
    assert isinstance(_fault(told), CardBusyError)
    assert card.faults.connections == 3


def test_after_a_reset_the_whole_read_begins_anew_once(
    reader: SimulatedReader, told: Told, make_card: MakeCard
) -> None:
    card = make_card(codes={4: RESET})
    reader.present(card)
    reader.settle()
    assert len(told.records) == 1
    assert card.faults.commands == 4 + 7


def test_a_second_reset_is_told(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    reader.present(make_card(codes={4: RESET, 6: RESET}))
    reader.settle()
    assert isinstance(_fault(told), CardResetError)


def test_a_swap_mid_read_gives_only_the_second_card(reader: SimulatedReader, told: Told, make_card: MakeCard) -> None:
    reader.present(make_card("04112233445566", delay=30.0))
    reader.swap(make_card("04AABBCCDDEEFF", "41030901A"))
    reader.settle()
    assert [record.uid for record in told.records] == ["04AABBCCDDEEFF"]


@dataclass(slots=True, eq=False)
class Announced(FaultField):
    """Says when the first command is under way."""

    begun: threading.Event = field(default_factory=threading.Event)

    @override
    def pulls(self) -> bool:
        self.begun.set()
        return FaultField.pulls(self)


def test_the_stop_does_not_wait_for_a_slow_card(
    watch: CardWatcher, reader: SimulatedReader, told: Told, make_card: MakeCard
) -> None:
    card = make_card()
    card.faults = faults = Announced(delay=30.0)
    reader.present(card)
    assert faults.begun.wait(5)
    began = time.monotonic()
    watch.stop()
    assert time.monotonic() - began < 1  # tests/bench says how fast it really is
    assert told.of(ReadDone) == []
    assert told.of(ReadFailed) == []


@pytest.mark.expects_log
def test_a_bug_while_reading_does_not_end_the_watch(
    reader: SimulatedReader, told: Told, make_card: MakeCard, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_card()
    broken.chip.uid = None  # type: ignore[assignment]  # a bug is what is wanted here
    reader.present(broken)
    reader.settle()
    assert isinstance(_fault(told), ProtocolFaultError)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    reader.present(make_card())
    reader.settle()
    assert len(told.records) == 1


def test_a_strange_answer_to_reset_is_read_all_the_same(
    reader: SimulatedReader, told: Told, make_card: MakeCard
) -> None:
    card = make_card()
    card.chip.atr = b"\x3b\x00"
    reader.present(card)
    reader.settle()
    assert [record.kind for record in told.records] == [""]


def test_a_profile_without_number_needs_no_key(
    reader: SimulatedReader, told: Told, watch: CardWatcher, make_card: MakeCard
) -> None:
    watch.stop()
    other = CardWatcher(reader, CardProfile("uid-only"), {}, told)
    other.start()
    reader.present(make_card())
    reader.settle()
    other.stop()
    assert [(record.uid, record.student_no) for record in told.records] == [("04112233445566", "")]
