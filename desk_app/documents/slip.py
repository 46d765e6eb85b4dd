# SPDX-License-Identifier: GPL-3.0-or-later
"""The slips to take along (P2, P3, P10, P12) on A5: the paper says exactly what the slip on the screen says."""

from __future__ import annotations

from desk_app.documents.sheet import ACCENT, INK2, INK3, LINE_STRONG, Box, Sheet, Style
from desk_app.documents.words import Words
from desk_app.domain.papers import SlipContent, SlipLine

PAGE = (419.53, 595.28)
"""A5 in points."""

_MARGIN = 32.0
_WIDTH = PAGE[0] - 2 * _MARGIN
_BOTTOM = PAGE[1] - 64.0
_BOX = 9.0
_INDENT = 20.0
_TO_DO = frozenset({"P2", "P3"})
"""The slips of which every line is something that the visitor settles."""


_TITLE = Style(20.0, 28.0, bold=True)
_LEAD = Style(11.5, 17.0, bold=True)
_BODY = Style(9.5, 15.0)
_CAPTION = Style(7.5, 11.0, colour=INK3)
_SIGN_HEIGHT, _SIGN_GAP = 84.0, 20.0


def draw_slip(sheet: Sheet, content: SlipContent, words: Words) -> None:
    """Draw a slip; a long one goes on to further pages."""
    dry = SlipLayout(Sheet(sheet.faces, PAGE[1], words.missing_glyph), content, words, pages=1)
    dry.draw()
    SlipLayout(sheet, content, words, pages=dry.page).draw()


class SlipLayout:
    """One slip; ``pages`` is how many there will be."""

    def __init__(self, sheet: Sheet, content: SlipContent, words: Words, pages: int) -> None:
        self._sheet = sheet
        self._content = content
        self._texts = words.of(content.language)
        self._demo = words.zh("paper.demo")
        self._pages = pages
        self.page = 1
        self._y = _MARGIN

    def draw(self) -> None:
        """Draw everything; afterwards :attr:`page` is the number of the last page."""
        self._open_page()
        self._head()
        if self._content.way is not None:
            self._way(self._content.way)
        for line in self._content.lines:
            self._item(line)
        self._tail()
        self._signs()
        self._foot()

    def _open_page(self) -> None:
        self._y = _MARGIN
        if self._content.demo:
            self._sheet.watermark(self._demo, PAGE[0] / 2, PAGE[1] / 2, 64)

    def _need(self, height: float) -> None:
        """Go to a new page when a part of this height does not fit on this one."""
        if self._y + height > _BOTTOM and self._y > _MARGIN:
            self._foot()
            self._sheet.next_page()
            self.page += 1
            self._open_page()

    def _head(self) -> None:
        content, right = self._content, _MARGIN + _WIDTH
        self._sheet.text(_MARGIN, self._y + 8, f"{content.institution}  {content.office}", _CAPTION.tinted(INK2))
        self._sheet.right(right, self._y + 8, content.edition, _CAPTION.tinted(INK2))
        self._y = self._set(_MARGIN, self._y + 18, content.title, _TITLE)
        self._y = self._set(_MARGIN, self._y, content.title_second, _BODY.tinted(INK3))
        self._sheet.rule(_MARGIN, self._y + 7, _WIDTH, ACCENT, 1.2)
        person = f"{content.name_masked}  {content.student_no_masked}".strip()
        if person:
            self._y = self._set(_MARGIN, self._y + 14, person, _BODY)
        self._y += 10

    def _way(self, way: SlipLine) -> None:
        """Draw the way to the other counter: an arrow, the office, place, phone and hours."""
        height = self._line_height(way, _WIDTH - 44) + 14
        self._need(height)
        self._sheet.box(Box(_MARGIN, self._y, _WIDTH, height), stroke=ACCENT, radius=6)
        self._sheet.text(_MARGIN + 12, self._y + 21, "→", _LEAD.tinted(ACCENT))
        self._y = self._line(way, _MARGIN + 34, self._y + 7, _WIDTH - 44) + 19

    def _item(self, line: SlipLine) -> None:
        """Draw one thing to do, with a box to tick, or one fact of a slip that only tells."""
        indent = _INDENT if self._content.code in _TO_DO else 0
        self._need(self._line_height(line, _WIDTH - indent))
        if indent:
            self._sheet.box(Box(_MARGIN + 1, self._y + 4, _BOX, _BOX), stroke=LINE_STRONG, radius=1)
        self._y = self._line(line, _MARGIN + indent, self._y, _WIDTH - indent) + 9

    def _line_height(self, line: SlipLine, width: float) -> float:
        return sum(len(self._sheet.lines(text, width, style)) * style.leading for text, style in self._line_texts(line))

    def _line(self, line: SlipLine, x: float, y: float, width: float) -> float:
        """Set a line of the slip; give its lower edge."""
        for text, style in self._line_texts(line):
            y = self._set(x, y, text, style, width)
        return y

    def _line_texts(self, line: SlipLine) -> list[tuple[str, Style]]:
        """Give the parts of a line: title, what to do, the office's own note, office with phone, place, hours."""
        phone = line.phone or (self._texts("paper.slip.no_phone") if line.office else "")
        parts = [
            (line.title, _LEAD),
            (line.detail, _BODY),
            (self._texts("paper.slip.note", note=line.note) if line.note else "", _BODY),
            ("  ".join(part for part in (line.office, phone) if part), _BODY.tinted(INK2)),
            (line.place, _BODY.tinted(INK2)),
            (line.hours, _BODY.tinted(INK2)),
        ]
        return [(text, style) for text, style in parts if text]

    def _tail(self) -> None:
        content = self._content
        told = content.way is not None and content.way.hours  # beside the place to go to
        rows = [
            ("paper.slip.bring", self._texts("paper.join").join(content.bring)),
            ("paper.slip.hours", "" if told else content.hours),
            ("paper.slip.next", content.next_opening),
        ]
        kept = [f"{self._texts(key)}{self._texts('paper.colon')}{value}" for key, value in rows if value]
        texts = [*kept, *content.footer]
        if not texts:
            return
        self._need(30)
        self._sheet.rule(_MARGIN, self._y, _WIDTH, LINE_STRONG)
        self._y += 8
        for text in texts:
            self._need(len(self._sheet.lines(text, _WIDTH, _BODY)) * _BODY.leading)
            self._y = self._set(_MARGIN, self._y, text, _BODY)

    def _signs(self) -> None:
        """Draw a line for each person who signs, side by side."""
        if not self._content.signs:
            return
        self._need(_SIGN_HEIGHT)
        width = _WIDTH / len(self._content.signs) - _SIGN_GAP
        y = self._y + _SIGN_HEIGHT - 20
        for number, name in enumerate(self._content.signs):
            x = _MARGIN + number * (width + _SIGN_GAP)
            self._sheet.rule(x, y, width, LINE_STRONG)
            self._set(x, y + 4, name, _CAPTION.tinted(INK2), width)

    def _foot(self) -> None:
        y = PAGE[1] - 36
        self._sheet.rule(_MARGIN, y - 12, _WIDTH)
        self._sheet.text(_MARGIN, y, self._texts.full_stamp(self._content.issued_at), _CAPTION)
        page = self._texts("paper.slip.page", page=self.page, pages=self._pages)
        self._sheet.right(_MARGIN + _WIDTH, y, f"{self._content.code}  {page}", _CAPTION)

    def _set(self, x: float, y: float, text: str, style: Style, width: float = _WIDTH) -> float:
        return self._sheet.paragraph(Box(x, y, width, 0), text, style)
