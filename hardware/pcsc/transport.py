# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to one card of a PC/SC reader."""

from __future__ import annotations

from typing_extensions import override

from hardware.apdu import SW_OK, split_response
from hardware.api import CardTransport
from hardware.errors import CardGoneError
from hardware.pcsc.context import PcscContext, Sight


class PcscTransport(CardTransport):
    """The card that was seen on a reader; connecting fails with ``CardGoneError`` when another one lies there by now.

    From the first command on other programs are kept out, so that nobody changes sector or card state in between.
    """

    def __init__(self, context: PcscContext, reader: str, seen: Sight) -> None:
        self._context = context
        self._reader = reader
        self._atr = seen.atr
        self._begun = self._troubled = self._closed = False
        self._card = context.connect(reader)
        if self.event_count != seen.count:
            self.close()
            raise CardGoneError

    @property
    @override
    def atr(self) -> bytes:
        return self._atr

    @property
    @override
    def event_count(self) -> int:
        return self._context.event_count(self._reader)

    @override
    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        if self._closed:
            raise CardGoneError
        if not self._begun:
            self._card.begin()
            self._begun = True
        data, status = split_response(self._card.transmit(apdu))
        self._troubled = self._troubled or status != SW_OK
        return data, status

    @override
    def close(self) -> None:
        """Let the card go; after a refused command it is woken up anew, because a failed authentication halts it."""
        if not self._closed:
            self._closed = True
            self._card.close(begun=self._begun, reset=self._troubled)
