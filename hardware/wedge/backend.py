# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader backend of a keyboard reader: texts come in, cards of the roster come out."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from typing_extensions import override

from hardware import api
from hardware.apdu import GET_UID, SW_OK
from hardware.api import CardTransport, EventSink, ReaderBackend, ReaderEvent
from hardware.errors import (
    AmbiguousCardError,
    CardGoneError,
    NotCalibratedError,
    UnknownCardError,
)
from hardware.wedge.formats import looks_typed_by_a_reader
from hardware.wedge.layout import Cut, Layout, UidPart

READER = "Keyboard reader"
_NOT_SUPPORTED = 0x6A81
_STOP_TIMEOUT_S = 1.0

FindUids = Callable[[UidPart], tuple[str, ...]]
"""Gives the UIDs of the roster that have a part; more than two need not be given."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A text that came at a reader's speed, with the layout that held when it came."""

    text: str
    layout: Layout | None


class WedgeBackend(ReaderBackend):
    """A reader that types. :meth:`type_in` may be called on any thread; the roster is asked on the backend's own."""

    def __init__(self, layout: Layout | None, find_uids: FindUids) -> None:
        self._layout = layout
        self._find_uids = find_uids
        self._generations = itertools.count(1)
        self._lying: tuple[int, _Typed] | None = None
        self._news: queue.SimpleQueue[_Typed | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def layout(self) -> Layout | None:
        """The layout in use, ``None`` before the first calibration."""
        return self._layout

    @override
    def start(self, sink: EventSink) -> None:
        self.stop()
        self._stopping, self._news = threading.Event(), queue.SimpleQueue()
        watch = _Watch(self, self._news, self._stopping, sink)
        self._thread = threading.Thread(target=watch.run, name=READER, daemon=True)
        self._thread.start()

    @override
    def stop(self) -> None:
        self._stopping.set()
        self._news.put(None)
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_TIMEOUT_S)

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        if self._lying is None or self._lying[0] != generation:
            raise CardGoneError
        return _TypedCard(self._uid_of(self._lying[1]))

    def calibrate(self, layout: Layout) -> None:
        """Read by this layout from now on, and by no other."""
        self._layout = layout
        self._news.put(None)

    def type_in(self, text: str) -> bool:
        """Take a text that came at a reader's speed; false when it is no card but something else that was scanned.

        Before the first calibration every text that a reader might type is taken, to be refused with the reason.
        """
        layout = self._layout
        if not looks_typed_by_a_reader(text) if layout is None else layout.part_of(text) is None:
            return False
        self._news.put(_Typed(text, layout))
        return True

    def present(self, typed: _Typed) -> api.CardPresented:
        """Give the event of a card that was typed; nobody tells when it is taken off."""
        generation = next(self._generations)
        self._lying = (generation, typed)
        return api.CardPresented(READER, generation, b"")

    def _uid_of(self, typed: _Typed) -> bytes:
        part = None if typed.layout is None else typed.layout.part_of(typed.text)
        if part is None:
            raise NotCalibratedError
        if part.place is Cut.WHOLE:
            return bytes.fromhex(part.digits)
        found = self._find_uids(part)
        if not found:
            raise UnknownCardError
        if len(found) > 1:
            raise AmbiguousCardError
        return bytes.fromhex(found[0])


class _Watch:
    """One watch from its begin to its end, on the backend's thread."""

    def __init__(
        self,
        backend: WedgeBackend,
        news: queue.SimpleQueue[_Typed | None],
        stopping: threading.Event,
        sink: EventSink,
    ) -> None:
        self._backend = backend
        self._news = news
        self._stopping = stopping
        self._sink = sink

    def run(self) -> None:
        """Tell how the reader is, then every card, until the end."""
        self._tell_state()
        while True:
            typed = self._news.get()
            if self._stopping.is_set():
                return
            if typed is not None:
                self._sink(self._backend.present(typed))
            if typed is None or typed.layout is None:
                self._tell_state()

    def _tell_state(self) -> None:
        if self._backend.layout is None:
            self._sink(api.ServiceDown(NotCalibratedError()))
            return
        self._sink(api.ServiceUp())
        self._sink(api.ReaderArrived(READER))


class _TypedCard(CardTransport):
    """A card of which nothing but the UID is known."""

    def __init__(self, uid: bytes) -> None:
        self._uid = uid

    @property
    @override
    def atr(self) -> bytes:
        return b""

    @property
    @override
    def event_count(self) -> int:
        return 0

    @override
    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        return (self._uid, SW_OK) if apdu == GET_UID else (b"", _NOT_SUPPORTED)

    @override
    def close(self) -> None: ...


def less_trusted(listener: EventSink) -> EventSink:
    """Give a listener that hears of every card that it was typed."""

    def mark(event: ReaderEvent) -> None:
        if isinstance(event, api.ReadDone):
            event = replace(event, record=replace(event.record, typed=True))
        listener(event)

    return mark
