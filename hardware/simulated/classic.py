# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of a simulated 4K card with its keys, access bits and the halt after a failed authentication."""

from __future__ import annotations

from hardware import mifare
from hardware.apdu import KeyType, storage_card_atr
from hardware.mifare import Trailer, decode_trailer

TRANSPORT_KEY = b"\xff" * mifare.KEY_SIZE
"""The key with which every card leaves the factory (NXP MF1S70yyX, 8.6.3); simulated cards use no other secret."""

ATR_4K = storage_card_atr(0x0002)


class CardRefusedError(Exception):
    """The card does not do what was asked: it is halted or the sector is not open for this."""


class Classic4K:
    """One card: 256 blocks, as issued by the factory until something is put on it."""

    def __init__(self, uid: bytes, atr: bytes = ATR_4K) -> None:
        self.uid = uid
        self.atr = atr
        self._blocks = [bytes(mifare.BLOCK_SIZE)] * mifare.BLOCKS
        for sector in range(mifare.SECTORS):
            self.put_trailer(sector, Trailer(TRANSPORT_KEY, TRANSPORT_KEY))
        self._open_sector: int | None = None
        self._with_key_b = False
        self._halted = False

    def put(self, block: int, data: bytes) -> None:
        """Write a block as the issuer's machine does; raise :class:`ValueError` unless it has 16 bytes."""
        if len(data) != mifare.BLOCK_SIZE:
            raise ValueError("a block has 16 bytes")
        self._blocks[block] = data

    def put_trailer(self, sector: int, trailer: Trailer) -> None:
        """Give a sector its keys and access bits."""
        self.put(mifare.trailer_of(sector), trailer.encode())

    def select(self) -> None:
        """Wake the card up: no sector is open, and a halt is over."""
        self._open_sector, self._halted = None, False

    def authenticate(self, block: int, key_type: KeyType, key: bytes) -> bool:
        """Open a block's sector with a key; a wrong key halts the card until it is selected again."""
        sector = mifare.sector_of(block)
        trailer = self._trailer(sector)
        self._with_key_b = key_type is KeyType.B
        if self._halted or key != (trailer.key_b if self._with_key_b else trailer.key_a):
            self._open_sector, self._halted = None, True
            return False
        self._open_sector = sector
        return True

    def read(self, block: int) -> bytes:
        """Read a block of the open sector; raise :class:`CardRefusedError` when keys or access bits do not allow it."""
        sector = mifare.sector_of(block)
        if self._halted or sector != self._open_sector:
            raise CardRefusedError
        trailer = self._trailer(sector)
        if block == mifare.trailer_of(sector):
            return trailer.visible()
        if not trailer.access.reads_data(mifare.access_group(block), with_key_b=self._with_key_b):
            raise CardRefusedError
        return self._blocks[block]

    def _trailer(self, sector: int) -> Trailer:
        return decode_trailer(self._blocks[mifare.trailer_of(sector)])
