# SPDX-License-Identifier: GPL-3.0-or-later
"""The tile that names this desk."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.painting import CENTER, draw_box, open_painter


class DeskTile(QWidget):
    """The desk's own mark: prefix of its receipts and desk number."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        side = current_look().size("control")
        self.setFixedSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        draw_box(painter, QRectF(self.rect()), look.size("radius_control"), look.color("ink"))
        painter.setFont(look.font("body", bold=True))
        painter.setPen(look.color("surface"))
        painter.drawText(QRectF(self.rect()), CENTER, self._text)
        painter.end()
