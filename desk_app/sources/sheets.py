# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sheet of a workbook is read: the one that a profile names, else the first that people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


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
