# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches a reader of any kind and reads every presented card, all on the reader's own thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from types import MappingProxyType

from hardware.apdu import card_name
from hardware.api import (
    CardPresented,
    CardReadRecord,
    EventSink,
    ReadDone,
    ReaderBackend,
    ReaderEvent,
    ReadFailed,
)
from hardware.errors import CardBusyError, CardResetError, ProtocolFaultError, ReaderError
from hardware.profile import CardProfile
from hardware.student_card import KeyRing, read_card

_log = logging.getLogger(__name__)

_RETRIES: Mapping[type[ReaderError], int] = MappingProxyType({CardResetError: 1, CardBusyError: 2})
"""How often the whole read begins anew after a fault: a reset once, a card in use until the third try."""

_BUSY_PAUSE_S = 0.05


class CardWatcher:
    """Passes a backend's events on and adds, for every presented card, ``ReadDone`` or ``ReadFailed``.

    The listener is called on the reader's thread. After :meth:`stop` it hears nothing more.
    """

    def __init__(self, backend: ReaderBackend, profile: CardProfile, keys: KeyRing, listener: EventSink) -> None:
        self._backend = backend
        self._profile = profile
        self._keys = keys
        self._listener = listener
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to watch."""
        self._stopped.clear()
        self._backend.start(self._on_event)

    def stop(self) -> None:
        """End the watch and let go of the reader."""
        self._stopped.set()
        self._backend.stop()

    def _on_event(self, event: ReaderEvent) -> None:
        self._tell(event)
        if isinstance(event, CardPresented) and not self._stopped.is_set():
            self._tell(self._outcome(event))

    def _tell(self, event: ReaderEvent) -> None:
        if not self._stopped.is_set():
            self._listener(event)

    def _outcome(self, presented: CardPresented) -> ReadDone | ReadFailed:
        """Read the card; a fault of this program is reported like one of the reader, so that the watch goes on."""
        if card_name(presented.atr) is None:
            _log.info("the card's answer to reset is of no known form")
        try:
            return ReadDone(presented.generation, self._read(presented))
        except ReaderError as fault:
            return ReadFailed(presented.generation, fault.with_traceback(None))
        except Exception:  # noqa: BLE001 - a bug met while reading must not end the watch
            _log.exception("reading a card failed unexpectedly")
            return ReadFailed(presented.generation, ProtocolFaultError())

    def _read(self, presented: CardPresented) -> CardReadRecord:
        """Read the card, beginning anew after the faults that allow it."""
        failures: dict[type[ReaderError], int] = {}
        while True:
            try:
                return self._read_once(presented)
            except (CardResetError, CardBusyError) as fault:
                failures[type(fault)] = failures.get(type(fault), 0) + 1
                if failures[type(fault)] > _RETRIES[type(fault)] or self._stopped.wait(_BUSY_PAUSE_S):
                    raise

    def _read_once(self, presented: CardPresented) -> CardReadRecord:
        transport = self._backend.open(presented.reader, presented.generation)
        try:
            return read_card(transport, self._profile, self._keys)
        finally:
            transport.close()
