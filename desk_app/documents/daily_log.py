# SPDX-License-Identifier: GPL-3.0-or-later
"""The daily log (P8) on A4 landscape: one row for each hand-over, then the sums and what must be explained.

Rows are set as plain lines of known height, so that the number of pages is known before the first is drawn: a table
of flowing paragraphs takes ten times as long.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from desk_app.documents.log_rows import cells, counter_label, headings
from desk_app.documents.log_summary import LogSummary, Modules
from desk_app.documents.sheet import ACCENT, INK, INK2, INK3, LINE, LINE_STRONG, Placed, Sheet, Style
from desk_app.documents.words import Words, day_stamp, instant_stamp
from desk_app.domain.papers import DailyLogContent

PAGE = (841.89, 595.28)
"""A4 landscape in points."""

MARGIN = 36.0
WIDTH = PAGE[0] - 2 * MARGIN
_BOTTOM = PAGE[1] - 44.0
_FIRST_TOP, _NEXT_TOP = 112.0, 76.0
_HEAD_HEIGHT = 18.0
_ROW_PADDING = 5.0
_SUMMARY_GAP = 12.0

_WIDTHS = (28.0, 44.0, 92.0, 60.0, 72.0, 104.0, 80.0, 34.0, 52.0, 36.0, 76.0)
_STATE_WIDTH = WIDTH - sum(_WIDTHS)
_ALL_WIDTHS = (*_WIDTHS, _STATE_WIDTH)
_EDGES = tuple(itertools.accumulate(_WIDTHS, initial=MARGIN))
_GAP = 8.0
_RIGHT = frozenset({0})
"""Numbers end at one edge."""

_CELL = Style(8.0, 11.0)
_CELL_HEAD = Style(6.2, 9.0, bold=True, colour=INK3)
_VOIDED = _CELL.tinted("#9E111B")
_TITLE = Style(17.0, 22.0, bold=True)
_LEAD = Style(10.0, 14.0, bold=True)
_SMALL = Style(7.4, 11.0, colour=INK2)
_ASCII_WIDEST = 0.62
# No letter, digit or hyphen of numbers and serials is wider than this part of the size: no need to measure them.


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, broken into lines."""

    cells: tuple[tuple[str, ...], ...]
    height: float
    voided: bool


def draw_daily_log(sheet: Sheet, content: DailyLogContent, words: Words, code: Modules = ()) -> None:
    """Draw the whole log; ``code`` is the QR code of its checkpoint."""
    LogLayout(sheet, content, words, code).draw()


