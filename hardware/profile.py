# SPDX-License-Identifier: GPL-3.0-or-later
"""Card profiles: where a school keeps its number on the card; the key itself is never part of a profile."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from hardware import mifare
from hardware.apdu import CARD_KINDS, KeyType, card_name
from hardware.api import CardKind
from hardware.check_digits import CHECK_DIGITS
from hardware.codecs import CODECS, VALUE
from hardware.profile_tables import CardProfileError, ProfileTable

__all__ = ["CardChecks", "CardField", "CardProfile", "CardProfileError", "UidRule", "load_profile"]

UID_SIZES = (4, 7)
DATE_DIGITS = 8
_NAME = re.compile(r"[0-9A-F]{4}")
_DIRECTORY_SECTORS = (0, 16)
_LISTED_BLOCKS = range(mifare.blocks_in(1) - 1)
"""A sector that is found by the card's directory may be a small one."""

_KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "": frozenset({"id", "uid", "number", "issued", "checks", "generation"}),
        "uid": frozenset({"sizes", "order"}),
        "checks": frozenset({"pattern", "digit", "required"}),
        "field": frozenset(
            {"sector", "application", "blocks", "key", "key_type", "slot", "codec", "offset", "length", "digits"}
        ),
    }
)


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


def load_profile(path: Path) -> CardProfile:
    """Load a profile; raise :class:`CardProfileError` naming the file and the key that is wrong."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = error.strerror or "" if isinstance(error, OSError) else str(error)
        raise CardProfileError("card_profile_file", str(path), detail=reason) from error
    table = ProfileTable(str(path), "", entries)
    table.require_known(_KEYS[""])
    number, issued = table.table("number"), table.table("issued")
    profile = CardProfile(
        id=table.text("id"),
        number=None if number is None else _field(number),
        uid=_uid_rule(table.table("uid")),
        issued=None if issued is None else _date_field(issued),
        checks=_checks(table.table("checks")),
        generations=_generations(table.table("generation")),
    )
    if profile.number is None and table.has("checks"):
        raise CardProfileError("card_profile_key", str(path), "checks", nearest="[number]")
    return profile


def _field(table: ProfileTable) -> CardField:
    table.require_known(_KEYS["field"])
    sector, application = _place(table)
    blocks = table.numbers("blocks", _LISTED_BLOCKS if sector is None else _data_blocks(sector))
    codec = table.choice("codec", CODECS)
    size = len(blocks) * mifare.BLOCK_SIZE
    offset = table.number("offset", 0, size - 1, 0)
    value = codec == VALUE
    return CardField(
        sector=sector,
        blocks=blocks,
        key=table.text("key"),
        key_type=KeyType[table.choice("key_type", KeyType.__members__)],
        slot=table.number("slot", 0, 0xFF),
        codec=codec,
        length=table.number("length", *((16, 16, 16) if value else (1, size - offset))),
        offset=offset,
        application=application,
        digits=table.number("digits", *((0, 10, 0) if value else (0, 0, 0))),
    )


def _place(table: ProfileTable) -> tuple[int | None, int | None]:
    """Give the sector, or the application by which the directory finds it; one of them, never both."""
    if not table.has("application"):
        return table.number("sector", 0, mifare.SECTORS - 1), None
    if table.has("sector"):
        raise table.wrong("sector", "sector | application")
    name = table.text("application")
    if not _NAME.fullmatch(name) or int(name, 16) <= mifare.LAST_RESERVED_APPLICATION:
        raise table.wrong("application", '"0100"–"FFFF"')
    return None, int(name, 16)


def _data_blocks(sector: int) -> range:
    """Give the data blocks of a sector: never the maker's block of sector 0, nor a trailer."""
    return range(1 if sector == 0 else 0, mifare.blocks_in(sector) - 1)


def _date_field(table: ProfileTable) -> CardField:
    """Read the place of a date, which is written as eight digits, year first."""
    place = _field(table)
    if place.codec == VALUE and place.digits not in (0, DATE_DIGITS):
        raise table.wrong("digits", str(DATE_DIGITS))
    return place


def _uid_rule(table: ProfileTable | None) -> UidRule:
    if table is None:
        return UidRule()
    table.require_known(_KEYS["uid"])
    order = table.choice("order", ("as_read", "reversed"), "as_read")
    return UidRule(table.numbers("sizes", UID_SIZES, UID_SIZES), order == "reversed")


def _checks(table: ProfileTable | None) -> CardChecks:
    if table is None:
        return CardChecks()
    table.require_known(_KEYS["checks"])
    digit = table.choice("digit", CHECK_DIGITS) if table.has("digit") else ""
    return CardChecks(table.expression("pattern"), digit, table.truth("required"))


def _generations(table: ProfileTable | None) -> Mapping[int, CardKind]:
    """Read which card names stand for which generation; what the profile does not name stays as it is."""
    if table is None:
        return CARD_KINDS
    kinds = [kind.value for kind in CardKind if kind is not CardKind.UNKNOWN]
    for name in table.entries:
        if not _NAME.fullmatch(name):
            raise CardProfileError("card_profile_key", table.file, f"generation.{name}", nearest="0001, 0002, 0037")
    own = {int(name, 16): CardKind(table.choice(name, kinds)) for name in table.entries}
    return MappingProxyType({**CARD_KINDS, **own})
