# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workbook may hold that its cells do not show: blanks that are none, and rows on another sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from desk_app.domain.findings import Finding
from desk_app.sources.sheets import chosen_sheet, sheet_parts
from desk_app.sources.table import Table, column_number

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_IN_ERROR = re.compile(rb"""<(?:\w+:)?c\b(?=[^<>]*\bt=["']e["'])[^<>]*>""")
_NOT_WORKED_OUT = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\bt=["']str["'])[^<>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\b[^<>]*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"""
)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")


def false_blanks(data: bytes, sheet: str, table: Table, columns: tuple[str, ...]) -> Iterator[Finding]:
    """Name the cells of some columns that are read as empty though something stands there: merged ones, faults, formulas.

    Faults and formulas without a result are looked for, because each is read as an empty cell.
    """
    if not table.lines:
        return
    places = {table.columns.index(column): column for column in columns}
    for (first, left), (last, right) in _opened(data, sheet).merged_cell_ranges or ():
        for place in places.keys() & set(range(left, right + 1)):
            if first < table.lines[-1].number and last + 1 >= table.lines[0].number:
                yield Finding("cells_merged", first + 1, places[place])
    yield from _without_result(data, sheet, table, places)


def lost_rows(data: bytes, sheet: str, table: Table, header: int) -> Iterator[Finding]:
    """Name the rows below the line ``header`` that are read as empty because no number could be worked out in them."""
    read, place = {line.number for line in table.lines}, table.columns.index("number")
    for found in _cells_without_result(data, sheet):
        if found is not None and found.place == place and found.line > header and found.line not in read:
            yield Finding("row_without_result", found.line, "number")


def filled_sheets(data: bytes) -> tuple[str, ...]:
    """Give the names of the sheets on which anything stands."""
    book = _book(data)
    return tuple(name for name in book.sheet_names if book.get_sheet_by_name(name).height)


def _without_result(data: bytes, sheet: str, table: Table, places: dict[int, str]) -> Iterator[Finding]:
    lines = {line.number for line in table.lines}
    for found in _cells_without_result(data, sheet):
        if found is None:
            yield Finding("cell_without_result")
        elif found.place in places and found.line in lines:
            yield Finding("cell_without_result", found.line, places[found.place])


class _Cell(NamedTuple):
    """Where a cell stands: its line from 1, its place from 0."""

    line: int
    place: int


def _cells_without_result(data: bytes, sheet: str) -> Iterator[_Cell | None]:
    """Give the cells of a sheet that are read as empty though a fault or a formula stands there, ``None`` for one without a place."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in sheet_parts(packed, _book(data), sheet):
            text = packed.read(part)
            for found in (*_IN_ERROR.finditer(text), *_NOT_WORKED_OUT.finditer(text)):
                reference = _REFERENCE.search(found[0])
                yield _Cell(int(reference[2]), column_number(reference[1]) - 1) if reference else None


def _opened(data: bytes, sheet: str) -> CalamineSheet:
    return chosen_sheet(_book(data), sheet)


def _book(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - needed for workbooks only

    return CalamineWorkbook.from_filelike(io.BytesIO(data))
