# SPDX-License-Identifier: GPL-3.0-or-later
"""Card profiles: where a school keeps its number on the card; the key itself is never part of a profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware import mifare
from hardware.apdu import CARD_KINDS, KeyType, card_name
from hardware.api import CardKind

UID_SIZES = (4, 7)
DATE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class UidRule:
    """Which UIDs count (``sizes`` in bytes), and whether the roster writes them with the last byte first."""

    sizes: tuple[int, ...] = UID_SIZES
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class CardField:
    """Where something stands: data blocks of one sector read in a row, and the part of them that holds it.

    The sector is named, or found by ``application`` in the card's directory (MAD). ``key`` names the key in the desk's
    key ring; ``slot`` is the place in the reader's memory, which differs by model. ``digits`` is the length to which a
    number of a value block is filled up with zeros at its front.
    """

    sector: int | None
    blocks: tuple[int, ...]
    key: str
    key_type: KeyType
    slot: int
    codec: str
    length: int
    offset: int = 0
    application: int | None = None
    digits: int = 0

    def blocks_from(self, sector: int) -> tuple[int, ...]:
        """Give the blocks as they are counted over the whole card, for the sector where the field was found."""
        return tuple(mifare.first_block(sector) + block for block in self.blocks)

    def cut(self, raw: bytes) -> bytes:
        """Give the field's own bytes out of its blocks."""
        return raw[self.offset : self.offset + self.length]


@dataclass(frozen=True, slots=True)
class CardChecks:
    """What a number on a card must look like: its form, its check digit, and whether a blank one is a fault."""

    pattern: re.Pattern[str] | None = None
    digit: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class CardProfile:
    """How a school's cards are read; without ``number`` the UID alone leads to the roster.

    ``generations`` says which generation of card a name in the answer to reset stands for.
    """

    id: str
    number: CardField | None = None
    uid: UidRule = field(default_factory=UidRule)
    issued: CardField | None = None
    checks: CardChecks = field(default_factory=CardChecks)
    generations: Mapping[int, CardKind] = field(default_factory=lambda: CARD_KINDS)

    @property
    def key_names(self) -> tuple[str, ...]:
        """The keys that the profile needs, by their names."""
        return tuple(dict.fromkeys(part.key for part in (self.number, self.issued) if part is not None))

    def kind_of(self, atr: bytes) -> CardKind:
        """Tell the generation of a card from its answer to reset, as far as it says so."""
        name = card_name(atr)
        return CardKind.UNKNOWN if name is None else self.generations.get(name, CardKind.UNKNOWN)
