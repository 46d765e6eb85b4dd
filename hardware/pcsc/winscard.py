# SPDX-License-Identifier: GPL-3.0-or-later
"""The raw calls of PC/SC that the desk uses, loaded late; every call gives its return code first."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from hardware.errors import LibraryMissingError

_LINUX_LIBRARY = "libpcsclite.so.1"

SCOPE_USER = 0
SHARE_SHARED = 2
PROTOCOL_T0, PROTOCOL_T1 = 1, 2
LEAVE_CARD, RESET_CARD = 0, 1

SUCCESS = 0
E_CANCELLED = 0x80100002
E_TIMEOUT = 0x8010000A
E_NO_READERS = 0x8010002E

STATE_UNAWARE = 0
STATE_CHANGED = 0x0002
STATE_UNKNOWN = 0x0004
STATE_UNAVAILABLE = 0x0008
STATE_PRESENT = 0x0020
COUNT_SHIFT = 16
"""The high half of a reader's state counts insertions and removals (0 to 65535, then 0 again)."""

PNP_READER = "\\\\?PnP?\\Notification"
"""A name that stands for the list of readers itself: its state changes when one arrives or leaves."""

StateAnswer = tuple[int, list[tuple[str, int, list[int]]]]


class Winscard(Protocol):
    """What the desk needs of ``smartcard.scard``: the calls under their PC/SC names."""

    SCARD_PCI_T0: Any
    SCARD_PCI_T1: Any

    def SCardEstablishContext(self, scope: int, /) -> tuple[int, int]:
        """Give a context."""
        ...

    def SCardReleaseContext(self, context: int, /) -> int:
        """End a context."""
        ...

    def SCardCancel(self, context: int, /) -> int:
        """Wake a wait of the context up; the one call that another thread may make."""
        ...

    def SCardListReaders(self, context: int, groups: list[str], /) -> tuple[int, list[str]]:
        """Give the names of all readers."""
        ...

    def SCardGetStatusChange(self, context: int, timeout_ms: int, states: list[tuple[str, int]], /) -> StateAnswer:
        """Wait until a reader's state is another one than the given."""
        ...

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int, /) -> tuple[int, int, int]:
        """Connect to a card; give its handle and the protocol."""
        ...

    def SCardDisconnect(self, card: int, disposition: int, /) -> int:
        """Let a card go."""
        ...

    def SCardBeginTransaction(self, card: int, /) -> int:
        """Keep other programs out; blocks while another one does."""
        ...

    def SCardEndTransaction(self, card: int, disposition: int, /) -> int:
        """Let other programs in."""
        ...

    def SCardTransmit(self, card: int, pci: Any, apdu: list[int], /) -> tuple[int, list[int]]:
        """Send a command; give the answer with its status word."""
        ...


def load_winscard() -> Winscard:
    """Load pyscard; raise :class:`~hardware.errors.LibraryMissingError` when it or the system's library is not there.

    On Linux the system's library is tried first: without it pyscard can be imported and then crashes at the first call.
    """
    try:
        if sys.platform == "linux":
            from ctypes import CDLL  # noqa: PLC0415 - as below

            CDLL(_LINUX_LIBRARY)
        from smartcard import scard  # noqa: PLC0415 - on the reader's thread, so that the window need not wait for it
    except (ImportError, OSError) as error:
        raise LibraryMissingError from error
    loaded: Winscard = scard
    return loaded
