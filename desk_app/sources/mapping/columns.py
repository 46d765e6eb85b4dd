# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a profile says that the columns are, and what holds for all rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from desk_app.profile_tables import ProfileTable
from desk_app.sources.mapping.stamp import NameStamp
from desk_app.sources.table import folded

TRANSLATED = ("item", "source")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_LAST_COLUMN = 1000


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """Where a profile names a column; ``name`` is what the column is called from there on."""

    name: str
    table: ProfileTable
    key: str


@dataclass(frozen=True, slots=True)
class ColumnPlaces:
    """Where the columns are: by the words over them, or by position from 0; one of the two is empty."""

    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)


def is_code(text: str) -> bool:
    """Tell whether a text has the form of a policy's codes for items and sources."""
    return bool(_CODE.fullmatch(text))


def code_of(table: ProfileTable, key: str, *, item: bool) -> str:
    """Give the code of an item or a source."""
    code = table.text(key)
    if not is_code(code):
        raise table.wrong(key, "LIB_BOOKS" if item else "NTNU")
    return code


def read_places(keys: Iterable[ColumnKey]) -> ColumnPlaces:
    """Read where the columns are: all by the words over them, or all by position; a word or position stands once."""
    named = {one.name: one for one in keys}
    if all(type(one.table.entries.get(one.key)) is int for one in named.values()):
        places = {name: one.table.number(one.key, 1, _LAST_COLUMN) - 1 for name, one in named.items()}
        _require_once(named, {name: (str(place),) for name, place in places.items()})
        return ColumnPlaces(places=places)
    headings = {name: one.table.texts(one.key) for name, one in named.items()}
    _require_once(named, {name: tuple(dict.fromkeys(map(folded, words))) for name, words in headings.items()})
    return ColumnPlaces(headings=headings)


def require_once(table: ProfileTable, words: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a word that stands for two things: which of them counts would be a guess."""
    _require_once({key: ColumnKey(key, table, key) for key in words}, words)


def _require_once(named: Mapping[str, ColumnKey], words: Mapping[str, tuple[str, ...]]) -> None:
    taken: dict[str, str] = {}
    for name, folds in words.items():
        for word in folds:
            if taken.setdefault(word, name) != name:
                raise named[name].table.wrong(named[name].key, f"≠ {taken[word]}")


def read_fixed(table: ProfileTable, columns: ProfileTable) -> dict[str, str]:
    """Read what holds for all rows; an item or a source comes from here or from a column."""
    table.require_known(TRANSLATED)
    for key in table.entries:
        if columns.has(key):
            raise table.wrong(key, f"columns.{key} | fixed.{key}")
    return {key: code_of(table, key, item=key == "item") for key in table.entries}


def read_words(table: ProfileTable, columns: ProfileTable) -> dict[str, dict[str, str]]:
    """Read the codes that the office's own words for items and sources stand for."""
    table.require_known(TRANSLATED)
    found: dict[str, dict[str, str]] = {}
    for key in table.entries:
        if not columns.has(key):
            raise table.wrong(key, f"columns.{key}")
        words = table.required(key)
        codes = {word: code_of(words, word, item=key == "item") for word in words.entries}
        require_once(words, {word: (folded(word),) for word in codes})
        found[key] = {folded(word): code for word, code in codes.items()}
    return found


def read_stamp(table: ProfileTable, columns: ProfileTable) -> tuple[NameStamp | None, bool]:
    """Read where the instant of the data stands: in a column, in the file's name, or it is the file's last change."""
    table.require_known(("name", "modified"))
    modified = table.truth("modified")
    if table.has("name") and (modified or columns.has("as_of")):
        raise table.wrong("name", "columns.as_of | as_of.name | as_of.modified")
    if modified == columns.has("as_of") and not table.has("name"):
        raise table.wrong("modified", "columns.as_of | as_of.name | as_of.modified")
    if not table.has("name"):
        return None, modified
    stamp = NameStamp.of(table.text("name"))
    if stamp is None:
        raise table.wrong("name", '"library_{day}_{time}"')
    return stamp, False
