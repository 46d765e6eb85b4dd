# SPDX-License-Identifier: GPL-3.0-or-later
"""The rail at the left: one tile a page, icon and word; the chosen one is white with accent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout
from typing_extensions import override

from desk_app.ui.context import UiContext
from desk_app.ui.pages import PageSpec
from desk_app.ui.theme import current_look
from desk_app.ui.widgets.painting import draw_box, draw_icon, open_painter
from desk_app.ui.widgets.surface import Surface

_TILE = QSize(64, 60)
_EDGE = 8
_PITCH_GAP = 4


class RailTile(QAbstractButton):
    """One page on the rail."""

    def __init__(self, page: PageSpec) -> None:
        super().__init__()
        self.page = page
        self.setCheckable(True)
        self.setFixedSize(_TILE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @override
    def nextCheckState(self) -> None:
        """Leave the choice to the rail."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        painter = open_painter(self)
        if self.isChecked() or self.underMouse():
            ground = look.color("surface" if self.isChecked() else "hover")
            draw_box(painter, QRectF(self.rect()), look.size("radius_control"), ground)
        ink = look.color("accent_ink" if self.isChecked() else "ink2")
        size = look.size("icon")
        draw_icon(painter, self.page.icon, ink, QPointF((self.width() - size) / 2, 8), size)
        painter.setPen(ink)
        painter.setFont(look.font("caption", bold=self.isChecked()))
        painter.drawText(QRectF(0, 34, self.width(), 22), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Rail(Surface):
    """The pages that the operator's role uses."""

    page_chosen = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__("chrome")
        self._context = context
        self._tiles: list[RailTile] = []
        self.setFixedWidth(current_look().size("rail"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        self._column.setSpacing(_PITCH_GAP)
        self._column.addStretch(1)

    @property
    def page_ids(self) -> tuple[str, ...]:
        """The ids of the pages on the rail."""
        return tuple(tile.page.id for tile in self._tiles)

    def show_pages(self, pages: Sequence[PageSpec]) -> None:
        """Show these pages and no others."""
        for tile in self._tiles:
            self._column.removeWidget(tile)
            tile.deleteLater()
        self._tiles = [RailTile(page) for page in pages]
        for number, tile in enumerate(self._tiles):
            self._column.insertWidget(number, tile)
            tile.clicked.connect(lambda _checked=False, page=tile.page.id: self.page_chosen.emit(page))
        self.retranslate()

    def choose(self, page: str) -> None:
        """Mark the page that is in front."""
        for tile in self._tiles:
            tile.setChecked(tile.page.id == page)

    def retranslate(self) -> None:
        """Say every word anew."""
        for tile in self._tiles:
            tile.setText(self._context.t(f"shell.page.{tile.page.id}"))
            tile.setAccessibleName(tile.text())
            tile.update()
