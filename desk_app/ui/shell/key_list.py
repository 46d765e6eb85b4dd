# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of keys that F1 shows."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.widgets import FocusRing, KeyButton, Keycap, Label

KEYS = (
    ("F1", "keys"),
    ("Ctrl K", "search"),
    ("F2", "in_person"),
    ("F3", "by_proxy"),
    ("F4", "card_lost"),
    ("F5", "supervisor"),
    ("F6", "sign_again"),
    ("F7", "print"),
    ("F8", "confirm"),
    ("F9", "release"),
    ("F10", "photo_differs"),
    ("F11", "ask_again"),
    ("1 … 9", "step"),
    ("Enter", "next"),
    ("Esc", "clear"),
    ("Ctrl Enter", "agree"),
    ("Ctrl L", "lock"),
    ("Ctrl 1", "pages"),
    ("PgUp", "page_back"),
    ("PgDn", "page_on"),
)
"""Every key of the program with the key of its words."""

_COLUMNS = 2


class KeyList(QDialog):
    """All keys with what they do, in two columns."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(context.t("shell.keys.title"))
        self._build_column()
        self._ring = FocusRing(self)

    def _build_column(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(Label(self._context.t("shell.keys.title"), "lead"))
        column.addLayout(self._build_grid())
        close = KeyButton("plain", "Esc", text=self._context.t("shell.keys.close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)

    def _build_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        rows = -(-len(KEYS) // _COLUMNS)
        for number, (cap, words) in enumerate(KEYS):
            column = number // rows * 3
            grid.addWidget(Keycap(cap), number % rows, column)
            grid.addWidget(Label(self._context.t(f"shell.keys.{words}")), number % rows, column + 1)
        grid.setColumnMinimumWidth(2, 32)
        return grid
