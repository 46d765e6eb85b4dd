# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyboard reader as a reader: cards of the roster, refusals with their reason, and less trust."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from hardware.api import CardPresented, ReadDone, ReaderArrived, ReaderEvent, ReadFailed, ServiceDown, ServiceUp
from hardware.errors import (
    AmbiguousCardError,
    CardGoneError,
    NotCalibratedError,
    ReaderError,
    UnknownCardError,
    UnsupportedCardError,
)
from hardware.profile import CardProfile
from hardware.watcher import CardWatcher
from hardware.wedge.backend import READER, WedgeBackend, less_trusted
from hardware.wedge.layout import Cut, Layout, UidPart

ROSTER = ("5A0B0C0D", "77A1B2C3", "99A1B2C3", "04112233445566", "08000000")


def _find(part: UidPart) -> tuple[str, ...]:
    return tuple(uid for uid in ROSTER if part.fits(uid))


@dataclass
class Desk:
    """A desk with a keyboard reader: what it was told."""

    backend: WedgeBackend
    events: list[ReaderEvent] = field(default_factory=list)
    heard: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, event: ReaderEvent) -> None:
        with self.heard:
            self.events.append(event)
            self.heard.notify_all()

    def await_events(self, count: int) -> list[ReaderEvent]:
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.events) >= count, 5)
        return self.events

    def fault_of(self, text: str) -> ReaderError:
        assert self.backend.type_in(text)
        with self.heard:
            assert self.heard.wait_for(lambda: any(isinstance(event, ReadFailed) for event in self.events), 5)
        return next(event.fault for event in self.events if isinstance(event, ReadFailed))


@pytest.fixture
def desk_with() -> Iterator[Callable[[Layout | None], Desk]]:
    watchers: list[CardWatcher] = []

    def make(layout: Layout | None) -> Desk:
        desk = Desk(WedgeBackend(layout, _find))
        watchers.append(CardWatcher(desk.backend, CardProfile("uid-only"), {}, less_trusted(desk)))
        watchers[-1].start()
        return desk

    yield make
    for watcher in watchers:
        watcher.stop()


Make = Callable[[Layout | None], Desk]


def test_a_card_that_is_typed_gives_its_uid_and_is_marked(desk_with: Make) -> None:
    desk = desk_with(Layout("8H10D"))
    assert desk.await_events(2) == [ServiceUp(), ReaderArrived(READER)]
    assert desk.backend.type_in("1510673421")
    presented, done = desk.await_events(4)[2:]
    assert presented == CardPresented(READER, 1, b"")
    assert isinstance(done, ReadDone)
    assert (done.generation, done.record.uid, done.record.typed) == (1, "5A0B0C0D", True)


def test_a_part_of_a_uid_finds_the_one_card_that_has_it(desk_with: Make) -> None:
    desk = desk_with(Layout("6H8D", cut=Cut.LAST))
    assert desk.backend.type_in("00723981")
    done = desk.await_events(4)[3]
    assert isinstance(done, ReadDone)
    assert done.record.uid == "5A0B0C0D"


def test_a_part_that_two_cards_share_opens_neither(desk_with: Make) -> None:
    assert isinstance(desk_with(Layout("6H8D", cut=Cut.LAST)).fault_of("10597059"), AmbiguousCardError)


def test_a_part_that_no_card_has_is_said(desk_with: Make) -> None:
    assert isinstance(desk_with(Layout("6H8D", cut=Cut.LAST)).fault_of("00000001"), UnknownCardError)


def test_a_random_uid_is_refused_as_on_every_reader(desk_with: Make) -> None:
    assert isinstance(desk_with(Layout("hex")).fault_of("08000000"), UnsupportedCardError)


def test_the_other_byte_order_is_never_tried(desk_with: Make) -> None:
    desk = desk_with(Layout("hex"))
    assert desk.backend.type_in("0D0C0B5A")
    done = desk.await_events(4)[3]
    assert isinstance(done, ReadDone)
    assert done.record.uid == "0D0C0B5A"


def test_other_scanned_texts_are_left_to_the_field(desk_with: Make) -> None:
    desk = desk_with(Layout("8H10D"))
    assert not desk.backend.type_in("41020901")
    assert not desk.backend.type_in("5A0B0C0D")
    assert not desk_with(None).backend.type_in("M-0123")


def test_before_the_calibration_every_card_is_refused_with_the_reason(desk_with: Make) -> None:
    desk = desk_with(None)
    (down,) = desk.await_events(1)
    assert isinstance(down, ServiceDown)
    assert isinstance(down.fault, NotCalibratedError)
    assert isinstance(desk.fault_of("1510673421"), NotCalibratedError)
    assert isinstance(desk.await_events(4)[-1], ServiceDown)


def test_a_calibration_holds_at_once_and_replaces_the_one_before(desk_with: Make) -> None:
    desk = desk_with(None)
    desk.await_events(1)
    for layout, typed in ((Layout("8H10D"), "1510673421"), (Layout("hex", reversed=True), "0D0C0B5A")):
        desk.events.clear()
        desk.backend.calibrate(layout)
        assert desk.await_events(2) == [ServiceUp(), ReaderArrived(READER)]
        assert desk.backend.type_in(typed)
        done = desk.await_events(4)[3]
        assert isinstance(done, ReadDone)
        assert done.record.uid == "5A0B0C0D"
    assert not desk.backend.type_in("1510673421")


def test_only_the_last_card_can_be_opened() -> None:
    backend = WedgeBackend(Layout("hex"), _find)
    with pytest.raises(CardGoneError):
        backend.open(READER, 1)


def test_a_typed_card_knows_nothing_but_its_uid(desk_with: Make) -> None:
    desk = desk_with(Layout("hex"))
    desk.backend.type_in("5A0B0C0D")
    desk.await_events(4)
    card = desk.backend.open(READER, 1)
    assert card.transmit(b"\xff\xb0\x00\x04\x10") == (b"", 0x6A81)
    assert (card.atr, card.event_count) == (b"", 0)
    card.close()


def test_after_the_end_nothing_is_told() -> None:
    told: list[ReaderEvent] = []
    backend = WedgeBackend(Layout("hex"), _find)
    backend.start(told.append)
    backend.stop()
    count = len(told)
    backend.type_in("5A0B0C0D")
    backend.stop()
    assert len(told) == count
