# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the reader's events from its thread to the UI thread, and keeps back what is out of date."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from hardware import api
from hardware.api import ReaderEvent
from hardware.errors import AccessRefusedError, LibraryMissingError, NotCalibratedError

SLOW_AFTER_MS = 2000
"""A read that takes longer is most often waiting for another program's transaction: the clerk is told."""


class ReaderState(StrEnum):
    """How the reader is; the words stand under ``reader.state.<value>``."""

    SERVICE_DOWN = "service_down"
    ACCESS_REFUSED = "access_refused"
    LIBRARY_MISSING = "library_missing"
    NOT_CALIBRATED = "not_calibrated"
    NO_READER = "no_reader"
    READY = "ready"
    READING = "reading"
    SLOW = "slow"


_STATES_WITHOUT_SERVICE: dict[type[object], ReaderState] = {
    AccessRefusedError: ReaderState.ACCESS_REFUSED,
    LibraryMissingError: ReaderState.LIBRARY_MISSING,
    NotCalibratedError: ReaderState.NOT_CALIBRATED,
}


class ReaderBridge(QObject):
    """Emits the reader's events on the thread it lives on.

    ``card_presented`` carries the generation, ``card_read`` a :class:`~hardware.api.CardReadRecord`, ``read_failed`` a
    :class:`~hardware.errors.ReaderError`, ``reader_state_changed`` a :class:`ReaderState`.
    """

    card_presented = Signal(int)
    card_read = Signal(object)
    read_failed = Signal(object)
    card_removed = Signal()
    reader_state_changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ReaderState.SERVICE_DOWN
        self._newest_generation = self._read_generation = 0
        self._readers: set[str] = set()
        self._slow = QTimer(self, singleShot=True, interval=SLOW_AFTER_MS)
        self._slow.timeout.connect(self._notice_slow_read)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def post(self, event: ReaderEvent) -> None:
        """Take an event over; to be called on the reader's thread.

        The newest generation is noted here and not when the event is handled: a result that still waits in the queue
        when another card is laid on must not be shown.
        """
        if isinstance(event, api.CardPresented):
            self._newest_generation = event.generation
        self._arrived.emit(event)

    def still_newest(self) -> Callable[[], bool]:
        """Give a question for later about the card read last: has no other card been laid on since."""
        generation = self._read_generation
        return lambda: self._is_current(generation)

    def _take(self, event: ReaderEvent) -> None:
        match event:
            case api.CardPresented(generation=generation):
                self._slow.start()
                self._change_state(ReaderState.READING)
                self.card_presented.emit(generation)
            case api.CardRemoved(generation=generation) if self._is_current(generation):
                self._end_read()
                self.card_removed.emit()
            case api.ReadDone(generation=generation, record=record) if self._is_current(generation):
                self._end_read()
                self._read_generation = generation
                self.card_read.emit(record)
            case api.ReadFailed(generation=generation, fault=fault) if self._is_current(generation):
                self._end_read()
                self.read_failed.emit(fault)
            case api.ReadDone() | api.ReadFailed() | api.CardRemoved():
                pass  # of a card that has been replaced meanwhile, or that lay on another reader
            case _:
                self._follow_reader(event)

    def _is_current(self, generation: int) -> bool:
        return generation == self._newest_generation

    def _follow_reader(self, event: ReaderEvent) -> None:
        """Keep the reader's lamp: service and plugged readers."""
        match event:
            case api.ServiceDown(fault=fault):
                self._readers.clear()
                self._slow.stop()
                self._change_state(_STATES_WITHOUT_SERVICE.get(type(fault), ReaderState.SERVICE_DOWN))
                return
            case api.ServiceUp():
                self._readers.clear()  # a watch that begins names every reader that is there
            case api.ReaderArrived(reader=reader):
                self._readers.add(reader)
            case api.ReaderLeft(reader=reader):
                self._readers.discard(reader)
        self._end_read()

    def _end_read(self) -> None:
        self._slow.stop()
        self._change_state(ReaderState.READY if self._readers else ReaderState.NO_READER)

    def _notice_slow_read(self) -> None:
        self._change_state(ReaderState.SLOW)

    def _change_state(self, state: ReaderState) -> None:
        if state is not self.state:
            self.state = state
            self.reader_state_changed.emit(state)
