# SPDX-License-Identifier: GPL-3.0-or-later
"""Card profiles: where a school keeps its number on the card; the key itself is never part of a profile."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hardware import mifare
from hardware.apdu import KeyType
from hardware.codecs import CODECS


class CardProfileError(ValueError):
    """A card profile cannot be used: ``key`` is what is wrong in ``file`` ("" when the file cannot be read)."""

    code = "card_profile"

    def __init__(self, file: str, key: str = "") -> None:
        self.file = file
        self.key = key
        super().__init__(f"{file}: {key}")


@dataclass(frozen=True, slots=True)
class NumberField:
    """Where the number stands: data blocks of one sector read in a row, and the part of them that holds it.

    ``key`` names the key in the desk's key ring; ``slot`` is the place in the reader's memory, which differs by model.
    """

    sector: int
    blocks: tuple[int, ...]
    key: str
    key_type: KeyType
    slot: int
    codec: str
    length: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """The blocks as they are counted over the whole card."""
        return tuple(mifare.first_block(self.sector) + block for block in self.blocks)


@dataclass(frozen=True, slots=True)
class CardProfile:
    """How a school's cards are read; without ``number`` the UID alone leads to the roster."""

    id: str
    number: NumberField | None = None


def load_profile(path: Path) -> CardProfile:
    """Load a profile; raise :class:`CardProfileError` naming the file and the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CardProfileError(path.name) from error
    number = table.get("number")
    name = _text(path, table, "id")
    if number is None:
        return CardProfile(name)
    if not isinstance(number, dict):
        raise CardProfileError(path.name, "number")
    return CardProfile(name, _number_field(path, number))


def _number_field(path: Path, table: Mapping[str, object]) -> NumberField:
    sector = _integer(path, table, "sector", 0, mifare.SECTORS - 1)
    blocks = _blocks(path, table, sector)
    key_type, codec = _text(path, table, "key_type"), _text(path, table, "codec")
    if key_type not in KeyType.__members__:
        raise CardProfileError(path.name, "number.key_type")
    if codec not in CODECS:
        raise CardProfileError(path.name, "number.codec")
    return NumberField(
        sector=sector,
        blocks=blocks,
        key=_text(path, table, "key"),
        key_type=KeyType[key_type],
        slot=_integer(path, table, "slot", 0, 0xFF),
        codec=codec,
        length=_integer(path, table, "length", 1, len(blocks) * mifare.BLOCK_SIZE),
    )


def _blocks(path: Path, table: Mapping[str, object], sector: int) -> tuple[int, ...]:
    """Read the list of blocks: data blocks only, never the maker's block of sector 0 nor the trailer."""
    blocks = table.get("blocks")
    allowed = range(1 if sector == 0 else 0, mifare.blocks_in(sector) - 1)
    if not isinstance(blocks, list) or not blocks or any(block not in allowed for block in blocks):
        raise CardProfileError(path.name, "number.blocks")
    return tuple(blocks)


def _text(path: Path, table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise CardProfileError(path.name, key if key == "id" else f"number.{key}")
    return value


def _integer(path: Path, table: Mapping[str, object], key: str, low: int, high: int) -> int:
    value = table.get(key)
    if not isinstance(value, int) or not low <= value <= high:
        raise CardProfileError(path.name, f"number.{key}")
    return value
