# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of PC/SC part 3 (supplement for contactless storage cards) and the answer to reset that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from hardware.api import CardKind
from hardware.errors import CardGoneError, ProtocolFaultError

CLASS_READER = 0xFF
"""The class byte of commands that the reader itself answers."""

SW_OK = 0x9000


class Instruction(IntEnum):
    """The instructions that the desk uses; none of them writes to a card."""

    GET_DATA = 0xCA
    LOAD_KEY = 0x82
    AUTHENTICATE = 0x86
    READ_BINARY = 0xB0


class KeyType(IntEnum):
    """Which of a sector's two keys is meant, as the authentication command writes it."""

    A = 0x60
    B = 0x61


GET_UID = bytes((CLASS_READER, Instruction.GET_DATA, 0, 0, 0))


def load_key(slot: int, key: bytes) -> bytes:
    """Build the command that puts a key of 6 bytes into a slot of the reader (volatile memory)."""
    if len(key) != 6:
        raise ValueError("a key has 6 bytes")
    return bytes((CLASS_READER, Instruction.LOAD_KEY, 0, slot, 6)) + key


def authenticate(block: int, key_type: KeyType, slot: int) -> bytes:
    """Build the command that opens a block's sector with the key of a slot."""
    return (
        bytes((CLASS_READER, Instruction.AUTHENTICATE, 0, 0, 5, 1)) + block.to_bytes(2, "big") + bytes((key_type, slot))
    )


def read_block(block: int) -> bytes:
    """Build the command that reads one block of 16 bytes."""
    return bytes((CLASS_READER, Instruction.READ_BINARY)) + block.to_bytes(2, "big") + bytes((16,))


@dataclass(frozen=True, slots=True)
class Command:
    """A short command taken apart; ``expected`` is the length of answer asked for, ``None`` without one."""

    cls: int
    instruction: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None


def parse_command(apdu: bytes) -> Command:
    """Take a short command apart; raise :class:`ValueError` when its length does not fit."""
    if len(apdu) < 4:
        raise ValueError("a command has at least 4 bytes")
    cls, instruction, p1, p2 = apdu[:4]
    body = apdu[4:]
    if len(body) <= 1:
        return Command(cls, instruction, p1, p2, expected=body[0] if body else None)
    length, data = body[0], body[1 : 1 + body[0]]
    rest = body[1 + length :]
    if len(data) != length or len(rest) > 1:
        raise ValueError("the command's length does not fit its data")
    return Command(cls, instruction, p1, p2, data, rest[0] if rest else None)


def split_response(raw: bytes) -> tuple[bytes, int]:
    """Split a response into data and status word.

    An empty success is what a card pulled during a command leaves (``CardGoneError``); a single byte is no answer at
    all (``ProtocolFaultError``).
    """
    if not raw:
        raise CardGoneError
    if len(raw) == 1:
        raise ProtocolFaultError(raw[0])
    return raw[:-2], int.from_bytes(raw[-2:], "big")


_STORAGE_CARD = bytes.fromhex("804F0CA000000306")
NAME_1K = 0x0001
CARD_KINDS: Mapping[int, CardKind] = MappingProxyType(
    {NAME_1K: CardKind.OLD, 0x0002: CardKind.FOUR_K, 0x0036: CardKind.OLD, 0x0037: CardKind.OLD}
)
"""What card names stand for: Classic 1K and 4K, and Plus in security level 1, which older cards are."""

_NO_CLASSIC = frozenset({0x0003, 0x0038, 0x0039, 0x003A, 0xF004, 0xF011, 0xF012})
"""Card names that speak no Classic: Ultralight (C), Plus in security level 2, Topaz and FeliCa."""


def storage_card_atr(name: int, standard: int = 3) -> bytes:
    """Build the answer to reset of a contactless storage card from its card name (0002 is a 4K)."""
    body = bytes.fromhex("8F8001") + _STORAGE_CARD + bytes((standard,)) + name.to_bytes(2, "big") + bytes(4)
    return b"\x3b" + body + bytes((_check_byte(body),))


def card_name(atr: bytes) -> int | None:
    """Give the card name that an answer to reset carries; ``None`` when it is not of the known form."""
    known_form = len(atr) == 20 and atr[4:12] == _STORAGE_CARD and atr[-1] == _check_byte(atr[1:-1])
    return int.from_bytes(atr[13:15], "big") if known_form else None


def card_kind(atr: bytes) -> CardKind:
    """Tell the generation of a student card from its answer to reset, as far as it says so."""
    name = card_name(atr)
    return CardKind.UNKNOWN if name is None else CARD_KINDS.get(name, CardKind.UNKNOWN)


def speaks_no_classic(atr: bytes) -> bool:
    """Tell whether an answer to reset names a card on which no sector can be read; a strange one names none."""
    return card_name(atr) in _NO_CLASSIC


def _check_byte(body: bytes) -> int:
    check = 0
    for byte in body:
        check ^= byte
    return check
