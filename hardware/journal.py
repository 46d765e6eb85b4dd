# SPDX-License-Identifier: GPL-3.0-or-later
"""Remembers what a reader has told, so that anybody may ask at any time how it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from hardware import api
from hardware.api import CardPresented, ReadDone, ReaderEvent, ReadFailed
from hardware.errors import ReaderError, ServiceDownError


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands: ``heard`` once it has told anything, ``fault`` while its service does not answer."""

    heard: bool = False
    fault: ReaderError | None = None
    readers: tuple[str, ...] = ()
    presented: CardPresented | None = None
    outcome: ReadDone | ReadFailed | None = None

    def after(self, event: ReaderEvent) -> Standing:
        """Give how it stands after an event."""
        match event:
            case api.ServiceUp():  # a watch that begins names every reader that is there
                return replace(self, heard=True, fault=None, readers=())
            case api.ServiceDown(fault=fault):
                return Standing(heard=True, fault=fault or ServiceDownError())
            case api.ReaderArrived(reader=reader):
                return replace(self, readers=(*(name for name in self.readers if name != reader), reader))
            case api.ReaderLeft(reader=reader):
                return replace(self, readers=tuple(name for name in self.readers if name != reader))
            case _:
                return self._after_card(event)

    def _after_card(self, event: ReaderEvent) -> Standing:
        """Give how it stands after an event of a card; one that has been replaced meanwhile changes nothing."""
        match event:
            case CardPresented():
                return replace(self, presented=event, outcome=None)
            case api.CardRemoved(generation=generation) if self._lies(generation):
                return replace(self, presented=None, outcome=None)
            case ReadDone(generation=generation) | ReadFailed(generation=generation) if self._lies(generation):
                return replace(self, outcome=event)
            case _:
                return self

    def _lies(self, generation: int) -> bool:
        return self.presented is not None and self.presented.generation == generation


class ReaderJournal:
    """A listener that keeps the standing up to date; it may be asked on any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._standing = Standing()

    @property
    def standing(self) -> Standing:
        """How the reader stands now."""
        with self._changed:
            return self._standing

    def __call__(self, event: ReaderEvent) -> None:
        """Take an event over."""
        with self._changed:
            self._standing = self._standing.after(event)
            self._changed.notify_all()

    def forget(self) -> None:
        """Begin anew, before a watch is started again."""
        with self._changed:
            self._standing = Standing()

    def wait_until(self, holds: Callable[[Standing], bool], timeout_s: float) -> bool:
        """Wait until something holds of the standing; false when that took longer than ``timeout_s``."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(self._standing), timeout_s)