class LogLayout:
    """One log: pages are planned first, then drawn."""

    def __init__(self, sheet: Sheet, content: DailyLogContent, words: Words, code: Modules = ()) -> None:
        self._sheet = sheet
        self._content = content
        self._words = words
        self._summary = LogSummary(sheet, content, words, code)

    def draw(self) -> None:
        """Draw all pages; the sums stand on the last one, below the rows when there is room."""
        pages, end = self._planned()
        summary_fits = end + _SUMMARY_GAP + self._summary.height <= _BOTTOM
        count = len(pages) if summary_fits else len(pages) + 1
        for number, rows in enumerate(pages, start=1):
            if number > 1:
                self._sheet.next_page()
            self._frame(number, count)
            self._table(rows, _FIRST_TOP if number == 1 else _NEXT_TOP)
        if not summary_fits:
            self._sheet.next_page()
            self._frame(count, count)
            end = _NEXT_TOP
        self._summary.draw(end + _SUMMARY_GAP)

    def _planned(self) -> tuple[list[list[_Row]], float]:
        """Share the rows among pages; give them and the lower edge of the last row."""
        pages: list[list[_Row]] = [[]]
        y = _FIRST_TOP + _HEAD_HEIGHT
        for row in self._content.rows:
            set_row = self._set_row(cells(row, self._words), voided=row.voided)
            if y + set_row.height > _BOTTOM:
                pages.append([])
                y = _NEXT_TOP + _HEAD_HEIGHT
            pages[-1].append(set_row)
            y += set_row.height
        return pages, y if self._content.rows else y + 20

    def _set_row(self, texts: tuple[str, ...], *, voided: bool) -> _Row:
        broken = tuple(self._lines(text, width) for text, width in zip(texts, _ALL_WIDTHS, strict=True))
        return _Row(broken, max(map(len, broken)) * _CELL.leading + _ROW_PADDING, voided)

    def _lines(self, text: str, width: float) -> tuple[str, ...]:
        if text.isascii() and len(text) * _CELL.size * _ASCII_WIDEST <= width - _GAP:
            return (text,)
        return self._sheet.lines(text, width - _GAP, _CELL)

    def _frame(self, page: int, pages: int) -> None:
        """Draw what stands on every page: title, day, counter, who printed it when, number of the page."""
        content, words, right = self._content, self._words, MARGIN + WIDTH
        if content.demo:
            self._sheet.watermark(words.zh("paper.demo"), PAGE[0] / 2, PAGE[1] * 0.6, 72)
        title = words.both("log.title")
        end = self._sheet.text(MARGIN, 48, title.zh, _TITLE)
        self._sheet.text(end + 8, 48, title.en, _LEAD.tinted(INK2))
        self._sheet.right(right, 40, f"{content.institution.zh}  {content.institution.en}", _SMALL)
        self._sheet.right(right, 52, f"{content.office.zh}  {content.office.en}", _SMALL)
        self._sheet.rule(MARGIN, 60, WIDTH, ACCENT, 1.2)
        self._sheet.text(MARGIN, 73, f"{day_stamp(content.day)}  {counter_label(content, words)}", _SMALL)
        self._sheet.right(right, 73, words.both("log.count", count=len(content.rows)).zh, _SMALL)
        if page == 1:
            self._figures()
        y = PAGE[1] - 26
        stamp = words.zh("paper.log.printed", stamp=instant_stamp(content.printed_at), by=content.printed_by)
        self._sheet.text(MARGIN, y, stamp, _SMALL)
        numbers = words.both("log.page", page=page, pages=pages)
        self._sheet.right(right, y, f"{numbers.zh}  {numbers.en}", _SMALL)

    def _figures(self) -> None:
        """Draw the day in four figures."""
        content, words = self._content, self._words
        refused = sum(count for _, count in content.refused)
        median = "" if content.median_seconds is None else words.zh("paper.log.seconds", count=content.median_seconds)
        split = f"{words.zh('paper.log.in_person')} {content.in_person}  {words.zh('paper.log.by_proxy')} {content.by_proxy}"
        if content.by_phone:
            split += words.zh("paper.log.split_by_phone", count=len(content.by_phone))
        figures = [
            (str(content.in_person + content.by_proxy), "log.released", split),
            (str(content.voided), "log.voided", ""),
            (
                str(refused),
                "log.refused",
                "  ".join(f"{words.refused(code)} {count}" for code, count in content.refused),
            ),
            (median, "log.median", ""),
        ]
        x = MARGIN
        for value, label, detail in figures:
            if value:
                end = self._sheet.text(x, 100, value, _TITLE)
                self._sheet.text(end + 6, 92, self._words.label(label), _SMALL.tinted(INK))
                self._sheet.text(end + 6, 101, detail, _SMALL.tinted(INK3).scaled(0.9))
                x += WIDTH / 4

    def _table(self, rows: list[_Row], y: float) -> None:
        heads = zip(headings(self._words), range(len(_EDGES)), strict=True)
        texts = [self._cell(column, y + 12, text, _CELL_HEAD) for text, column in heads]
        y += _HEAD_HEIGHT
        self._sheet.rule(MARGIN, y, WIDTH, LINE_STRONG)
        for row in rows:
            texts += self._row(y, row)
            y += row.height
            self._sheet.rule(MARGIN, y, WIDTH, LINE, 0.4)
        self._sheet.place(texts)
        if not self._content.rows:
            self._sheet.text(MARGIN + 8, y + 14, self._words.label("log.empty"), _CELL)

    def _row(self, y: float, row: _Row) -> list[Placed]:
        style = _VOIDED if row.voided else _CELL
        return [
            self._cell(column, y + 11 + line * _CELL.leading, text, style)
            for column, lines in enumerate(row.cells)
            for line, text in enumerate(lines)
        ]

    def _cell(self, column: int, y: float, text: str, style: Style) -> Placed:
        x = _EDGES[column]
        if column in _RIGHT:
            x += _ALL_WIDTHS[column] - _GAP - self._sheet.width(text, style)
        return Placed(x, y, text, style)
