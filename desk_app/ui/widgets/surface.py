# SPDX-License-Identifier: GPL-3.0-or-later
"""The grounds that everything lies on: panel, paper, note and chrome."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.ui.theme import Look, current_look
from desk_app.ui.widgets.painting import draw_box, open_painter


class Surface(QWidget):
    """A ground: ``panel``, ``paper``, ``chrome``, or ``note`` in the tint of a verdict family (``tone``)."""

    def __init__(
        self,
        ground: str,
        parent: QWidget | None = None,
        *,
        tone: str = "hold",
        flags: Qt.WindowType = Qt.WindowType.Widget,
    ) -> None:
        super().__init__(parent, flags)
        self._ground = ground
        self._tone = tone
        if ground != "chrome":  # what lies on it keeps clear of the edge
            edge = current_look().size("line_hair")
            self.setContentsMargins(edge, edge, edge, edge)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, box = current_look(), QRectF(self.rect())
        painter = open_painter(self)
        if self._ground == "chrome":
            painter.fillRect(box, look.color("chrome"))
        elif self._ground == "note":
            family = look.theme.family(self._tone)
            draw_box(painter, box, look.size("radius_control"), family.tint, family.edge)
        else:
            draw_box(painter, box, self._radius(look), look.color(_FILLS[self._ground]), look.color("line"))
        painter.end()

    def _radius(self, look: Look) -> int:
        return look.size("radius_panel" if self._ground == "panel" else "radius_keycap")


_FILLS = {"panel": "surface", "paper": "paper"}
