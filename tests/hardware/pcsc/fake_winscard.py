# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of a PC/SC service that does whatever a test needs: the faults that no virtual reader can be made to have."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from hardware.pcsc import winscard as api
from hardware.simulated.classic import ATR_4K
from hardware.simulated.part3 import Part3Reader
from hardware.simulated.reader import SimulatedCard

OK, UNKNOWN_READER, INVALID_HANDLE, NO_CARD = 0, 0x80100009, 0x80100003, 0x8010000C


@dataclass(slots=True)
class FakeReader:
    """A reader: its count of events, further bits of its state, and the card on it."""

    count: int = 0
    bits: int = 0
    card: SimulatedCard | None = None

    @property
    def state(self) -> int:
        present = api.STATE_PRESENT if self.card is not None else 0
        return self.count << api.COUNT_SHIFT | self.bits | present


@dataclass(eq=False)
class FakeWinscard:
    """A service in this process.

    ``codes`` are given by the next calls of a name, once each, before it works again; ``signed`` gives codes as Windows
    does; ``knows_bell`` false is macOS; ``bell_is_stuck`` is a system that goes on telling of new readers.
    """

    signed: bool = False
    knows_bell: bool = True
    bell_is_stuck: bool = False
    protocol: int = api.PROTOCOL_T1
    codes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    readers: dict[str, FakeReader] = field(default_factory=dict)
    protocols_used: list[str] = field(default_factory=list)
    contexts: set[int] = field(default_factory=set)
    SCARD_PCI_T0: str = "T0"
    SCARD_PCI_T1: str = "T1"

    def __post_init__(self) -> None:
        self.changed = threading.Condition()
        self._cancelled = False
        self._connected: dict[int, tuple[FakeReader, int, Part3Reader]] = {}

    def plug(self, name: str) -> None:
        with self.changed:
            self.readers[name] = FakeReader()
            self.changed.notify_all()

    def unplug(self, name: str) -> None:
        with self.changed:
            del self.readers[name]
            self.changed.notify_all()

    def lay(self, name: str, card: SimulatedCard | None) -> None:
        """Lay a card on in place of whatever lies there, or take it off."""
        with self.changed:
            reader = self.readers[name]
            reader.count = (reader.count + 1) % 0x10000
            reader.card = card
            self.changed.notify_all()

    def mark(self, name: str, bits: int) -> None:
        with self.changed:
            self.readers[name].bits = bits
            self.changed.notify_all()

    def fail_next(self, call: str, *codes: int) -> None:
        """Let the next calls of a name fail, and end a wait that is under way."""
        with self.changed:
            self.codes[call].extend(codes)
            self.changed.notify_all()

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        code = self._code("SCardEstablishContext")
        if code == OK:
            self.contexts.add(self.calls["SCardEstablishContext"])
        return code, self.calls["SCardEstablishContext"]

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts.discard(context)
        return self._code("SCardReleaseContext")

    def SCardCancel(self, context: int) -> int:
        with self.changed:
            self._cancelled = True
            self.changed.notify_all()
        return OK

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:
        code = self._code("SCardListReaders")
        if code != OK or not self.readers:
            return code or self._sign(api.E_NO_READERS), []
        return OK, list(self.readers)

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        self.calls["SCardGetStatusChange"] += 1
        with self.changed:
            self._cancelled = False
            self.changed.wait_for(lambda: self._ends_wait(states), timeout_ms / 1000)
            if self._cancelled:
                return self._sign(api.E_CANCELLED), []
            if self.codes["SCardGetStatusChange"]:
                return self._sign(self.codes["SCardGetStatusChange"].pop(0)), []
            if not self._ends_wait(states):
                return self._sign(api.E_TIMEOUT), []
            if any(name not in self.readers for name, _ in states if name != api.PNP_READER):
                return self._sign(UNKNOWN_READER), []
            return OK, [(name, self._state(name) | api.STATE_CHANGED, self._atr(name)) for name, _ in states]

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int) -> tuple[int, int, int]:
        code = self._code("SCardConnect")
        found = self.readers.get(reader)
        if code == OK and (found is None or found.card is None):
            code = self._sign(NO_CARD)
        if code != OK or found is None or found.card is None:
            return code, 0, 0
        handle = self.calls["SCardConnect"]
        self._connected[handle] = (found, found.count, Part3Reader(found.card.chip))
        return OK, handle, self.protocol

    def SCardDisconnect(self, card: int, disposition: int) -> int:
        self._connected.pop(card, None)
        return self._code("SCardDisconnect")

    def SCardBeginTransaction(self, card: int) -> int:
        return self._code("SCardBeginTransaction")

    def SCardEndTransaction(self, card: int, disposition: int) -> int:
        return self._code("SCardEndTransaction")

    def SCardTransmit(self, card: int, pci: str, apdu: list[int]) -> tuple[int, list[int]]:
        self.protocols_used.append(pci)
        code = self._code("SCardTransmit")
        reader, count, part3 = self._connected[card]
        if code != OK:
            return code, []
        return OK, list(part3.exchange(bytes(apdu))) if reader.count == count else []

    def _code(self, call: str) -> int:
        self.calls[call] += 1
        return self._sign(self.codes[call].pop(0)) if self.codes[call] else OK

    def _sign(self, code: int) -> int:
        return code - (1 << 32) if self.signed and code else code

    def _ends_wait(self, states: list[tuple[str, int]]) -> bool:
        news = any(self._state(name) != state & ~api.STATE_CHANGED for name, state in states)
        return news or self._cancelled or bool(self.codes["SCardGetStatusChange"])

    def _state(self, name: str) -> int:
        if name == api.PNP_READER:
            if not self.knows_bell:
                return api.STATE_UNKNOWN
            return (0x77 if self.bell_is_stuck else len(self.readers)) << api.COUNT_SHIFT
        return self.readers[name].state if name in self.readers else -1

    def _atr(self, name: str) -> list[int]:
        reader = self.readers.get(name)
        return list(ATR_4K) if reader is not None and reader.card is not None else []
