# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own pass phrase: changed from the menu, and offered to whoever has one that a colleague knows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError, SignInError, StaffError
from desk_app.domain.staff import SHORTEST
from desk_app.ui.pages import PageParts
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog
from desk_app.ui.widgets import Field, IconLabel

_KEY = "shell.phrase"


class OwnPhraseDialog(TwoPersonDialog):
    """The old phrase and twice the new one, in the form of the decisions; ``given`` says why it opens by itself."""

    def __init__(self, parts: PageParts, parent: QWidget, *, given: bool = False) -> None:
        super().__init__(parts.context, _KEY, parent)
        self._parts = parts
        t = parts.context.t
        self.why = IconLabel("warning", tone="hold", wrap=True)
        self.done_line = IconLabel("state-cleared", tone="release", wrap=True)
        self.old = _secret("", t(f"{_KEY}.old"))
        self.new = _secret(t(f"{_KEY}.new_hint", shortest=SHORTEST), t(f"{_KEY}.new"))
        self.again = _secret("", t(f"{_KEY}.again"))
        self.fields = (self.old, self.new, self.again)
        self._build_body()
        self._bind()
        if given:
            self._offer()
        else:
            self.old.setFocus()
        self.fit()

    def _build_body(self) -> None:
        for part in (self.why, *self.fields, self.done_line):
            self.body.addWidget(part)
        for hidden in (self.why, self.done_line):
            hidden.hide()
        order = (self.cancel_button, *(field.edit for field in self.fields), self.accept_button)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _bind(self) -> None:
        """Let Enter go from field to field, and a visitor before a form in which nothing stands."""
        for field, following in pairwise(self.fields):
            field.submitted.connect(lambda _text, after=following: after.setFocus())
        self.again.submitted.connect(lambda _text: self.accept_button.click())
        self._parts.reader.card_presented.connect(self._give_way)

    def _offer(self) -> None:
        """Say why, and keep the keyboard out of the fields: what a keyboard reader types there is no card."""
        t = self.context.t
        self.why.set_text(t(f"{_KEY}.given"))
        self.cancel_button.set_label(t(f"{_KEY}.later"))
        self.cancel_button.setFocus()

    def _give_way(self, _generation: int) -> None:
        if not any(field.edit.text() for field in self.fields):
            self.reject()

    @override
    def submit(self) -> None:
        for field in self.fields:
            field.set_error("")
        self.fault.set_text("")
        old, new, again = (field.edit.text() for field in self.fields)
        if new != again:
            self.show_fault(StaffError("phrase_differs"))
            return
        staff = self._parts.desk.staff
        self._parts.runner.run(lambda: staff.change_own_phrase(old, new), self._tell_done, self.show_fault, self)

    @override
    def show_fault(self, error: DeskError) -> None:
        """Say at its field what is wrong, and have that typed again: nobody mends what is not to be seen."""
        if not isinstance(error, (SignInError, StaffError)):
            super().show_fault(error)
            return
        self.accept_button.set_busy(False)
        wrong = self.old if isinstance(error, SignInError) else self.new
        for field in (self.old,) if wrong is self.old else (self.new, self.again):
            field.set_text("")
        told = self.again if error.code == "phrase_differs" else wrong
        told.set_error(self.context.error_words(error))
        wrong.setFocus()
        self.fit()

    def _tell_done(self, _value: None) -> None:
        """Say that the new one counts; Esc or Enter closes."""
        self.accept_button.set_busy(False)
        self.done_line.set_text(self.context.t(f"{_KEY}.done"))
        self.cancel_button.set_label(self.context.t("shell.keys.close"))
        self.cancel_button.hears_enter = True
        self.cancel_button.setFocus()
        for field in self.fields:
            field.set_text("")
        for hidden in (self.line, self.why, *self.fields, self.accept_button):
            hidden.hide()
        self.fit()


class OwnPhrase(QObject):
    """Opens the form above a window: when it is asked for, or when a colleague knows the phrase."""

    def __init__(self, parts: PageParts, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._window = window
        self._visited = False
        parts.reader.card_presented.connect(self._note_visitor)

    def _note_visitor(self, _generation: int) -> None:
        self._visited = True

    def change(self) -> None:
        """Open the form: somebody has asked for it."""
        OwnPhraseDialog(self._parts, self._window).open()

    def offer(self, still_here: Callable[[], bool]) -> None:
        """Open the form if a colleague has set the phrase of whoever has just signed in.

        When the answer comes, ``still_here`` tells whether that person still works here; a visitor whose card was laid
        on by then is served first. Without an answer nothing is offered: the desk may have been locked meanwhile, and of
        a store out of reach the lamp tells.
        """
        self._visited = False

        def answered(given: bool) -> None:  # noqa: FBT001 - the answer of the use case
            busy = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            if given and not busy and not self._visited and still_here():
                OwnPhraseDialog(self._parts, self._window, given=True).open()

        self._parts.runner.run(self._parts.desk.staff.phrase_is_given, answered, _let_be, self)


def _secret(placeholder: str, caption: str) -> Field:
    field = Field("lock", placeholder, caption)
    field.edit.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def _let_be(_error: DeskError) -> None:
    """Offer nothing."""
