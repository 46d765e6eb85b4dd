# SPDX-License-Identifier: GPL-3.0-or-later
"""The line below the clearance: what the offices have just said, and the button that asks them again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.refresh_model import RefreshModel
from desk_app.ui.widgets import Icon, KeyButton, Label


class RefreshLine(QWidget):
    """It lasts while what is around it is built anew, and never takes the keyboard from what the clerk does."""

    asked = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._icon = Icon("refresh", "ink3")
        self._words = Label("", "caption", "ink3", wrap=True)
        self.button = KeyButton("ghost", "F11", "refresh", height="row")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click on it leaves the field where it was
        self.button.clicked.connect(self.asked)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._icon)
        line.addWidget(self._words, 1)
        line.addWidget(self.button)

    @property
    def text(self) -> str:
        """The words shown."""
        return self._words.text()

    def show_news(self, model: RefreshModel) -> None:
        """Show what is known now; the words stand in place of those before."""
        self._icon.set_icon(model.icon, model.tone)
        self._words.set_text(model.text)
        self._words.set_tone(model.tone)
        self._words.set_strong(model.strong)
        self.button.set_label(self._context.t("refresh.again"))
        self.button.set_busy(model.asking)
