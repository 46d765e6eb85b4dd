# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping profiles: which column of an office's file or view says what, and what the office's words stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState
from desk_app.profile_tables import ProfileError, ProfileTable, read_profile
from desk_app.sources.profile_stamp import NameStamp
from desk_app.sources.table import BIG5, TableForm, folded

AUTOMATIC = "auto"
UTF_16 = "utf-16"
ENCODINGS: Mapping[str, str] = {AUTOMATIC: AUTOMATIC, "utf-8": "", "big5": BIG5, UTF_16: UTF_16}
"""By the word of a profile: the codec, "" for UTF-8."""

COLUMNS = (
    "number", "item", "source", "state", "as_of", "note", "window_closed", "detail", "certificate_date",
)  # fmt: skip
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")

_DELIMITERS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_TOP = ("columns", "fixed", "words", "states", "as_of", "file", "view")
_TRANSLATED = ("item", "source")
_FILE_KEYS = ("encoding", "delimiter", "sheet", "header")
_LAST_LINE, _LAST_COLUMN = 1000, 1000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class MappingProfile:
    """How one office writes clearance data.

    ``headings`` gives the words over each column, ``places`` its position from 0; a profile has one or the other.
    ``fixed`` says what holds for all rows, ``words`` what the office's own words for items and sources stand for,
    ``states`` the same for the states. ``stamp`` reads the instant of the data from a file's name, ``modified`` takes the
    time of its last change. ``changed`` is the column of a view by which it is asked for what has changed. ``digest``
    names this very text of the profile.
    """

    name: str
    headings: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]
    states: Mapping[str, ItemState]
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stamp: NameStamp | None = None
    modified: bool = False
    encoding: str = AUTOMATIC
    delimiter: str = ","
    sheet: str = ""
    header: int = 1
    changed: str = ""
    digest: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the profile names."""
        return tuple(self.headings) or tuple(self.places)

    def heading(self, column: str) -> str:
        """Give what stands over a column in the office's own files, or its position."""
        if column in self.headings:
            return self.headings[column][0]
        return str(self.places[column] + 1) if column in self.places else column

    def form(self, encoding: str) -> TableForm:
        """Give how the tables lie in the office's files, in one encoding ("" is UTF-8)."""
        return TableForm(
            encoding,
            self.delimiter,
            self.sheet,
            self.header,
            names={folded(word): column for column, words in self.headings.items() for word in words},
            places={place: column for column, place in self.places.items()},
        )


def find_profile(name: str, folders: tuple[Path, ...], source: str) -> Path:
    """Find the profile of a name; the first folder that has it counts.

    Raises :class:`SourceError` (``source_profile_unknown``) with the names that there are.
    """
    files = {file.stem: file for folder in reversed(folders) for file in sorted(folder.glob("*.toml"))}
    if name not in files or not _NAME.fullmatch(name):
        raise SourceError("source_profile_unknown", source=source, profile=name, allowed=", ".join(sorted(files)))
    return files[name]


def load_profile(path: Path, source: str = "") -> MappingProfile:
    """Load a profile for a source; raise :class:`SourceError` (``source_profile_…``) with file, key and what is allowed."""
    try:
        table, data = read_profile(path)
        return _profile(table, path.stem, sha256(data).hexdigest())
    except ProfileError as error:
        raise SourceError(
            f"source_profile_{error.fault}", source=source, file=error.file, key=error.key, **error.data
        ) from error


def _profile(table: ProfileTable, name: str, digest: str) -> MappingProfile:
    table.require_known(_TOP)
    columns = _required(table, "columns")
    columns.require_known(COLUMNS)
    file, view = _optional(table, "file"), _optional(table, "view")
    file.require_known(_FILE_KEYS)
    view.require_known(("changed",))
    headings, places = _columns(columns)
    fixed = _fixed(_optional(table, "fixed"), columns)
    stamp, modified = _stamp(_optional(table, "as_of"), columns)
    return MappingProfile(
        name=name,
        headings=headings,
        places=places,
        states=_states(_required(table, "states")),
        fixed=fixed,
        words=_words(_optional(table, "words"), columns),
        stamp=stamp,
        modified=modified,
        encoding=ENCODINGS[file.choice("encoding", ENCODINGS, AUTOMATIC)],
        delimiter=_DELIMITERS[file.choice("delimiter", _DELIMITERS, "comma")],
        sheet=file.text("sheet", ""),
        header=file.number("header", 0 if places else 1, _LAST_LINE, 1),
        changed=view.text("changed", ""),
        digest=digest,
    )


