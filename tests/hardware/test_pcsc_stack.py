# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault table on the real card service: whatever happens to service, card or reader, the watch tells it and goes on."""

from __future__ import annotations

import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desk_app.ui.reader_bridge import ReaderBridge, ReaderState
from hardware import apdu
from hardware.api import (
    CardPresented,
    CardRemoved,
    CardTransport,
    ReadDone,
    ReaderArrived,
    ReaderBackend,
    ReaderEvent,
    ReaderLeft,
    ReadFailed,
    ServiceDown,
    ServiceUp,
)
from hardware.errors import (
    AuthFailedError,
    CardBusyError,
    CardGoneError,
    CardResetError,
    ProtocolFaultError,
    ReaderError,
    ServiceDownError,
)
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from hardware.simulated.reader import SimulatedCard
from hardware.watcher import CardWatcher
from tests.hardware.virtual_stack import READERS, Hand, SettlingBackend, VirtualStack, wait_for

if TYPE_CHECKING:
    from tests.hardware.conftest import Told

pytestmark = pytest.mark.pcsc

MakeCard = Callable[..., SimulatedCard]
KEYS = {"demo": TRANSPORT_KEY}


@pytest.fixture
def hand(virtual_stack: VirtualStack) -> Iterator[Hand]:
    made = virtual_stack.hand()
    yield made
    made.remove()


class Desk:
    """A watch over one reader of the real service, and what it told."""

    def __init__(self, hand: Hand, profile: CardProfile, told: Told) -> None:
        self.hand = hand
        self.backend = SettlingBackend(hand.reader)
        self.told = told
        self.profile = profile
        self.watcher = CardWatcher(self.backend, profile, KEYS, told)

    def read(self, card: SimulatedCard) -> ReadDone | ReadFailed:
        """Lay a card on and give the outcome of its read."""
        self.hand.present(card)
        assert self.backend.settle(self.hand)
        outcome = next(event for event in reversed(self.told.events) if isinstance(event, (ReadDone, ReadFailed)))
        assert outcome.generation == self.told.of(CardPresented)[-1].generation
        return outcome

    def fault(self, card: SimulatedCard) -> ReaderError:
        """Lay a card on whose read fails, and give the fault."""
        outcome = self.read(card)
        assert isinstance(outcome, ReadFailed)
        return outcome.fault

    def wait_for(self, event: ReaderEvent) -> None:
        """Wait until an event is told."""
        assert wait_for(lambda: event in self.told.events), self.told.events


@pytest.fixture
def desk(hand: Hand, profile: CardProfile, told: Told) -> Iterator[Desk]:
    made = Desk(hand, profile, told)
    yield made
    made.watcher.stop()


class OtherProgram:
    """Another program that holds the card until it is spoken to."""

    def __init__(self, how: str, reader: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("other_program.py")), how, reader]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "0"

    def speak(self) -> None:
        """Tell it to let go, without waiting until it has."""
        assert self._process.stdin is not None
        if not self._process.stdin.closed:
            self._process.stdin.write("\n")
            self._process.stdin.close()

    def let_go(self) -> None:
        """Have it let go; a second time does nothing."""
        if self._process.poll() is None:
            self.speak()
            assert self._line() == "done"
            self._process.wait(5)

    def has_let_go_within(self, seconds: float) -> bool:
        """Tell whether it has let go, or does so soon."""
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], seconds)[0])

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def other_program(how: str, reader: str) -> Iterator[OtherProgram]:
    """Let another program hold the card; the end lets it go at the latest."""
    other = OtherProgram(how, reader)
    with other._process:
        yield other
        other.let_go()


class Interposed(ReaderBackend):
    """A backend at whose connections something happens; it is told how many there have been, and the fault if one failed."""

    def __init__(self, backend: ReaderBackend, happen: Callable[[int, ReaderError | None], None]) -> None:
        self._backend = backend
        self._happen = happen
        self.opened = 0

    @override
    def start(self, sink: Callable[[ReaderEvent], None]) -> None:
        self._backend.start(sink)

    @override
    def stop(self) -> None:
        self._backend.stop()

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        self.opened += 1
        try:
            transport = self._backend.open(reader, generation)
        except ReaderError as fault:
            self._happen(self.opened, fault)
            raise
        self._happen(self.opened, None)
        return transport


def test_a_card_is_read_from_the_virtual_reader(desk: Desk, make_card: MakeCard) -> None:
    desk.watcher.start()
    outcome = desk.read(make_card())
    assert isinstance(outcome, ReadDone)
    assert (outcome.record.uid, outcome.record.student_no) == ("04112233445566", "41020901L")


def test_a_uid_of_four_bytes_is_read_as_it_is(desk: Desk, make_card: MakeCard) -> None:
    desk.watcher.start()
    outcome = desk.read(make_card("5A0B0C0D"))
    assert isinstance(outcome, ReadDone)
    assert outcome.record.uid == "5A0B0C0D"


def test_a_card_pulled_between_commands_gives_no_record(desk: Desk, make_card: MakeCard) -> None:
    desk.watcher.start()
    faults = [type(desk.fault(make_card(pull_after=commands))) for commands in range(7)]
    assert faults == [CardGoneError] * 7
    assert desk.told.records == []


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({"short_at": 2}, ProtocolFaultError),
        ({"status": {apdu.Instruction.READ_BINARY: 0x6F00}}, ProtocolFaultError),
    ],
)
def test_a_card_that_misbehaves_is_told_by_name(
    faults: dict[str, object], expected: type[ReaderError], desk: Desk, make_card: MakeCard
) -> None:
    desk.watcher.start()
    assert type(desk.fault(make_card(**faults))) is expected


