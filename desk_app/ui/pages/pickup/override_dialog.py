# SPDX-License-Identifier: GPL-3.0-or-later
"""A supervisor decides on one reason: which, why, what has happened, and who is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.decisions import may_be_lifted, needs_incident, needs_second
from desk_app.domain.records import Operator
from desk_app.domain.staff import same_person
from desk_app.domain.verdict import Reason
from desk_app.domain.visit import OpenCase
from desk_app.services.overrides import OverrideRequest
from desk_app.services.rights import Act, may
from desk_app.ui.context import UiContext
from desk_app.ui.pages.person_proof import PersonProof
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog
from desk_app.ui.widgets import Field, Label


def liftable(case: OpenCase) -> tuple[Reason, ...]:
    """Give the reasons that persons may lift."""
    return tuple(reason for reason in case.verdict.reasons if may_be_lifted(reason.code.override))


@dataclass(frozen=True, slots=True)
class Liftable:
    """A reason that may be lifted, with its words."""

    reason: Reason
    title: str


class OverrideDialog(TwoPersonDialog):
    """``asked`` carries what was written, with the pass phrases; every other reason stays in force."""

    asked = Signal(object)

    def __init__(
        self,
        context: UiContext,
        reasons: Sequence[Liftable],
        staff: Sequence[Operator],
        at_desk: str,
        parent: QWidget,
    ) -> None:
        super().__init__(context, "override", parent)
        self._staff = {one.id: one for one in staff}
        self._at_desk = at_desk
        self._reasons = {str(one.reason): one for one in reasons}
        t = context.t
        self.reason = ChoiceButton()
        self.why = Field("pen", t("override.why_hint"), t("override.why"))
        self.incident = Field("note", t("override.incident_hint"), t("override.incident"))
        self.by = PersonProof(context, t("override.by"), [one for one in staff if may(one.role, Act.OVERRIDE)])
        self.second = PersonProof(context, t("override.second"), [one for one in staff if may(one.role, Act.WITNESS)])
        self._fill()
        self.reason.chosen.connect(lambda _reason: self._settle())
        self.by.person.chosen.connect(lambda _person: self._settle())

    def _fill(self) -> None:
        caption = self.context.t("override.reason")
        self.reason.setAccessibleName(caption)
        self.reason.set_options([(key, one.title) for key, one in self._reasons.items()])
        self.reason.set_value(next(iter(self._reasons), ""))
        which = QVBoxLayout()
        which.setSpacing(4)
        which.addWidget(Label(caption, "caption", "ink2"))
        which.addWidget(self.reason)
        self.body.addLayout(which)
        for part in (self.why, self.incident, self.by, self.second):
            self.body.addWidget(part)
        self._settle()
        self.why.setFocus()

    def _settle(self) -> None:
        """Ask for what the class of the chosen reason needs."""
        needed = self._reasons[self.reason.value].reason.code.override
        self.incident.setVisible(needs_incident(needed))
        decider, at_desk = self._staff.get(self.by.person.value), self._staff.get(self._at_desk)
        alone = decider is not None and at_desk is not None and same_person(decider, at_desk)
        self.second.setVisible(needs_second(needed, decides_alone=alone))
        self.fit()

    @override
    def submit(self) -> None:
        second = self.second.credential() if self.second.isVisibleTo(self) else None
        request = OverrideRequest(
            self.reason.value, self.by.credential(), self.why.text(), second, self.incident.text()
        )
        self.asked.emit(request)
