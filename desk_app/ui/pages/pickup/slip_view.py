# SPDX-License-Identifier: GPL-3.0-or-later
"""The slip on the screen: paper, exactly what will be printed, in the visitor's language."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.papers import SlipContent, SlipLine
from desk_app.i18n import catalogue
from desk_app.ui.pages.pickup.parts_view import empty, row
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Label, Rule, Surface
from desk_app.ui.widgets.painting import draw_box, open_painter

_BOX = 12


class _Square(QWidget):
    """The little square to tick on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_BOX, 24)

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
        self._lines.setContentsMargins(16, 12, 16, 10)

    def show_slip(self, slip: SlipContent) -> None:
        """Show a slip."""
        empty(self._lines)
        self._add_head(slip)
        self._lines.addWidget(Rule("paper_ink3"))
        self._lines.addSpacing(6)
        if slip.way is not None:
            self._add_line(slip.way, ticked=False)
        for line in slip.lines:
            self._add_line(line, ticked=slip.code in ("P2", "P3"))
        self._add_foot(slip)

    def _add_head(self, slip: SlipContent) -> None:
        widget, layout = row(8)
        title = Label(slip.title, tone="paper_ink")
        title.set_strong(True)
        layout.addWidget(title, 1)
        layout.addWidget(Label(slip.edition, "caption", "paper_ink2"))
        self._lines.addWidget(widget)
        self._lines.addWidget(Label(slip.title_second, "caption", "paper_ink2"))
        self._lines.addSpacing(4)

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
        self._lines.addWidget(Rule("paper_ink3"))
        self._lines.addSpacing(4)
        for text in foot:
            if text:
                self._lines.addWidget(Label(text, "caption", "paper_ink2", wrap=True))
        self._lines.addStretch(1)
