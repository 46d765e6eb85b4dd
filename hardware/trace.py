# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes into the log what is said to a card and how it answers, so that a fault can be understood afterwards.

Of commands only the head, and of answers only length and status word are written: keys, UIDs and what stands on a card
never are. The one command whose data are shown is the authentication, which names block, key type and slot.
"""

from __future__ import annotations

import logging
import time

from typing_extensions import override

from hardware.apdu import CLASS_READER, Instruction
from hardware.api import CardPresented, CardTransport, EventSink, ReadDone, ReaderBackend, ReaderEvent, ReadFailed
from hardware.errors import ReaderError

_log = logging.getLogger(__name__)

_HEAD = 5


class TracedBackend(ReaderBackend):
    """A backend whose commands are logged."""

    def __init__(self, backend: ReaderBackend) -> None:
        self._backend = backend

    @override
    def start(self, sink: EventSink) -> None:
        self._backend.start(sink)

    @override
    def stop(self) -> None:
        self._backend.stop()

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        try:
            return _TracedTransport(self._backend.open(reader, generation), generation)
        except ReaderError as fault:
            _log.info("#%d cannot be opened: %s", generation, fault)
            raise


class _TracedTransport(CardTransport):
    """A transport whose commands are logged."""

    def __init__(self, transport: CardTransport, generation: int) -> None:
        self._transport = transport
        self._generation = generation

    @property
    @override
    def atr(self) -> bytes:
        return self._transport.atr

    @property
    @override
    def event_count(self) -> int:
        return self._transport.event_count

    @override
    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        began = time.perf_counter()
        try:
            data, status = self._transport.transmit(apdu)
        except ReaderError as fault:
            _log.info("#%d %s -> %s", self._generation, command_line(apdu), fault)
            raise
        took = (time.perf_counter() - began) * 1000
        _log.info("#%d %s -> [%d] %04X, %.1f ms", self._generation, command_line(apdu), len(data), status, took)
        return data, status

    @override
    def close(self) -> None:
        self._transport.close()


def traced(listener: EventSink) -> EventSink:
    """Give a listener that logs every event before it is passed on."""

    def note(event: ReaderEvent) -> None:
        _log.info("%s", event_line(event))
        listener(event)

    return note


def command_line(apdu: bytes) -> str:
    """Write a command without what is secret: its head, and of its data the length alone unless they name places."""
    head, data = apdu[:_HEAD], apdu[_HEAD:]
    if not data:
        return _hexadecimal(head)
    places = len(data) == 5 and apdu[:2] == bytes((CLASS_READER, Instruction.AUTHENTICATE))
    return f"{_hexadecimal(head)} {_hexadecimal(data) if places else f'[{len(data)}]'}"


def event_line(event: ReaderEvent) -> str:
    """Write an event without the record that it may carry."""
    match event:
        case CardPresented(reader=reader, generation=generation, atr=atr):
            return f"#{generation} presented on {reader}, answer to reset {_hexadecimal(atr)}"
        case ReadDone(generation=generation):
            return f"#{generation} read"
        case ReadFailed(generation=generation, fault=fault):
            return f"#{generation} failed: {fault}"
        case _:
            return repr(event)


def _hexadecimal(raw: bytes) -> str:
    return raw.hex(" ").upper()
