# SPDX-License-Identifier: GPL-3.0-or-later
"""Colleagues on the screen: the initial in a circle, and a row that is pressed to choose one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from desk_app.domain.masking import mask_name
from desk_app.domain.records import Operator
from desk_app.ui.context import UiContext
from desk_app.ui.names import role_words
from desk_app.ui.theme import Look, current_look
from desk_app.ui.widgets.painting import (
    CENTER,
    LEFT,
    draw_box,
    draw_keycap,
    draw_text,
    keycap_size,
    open_painter,
    text_width,
)

_CIRCLE = 36
_GAP = 12
_EDGE = 8


def draw_initial(painter: QPainter, circle: QRectF, name: str, type_name: str) -> None:
    """Paint the first character of somebody's name in a small circle beside it."""
    look = current_look()
    draw_box(painter, circle, circle.height() / 2, look.color("line"))
    painter.setPen(look.color("ink"))
    painter.setFont(look.font(type_name, bold=True))
    painter.drawText(circle, CENTER, name[:1])


class Initial(QWidget):
    """The first character of somebody's name in a large circle."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._text = ""
        self.setFixedSize(side, side)

    def show_name(self, name: str) -> None:
        """Show the initial of a name, "" for nobody."""
        self._text = name[:1]
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        box = QRectF(self.rect())
        draw_box(painter, box, self.width() / 2, look.color("accent_tint"))
        painter.setPen(look.color("accent_ink"))
        painter.setFont(look.font("title"))
        painter.drawText(box, CENTER, self._text)
        painter.end()


class PersonRow(QAbstractButton):
    """One colleague, masked, with the key that chooses him or her ("" for none)."""

    def __init__(self, context: UiContext, operator: Operator, key: str) -> None:
        super().__init__()
        self.operator = operator
        self._key = key
        self._name = mask_name(operator.name)
        self._detail = role_words(context, operator)
        self.setAccessibleName(f"{self._name} {self._detail}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(current_look().size("row"))

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        if self.underMouse():
            draw_box(painter, QRectF(self.rect()), look.size("radius_control"), look.color("hover"))
        side = min(_CIRCLE, self.height() - _EDGE)
        draw_initial(painter, QRectF(_EDGE, (self.height() - side) / 2, side, side), self._name, "body")
        self._paint_words(painter, look)
        painter.end()

    def _paint_words(self, painter: QPainter, look: Look) -> None:
        left, right = _EDGE + _CIRCLE + _GAP, self.width() - _EDGE
        if self._key:
            size = keycap_size(self._key, look)
            right -= size.width()
            cap = QRectF(right, (self.height() - size.height()) / 2, size.width(), size.height()).toRect()
            draw_keycap(painter, cap, self._key, look.color("line_strong"), look.color("ink2"))
        painter.setFont(look.font("body"))
        painter.setPen(look.color("ink"))
        width = min(text_width("body", self._name), right - left)
        draw_text(painter, QRectF(left, 0, width + 1, self.height()), self._name, LEFT)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("ink2"))
        left += width + _GAP
        draw_text(painter, QRectF(left, 0, max(0, right - left), self.height()), self._detail, LEFT)
