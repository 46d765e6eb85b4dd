# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for the pass phrase of the keys before the first page: without it there is nothing to show."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout
from typing_extensions import override

from desk_app.domain.errors import KeyTroubleError
from desk_app.domain.store_keys import KeyPhrase, StoreKeys
from desk_app.ui.context import UiContext
from desk_app.ui.widgets import Field, FocusRing, KeyButton, Label

_WIDTH = 480


class KeyPhraseDialog(QDialog):
    """One field and two buttons; ``wrong`` says first that what was typed before did not fit."""

    def __init__(self, context: UiContext, *, wrong: bool = False) -> None:
        super().__init__()
        self._context = context
        self.setWindowTitle(context.t("keys.dialog.title"))
        self.setFixedWidth(_WIDTH)
        self.field = Field("lock")
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.set_error(context.t("keys.dialog.wrong") if wrong else "")
        self.accept_button = KeyButton("primary", "Enter", text=context.t("keys.dialog.accept"))
        self.cancel_button = KeyButton("ghost", "Esc", text=context.t("keys.dialog.cancel"))
        self._build()
        self._ring = FocusRing(self)

    @property
    def phrase(self) -> str:
        """What was typed."""
        return self.field.edit.text()

    def _build(self) -> None:
        t = self._context.t
        self.field.set_words("", t("keys.dialog.phrase"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(t("keys.dialog.title"), "title"))
        head.addWidget(Label(self._context.second("keys.dialog.title"), "caption", "ink3"))
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.cancel_button)
        foot.addStretch(1)
        foot.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(Label(t("keys.dialog.line"), "body", "ink2", wrap=True))
        column.addWidget(self.field)
        column.addLayout(foot)
        self.field.submitted.connect(lambda _text: self.accept())
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        self.field.setFocus()

    @override
    def accept(self) -> None:
        """Take what was typed; an empty field is no answer yet."""
        if self.phrase:
            super().accept()


class WindowKeyPhrase(KeyPhrase):
    """The pass phrase of the keys as the counter application asks for it: once, before its window opens."""

    def __init__(self, context: UiContext) -> None:
        self._context = context
        self._known = ""
        self.opened: dict[str, StoreKeys] = {}

    @override
    def known(self, *, wrong: bool) -> str:
        if wrong or not self._known:
            dialog = KeyPhraseDialog(self._context, wrong=wrong)
            if dialog.exec() != QDialog.DialogCode.Accepted:
                raise KeyTroubleError("keys_phrase_cancelled")
            self._known = dialog.phrase
        return self._known

    @override
    def new(self) -> str:
        """Refuse: how keys are kept is changed in the shell."""
        raise KeyTroubleError("keys_phrase_cancelled")
