# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of a MIFARE Classic 4K card: its map, trailers, access bits, value blocks and directory checksum.

Sectors 0 to 31 have 4 blocks, sectors 32 to 39 have 16 (NXP MF1S70yyX, chapters 8.6 and 8.7; AN10787 for the MAD).
"""

from __future__ import annotations

from dataclasses import dataclass

BLOCK_SIZE = 16
KEY_SIZE = 6
BLOCKS = 256
SECTORS = 40
_SMALL_SECTORS = 32
_SMALL_BLOCKS = 4
_LARGE_BLOCKS = 16
_FIRST_LARGE_BLOCK = _SMALL_SECTORS * _SMALL_BLOCKS
_TRAILER_GROUP = 3

LAST_RESERVED_APPLICATION = 0x00FF
"""Application numbers up to this one are not given to anybody (AN10787, administration codes)."""


def sector_of(block: int) -> int:
    """Give the sector of a block (0 to 255)."""
    _require(block, BLOCKS)
    if block < _FIRST_LARGE_BLOCK:
        return block // _SMALL_BLOCKS
    return _SMALL_SECTORS + (block - _FIRST_LARGE_BLOCK) // _LARGE_BLOCKS


def blocks_in(sector: int) -> int:
    """Count the blocks of a sector, its trailer included."""
    _require(sector, SECTORS)
    return _SMALL_BLOCKS if sector < _SMALL_SECTORS else _LARGE_BLOCKS


def first_block(sector: int) -> int:
    """Give the number of a sector's first block."""
    _require(sector, SECTORS)
    if sector < _SMALL_SECTORS:
        return sector * _SMALL_BLOCKS
    return _FIRST_LARGE_BLOCK + (sector - _SMALL_SECTORS) * _LARGE_BLOCKS


def trailer_of(sector: int) -> int:
    """Give the number of a sector's trailer, its last block."""
    return first_block(sector) + blocks_in(sector) - 1


def access_group(block: int) -> int:
    """Give the group of access bits (0 to 3) that rules a block; in large sectors one group covers five blocks."""
    sector = sector_of(block)
    offset = block - first_block(sector)
    return offset if blocks_in(sector) == _SMALL_BLOCKS else offset // 5


def _require(number: int, limit: int) -> None:
    if not 0 <= number < limit:
        raise ValueError(f"{number} is not below {limit}")


@dataclass(frozen=True, slots=True)
class AccessBits:
    """The conditions C1 C2 C3 of the four groups as numbers 0 to 7 (C1 is the highest bit); the last is the trailer's."""

    groups: tuple[int, int, int, int]

    def encode(self) -> bytes:
        """Write the three access bytes, each condition once plain and once inverted."""
        c1, c2, c3 = (
            sum(((group >> shift) & 1) << index for index, group in enumerate(self.groups)) for shift in (2, 1, 0)
        )
        return bytes(((~c2 & 0xF) << 4 | (~c1 & 0xF), c1 << 4 | (~c3 & 0xF), c3 << 4 | c2))

    def reads_data(self, group: int, *, with_key_b: bool) -> bool:
        """Tell whether a data block of a group may be read after a successful authentication."""
        if with_key_b and self.key_b_readable:
            return False  # a key that anybody may read opens nothing
        condition = self.groups[group]
        return condition != 0b111 and (with_key_b or condition not in (0b011, 0b101))

    @property
    def key_b_readable(self) -> bool:
        """True when the trailer's condition makes key B plain data."""
        return self.groups[_TRAILER_GROUP] in (0b000, 0b010, 0b001)


def decode_access(raw: bytes) -> AccessBits:
    """Read three access bytes; raise :class:`ValueError` when plain and inverted bits disagree (the sector is dead)."""
    if len(raw) != 3:
        raise ValueError("there are 3 access bytes")
    c1, c2, c3 = raw[1] >> 4, raw[2] & 0xF, raw[2] >> 4
    if (raw[0] & 0xF, raw[0] >> 4, raw[1] & 0xF) != (~c1 & 0xF, ~c2 & 0xF, ~c3 & 0xF):
        raise ValueError("the access bits contradict each other")
    first, second, third, trailer = ((c1 >> n & 1) << 2 | (c2 >> n & 1) << 1 | (c3 >> n & 1) for n in range(4))
    return AccessBits((first, second, third, trailer))


TRANSPORT_ACCESS = AccessBits((0b000, 0b000, 0b000, 0b001))
"""The access bits of a card as it leaves the factory: FF 07 80."""


@dataclass(frozen=True, slots=True)
class Trailer:
    """A sector's trailer: both keys, the access bits and the general purpose byte."""

    key_a: bytes
    key_b: bytes
    access: AccessBits = TRANSPORT_ACCESS
    general: int = 0x69

    def encode(self) -> bytes:
        """Write the block of 16 bytes."""
        if len(self.key_a) != KEY_SIZE or len(self.key_b) != KEY_SIZE:
            raise ValueError("a key has 6 bytes")
        return self.key_a + self.access.encode() + bytes((self.general,)) + self.key_b

    def visible(self) -> bytes:
        """Write what a reader gets to see: never key A, key B only where it is plain data."""
        hidden = Trailer(
            bytes(KEY_SIZE), self.key_b if self.access.key_b_readable else bytes(KEY_SIZE), self.access, self.general
        )
        return hidden.encode()


def decode_trailer(block: bytes) -> Trailer:
    """Read a trailer's block of 16 bytes."""
    if len(block) != BLOCK_SIZE:
        raise ValueError("a block has 16 bytes")
    return Trailer(block[:6], block[10:], decode_access(block[6:9]), block[9])


def encode_value(value: int, address: int) -> bytes:
    """Write a value block: the value three times, inverted in the middle, then the address four times."""
    plain = value.to_bytes(4, "little", signed=True)
    inverted = bytes(byte ^ 0xFF for byte in plain)
    return plain + inverted + plain + bytes((address, address ^ 0xFF) * 2)


def decode_value(block: bytes) -> tuple[int, int]:
    """Read value and address of a value block; raise :class:`ValueError` when its copies disagree."""
    value, address = int.from_bytes(block[:4], "little", signed=True), block[12] if len(block) == BLOCK_SIZE else 0
    if block != encode_value(value, address):
        raise ValueError("this is no value block")
    return value, address


def mad_crc(data: bytes) -> int:
    """Compute the checksum of an application directory (polynomial 1D, start value C7) over all but its first byte."""
    crc = 0xC7
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x1D if crc & 0x80 else crc << 1) & 0xFF
    return crc
