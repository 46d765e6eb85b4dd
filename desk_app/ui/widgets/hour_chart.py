# SPDX-License-Identifier: GPL-3.0-or-later
"""The load by hour: stacked bars in the accent and its tint, with their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desk_app.ui.theme import Look, current_look
from desk_app.ui.widgets.painting import CENTER, RIGHT, draw_box, draw_text, open_painter, text_width

_AXIS_WIDTH = 32
_FOOT = 26
_HEAD = 24
"""Room for the number above a bar that reaches the top line."""
_BAR = 40
_LINES = 3
_CORNER = 4


@dataclass(frozen=True, slots=True)
class HourBar:
    """One hour: its label, the two parts of its bar, and the word that stands there when it is closed."""

    label: str
    lower: int
    upper: int
    closed: str = ""

    @property
    def total(self) -> int:
        """Both parts together."""
        return self.lower + self.upper


def axis_step(highest: int) -> int:
    """Give a round distance between the lines of the axis, so that three of them reach the highest bar."""
    least = max(1, math.ceil(highest / _LINES))
    magnitude = int(10 ** (len(str(least)) - 1))
    return next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= least)


class HourChart(QWidget):
    """Bars by hour; the accessible description reads every number."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[HourBar, ...] = ()
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def bars(self) -> tuple[HourBar, ...]:
        """The bars shown."""
        return self._bars

    def show_bars(self, bars: Sequence[HourBar], name: str) -> None:
        """Show these hours under an accessible name."""
        self._bars = tuple(bars)
        self.setAccessibleName(name)
        self.setAccessibleDescription(", ".join(f"{bar.label} {bar.total}" for bar in bars))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        step = axis_step(max((bar.total for bar in self._bars), default=1))
        plot = QRectF(_AXIS_WIDTH, _HEAD, self.width() - _AXIS_WIDTH, self.height() - _HEAD - _FOOT)
        self._paint_axis(painter, look, plot, step)
        if self._bars:
            pitch = plot.width() / len(self._bars)
            for number, bar in enumerate(self._bars):
                middle = plot.left() + pitch * (number + 0.5)
                self._paint_bar(painter, look, plot, (middle, plot.height() / (step * _LINES)), bar)
        painter.end()

    def _paint_axis(self, painter: QPainter, look: Look, plot: QRectF, step: int) -> None:
        painter.setFont(look.font("caption"))
        for line in range(_LINES + 1):
            y = plot.bottom() - plot.height() * line / _LINES
            painter.fillRect(QRectF(plot.left(), round(y), plot.width(), 1), look.color("line"))
            painter.setPen(look.color("ink3"))
            painter.drawText(QRectF(0, y - 10, _AXIS_WIDTH - 12, 20), RIGHT, str(step * line))

    def _paint_bar(self, painter: QPainter, look: Look, plot: QRectF, at: tuple[float, float], bar: HourBar) -> None:
        """Paint one hour; ``at`` is the middle of its bar and the height in px of one hand-over."""
        middle, unit = at
        left = round(middle - _BAR / 2)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("ink2"))
        painter.drawText(QRectF(middle - _BAR, plot.bottom() + 4, 2 * _BAR, _FOOT - 4), CENTER, bar.label)
        if not bar.total:
            painter.setPen(look.color("ink3"))
            width = text_width("caption", bar.closed)
            painter.drawText(QRectF(middle - width, plot.bottom() - 24, 2 * width, 20), CENTER, bar.closed)
            return
        top, seam = plot.bottom() - unit * bar.total, plot.bottom() - unit * bar.lower
        _paint_top(painter, QRectF(left, top, _BAR, plot.bottom() - top), look, upper=bool(bar.upper))
        if bar.upper and bar.lower:
            painter.fillRect(QRectF(left, seam, _BAR, plot.bottom() - seam), look.color("chart_a"))
            painter.fillRect(QRectF(left, seam - 1, _BAR, 1), look.color("surface"))
        painter.setFont(look.font("caption", bold=True))
        painter.setPen(look.color("ink"))
        painter.drawText(QRectF(middle - _BAR, top - 22, 2 * _BAR, 20), CENTER, str(bar.total))


def _paint_top(painter: QPainter, rect: QRectF, look: Look, *, upper: bool) -> None:
    """Paint a bar whose upper corners alone are round, in the tint when it has an upper part."""
    shape = QPainterPath()
    shape.addRoundedRect(rect, _CORNER, _CORNER)
    foot = QPainterPath()
    foot.addRect(
        QRectF(rect.left(), rect.bottom() - min(rect.height(), _CORNER), rect.width(), min(rect.height(), _CORNER))
    )
    painter.fillPath(shape.united(foot), look.color("chart_b" if upper else "chart_a"))


class Legend(QWidget):
    """A square of colour with its word."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self._text = ""
        self.setFixedHeight(20)

    def set_text(self, text: str) -> None:
        """Change the word."""
        self._text = text
        self.setFixedWidth(20 + text_width("caption", text) + 2)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        draw_box(painter, QRectF(0, 4, 12, 12), 3, look.color(self._token))
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("ink2"))
        draw_text(painter, QRectF(QPointF(20, 0), self.rect().bottomRight().toPointF()), self._text)
        painter.end()
