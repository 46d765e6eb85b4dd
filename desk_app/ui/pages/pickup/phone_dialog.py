# SPDX-License-Identifier: GPL-3.0-or-later
"""A supervisor records an office's word by telephone: about what, who has confirmed it, and which number was called."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.records import Operator
from desk_app.services.clearance.phone_confirmations import PhoneRequest
from desk_app.services.explain.reasons import ReasonRow
from desk_app.ui.context import UiContext
from desk_app.ui.pages.person_proof import PersonProof
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog
from desk_app.ui.widgets import Field, Label


class PhoneDialog(TwoPersonDialog):
    """``asked`` carries what was written; without ``supervisors`` whoever works at the desk is one."""

    asked = Signal(object)

    def __init__(
        self,
        context: UiContext,
        rows: Sequence[ReasonRow],
        wanted: ReasonRow,
        supervisors: Sequence[Operator],
        parent: QWidget,
    ) -> None:
        super().__init__(context, "phone", parent)
        self._rows = {str(row.reasons[0]): row for row in rows}
        t = context.t
        self.about = ChoiceButton()
        self.person = Field("user", t("phone.person_hint"), t("phone.person"))
        self.number = Field("phone", t("phone.number_hint"), t("phone.number"))
        self.by = PersonProof(context, t("phone.by"), supervisors) if supervisors else None
        self._fill(str(wanted.reasons[0]))

    def _fill(self, wanted: str) -> None:
        caption = self.context.t("phone.about")
        self.about.setAccessibleName(caption)
        self.about.set_options([(key, row.title) for key, row in self._rows.items()])
        self.about.set_value(wanted)
        self.about.chosen.connect(lambda _reason: self._settle())
        which = QVBoxLayout()
        which.setSpacing(4)
        which.addWidget(Label(caption, "caption", "ink2"))
        which.addWidget(self.about)
        self.body.addLayout(which)
        for part in filter(None, (self.person, self.number, self.by)):
            self.body.addWidget(part)
        self._settle()
        self.person.setFocus()

    def _settle(self) -> None:
        """Lay the number ready that stands beside the office."""
        phone = self._rows[self.about.value].phone
        self.number.set_text(phone if any(char.isdigit() for char in phone) else "")
        self.fit()

    @override
    def submit(self) -> None:
        reasons = tuple(str(reason) for reason in self._rows[self.about.value].reasons)
        by = self.by.credential() if self.by else None
        self.asked.emit(PhoneRequest(reasons, self.person.text(), self.number.text(), by))
