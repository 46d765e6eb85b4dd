# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the rows of an office into reports by its mapping profile; a row that is wrong anywhere gives none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from desk_app.domain.clearance_sources import LONGEST_NOTE, ItemReport
from desk_app.domain.facts import CertDetail, ItemState
from desk_app.domain.findings import Finding
from desk_app.domain.records import ItemRecord
from desk_app.sources.cells import Cells, Notebook
from desk_app.sources.mapping.columns import is_code
from desk_app.sources.mapping.layout import Statement
from desk_app.sources.mapping.profile import MappingProfile
from desk_app.sources.mapping.states import CellFault
from desk_app.sources.table import Line, folded

_NUMBER = re.compile(r"[0-9A-Z]{1,20}")
_MOST_REMEMBERED = 1000
_KeyT = TypeVar("_KeyT")
_ValueT = TypeVar("_ValueT")


@dataclass(frozen=True, slots=True)
class Moment:
    """When rows are read: ``latest`` is the last instant of which data may be, ``stamp`` holds for all of them if given."""

    timezone: ZoneInfo
    latest: datetime
    stamp: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadRows:
    """What rows have given: reports with their lines, and every place that is wrong.

    ``doubts`` are states nobody knows, of which the report says UNKNOWN where the reader was told to go on.
    """

    reports: tuple[ItemReport, ...]
    lines: tuple[int, ...]
    problems: tuple[Finding, ...]
    doubts: tuple[Finding, ...] = ()


class RowReader:
    """Reads rows by a profile; with ``doubting`` a state that nobody knows becomes UNKNOWN, else its row is wrong."""

    def __init__(self, profile: MappingProfile, moment: Moment, *, doubting: bool = False) -> None:
        self._profile = profile
        self._moment = moment
        self._doubting = doubting
        self._wrong = Notebook()
        self._doubts = Notebook()
        # The rows of an export share a few words and instants, so each that is sound is read once.
        self._instants: dict[str, datetime] = {}
        self._states: dict[tuple[str, str], ItemState] = {}
        self._codes: dict[tuple[str, str], str] = {}
        self._columns = frozenset(profile.columns)

    def read(self, lines: Iterable[Line]) -> ReadRows:
        """Read rows and name everything that is wrong in them."""
        self._wrong, self._doubts = Notebook(), Notebook()
        reports: list[ItemReport] = []
        numbers: list[int] = []
        for line in lines:
            found = self._row(line)
            reports += found
            numbers += [line.number] * len(found)
        return ReadRows(tuple(reports), tuple(numbers), tuple(self._wrong.problems), tuple(self._doubts.problems))

    def _row(self, line: Line) -> list[ItemReport]:
        """Give what a row says: a report on each item of which it speaks, or none when it is wrong anywhere."""
        before = len(self._wrong.problems)
        cells = Cells(line, self._wrong, self._moment.timezone)
        number = cells.number("number", _NUMBER)
        said = [
            (
                one,
                self._code(line, cells, one, "item"),
                self._code(line, cells, one, "source"),
                self._state(line, cells, one),
            )
            for one in self._profile.statements
        ]
        as_of = self._as_of(line, cells)
        records = [
            ItemRecord(
                item=item,
                source=source,
                state=state,
                as_of=as_of or self._moment.latest,
                note=self._note(cells, one.note),
                **self._particulars(cells),
            )
            for one, item, source, state in said
        ]
        if number is None or as_of is None or len(self._wrong.problems) != before:
            return []
        return [ItemReport(number, record) for record in records]

    def _particulars(self, cells: Cells) -> dict[str, Any]:
        """Give what only a list with one row for each item says, in columns of its own."""
        found: dict[str, Any] = {}
        if "window_closed" in self._columns:
            found["window_closed"] = cells.truth("window_closed", default=False) is True
        if "detail" in self._columns and cells.text("detail"):
            found["detail"] = cells.choice("detail", CertDetail)
        if "certificate_date" in self._columns:
            found["certificate_date"] = cells.day("certificate_date")
        return found

    def _code(self, line: Line, cells: Cells, one: Statement, column: str) -> str:
        """Give the code of an item or a source: what holds for all rows, what the word stands for, or the cell itself."""
        fixed = one.item if column == "item" else one.source
        if column not in self._columns:
            return fixed or ""
        key = (column, line.texts.get(column, ""))
        known = self._codes.get(key)
        if known is not None:
            return known
        text = cells.text(column)
        words = self._profile.words.get(column)
        code = text.upper() if words is None else words.get(folded(text), "")
        if not text and column == "item":
            cells.refuse("value_missing", column)
        elif text and not is_code(code):
            cells.refuse("value_unknown", column, text, "A-Z, 0-9, _" if words is None else ", ".join(words))
        else:
            _remember(self._codes, key, code)
        return code

    def _state(self, line: Line, cells: Cells, one: Statement) -> ItemState:
        """Give the state that a cell stands for; one that the profile does not foresee is never taken as cleared."""
        if one.states is None:
            return one.always
        raw = line.texts.get(one.state, "")
        key = (one.state, raw)
        known = self._states.get(key)
        if known is not None:
            return known
        state = one.states.read(raw, self._moment.timezone, self._moment.latest)
        if isinstance(state, CellFault):
            told = Cells(line, self._doubts, self._moment.timezone) if self._doubting else cells
            told.refuse(state.code, one.state, raw, state.allowed)
            return ItemState.UNKNOWN
        _remember(self._states, key, state)
        return state

    def _as_of(self, line: Line, cells: Cells) -> datetime | None:
        if self._moment.stamp is not None:
            return self._moment.stamp
        raw = line.texts.get("as_of", "")
        known = self._instants.get(raw)
        if known is not None:
            return known
        instant = self._instant(cells)
        if instant is None:
            return None
        if instant > self._moment.latest:
            # Kept, it would stand against everything that the office says until then.
            cells.refuse("as_of_ahead", "as_of", raw)
            return None
        _remember(self._instants, raw, instant)
        return instant

    def _instant(self, cells: Cells) -> datetime | None:
        """Read an instant; a day alone means its first minute, so that data never seem newer than they are."""
        text = cells.text("as_of")
        if not text:
            cells.refuse("value_missing", "as_of")
            return None
        if ":" in text:
            return cells.instant("as_of")
        day = cells.day("as_of")
        return None if day is None else datetime.combine(day, time.min, self._moment.timezone)

    @staticmethod
    def _note(cells: Cells, column: str) -> str:
        """Give the note to the graduate in one line; a wrong one is not repeated, because it is the graduate's alone."""
        note = " ".join(cells.raw(column).split()) if column else ""
        if len(note) > LONGEST_NOTE:
            cells.refuse("note_too_long", column, allowed=str(LONGEST_NOTE))
        elif not note.isprintable():
            cells.refuse("note_control", column)
        return note


def _remember(known: dict[_KeyT, _ValueT], key: _KeyT, value: _ValueT) -> None:
    """Keep a value, but not those of a list in which each row has its own."""
    if len(known) < _MOST_REMEMBERED:
        known[key] = value
