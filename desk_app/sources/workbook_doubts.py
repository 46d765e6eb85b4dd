# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workbook may hold that its cells do not show: blanks that are none, and rows on another sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desk_app.domain.findings import Finding
from desk_app.sources.table import Table, column_number

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_IN_ERROR = re.compile(rb"""<(?:\w+:)?c\b(?=[^<>]*\bt=["']e["'])[^<>]*>""")
_NOT_WORKED_OUT = re.compile(
    rb"""<(?:\w+:)?c\b(?![^<>]*\bt=["']str["'])[^<>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\b[^<>]*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"""
)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")


def false_blanks(data: bytes, sheet: str, table: Table, columns: tuple[str, ...]) -> Iterator[Finding]:
    """Name the cells of some columns that are read as empty though something stands there: merged ones, faults, formulas.

    Faults and formulas without a result are looked for on every sheet, because each is read as an empty cell.
    """
    if not table.lines:
        return
    places = {table.columns.index(column): column for column in columns}
    for (first, left), (last, right) in _opened(data, sheet).merged_cell_ranges or ():
        for place in places.keys() & set(range(left, right + 1)):
            if first < table.lines[-1].number and last + 1 >= table.lines[0].number:
                yield Finding("cells_merged", first + 1, places[place])
    yield from _without_result(data, table, places)


def filled_sheets(data: bytes) -> tuple[str, ...]:
    """Give the names of the sheets on which anything stands."""
    book = _book(data)
    return tuple(name for name in book.sheet_names if book.get_sheet_by_name(name).height)


def _without_result(data: bytes, table: Table, places: dict[int, str]) -> Iterator[Finding]:
    lines = {line.number for line in table.lines}
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for part in filter(_SHEETS.fullmatch, book.namelist()):
            text = book.read(part)
            for found in (*_IN_ERROR.finditer(text), *_NOT_WORKED_OUT.finditer(text)):
                reference = _REFERENCE.search(found[0])
                if reference is None:
                    yield Finding("cell_without_result")
                    continue
                place, line = column_number(reference[1]) - 1, int(reference[2])
                if place in places and line in lines:
                    yield Finding("cell_without_result", line, places[place])


def _opened(data: bytes, sheet: str) -> CalamineSheet:
    book = _book(data)
    return book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)


def _book(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - needed for workbooks only

    return CalamineWorkbook.from_filelike(io.BytesIO(data))
