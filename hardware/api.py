# SPDX-License-Identifier: GPL-3.0-or-later
"""What every card reader looks like: transports, backends, events, records.

One thread belongs to a backend. Every event reaches the sink on that thread, and cards are read on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from hardware.errors import ReaderError


class CardKind(StrEnum):
    """What the card's answer to reset says it is; only a hint, because some readers send other names."""

    FOUR_K = "4K"
    OLD = "OLD"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class CardReadRecord:
    """What a card says: a look-up key, no proof of identity.

    ``uid`` is upper-case hexadecimal of 4 or 7 bytes and never part of a log line; ``student_no`` is "" when the
    school keeps none on the card; ``issued_on`` is the card's own date of issue, where the profile names one. ``typed``
    marks what a keyboard reader has typed: anybody can type that, and nothing tells when the card is taken off.
    """

    uid: str = field(repr=False)
    student_no: str = ""
    kind: CardKind = CardKind.UNKNOWN
    issued_on: date | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class ServiceUp:
    """The reader service answers."""


@dataclass(frozen=True, slots=True)
class ServiceDown:
    """The reader service does not answer; the backend goes on trying. ``fault`` says why, where that is known."""

    fault: ReaderError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ReaderArrived:
    """A reader was connected."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderLeft:
    """A reader was unplugged."""

    reader: str


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card lies on a reader; every insertion has a new, greater ``generation``."""

    reader: str
    generation: int
    atr: bytes


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card of a generation was taken off."""

    reader: str
    generation: int


@dataclass(frozen=True, slots=True)
class ReadDone:
    """The card of a generation was read completely while it lay still."""

    generation: int
    record: CardReadRecord


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """The card of a generation could not be read."""

    generation: int
    fault: ReaderError


ReaderEvent = ServiceUp | ServiceDown | ReaderArrived | ReaderLeft | CardPresented | CardRemoved | ReadDone | ReadFailed
EventSink = Callable[[ReaderEvent], None]


class CardTransport(Protocol):
    """A connection to the card of one generation; every method may raise a :class:`ReaderError`."""

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        ...

    @property
    def event_count(self) -> int:
        """Insertions and removals that the reader has counted by now; a swap of two equal cards changes it."""
        ...

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """Send a command; give the response's data and its status word."""
        ...

    def close(self) -> None:
        """Let the card go; closing twice does nothing."""
        ...


class ReaderBackend(Protocol):
    """A kind of reader: PC/SC, simulated, keyboard wedge."""

    def start(self, sink: EventSink) -> None:
        """Begin to watch; events arrive on the backend's own thread."""
        ...

    def stop(self) -> None:
        """End the watch: no event follows; stopping twice does nothing."""
        ...

    def open(self, reader: str, generation: int) -> CardTransport:
        """Connect to a card, on the backend's thread; raise ``CardGoneError`` when it is not there any more."""
        ...
