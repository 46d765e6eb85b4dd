# SPDX-License-Identifier: GPL-3.0-or-later
"""The slip on the screen: paper, in the visitor's words; a narrow window shows each thing to do on one line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.papers import SlipContent, SlipLine
from desk_app.i18n import Catalogue, catalogue
from desk_app.ui.pages.pickup.parts_view import empty, row
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Label, Rule, Surface
from desk_app.ui.widgets.painting import draw_box, open_painter

_BOX = 12
_LISTS = frozenset({"P2", "P3"})
"""The slips of which every line is something to do; a narrow window gives each one line, or they would have to be scrolled."""


class _Square(QWidget):
    """The little square to tick on paper."""

    def __init__(self, height: int = 24) -> None:
        super().__init__()
        self.setFixedSize(_BOX, height)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = open_painter(self)
        corner = QPointF(0, (self.height() - _BOX) / 2)
        draw_box(painter, QRectF(corner.x(), corner.y(), _BOX, _BOX), 1, None, current_look().color("paper_ink3"))
        painter.end()


class SlipView(Surface):
    """The paper."""

    def __init__(self) -> None:
        super().__init__("paper")
        self._lines = QVBoxLayout(self)
        self._lines.setSpacing(0)
        self._close = False

    def show_slip(self, slip: SlipContent) -> None:
        """Show a slip."""
        empty(self._lines)
        self._close = current_look().compact
        self._lines.setContentsMargins(16, 6 if self._close else 12, 16, 4 if self._close else 10)
        self._add_head(slip)
        self._lines.addWidget(Rule("paper_ink3"))
        self._lines.addSpacing(4 if self._close else 6)
        if slip.way is not None:
            self._add_line(slip.way, ticked=False)
        for line in slip.lines:
            if self._close and slip.code in _LISTS:
                self._add_close_line(line, catalogue(slip.language))
            else:
                self._add_line(line, ticked=slip.code in _LISTS)
        self._add_foot(slip)

    def _add_head(self, slip: SlipContent) -> None:
        """Add titles and edition; in a narrow window the titles stand side by side."""
        widget, layout = row(8)
        title = Label(slip.title, tone="paper_ink")
        title.set_strong(True)
        second = Label(slip.title_second, "caption", "paper_ink2")
        layout.addWidget(title, 0 if self._close else 1)
        if self._close:
            layout.addWidget(second, 1)
        layout.addWidget(Label(slip.edition, "caption", "paper_ink2"))
        self._lines.addWidget(widget)
        if not self._close:
            self._lines.addWidget(second)
        self._lines.addSpacing(2 if self._close else 4)

    def _add_close_line(self, line: SlipLine, texts: Catalogue) -> None:
        """Add what is to be done with whom to call, or where to go when no phone is on record; the paper says more."""
        widget, layout = row(12)
        layout.addWidget(_Square(current_look().theme.type("caption").line))
        title = Label(line.title, "caption", "paper_ink", wrap=True)
        title.set_strong(True)
        layout.addWidget(title, 1)
        if where := _whom_to_ask(line, texts):
            layout.addWidget(Label(where, "caption", "paper_ink2"))
        self._lines.addWidget(widget)
        if not line.office and line.detail:
            self._lines.addWidget(self._indented(line.detail, ticked=True))
        self._lines.addSpacing(2)

    def _add_line(self, line: SlipLine, *, ticked: bool) -> None:
        widget, layout = row(12)
        if ticked:
            layout.addWidget(_Square())
        title = Label(line.title, tone="paper_ink", wrap=True)
        title.set_strong(True)
        layout.addWidget(title, 1)
        where = "  ".join(part for part in (line.office, line.phone) if part)
        compact = current_look().compact
        if compact and line.phone:
            layout.addWidget(Label(line.phone, "caption", "paper_ink2"))
            where = ""
        self._lines.addWidget(widget)
        for text in (line.detail if not line.office else "", where, line.place):
            if text:
                self._lines.addWidget(self._indented(text, ticked=ticked))
        self._lines.addSpacing(2 if compact else 6)

    @staticmethod
    def _indented(text: str, *, ticked: bool) -> Label:
        label = Label(text, "caption", "paper_ink2", wrap=True)
        label.setIndent(_BOX + 12 if ticked else 0)
        label.setContentsMargins(_BOX + 12 if ticked else 0, 0, 0, 0)
        label.setIndent(0)
        return label

    def _add_foot(self, slip: SlipContent) -> None:
        texts = catalogue(slip.language)
        bring = texts("explain.list_join").join(slip.bring)
        foot = [
            texts("pickup.slip_bring", papers=bring) if bring else "",
            slip.hours if slip.way is None or not slip.way.hours else slip.way.hours,
            texts("pickup.slip_next", when=slip.next_opening) if slip.next_opening else "",
            *slip.footer,
        ]
        self._lines.addSpacing(4 if self._close and slip.lines else 0)
        self._lines.addWidget(Rule("paper_ink3"))
        self._lines.addSpacing(4)
        for text in foot:
            if text:
                self._lines.addWidget(Label(text, "caption", "paper_ink2", wrap=True))
        self._lines.addStretch(1)


def _whom_to_ask(line: SlipLine, texts: Catalogue) -> str:
    """Give the phone, or the office when none is on record and the line does not begin with it."""
    if line.phone not in ("", texts("explain.phone_unknown")):
        return line.phone
    return "" if line.title.startswith(line.office) else line.office
