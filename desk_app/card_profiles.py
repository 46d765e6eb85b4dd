# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads card profiles from TOML files, strictly: what is wrong is named with file and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from desk_app.profile_tables import ProfileError, ProfileTable, read_profile
from hardware import mifare
from hardware.apdu import CARD_KINDS, KeyType
from hardware.api import CardKind
from hardware.check_digits import CHECK_DIGITS
from hardware.codecs import CODECS, VALUE
from hardware.profile import DATE_DIGITS, UID_SIZES, CardChecks, CardField, CardProfile, UidRule

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


def load_profile(path: Path) -> CardProfile:
    """Load a profile; raise :class:`ProfileError` naming the file and the key that is wrong."""
    table, _ = read_profile(path)
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
        raise ProfileError("key", str(path), "checks", nearest="[number]")
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
            raise ProfileError("key", table.file, f"generation.{name}", nearest="0001, 0002, 0037")
    own = {int(name, 16): CardKind(table.choice(name, kinds)) for name in table.entries}
    return MappingProxyType({**CARD_KINDS, **own})
