# SPDX-License-Identifier: GPL-3.0-or-later
"""A button that looks like a field: what is chosen stands on it, and a chevron says that more lies below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.painting import LEFT, draw_box, draw_icon, draw_text, open_painter

_EDGE = 14
_CHEVRON = 16
_GAP = 8


class OpeningButton(QAbstractButton):
    """Shows what is chosen, after an icon where there is one; what a press opens is the matter of a subclass."""

    def __init__(self, icon: str = "") -> None:
        super().__init__()
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def size_around(self, words: int) -> QSize:
        """Give the size for words of so many px."""
        return QSize(self._left() + words + _GAP + _CHEVRON + _EDGE, current_look().size("control"))

    def _left(self) -> int:
        return _EDGE + (current_look().size("icon_small") + _GAP if self._icon else 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        ground = look.color("hover" if self.underMouse() else "surface")
        draw_box(painter, QRectF(self.rect()), look.size("radius_control"), ground, look.color("line_strong"))
        size, middle = look.size("icon_small"), self.height() / 2
        if self._icon:
            draw_icon(painter, self._icon, look.color("ink2"), QPointF(_EDGE, middle - size / 2), size)
        painter.setFont(look.font("body"))
        painter.setPen(look.color("ink"))
        left, right = self._left(), self.width() - _EDGE - _CHEVRON
        draw_text(painter, QRectF(left, 0, right - _GAP - left, self.height()), self.text(), LEFT)
        draw_icon(painter, "chevron-down", look.color("ink2"), QPointF(right + 2, middle - _CHEVRON / 2), _CHEVRON)
        painter.end()
