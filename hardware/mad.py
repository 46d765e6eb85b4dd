# SPDX-License-Identifier: GPL-3.0-or-later
"""The application directory of a MIFARE card (NXP AN10787): which sector belongs to which application.

Version 1 stands in blocks 1 and 2 and lists sectors 1 to 15; version 2 adds blocks 64 to 66 for sectors 17 to 39. The
key that reads both is published in the note, so it is no secret.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardware.mifare import BLOCK_SIZE, mad_crc

MAD_KEY = bytes.fromhex("A0A1A2A3A4A5")
"""The published key A of the directory's sectors (AN10787, chapter 3.9)."""

FIRST_BLOCKS = (1, 2)
SECOND_BLOCKS = (64, 65, 66)
_FIRST_SECTORS = range(1, 16)
_SECOND_SECTORS = range(17, 40)
_HEAD = 2
"""The checksum and the byte that names the issuer's sector."""


def find_application(raw: bytes, application: int) -> tuple[int, ...]:
    """Give the sectors of an application in the blocks of one directory, in ascending order.

    Raises :class:`ValueError` when this is no directory or its checksum does not hold.
    """
    sectors = _sectors_of(raw)
    if mad_crc(raw[1:]) != raw[0]:
        raise ValueError("the directory's checksum does not hold")
    names = (int.from_bytes(raw[_HEAD + 2 * n : _HEAD + 2 * n + 2], "little") for n in range(len(sectors)))
    return tuple(sector for sector, name in zip(sectors, names, strict=True) if name == application)


def write_directory(applications: Mapping[int, int], *, second: bool = False) -> bytes:
    """Write a directory from sectors and their applications; sectors of the other directory are left out."""
    sectors = _SECOND_SECTORS if second else _FIRST_SECTORS
    names = b"".join(applications.get(sector, 0).to_bytes(2, "little") for sector in sectors)
    body = b"\x00" + names
    return bytes((mad_crc(body),)) + body


def _sectors_of(raw: bytes) -> range:
    if len(raw) == len(FIRST_BLOCKS) * BLOCK_SIZE:
        return _FIRST_SECTORS
    if len(raw) == len(SECOND_BLOCKS) * BLOCK_SIZE:
        return _SECOND_SECTORS
    raise ValueError("a directory has two or three blocks")
