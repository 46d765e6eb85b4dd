# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping profiles: which column of an office's file or view says what, and what the office's words stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from desk_app.domain.errors import SourceError
from desk_app.profile_tables import ProfileError, ProfileTable, read_profile
from desk_app.sources.mapping.closing_line import ClosingLine
from desk_app.sources.mapping.columns import (
    ColumnKey,
    ColumnPlaces,
    read_fixed,
    read_places,
    read_stamp,
    read_words,
)
from desk_app.sources.mapping.layout import (
    ONE_FOR_EACH_GRADUATE,
    ONE_FOR_EACH_ITEM,
    ONE_FOR_EACH_THING,
    Statement,
    Things,
    item_columns,
    plain_statement,
    read_things,
    thing_statement,
    wide_statements,
)
from desk_app.sources.mapping.stamp import NameStamp
from desk_app.sources.table import BIG5, TableForm, folded

AUTOMATIC = "auto"
UTF_16 = "utf-16"
ENCODINGS: Mapping[str, str] = {AUTOMATIC: AUTOMATIC, "utf-8": "", "big5": BIG5, UTF_16: UTF_16}
"""By the word of a profile: the codec, "" for UTF-8."""

_DELIMITERS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_TOP = ("columns", "items", "things", "fixed", "words", "states", "cells", "as_of", "file", "view")
_FILE_KEYS = ("encoding", "delimiter", "sheet", "header", "end")
_LAST_LINE = 1000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class FileForm:
    """How tables lie in the office's files; ``end`` is the last line of each, ``None`` where there is none."""

    encoding: str = AUTOMATIC
    delimiter: str = ","
    sheet: str = ""
    header: int = 1
    end: ClosingLine | None = None


@dataclass(frozen=True, slots=True)
class MappingProfile:
    """How one office writes clearance data.

    ``headings`` gives the words over each column, ``places`` its position from 0; a profile has one or the other.
    ``statements`` are what each row says, one for each item it speaks of; ``things`` tells of a list in which a row is an
    open thing. ``fixed`` says what holds for all rows, ``words`` what the office's own words for items and sources stand
    for. ``stamp`` reads the instant of the data from a file's name, ``modified`` takes the time of its last change.
    ``changed`` is the column of a view by which it is asked for what has changed. ``digest`` names this very text of the
    profile.
    """

    name: str
    headings: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]
    statements: tuple[Statement, ...]
    things: Things | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stamp: NameStamp | None = None
    modified: bool = False
    file: FileForm = field(default_factory=FileForm)
    changed: str = ""
    digest: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the profile names."""
        return tuple(self.headings) or tuple(self.places)

    @property
    def blank_passes(self) -> tuple[str, ...]:
        """The columns in which an empty cell says that nothing is open."""
        return tuple(one.state for one in self.statements if one.states is not None and one.states.blank_passes)

    def heading(self, column: str) -> str:
        """Give what stands over a column in the office's own files, or its position."""
        if column in self.headings:
            return self.headings[column][0]
        return str(self.places[column] + 1) if column in self.places else column

    def form(self, encoding: str) -> TableForm:
        """Give how the tables lie in the office's files, in one encoding ("" is UTF-8)."""
        return TableForm(
            encoding,
            self.file.delimiter,
            self.file.sheet,
            self.file.header,
            names={folded(word): column for column, words in self.headings.items() for word in words},
            places={place: column for column, place in self.places.items()},
            end=None if self.file.end is None else self.file.end.faults,
            whole_rows=bool(self.blank_passes),
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
    columns, view = table.required("columns"), table.optional("view")
    view.require_known(("changed",))
    items = table.tables("items")
    if items and (table.has("things") or table.has("fixed")):
        raise table.wrong("items", "items | things | fixed")
    fixed = read_fixed(table.optional("fixed"), columns)
    places = _places(table, columns, items, fixed)
    stamp, modified = read_stamp(table.optional("as_of"), columns)
    return MappingProfile(
        name=name,
        headings=places.headings,
        places=places.places,
        statements=_statements(table, columns, items, fixed),
        things=read_things(table, columns, fixed) if table.has("things") else None,
        fixed=fixed,
        words=read_words(table.optional("words"), columns),
        stamp=stamp,
        modified=modified,
        file=_file_form(table.optional("file"), headless=bool(places.places)),
        changed=view.text("changed", ""),
        digest=digest,
    )


def _places(
    table: ProfileTable, columns: ProfileTable, items: tuple[ProfileTable, ...], fixed: Mapping[str, str]
) -> ColumnPlaces:
    """Read where the columns are; which there may be depends on what a row is."""
    things = table.has("things")
    columns.require_known(ONE_FOR_EACH_GRADUATE if items else ONE_FOR_EACH_THING if things else ONE_FOR_EACH_ITEM)
    if not columns.has("number"):
        raise columns.wrong("number", '"學號"')
    if not (items or things or columns.has("state")):
        raise columns.wrong("state", '"狀態"')
    if not (items or columns.has("item") or "item" in fixed):
        raise table.optional("fixed").wrong("item", '"LIB_BOOKS"')
    return read_places([*(ColumnKey(key, columns, key) for key in columns.entries), *item_columns(items)])


def _statements(
    table: ProfileTable, columns: ProfileTable, items: tuple[ProfileTable, ...], fixed: Mapping[str, str]
) -> tuple[Statement, ...]:
    if items:
        return wide_statements(table, items)
    return ((thing_statement if table.has("things") else plain_statement)(table, columns, fixed),)


def _file_form(file: ProfileTable, *, headless: bool) -> FileForm:
    """Read how a table lies in a file; it may do without words over its columns where they are named by position."""
    file.require_known(_FILE_KEYS)
    end = ClosingLine.of(file.text("end")) if file.has("end") else None
    if file.has("end") and end is None:
        raise file.wrong("end", '"合計 {count} 筆"')
    return FileForm(
        encoding=ENCODINGS[file.choice("encoding", ENCODINGS, AUTOMATIC)],
        delimiter=_DELIMITERS[file.choice("delimiter", _DELIMITERS, "comma")],
        sheet=file.text("sheet", ""),
        header=file.number("header", 0 if headless else 1, _LAST_LINE, 1),
        end=end,
    )
