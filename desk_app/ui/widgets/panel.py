# SPDX-License-Identifier: GPL-3.0-or-later
"""The white panel with its head, and the pane that scrolls what is too long."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.theme import current_look
from desk_app.ui.widgets.label import Label


class Panel(QFrame):
    """A panel; put its parts into :attr:`body`. ``padding`` in px overrides the density's own (work column: 16)."""

    def __init__(self, title: str = "", second: str = "", right: QWidget | None = None, *, padding: int = 0) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._padding = padding
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
        self._head.setVisible(bool(self._title.text()))
        self.body.addWidget(self._head)

    def set_title(self, title: str, second: str = "") -> None:
        """Change the head; the second language stands after the first in caption."""
        self._title.setText(title)
        self._second.setText(second)
        self._head.setVisible(bool(title))
        self.setAccessibleName(title)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._pad()
        super().changeEvent(event)

    def _pad(self) -> None:
        padding = self._padding or current_look().size("panel_padding")
        self.body.setContentsMargins(padding, padding, padding, padding)


class ScrollPane(QScrollArea):
    """Scrolls one widget up and down when it is taller than the room; transparent and without a frame."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        inner.setProperty("role", "scrolled")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
