# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole tree of reader faults, and the one table that maps a reader's codes to it.

A fault carries a code and the raw number, never a text: the text stands under ``error.<code>`` and what the clerk
can do under ``reader.hint.<code>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from typing_extensions import override

CODE_MASK = 0xFFFFFFFF
"""PC/SC codes are positive on Linux and negative on Windows; masked they are equal."""


class ReaderError(Exception):
    """A reader or a card could not do its work; ``raw`` is the PC/SC code or status word behind it, if any.

    ``data`` fills the placeholders of the message; it never holds a whole number of a person or card, nor a key.
    """

    code: ClassVar[str] = "reader_protocol"
    retryable: ClassVar[bool] = False

    def __init__(self, raw: int | None = None, **data: str) -> None:
        self.raw = raw
        self.data = data
        super().__init__(raw)

    @property
    def message_key(self) -> str:
        """The catalogue's key of what happened."""
        return f"error.{self.code}"

    @property
    def hint_key(self) -> str:
        """The catalogue's key of what the clerk can do."""
        return f"reader.hint.{self.code}"

    @override
    def __str__(self) -> str:
        return self.code if self.raw is None else f"{self.code} ({self.raw:X})"


class ServiceDownError(ReaderError):
    """The reader service does not run."""

    code = "reader_service_down"
    retryable = True


class LibraryMissingError(ReaderError):
    """The library that speaks to readers is not installed: a matter of the set-up."""

    code = "reader_library_missing"


class AccessRefusedError(ReaderError):
    """The system does not let this user reach the reader (polkit): a matter of the set-up."""

    code = "reader_access_refused"


class NoReaderError(ReaderError):
    """No reader is connected."""

    code = "reader_none"
    retryable = True


class ReaderLostError(ReaderError):
    """The reader was unplugged."""

    code = "reader_lost"
    retryable = True


class CardGoneError(ReaderError):
    """The card was taken off before it was read."""

    code = "reader_card_gone"
    retryable = True


class CardBusyError(ReaderError):
    """Another program holds the card."""

    code = "reader_card_busy"
    retryable = True


class CardResetError(ReaderError):
    """Another program reset the card: the whole read begins anew."""

    code = "reader_card_reset"
    retryable = True


class UnsupportedCardError(ReaderError):
    """This is no card that the desk can use; ``data["atr"]``, where known, is what support asks for."""

    code = "reader_card_unsupported"


class AuthFailedError(ReaderError):
    """The card does not accept the school's key; it is halted until it is selected again."""

    code = "reader_auth_failed"


class KeyMissingError(AuthFailedError):
    """The desk does not have the key that the card profile names (``data["key"]``): a matter of the set-up."""

    code = "reader_key_missing"


class BadCardDataError(ReaderError):
    """The card's number cannot be understood.

    ``data["seen"]`` is what was read, masked; ``data["expected"]`` names what the profile expects
    (``reader.expected.<name>``).
    """

    code = "reader_bad_data"


class NotCalibratedError(ReaderError):
    """A keyboard reader has typed a card before anybody has taught the desk how it writes: a matter of the set-up."""

    code = "reader_not_calibrated"


class UnknownCardError(ReaderError):
    """A keyboard reader types only a part of the number, and no card of the roster has it."""

    code = "reader_card_unknown"


class AmbiguousCardError(ReaderError):
    """A keyboard reader types only a part of the number, and several cards of the roster share it."""

    code = "reader_card_ambiguous"


class ReadTimeoutError(ReaderError):
    """The card does not answer: it lies badly or has no power."""

    code = "reader_timeout"
    retryable = True


class ProtocolFaultError(ReaderError):
    """The reader answered something that no rule foresees."""

    code = "reader_protocol"


# 80100067 (unpowered) is seen for a badly lying card and for a reader that is being unplugged: the advice to hold
# the card still is right for the first, and for the second the reader's own removal follows at once.
_PCSC_ERRORS: Mapping[int, type[ReaderError]] = MappingProxyType(
    {
        0x80100009: ReaderLostError,  # unknown reader
        0x8010000A: ReadTimeoutError,  # timeout
        0x8010000B: CardBusyError,  # sharing violation
        0x8010000C: CardGoneError,  # no smart card
        0x80100012: ServiceDownError,  # system cancelled: Windows stops its service with the last reader
        0x80100013: ServiceDownError,  # communication error: the service was killed during a wait
        0x80100016: CardGoneError,  # not transacted: the second answer after a pulled card
        0x80100017: ReaderLostError,  # reader unavailable
        0x8010001D: ServiceDownError,  # no service
        0x8010001E: ServiceDownError,  # service stopped
        0x8010002E: NoReaderError,  # no readers available
        0x80100066: ReadTimeoutError,  # unresponsive card
        0x80100067: ReadTimeoutError,  # unpowered card
        0x80100068: CardResetError,  # reset by another program
        0x80100069: CardGoneError,  # removed card: the third answer after a pulled card
        0x8010006A: AccessRefusedError,  # security violation (polkit)
    }
)

_STATUS_ERRORS: Mapping[int, type[ReaderError]] = MappingProxyType(
    {
        0x6300: AuthFailedError,
        0x6982: AuthFailedError,
        0x6983: AuthFailedError,
        0x6A81: UnsupportedCardError,
        0x6A82: UnsupportedCardError,
    }
)


def error_from_pcsc(code: int) -> ReaderError:
    """Give the fault of a PC/SC return code, signed or unsigned; an unknown one is a ``ProtocolFaultError``."""
    raw = code & CODE_MASK
    return _PCSC_ERRORS.get(raw, ProtocolFaultError)(raw)


def error_from_status(status: int) -> ReaderError:
    """Give the fault of a card's status word (PC/SC part 3); an unknown one is a ``ProtocolFaultError``."""
    return _STATUS_ERRORS.get(status, ProtocolFaultError)(status)
