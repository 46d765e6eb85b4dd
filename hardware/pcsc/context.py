# SPDX-License-Identifier: GPL-3.0-or-later
"""A context of the PC/SC service: its return codes become the reader's faults, its lists become values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hardware.errors import CODE_MASK, error_from_pcsc
from hardware.pcsc import winscard as api
from hardware.pcsc.winscard import Winscard


@dataclass(frozen=True, slots=True)
class Sight:
    """What the service says of one reader: the whole state, to be passed back, and the card's answer to reset."""

    state: int = api.STATE_UNAWARE
    atr: bytes = b""

    @property
    def present(self) -> bool:
        """True when a card lies there."""
        return bool(self.state & api.STATE_PRESENT)

    @property
    def lost(self) -> bool:
        """True when the reader itself is not there any more."""
        return bool(self.state & (api.STATE_UNKNOWN | api.STATE_UNAVAILABLE))

    @property
    def count(self) -> int:
        """Insertions and removals that the reader has counted."""
        return self.state >> api.COUNT_SHIFT


class PcscContext:
    """One context of the service. It belongs to one thread: two threads on it can block each other for ever.

    Every method raises the :class:`~hardware.errors.ReaderError` of the return code.
    """

    def __init__(self, winscard: Winscard) -> None:
        code, self._handle = winscard.SCardEstablishContext(api.SCOPE_USER)
        _require(code)
        self._api = winscard

    def release(self) -> None:
        """End the context; a service that is gone has ended it already."""
        self._api.SCardReleaseContext(self._handle)

    def cancel(self) -> None:
        """Wake a wait up; a call before the wait is lost. Any thread may call this, while the context lives."""
        self._api.SCardCancel(self._handle)

    def readers(self) -> tuple[str, ...]:
        """Give the names of all readers."""
        code, names = self._api.SCardListReaders(self._handle, [])
        if code & CODE_MASK == api.E_NO_READERS:
            return ()
        _require(code)
        return tuple(names)

    def wait(self, states: Mapping[str, int], timeout_ms: int) -> dict[str, Sight]:
        """Wait until a reader's state is another one than the given; give nothing after the time or a cancellation."""
        code, found = self._api.SCardGetStatusChange(self._handle, timeout_ms, list(states.items()))
        if code & CODE_MASK in (api.E_TIMEOUT, api.E_CANCELLED):
            return {}
        _require(code)
        return {name: Sight(state & ~api.STATE_CHANGED, bytes(atr)) for name, state, atr in found}

    def tells_of_readers(self) -> bool:
        """Tell whether a wait ends when a reader arrives or leaves; macOS does not know how."""
        code, found = self._api.SCardGetStatusChange(self._handle, 0, [(api.PNP_READER, api.STATE_UNAWARE)])
        understood = code & CODE_MASK in (api.SUCCESS, api.E_TIMEOUT)
        return understood and not any(state & api.STATE_UNKNOWN for _, state, _ in found)

    def event_count(self, reader: str) -> int:
        """Give the insertions and removals that a reader has counted by now."""
        sight = self.wait({reader: api.STATE_UNAWARE}, 0).get(reader, Sight())
        return sight.count

    def connect(self, reader: str) -> CardHandle:
        """Connect to the card on a reader, beside other programs."""
        code, card, protocol = self._api.SCardConnect(
            self._handle, reader, api.SHARE_SHARED, api.PROTOCOL_T0 | api.PROTOCOL_T1
        )
        _require(code)
        return CardHandle(self._api, card, protocol)


class CardHandle:
    """A connected card."""

    def __init__(self, winscard: Winscard, card: int, protocol: int) -> None:
        self._api = winscard
        self._card = card
        self._pci = winscard.SCARD_PCI_T0 if protocol == api.PROTOCOL_T0 else winscard.SCARD_PCI_T1

    def begin(self) -> None:
        """Keep other programs out; blocks while another one does the same."""
        _require(self._api.SCardBeginTransaction(self._card))

    def transmit(self, apdu: bytes) -> bytes:
        """Send a command; give the raw answer."""
        code, answer = self._api.SCardTransmit(self._card, self._pci, list(apdu))
        _require(code)
        return bytes(answer)

    def close(self, *, begun: bool, reset: bool) -> None:
        """Let the card go, woken up anew if asked; one that is not there any more needs no farewell."""
        if begun:
            self._api.SCardEndTransaction(self._card, api.LEAVE_CARD)
        self._api.SCardDisconnect(self._card, api.RESET_CARD if reset else api.LEAVE_CARD)


def _require(code: int) -> None:
    if code != api.SUCCESS:
        raise error_from_pcsc(code)
