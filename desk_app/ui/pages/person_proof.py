# SPDX-License-Identifier: GPL-3.0-or-later
"""Where somebody who is called to the desk proves to be there: who, and the pass phrase."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.decisions import Credential
from desk_app.domain.masking import mask_name
from desk_app.domain.records import Operator
from desk_app.ui.context import UiContext
from desk_app.ui.names import role_words
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.widgets import Field, Label


class PersonProof(QWidget):
    """A colleague of a list and the field for the pass phrase."""

    def __init__(self, context: UiContext, caption: str, people: Sequence[Operator]) -> None:
        super().__init__()
        self.person = ChoiceButton()
        self.person.setAccessibleName(caption)
        self.person.set_options(
            [(one.id, f"{mask_name(one.name)}　{role_words(context, one)}") for one in people],
        )
        if people:
            self.person.set_value(people[0].id)
        self.phrase = Field("lock", "", context.t("staff.phrase"))
        self.phrase.edit.setEchoMode(QLineEdit.EchoMode.Password)
        who = QVBoxLayout()
        who.setSpacing(4)
        who.addWidget(Label(caption, "caption", "ink2"))
        who.addWidget(self.person)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(who, 1)
        row.addWidget(self.phrase, 1)

    def credential(self) -> Credential:
        """Give who says to be here with the pass phrase, and empty the field."""
        given = Credential(self.person.value, self.phrase.edit.text())
        self.phrase.set_text("")
        return given
