# SPDX-License-Identifier: GPL-3.0-or-later
"""The PC/SC backend over a service that does what no virtual reader can: unplugging, Windows, macOS, no permission."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import pytest

from hardware import errors
from hardware.api import (
    CardPresented,
    CardRemoved,
    ReadDone,
    ReaderArrived,
    ReaderEvent,
    ReaderLeft,
    ReadFailed,
    ServiceDown,
    ServiceUp,
)
from hardware.errors import AccessRefusedError, LibraryMissingError, ReaderError, ServiceDownError
from hardware.pcsc.backend import PcscBackend
from hardware.pcsc.winscard import STATE_UNAVAILABLE, Winscard, load_winscard
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.reader import SimulatedCard
from hardware.watcher import CardWatcher
from tests.hardware.pcsc.fake_winscard import FakeWinscard
from tests.hardware.virtual_stack import wait_for

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.hardware.conftest import Told

MakeCard = Callable[..., SimulatedCard]
READER = "ACS ACR122U 00 00"
KEYS = {"demo": TRANSPORT_KEY}


@pytest.fixture
def service() -> FakeWinscard:
    made = FakeWinscard()
    made.plug(READER)
    return made


@pytest.fixture
def backend(service: FakeWinscard) -> Iterator[PcscBackend]:
    made = PcscBackend(load=lambda: cast(Winscard, service))
    yield made
    made.stop()


def _comes_to(told: Told, *events: ReaderEvent) -> bool:
    """Wait until these are the last events that were told."""
    return wait_for(lambda: told.events[-len(events) :] == list(events))


def _comes_to_tell(told: Told, kind: type[ReaderEvent], count: int = 1) -> bool:
    """Wait until events of a kind were told."""
    return wait_for(lambda: len(told.of(kind)) >= count)


def test_a_reader_that_is_unplugged_takes_its_card_along(
    backend: PcscBackend, service: FakeWinscard, told: Told, make_card: MakeCard
) -> None:
    backend.start(told)
    service.lay(READER, make_card())
    assert _comes_to_tell(told, CardPresented), told.events
    service.unplug(READER)
    assert _comes_to(told, CardRemoved(READER, 1), ReaderLeft(READER)), told.events
    service.plug(READER)
    assert _comes_to(told, ReaderArrived(READER)), told.events


def test_a_reader_that_says_it_is_unavailable_has_left_until_it_is_listed_anew(
    backend: PcscBackend, service: FakeWinscard, told: Told
) -> None:
    backend.start(told)
    assert _comes_to(told, ServiceUp(), ReaderArrived(READER)), told.events
    service.mark(READER, STATE_UNAVAILABLE)
    assert _comes_to_tell(told, ReaderLeft), told.events
    service.mark(READER, 0)
    assert wait_for(lambda: told.events[-1] == ReaderArrived(READER))


@pytest.mark.parametrize("code", [0x80100009, 0x80100017])
def test_a_reader_lost_between_list_and_wait_is_no_loss_of_the_service(
    code: int, backend: PcscBackend, service: FakeWinscard, told: Told, make_card: MakeCard
) -> None:
    backend.start(told)
    assert _comes_to(told, ReaderArrived(READER)), told.events
    service.fail_next("SCardGetStatusChange", code)
    service.lay(READER, make_card())
    assert _comes_to_tell(told, CardPresented), told.events
    assert told.of(ServiceDown) == []


@pytest.mark.parametrize("code", [0x8010001E, 0x8010001D, 0x80100012, 0x80100013])
@pytest.mark.parametrize("call", ["SCardListReaders", "SCardGetStatusChange"])
def test_the_service_of_windows_may_stop_with_its_last_reader_and_come_back(
    code: int, call: str, backend: PcscBackend, service: FakeWinscard, told: Told
) -> None:
    service.signed = True
    backend.start(told)
    assert _comes_to(told, ServiceUp(), ReaderArrived(READER)), told.events
    service.fail_next(call, code)
    service.plug("another reader")
    assert wait_for(lambda: told.of(ServiceUp) == [ServiceUp()] * 2)
    lost = told.events.index(ServiceDown())
    assert isinstance(told.of(ServiceDown)[0].fault, ServiceDownError)
    assert told.events[lost - 1] == ReaderLeft(READER)
    assert len(service.contexts) == 1  # the old one was released


def test_a_signed_code_of_no_readers_means_no_readers(backend: PcscBackend, service: FakeWinscard, told: Told) -> None:
    service.signed = True
    service.unplug(READER)
    backend.start(told)
    assert _comes_to(told, ServiceUp()), told.events
    service.plug(READER)
    assert _comes_to(told, ServiceUp(), ReaderArrived(READER)), told.events


def test_a_refused_permission_is_told_once_and_tried_again(
    backend: PcscBackend, service: FakeWinscard, told: Told
) -> None:
    service.fail_next("SCardEstablishContext", 0x8010006A, 0x8010006A, 0x8010006A)
    backend.start(told)
    assert _comes_to(told, ServiceDown(), ServiceUp(), ReaderArrived(READER)), told.events
    assert isinstance(told.of(ServiceDown)[0].fault, AccessRefusedError)


def test_without_a_bell_a_new_reader_is_found_when_the_wait_ends(
    backend: PcscBackend, service: FakeWinscard, told: Told
) -> None:
    service.knows_bell = False
    service.unplug(READER)
    backend.start(told)
    assert _comes_to(told, ServiceUp()), told.events
    service.plug(READER)
    assert _comes_to(told, ReaderArrived(READER)), told.events
    service.plug("another reader")
    assert _comes_to(told, ReaderArrived("another reader")), told.events


def test_a_bell_that_never_stops_does_not_keep_the_processor_busy(
    backend: PcscBackend, service: FakeWinscard, told: Told
) -> None:
    service.bell_is_stuck = True
    backend.start(told)
    assert _comes_to(told, ReaderArrived(READER)), told.events
    before, began = service.calls["SCardGetStatusChange"], time.monotonic()
    assert wait_for(lambda: service.calls["SCardGetStatusChange"] >= before + 5)
    assert time.monotonic() - began > 0.15


def test_the_counter_may_begin_again_at_nought(
    backend: PcscBackend, service: FakeWinscard, told: Told, make_card: MakeCard
) -> None:
    service.readers[READER].count = 0xFFFE
    service.lay(READER, make_card())
    backend.start(told)
    assert _comes_to_tell(told, CardPresented), told.events
    service.lay(READER, make_card())
    assert _comes_to_tell(told, CardPresented, 2), told.events
    assert service.readers[READER].count == 0


def test_bits_that_mean_nothing_here_are_no_event(
    backend: PcscBackend, service: FakeWinscard, told: Told, make_card: MakeCard
) -> None:
    service.lay(READER, make_card())
    backend.start(told)
    assert _comes_to_tell(told, CardPresented), told.events
    service.mark(READER, 0x0100)  # in use by somebody
    service.plug("another reader")
    assert _comes_to(told, ReaderArrived("another reader")), told.events
    assert len(told.of(CardPresented)) == 1
    assert told.of(CardRemoved) == []


@pytest.mark.parametrize(("protocol", "used"), [(1, "T0"), (2, "T1")])
def test_commands_are_sent_in_the_protocol_that_the_card_speaks(
    protocol: int, used: str, service: FakeWinscard, backend: PcscBackend, told: Told, make_card: MakeCard
) -> None:
    service.protocol = protocol
    watcher = CardWatcher(backend, CardProfile("uid-only"), {}, told)
    watcher.start()
    service.lay(READER, make_card())
    assert _comes_to_tell(told, ReadDone), told.events
    assert set(service.protocols_used) == {used}


FaultRow = tuple[str, tuple[int, ...], type[ReaderError]]
"""A call, the codes that it gives one after the other, and what the desk makes of them."""

FAULT_TABLE: list[FaultRow] = [
    ("SCardConnect", (0x8010001D,), errors.ServiceDownError),
    ("SCardTransmit", (0x80100013,), errors.ServiceDownError),
    ("SCardConnect", (0x8010002E,), errors.NoReaderError),
    ("SCardConnect", (0x80100017,), errors.ReaderLostError),
    ("SCardConnect", (0x80100009,), errors.ReaderLostError),
    ("SCardConnect", (0x8010000C,), errors.CardGoneError),
    ("SCardTransmit", (0x80100016,), errors.CardGoneError),
    ("SCardTransmit", (0x80100069,), errors.CardGoneError),
    ("SCardBeginTransaction", (0x80100069,), errors.CardGoneError),
    ("SCardConnect", (0x8010000B,) * 3, errors.CardBusyError),
    ("SCardTransmit", (0x80100068,) * 2, errors.CardResetError),
    ("SCardBeginTransaction", (0x80100068,) * 2, errors.CardResetError),
    ("SCardConnect", (0x80100066,), errors.ReadTimeoutError),
    ("SCardConnect", (0x80100067,), errors.ReadTimeoutError),
    ("SCardTransmit", (0x8010000A,), errors.ReadTimeoutError),
    ("SCardConnect", (0x8010006A,), errors.AccessRefusedError),
    ("SCardTransmit", (0x80100001,), errors.ProtocolFaultError),
]


@pytest.fixture
def reading(backend: PcscBackend, profile: CardProfile, told: Told) -> CardWatcher:
    return CardWatcher(backend, profile, KEYS, told)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("row", FAULT_TABLE, ids=lambda row: f"{row[0]}-{row[1][0]:X}")
def test_every_row_of_the_fault_table(
    row: FaultRow, signed: bool, service: FakeWinscard, reading: CardWatcher, told: Told, make_card: MakeCard
) -> None:
    call, codes, expected = row
    service.signed = signed
    service.fail_next(call, *codes)
    reading.start()
    service.lay(READER, make_card())
    assert _comes_to_tell(told, ReadFailed), told.events
    (failed,) = told.of(ReadFailed)
    assert (type(failed.fault), failed.fault.raw) == (expected, codes[0])
    service.lay(READER, make_card())  # whatever it was, the next card is read
    assert _comes_to_tell(told, ReadDone), told.events


@pytest.mark.expects_log
def test_a_bug_met_while_watching_does_not_end_the_watch(
    backend: PcscBackend, service: FakeWinscard, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs = [ValueError("a reader's name that is no text")]
    real = service.SCardListReaders

    def broken(context: int, groups: list[str]) -> tuple[int, list[str]]:
        if bugs:
            raise bugs.pop()
        return real(context, groups)

    monkeypatch.setattr(service, "SCardListReaders", broken)
    backend.start(told)
    assert _comes_to(told, ServiceUp(), ServiceDown(), ServiceUp(), ReaderArrived(READER)), told.events


@pytest.mark.expects_log
def test_a_missing_library_is_told_and_not_tried_again(told: Told) -> None:
    def load() -> Winscard:
        raise LibraryMissingError

    backend = PcscBackend(load=load)
    backend.start(told)
    assert _comes_to(told, ServiceDown()), told.events
    assert isinstance(told.of(ServiceDown)[0].fault, LibraryMissingError)
    assert wait_for(lambda: not [one for one in threading.enumerate() if one.name == "PC/SC readers"])


def test_without_pyscard_the_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(LibraryMissingError) as caught:
        load_winscard()
    assert "smartcard" in str(caught.value.__cause__)


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS have the library as a part of the system")
def test_without_the_systems_library_pyscard_is_not_even_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ctypes.CDLL:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(LibraryMissingError) as caught:
        load_winscard()
    assert "libpcsclite" in str(caught.value.__cause__)


def test_a_card_is_opened_on_the_readers_own_thread_alone(
    backend: PcscBackend, service: FakeWinscard, told: Told, make_card: MakeCard
) -> None:
    service.lay(READER, make_card())
    backend.start(told)
    assert _comes_to_tell(told, CardPresented), told.events
    with pytest.raises(RuntimeError):
        backend.open(READER, 1)
    backend.stop()
    with pytest.raises(errors.CardGoneError):
        backend.open(READER, 1)


def test_the_end_releases_the_context(backend: PcscBackend, service: FakeWinscard, told: Told) -> None:
    backend.start(told)
    assert _comes_to(told, ReaderArrived(READER)), told.events
    backend.stop()
    assert service.contexts == set()
