# SPDX-License-Identifier: GPL-3.0-or-later
"""The white panel with its head, and the pane that scrolls what is too long."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.theme import BAR, current_look, dress
from desk_app.ui.widgets.label import Label
from desk_app.ui.widgets.painting import CELL_PADDING
from desk_app.ui.widgets.surface import Surface

_HEAD_LIFT = 4
_TIGHT_ABOVE = 4
_TIGHT_BELOW = 12


class Panel(Surface):
    """A panel; put its parts into :attr:`body`.

    ``padding`` in px overrides the density's own (work column: 16); a ``tight`` panel, for tables and charts, has less
    above and below.
    """

    def __init__(
        self, title: str = "", second: str = "", right: QWidget | None = None, *, padding: int = 0, tight: bool = False
    ) -> None:
        super().__init__("panel")
        self._padding = padding
        self._tight = tight
        self.body = QVBoxLayout(self)
        self.body.setSpacing(8)
        self._title = Label(title)
        self._title.set_strong(True)
        self._second = Label(second, "caption", "ink3")
        self._head = QWidget()
        self._build_head(right)
        self._pad()

    def _build_head(self, right: QWidget | None) -> None:
        row = QHBoxLayout(self._head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._second)
        row.addStretch(1)
        if right is not None:
            row.addWidget(right)
        self.body.addWidget(self._head)
        # Only now: a widget without a parent that is made visible becomes a window of its own and takes the keyboard.
        self._head.setVisible(bool(self._title.text()))

    def set_title(self, title: str, second: str = "") -> None:
        """Change the head; the second language stands after the first in caption."""
        self._title.setText(title)
        self._second.setText(second)
        self._head.setVisible(bool(title))
        self.setAccessibleName(title)
        self._pad()

    def add_table(self, table: QWidget) -> None:
        """Add a table whose hairlines reach beyond the text, so that its cells stand in line with the title."""
        table.setParent(self)
        self.body.addWidget(_TableRoom(table), 1)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._pad()
        super().changeEvent(event)

    def _pad(self) -> None:
        padding = self._padding or current_look().size("panel_padding")
        above = padding - (_TIGHT_ABOVE if self._tight else 0) - (_HEAD_LIFT if self._title.text() else 0)
        self.body.setContentsMargins(padding, above, padding, padding - (_TIGHT_BELOW if self._tight else 0))


class _TableRoom(QWidget):
    """Holds a place in a panel's column for a table that is a cell's padding wider on both sides."""

    def __init__(self, table: QWidget) -> None:
        super().__init__()
        self._table = table
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _settle(self) -> None:
        self._table.setGeometry(self.geometry().adjusted(-CELL_PADDING, 0, CELL_PADDING, 0))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        self._settle()


class ScrollPane(QScrollArea):
    """Scrolls one widget up and down when it is taller than the room; transparent and without a frame."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        dress(self.verticalScrollBar(), BAR)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
