# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sheet of a workbook is read: the one that a profile names, else the first that people see."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*>")
_SHEET_ID = re.compile(rb"""\b\w+:id=["']([^"'<>]+)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_ID = re.compile(rb"""\bId=["']([^"'<>]+)["']""")
_TARGET = re.compile(rb"""\bTarget=["']/?(?:xl/)?(worksheets/[^"'<>/]+)["']""")


def chosen_sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    """Give the sheet of a name; without one the first that is neither hidden nor a chart.

    What an office has hidden, last term's list for example, is not what it means to deliver.
    """
    return book.get_sheet_by_name(name or _first_seen(book))


def _first_seen(book: CalamineWorkbook) -> str:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - needed for workbooks only

    seen = (
        one.name
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    )
    # A workbook shows at least one sheet; one that was made otherwise is read from its beginning.
    return next(seen, book.sheet_names[0] if book.sheet_names else "")


def sheet_parts(packed: zipfile.ZipFile, book: CalamineWorkbook, name: str) -> tuple[str, ...]:
    """Give the part of a workbook in which the sheet that is read lies; all sheets where that is not told beyond doubt."""
    every = tuple(filter(_SHEETS.fullmatch, packed.namelist()))
    try:
        listed, related = packed.read("xl/workbook.xml"), packed.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return every
    names, sheets = book.sheet_names, _SHEET.findall(listed)
    # In a comment anything may stand: whoever takes it for a sheet would look at another one.
    if b"<!" in listed + related or len(sheets) != len(names) or len(set(names)) != len(names):
        return every
    own = _only(_SHEET_ID.findall(sheets[names.index(chosen_sheet(book, name).name)]))
    targets = [_only(_TARGET.findall(one)) for one in _RELATION.findall(related) if own in _ID.findall(one)]
    part = f"xl/{_only(targets).decode('utf-8', 'replace')}"
    return (part,) if part in every else every


def _only(found: Sequence[bytes]) -> bytes:
    """Give the only one of some values, nothing where there are none or several."""
    return found[0] if len(found) == 1 else b""
