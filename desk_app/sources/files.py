# SPDX-License-Identifier: GPL-3.0-or-later
"""The import files of a desk: tables in CSV or XLSX, photos in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from desk_app.collecting import collecting_later
from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.findings import Finding
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, Holding
from desk_app.services.import_files import Parsed, PhotoRow, Placed, RosterRow
from desk_app.sources.cells import Cells, Notebook
from desk_app.sources.desk_tables import (
    CARD_COLUMNS,
    CARD_REQUIRED,
    ITEM_COLUMNS,
    ITEM_REQUIRED,
    STOCK_COLUMNS,
    STOCK_REQUIRED,
    card_row,
    holding_row,
    item_row,
)
from desk_app.sources.photos import read_photos
from desk_app.sources.roster import STUDENT_COLUMNS, STUDENT_REQUIRED, RosterReader
from desk_app.sources.table import Table, read_table

_T = TypeVar("_T")
_Keys = Sequence[tuple[str, tuple[str, ...]]]
"""By column: what must stand only once in a file."""


class DeskFiles:
    """Reads import files by the lists of a policy; ``blind`` hashes person numbers, ``encoding`` "" means UTF-8."""

    def __init__(self, policy: Policy, own_counter: str, blind: Callable[[str], str], encoding: str = "") -> None:
        self._policy = policy
        self._own_counter = own_counter
        self._blind = blind
        self._encoding = encoding

    def students(self, path: Path) -> Parsed[RosterRow]:
        """Read a roster."""
        reader = RosterReader(self._policy, self._blind)
        return self._parse(
            path, (STUDENT_COLUMNS, STUDENT_REQUIRED), reader.row, lambda row: (("number", (row.graduate.number,)),)
        )

    def items(self, path: Path) -> Parsed[ItemReport]:
        """Read clearance data."""
        return self._parse(
            path,
            (ITEM_COLUMNS, ITEM_REQUIRED),
            lambda cells: item_row(cells, self._policy),
            lambda row: (("code", (row.student_no, row.record.item, row.record.source)),),
        )

    def stock(self, path: Path) -> Parsed[Holding]:
        """Read the list of printed certificates; a serial stands once, and so does a graduate's certificate."""
        return self._parse(
            path,
            (STOCK_COLUMNS, STOCK_REQUIRED),
            lambda cells: holding_row(cells, self._policy, self._own_counter),
            lambda row: (("serial", (row.serial,)), ("document", (row.student_no, row.document))),
        )

    def cards(self, path: Path) -> Parsed[CardRecord]:
        """Read the list of cards."""
        return self._parse(path, (CARD_COLUMNS, CARD_REQUIRED), card_row, lambda row: (("uid", (row.uid,)),))

    def photos(self, folder: Path) -> Parsed[PhotoRow]:
        """Read a folder of photos named by student number."""
        return read_photos(folder)

    def _parse(
        self,
        path: Path,
        columns: tuple[Sequence[str], Sequence[str]],
        make: Callable[[Cells], _T | None],
        keys: Callable[[_T], _Keys],
    ) -> Parsed[_T]:
        """Read a file; ``keys`` names, by column, what must be there only once in it."""
        with collecting_later():
            return self._parsed(read_table(path, self._encoding), columns, make, keys)

    def _parsed(
        self,
        table: Table,
        columns: tuple[Sequence[str], Sequence[str]],
        make: Callable[[Cells], _T | None],
        keys: Callable[[_T], _Keys],
    ) -> Parsed[_T]:
        known, required = columns
        notebook = Notebook()
        missing = [column for column in required if column not in table.columns]
        if missing:
            problems = tuple(Finding("column_missing", 0, column, allowed=", ".join(known)) for column in missing)
            return Parsed(table.file, table.sha256, problems=problems)
        for column in table.columns:
            if column and column not in known:
                notebook.mention("column_ignored", 0, column)
        rows: list[Placed[_T]] = []
        for line in table.lines:
            row = make(Cells(line, notebook, self._policy.edition.timezone))
            if row is not None:
                rows.append(Placed(line.number, row))
        _refuse_duplicates(rows, keys, notebook)
        return Parsed(
            table.file, table.sha256, tuple(rows), (*table.problems, *notebook.problems), tuple(notebook.notes)
        )


def _refuse_duplicates(rows: Sequence[Placed[_T]], keys: Callable[[_T], _Keys], notebook: Notebook) -> None:
    """Remember every row that repeats a key, with the line on which the key stood first."""
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for placed in rows:
        for column, key in keys(placed.row):
            before = first.setdefault((column, key), placed.line)
            if before != placed.line:
                notebook.refuse("duplicate", placed.line, column, " ".join(part for part in key if part), str(before))
