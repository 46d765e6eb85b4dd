# SPDX-License-Identifier: GPL-3.0-or-later
"""A lamp that can be pressed: what stands behind its words opens."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPaintEvent
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Lamp
from desk_app.ui.widgets.painting import draw_box, open_painter

_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LampButton(Lamp):
    """A lamp as high as a target must be, pressed by mouse, Space or Enter."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), current_look().size("target_min"))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSING:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.underMouse():
            look = current_look()
            painter = open_painter(self)
            draw_box(painter, QRectF(self.rect()), look.size("radius_keycap"), look.color("hover"))
            painter.end()
        super().paintEvent(event)
