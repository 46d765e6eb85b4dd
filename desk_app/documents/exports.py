# SPDX-License-Identifier: GPL-3.0-or-later
"""The daily log as tables for other programs, in which nothing can ever come alive as a formula."""

from __future__ import annotations

import csv
import io

from desk_app.documents.log_rows import EXPORT_COLUMNS, counter_label, export_cells, headings
from desk_app.documents.words import Words
from desk_app.domain.papers import DailyLogContent

_LIVE = "=+-@|＝＋－＠｜"
"""What spreadsheets take for the beginning of a formula or a command, also in full width."""

_WIDTHS = (6, 10, 18, 12, 16, 26, 16, 8, 12, 8, 18, 34, 68, 40)
_UTF8_BOM = b"\xef\xbb\xbf"


def disarmed(text: str) -> str:
    """Put an apostrophe before a text whose first visible character could start a formula (OWASP, CSV injection)."""
    first = text.lstrip().lstrip("\ufeff\u200b").lstrip()[:1]
    return f"'{text}" if first and first in _LIVE else text


class TableExporter:
    """Writes the log as CSV and XLSX, with the columns of the paper and the digest of the rules."""

    def csv(self, content: DailyLogContent) -> bytes:
        """Give UTF-8 with BOM, everything quoted, formulas disarmed."""
        words = Words()
        target = io.StringIO(newline="")
        writer = csv.writer(target, quoting=csv.QUOTE_ALL)
        writer.writerow(headings(words, EXPORT_COLUMNS))
        writer.writerows([disarmed(cell) for cell in export_cells(row, words)] for row in content.rows)
        return _UTF8_BOM + target.getvalue().encode()

    def xlsx(self, content: DailyLogContent) -> bytes:
        """Give a workbook in which every cell is text or a number, never a formula."""
        import xlsxwriter  # noqa: PLC0415 - needed only when somebody exports

        words = Words()
        target = io.BytesIO()
        # A fixed date of creation: the clock is not read here, and the same log gives the same bytes.
        with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
            book.set_properties(
                {"title": words.zh("paper.log.title"), "created": content.printed_at.replace(tzinfo=None)}
            )
            page = book.add_worksheet(content.day.isoformat())
            bold = book.add_format({"bold": True})
            for column, (text, width) in enumerate(zip(headings(words, EXPORT_COLUMNS), _WIDTHS, strict=True)):
                page.set_column(column, column, width)
                page.write_string(0, column, text, bold)
            for line, row in enumerate(content.rows, start=1):
                page.write_number(line, 0, row.sequence)
                for column, text in list(enumerate(export_cells(row, words)))[1:]:
                    page.write_string(line, column, text)
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, max(1, len(content.rows)), len(EXPORT_COLUMNS) - 1)
            page.set_header(f"&L{content.office.zh}&R{counter_label(content, words)}")
        return target.getvalue()