def _required(table: ProfileTable, key: str) -> ProfileTable:
    found = table.table(key)
    if found is None:
        raise table.wrong(key, f"[{key}]")
    return found


def _optional(table: ProfileTable, key: str) -> ProfileTable:
    return table.table(key) or ProfileTable(table.file, key, {})


def _columns(table: ProfileTable) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """Read where the columns are: all by the words over them, or all by position; a word or position stands once."""
    for key in ("number", "state"):
        if not table.has(key):
            raise table.wrong(key, '"學號"' if key == "number" else '"狀態"')
    if all(type(value) is int for value in table.entries.values()):
        places = {key: table.number(key, 1, _LAST_COLUMN) - 1 for key in table.entries}
        _require_once(table, {key: (str(place),) for key, place in places.items()})
        return {}, places
    headings = {key: texts_of(table, key) for key in table.entries}
    _require_once(table, {key: tuple(dict.fromkeys(map(folded, words))) for key, words in headings.items()})
    return headings, {}


def texts_of(table: ProfileTable, key: str) -> tuple[str, ...]:
    """Give one text or a list of texts, none of them blank."""
    value = table.entries.get(key)
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(text, str) and text.strip() for text in found):
        raise table.wrong(key, '"…", ["…", "…"]')
    return tuple(found)


def _require_once(table: ProfileTable, words: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a word that stands for two things: which of them counts would be a guess."""
    taken: dict[str, str] = {}
    for key, folds in words.items():
        for word in folds:
            if taken.setdefault(word, key) != key:
                raise table.wrong(key, f"≠ {taken[word]}")


def _states(table: ProfileTable) -> dict[str, ItemState]:
    """Read which words stand for which state; a word stands for one of them."""
    table.require_known(state.value for state in ItemState)
    words = {key: tuple(dict.fromkeys(map(folded, texts_of(table, key)))) for key in table.entries}
    if not words:
        raise table.wrong(ItemState.CLEARED, '["…", "…"]')
    _require_once(table, words)
    return {word: ItemState(key) for key, folds in words.items() for word in folds}


def _fixed(table: ProfileTable, columns: ProfileTable) -> dict[str, str]:
    """Read what holds for all rows; an item comes from here or from a column, and so does a source if there is one."""
    table.require_known(_TRANSLATED)
    for key in table.entries:
        if columns.has(key):
            raise table.wrong(key, f"columns.{key} | fixed.{key}")
        if not CODE.fullmatch(table.text(key)):
            raise table.wrong(key, "LIB_BOOKS" if key == "item" else "NTNU")
    if not (table.has("item") or columns.has("item")):
        raise table.wrong("item", '"LIB_BOOKS"')
    return {key: table.text(key) for key in table.entries}


def _words(table: ProfileTable, columns: ProfileTable) -> dict[str, dict[str, str]]:
    """Read the codes that the office's own words for items and sources stand for."""
    table.require_known(_TRANSLATED)
    found: dict[str, dict[str, str]] = {}
    for key in table.entries:
        if not columns.has(key):
            raise table.wrong(key, f"columns.{key}")
        words = _required(table, key)
        for word in words.entries:
            if not CODE.fullmatch(words.text(word)):
                raise words.wrong(word, "LIB_BOOKS" if key == "item" else "NTNU")
        folds = {word: (folded(word),) for word in words.entries}
        _require_once(words, folds)
        found[key] = {folded(word): words.text(word) for word in words.entries}
    return found


def _stamp(table: ProfileTable, columns: ProfileTable) -> tuple[NameStamp | None, bool]:
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
