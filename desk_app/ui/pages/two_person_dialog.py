# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of every decision that one person alone does not take: what, why, and who proves to be there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.errors import DeskError
from desk_app.ui.context import UiContext
from desk_app.ui.widgets import FocusRing, IconLabel, KeyButton, Label

_WIDTH = 640


class TwoPersonDialog(QDialog):
    """Title, what is decided, the fields of the kind, a fault in place, and the two buttons."""

    def __init__(self, context: UiContext, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.context = context
        self._key = key
        self.setWindowTitle(context.t(f"{key}.title"))
        self.setFixedWidth(_WIDTH)
        self.line = Label(context.t(f"{key}.line"), "body", "ink2", wrap=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.fault = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self.fault.hide()
        self.accept_button = KeyButton("primary", "F8", text=context.t(f"{key}.accept"))
        self.cancel_button = KeyButton("ghost", "Esc", text=context.t("staff.cancel"))
        self._build()
        self._ring = FocusRing(self)

    def _build(self) -> None:
        t = self.context.t
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(t(f"{self._key}.title"), "title"))
        head.addWidget(Label(self.context.second(f"{self._key}.title"), "caption", "ink3"))
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.cancel_button)
        foot.addStretch(1)
        foot.addWidget(self.accept_button)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.line)
        column.addLayout(self.body)
        column.addWidget(self.fault)
        column.addLayout(foot)
        self.cancel_button.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self._submit)

    def _submit(self) -> None:
        """Ask for the decision once; the buttons are deaf until the answer is there."""
        self.accept_button.set_busy(True)
        self.submit()

    def submit(self) -> None:
        """Hand on what was written; every kind of decision has its own."""
        raise NotImplementedError(self._key)

    def show_fault(self, error: DeskError) -> None:
        """Say in place why nothing was decided."""
        self.accept_button.set_busy(False)
        self.fault.set_text(self.context.error_words(error))
        self.fit()

    def fit(self) -> None:
        """Be as high as what is asked for now; wrapped words need their height told."""
        self._column.activate()
        height = self._column.totalHeightForWidth(_WIDTH)
        self.setMinimumHeight(height)
        self.resize(_WIDTH, height)  # Qt's own adjusting measures words that wrap in a narrower dialog
