# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader backend of the PC/SC service: one thread owns the context, and comes back when the service does."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from typing_extensions import override

from hardware import api
from hardware.api import CardTransport, EventSink, ReaderBackend
from hardware.errors import (
    CardGoneError,
    LibraryMissingError,
    NoReaderError,
    ProtocolFaultError,
    ReaderError,
    ReaderLostError,
)
from hardware.pcsc.context import PcscContext, Sight
from hardware.pcsc.transport import PcscTransport
from hardware.pcsc.winscard import COUNT_SHIFT, PNP_READER, Winscard, load_winscard

_log = logging.getLogger(__name__)

WAIT_MS = 500
"""A wait ends by itself, because a cancellation that comes before it is lost."""

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_LOOK_AGAIN_S = 0.05
_CANCEL_EVERY_S = 0.005
_STOP_TIMEOUT_S = 1.0
_UP = "up"

Generations = Iterator[int]


class PcscBackend(ReaderBackend):
    """The readers of the system's PC/SC service, or those whose name contains ``name`` in whatever case.

    Everything that belongs to a context happens on one daemon thread: a command that hangs cannot be cancelled, and must
    not keep the program from ending.
    """

    def __init__(self, name: str = "", load: Callable[[], Winscard] = load_winscard) -> None:
        self._name = name
        self._load = load
        self._generations = itertools.count(1)
        self._watch: _Watch | None = None

    @override
    def start(self, sink: EventSink) -> None:
        self.stop()
        self._watch = _Watch(self._name, self._load, self._generations, sink)
        self._watch.begin()

    @override
    def stop(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.end()

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        if self._watch is None:
            raise CardGoneError
        return self._watch.open(reader, generation)


class _Watch:
    """One watch from its begin to its end; what its thread sees belongs to that thread alone."""

    def __init__(self, name: str, load: Callable[[], Winscard], generations: Generations, sink: EventSink) -> None:
        self._name = name.casefold()
        self._load = load
        self._generations = generations
        self._sink = sink
        self._thread = threading.Thread(target=self._run, name="PC/SC readers", daemon=True)
        self._ending = threading.Event()
        self._guard = threading.Lock()
        self._context: PcscContext | None = None
        self._service = ""
        self._pause = _FIRST_PAUSE_S
        self._seen: dict[str, Sight] = {}
        self._lying: dict[str, int] = {}

    def begin(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def end(self) -> None:
        """End the watch; no event follows."""
        self._ending.set()
        if threading.current_thread() is self._thread:
            return
        waker = threading.Thread(target=self._wake_until_ended, name="PC/SC stop", daemon=True)
        waker.start()
        self._thread.join(_STOP_TIMEOUT_S)
        if not self._thread.is_alive():
            waker.join(_STOP_TIMEOUT_S)

    def open(self, reader: str, generation: int) -> CardTransport:
        """Connect to the card of a generation."""
        if threading.current_thread() is not self._thread:
            raise RuntimeError("a card is opened on the reader's own thread")
        if self._context is None or reader not in self._seen:
            raise NoReaderError
        if self._lying.get(reader) != generation:
            raise CardGoneError
        return PcscTransport(self._context, reader, self._seen[reader])

    def _wake_until_ended(self) -> None:
        """Cancel the wait again and again: one call alone may come just before the wait, and would be lost."""
        while self._thread.is_alive():
            with self._guard:
                if self._context is not None:
                    self._context.cancel()
            self._thread.join(_CANCEL_EVERY_S)

    def _run(self) -> None:
        try:
            winscard = self._load()
        except LibraryMissingError as fault:
            _log.warning("no card readers: %s", fault.__cause__)
            self._lose_service(fault)
            return
        while not self._ending.is_set():
            try:
                self._follow(winscard)
            except ReaderError as fault:
                self._lose_service(fault)
            except Exception:  # noqa: BLE001 - a bug met while watching must not end the watch
                _log.exception("watching the readers failed unexpectedly")
                self._lose_service(ProtocolFaultError())
            self._ending.wait(self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)

    def _follow(self, winscard: Winscard) -> None:
        """Watch on one context until the end or until the service is lost."""
        with self._established(winscard) as context:
            self._find_service()
            belled = context.tells_of_readers()
            while not self._ending.is_set():
                try:
                    self._look(context, belled=belled)
                except (ReaderLostError, NoReaderError):
                    self._ending.wait(_LOOK_AGAIN_S)  # unplugged between list and wait: the next list tells

    @contextmanager
    def _established(self, winscard: Winscard) -> Iterator[PcscContext]:
        """Give a context; it is released only while nobody cancels its wait."""
        context = PcscContext(winscard)
        with self._guard:
            self._context = context
        try:
            yield context
        finally:
            with self._guard:
                self._context = None
                context.release()

    def _look(self, context: PcscContext, *, belled: bool) -> None:
        """Bring the readers up to date and wait for the next change; without a bell the time's end is when to look."""
        names = context.readers()
        self._note_readers([name for name in names if self._name in name.casefold()])
        states = {name: sight.state for name, sight in self._seen.items()}
        if belled:
            states[PNP_READER] = len(names) << COUNT_SHIFT  # Windows compares the number of readers
        if not states:
            self._ending.wait(WAIT_MS / 1000)
            return
        found = context.wait(states, WAIT_MS)
        news = {name: sight for name, sight in found.items() if name in self._seen and sight != self._seen[name]}
        if found and not news:
            self._ending.wait(_LOOK_AGAIN_S)  # a bell that goes on ringing must not keep the processor busy
        for name, sight in news.items():
            self._note_sight(name, sight)

    def _note_readers(self, names: list[str]) -> None:
        for gone in [name for name in self._seen if name not in names]:
            self._lose_reader(gone)
        for name in names:
            if name not in self._seen:
                self._seen[name] = Sight()
                self._tell(api.ReaderArrived(name))

    def _note_sight(self, reader: str, sight: Sight) -> None:
        """Tell what a reader's new state means; another count is another insertion, however equal the cards look."""
        if sight.lost:
            self._lose_reader(reader)
            return
        before, self._seen[reader] = self._seen[reader], sight
        if not sight.present or sight.count != before.count:
            self._take_off(reader)
        if sight.present and reader not in self._lying:
            self._lying[reader] = generation = next(self._generations)
            self._tell(api.CardPresented(reader, generation, sight.atr))

    def _take_off(self, reader: str) -> None:
        if reader in self._lying:
            self._tell(api.CardRemoved(reader, self._lying.pop(reader)))

    def _lose_reader(self, reader: str) -> None:
        self._take_off(reader)
        del self._seen[reader]
        self._tell(api.ReaderLeft(reader))

    def _find_service(self) -> None:
        self._pause = _FIRST_PAUSE_S
        if self._service != _UP:
            self._service = _UP
            self._tell(api.ServiceUp())

    def _lose_service(self, fault: ReaderError) -> None:
        for reader in list(self._seen):
            self._lose_reader(reader)
        if self._service != fault.code:
            self._service = fault.code
            _log.info("the reader service is lost: %s", fault)
            self._tell(api.ServiceDown(fault))

    def _tell(self, event: api.ReaderEvent) -> None:
        if not self._ending.is_set():
            self._sink(event)