def test_a_wrong_key_is_told_once_and_the_next_card_is_read(
    desk: Desk, profile: CardProfile, make_card: MakeCard
) -> None:
    desk.watcher.start()
    assert type(desk.fault(issue_card("04AABBCCDDEEFF", "41030901A", profile, b"OTHERS"))) is AuthFailedError
    assert len(desk.told.of(CardPresented)) == 1  # waking the card up is no new insertion
    assert isinstance(desk.read(make_card()), ReadDone)


def test_a_card_halted_by_a_wrong_key_is_awake_for_the_next_read(desk: Desk, make_card: MakeCard) -> None:
    statuses: list[int] = []

    def try_keys(event: ReaderEvent) -> None:
        desk.told(event)
        if isinstance(event, CardPresented):
            for key in (b"WRONG!", TRANSPORT_KEY):
                transport = desk.backend.open(event.reader, event.generation)
                transport.transmit(apdu.load_key(0, key))
                statuses.append(transport.transmit(apdu.authenticate(40, apdu.KeyType.A, 0))[1])
                transport.close()

    desk.backend.start(try_keys)
    desk.hand.present(make_card())
    assert desk.backend.settle(desk.hand)
    desk.backend.stop()
    assert statuses == [0x6300, apdu.SW_OK]


def test_a_card_held_exclusively_is_busy_after_three_tries(desk: Desk, make_card: MakeCard) -> None:
    backend = Interposed(desk.backend, lambda _count, _fault: None)
    watcher = CardWatcher(backend, desk.profile, KEYS, desk.told)
    desk.hand.present(make_card())
    with other_program("exclusive", desk.hand.reader):
        watcher.start()
        assert wait_for(lambda: bool(desk.told.of(ReadFailed)))
        watcher.stop()
    assert type(desk.told.of(ReadFailed)[0].fault) is CardBusyError
    assert backend.opened == 3


def test_a_card_that_is_let_go_in_time_is_read(desk: Desk, make_card: MakeCard) -> None:
    desk.hand.present(make_card())
    with other_program("exclusive", desk.hand.reader) as other:
        faults: list[ReaderError | None] = []

        def let_go_after_the_first(count: int, fault: ReaderError | None) -> None:
            faults.append(fault)
            if count == 1:
                other.let_go()

        watcher = CardWatcher(Interposed(desk.backend, let_go_after_the_first), desk.profile, KEYS, desk.told)
        watcher.start()
        assert wait_for(lambda: bool(desk.told.records))
        watcher.stop()
    assert [type(fault) for fault in faults] == [CardBusyError, type(None)]


def test_a_reset_by_another_program_begins_the_read_anew(desk: Desk, make_card: MakeCard) -> None:
    desk.hand.present(make_card())
    with other_program("reset", desk.hand.reader) as other:
        backend = Interposed(desk.backend, lambda _count, _fault: other.let_go())
        watcher = CardWatcher(backend, desk.profile, KEYS, desk.told)
        watcher.start()
        assert wait_for(lambda: bool(desk.told.records))
        watcher.stop()
    assert backend.opened == 2
    assert len(desk.told.of(CardPresented)) == 1


def test_a_card_that_is_reset_again_and_again_is_told(desk: Desk, make_card: MakeCard) -> None:
    def reset(_count: int, _fault: ReaderError | None) -> None:
        with other_program("reset", desk.hand.reader):
            pass

    watcher = CardWatcher(Interposed(desk.backend, reset), desk.profile, KEYS, desk.told)
    desk.hand.present(make_card())
    watcher.start()
    assert wait_for(lambda: bool(desk.told.of(ReadFailed)))
    watcher.stop()
    assert type(desk.told.of(ReadFailed)[0].fault) is CardResetError


def test_another_programs_transaction_makes_the_read_slow_and_no_error(
    desk: Desk, make_card: MakeCard, qtbot: QtBot
) -> None:
    bridge = ReaderBridge()
    bridge._slow.setInterval(100)

    def hear(event: ReaderEvent) -> None:
        desk.told(event)
        bridge.post(event)

    watcher = CardWatcher(desk.backend, desk.profile, KEYS, hear)
    desk.hand.present(make_card())
    with other_program("transaction", desk.hand.reader) as other:
        watcher.start()
        qtbot.waitUntil(lambda: bridge.state is ReaderState.SLOW)
        assert not desk.told.of(ReadDone)
        assert not desk.told.of(ReadFailed)
        other.let_go()
        qtbot.waitUntil(lambda: bridge.state is ReaderState.READY)
    watcher.stop()
    assert len(desk.told.records) == 1


def test_while_the_desk_reads_no_other_program_resets_the_card(desk: Desk, make_card: MakeCard) -> None:
    statuses: list[int] = []

    def read_beside_another(event: ReaderEvent) -> None:
        desk.told(event)
        if isinstance(event, CardPresented):
            with other_program("reset", event.reader) as other:
                transport = desk.backend.open(event.reader, event.generation)
                transport.transmit(apdu.load_key(0, TRANSPORT_KEY))
                transport.transmit(apdu.authenticate(40, apdu.KeyType.A, 0))
                other.speak()
                assert not other.has_let_go_within(0.3)
                statuses.append(transport.transmit(apdu.read_block(40))[1])
                transport.close()

    desk.backend.start(read_beside_another)
    desk.hand.present(make_card())
    assert desk.backend.settle(desk.hand)
    desk.backend.stop()
    assert statuses == [apdu.SW_OK]


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
