# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to another counter as one line, and an earlier hand-over as a time line beside the office's copy."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.model import RecordModel, WayModel
from desk_app.ui.pages.pickup.parts_view import bold, column, row, ruled
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, Icon, KeyButton, Label, Rule, Surface
from desk_app.ui.widgets.painting import open_painter, text_width

_DOT = 18


class _WayLine(QWidget):
    """From a ring to a full dot."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(32)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        middle, end = self.height() / 2, self.width() - _DOT
        fill = look.theme.family("refer").fill
        painter.setPen(QPen(look.color("ink2"), 2))
        painter.drawEllipse(QRectF(1, middle - _DOT / 2 + 1, _DOT - 2, _DOT - 2))
        painter.drawLine(QPointF(_DOT + 4, middle), QPointF(end - 14, middle))
        painter.setPen(QPen(fill, 2.5))
        painter.drawPolyline([QPointF(end - 24, middle - 8), QPointF(end - 14, middle), QPointF(end - 24, middle + 8)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(QRectF(end, middle - _DOT / 2, _DOT, _DOT))
        painter.end()


class _Node(QWidget):
    """A dot on the time line with the line that leads to the next."""

    def __init__(self, *, strong: bool, last: bool) -> None:
        super().__init__()
        self._strong = strong
        self._last = last
        self.setFixedWidth(24)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        if not self._last:
            painter.fillRect(QRectF(11.5, 24, 1, self.height() - 24), look.color("line_strong"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.theme.family("refer").fill if self._strong else look.color("ink2"))
        painter.drawEllipse(QRectF(6, 6, 12, 12))
        painter.end()


def way_widget(model: WayModel) -> QWidget:
    """Give the way: both places with their codes on the map, then place, phone and hours."""
    widget, lines = column(0)
    lines.addWidget(_WayLine())
    captions, layout = row(0)
    layout.addWidget(Label(model.here, "caption", "ink2"))
    layout.addStretch(1)
    layout.addWidget(Label(model.there, "caption", "ink2"))
    lines.addWidget(captions)
    codes, layout = row(0)
    layout.addWidget(Label(model.here_code, "title", "ink2"))
    layout.addStretch(1)
    layout.addWidget(Label(model.there_code, "title"))
    lines.addWidget(codes)
    lines.addSpacing(8 if not current_look().compact else 0)
    last = len(model.rows) - 1
    ruled(lines, [_way_row(*one, model.opening if number == last else "") for number, one in enumerate(model.rows)])
    return widget


def _way_row(icon: str, caption: str, value: str, chip: str) -> QWidget:
    widget, layout = row(12)
    widget.setMinimumHeight(44 if not current_look().compact else 34)
    layout.addWidget(Icon(icon))
    label = Label(caption, "caption", "ink2")
    label.setFixedWidth(max(72, text_width("caption", caption) + 8))
    layout.addWidget(label)
    layout.addWidget(Label(value, wrap=True), 1)
    if chip:
        layout.addWidget(Chip("plain", chip))
    return widget


def record_widget(context: UiContext, model: RecordModel, again: KeyButton) -> QWidget:
    """Give the time line and, beside it, the office's copy with the button that prints the receipt again."""
    widget, layout = row(16)
    layout.addWidget(_time_line(model), 1)
    side, lines = column(12)
    lines.addWidget(_copy(context, model))
    lines.addWidget(again)
    layout.addWidget(side, 0, Qt.AlignmentFlag.AlignTop)
    return widget


def _time_line(model: RecordModel) -> QWidget:
    """Put what happened below each other; a narrow window has no room for day and time side by side."""
    widget, lines = column(0)
    between = "\n" if current_look().compact else " "
    moments = [between.join((day, time)) for day, time, _title, _detail in model.events]
    width = max(text_width("caption", part) for moment in moments for part in moment.split("\n")) + 4
    for number, (day, time, title, detail) in enumerate(model.events):
        entry, layout = row(8)
        entry.setMinimumHeight(76 if not current_look().compact else 68)
        when = Label(between.join((day, time)).strip(), "caption", "ink2", wrap=True)
        when.setFixedWidth(width)
        layout.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(_Node(strong=number == 1, last=number == len(model.events) - 1))
        words, rows = column(0)
        rows.addWidget(bold(title, wrap=True))
        rows.addWidget(Label(detail, "caption", "ink2", wrap=True))
        rows.addStretch(1)
        layout.addWidget(words, 1)
        lines.addWidget(entry)
    lines.addStretch(1)
    return widget


def _copy(context: UiContext, model: RecordModel) -> QWidget:
    paper = Surface("paper")
    paper.setFixedWidth(248 if not current_look().compact else 224)
    lines = QVBoxLayout(paper)
    lines.setContentsMargins(16, 14, 16, 14)
    lines.setSpacing(2)
    lines.addWidget(bold(f"{context.t('pickup.receipt')}", tone="paper_ink"))
    lines.addWidget(Label(model.receipt_no, "lead", "paper_ink"))
    lines.addWidget(Rule("paper_ink3"))
    lines.addSpacing(6)
    captions = max(text_width("caption", caption) for caption, _value in model.rows) + 6
    for caption, value in model.rows:
        entry, layout = row(4)
        label = Label(caption, "caption", "paper_ink3")
        label.setFixedWidth(captions)
        layout.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(Label(value, "caption", "paper_ink", wrap=True), 1)
        lines.addWidget(entry)
    return paper
