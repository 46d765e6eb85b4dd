# SPDX-License-Identifier: GPL-3.0-or-later
"""A verifier confirms a proxy's papers: who it is, and the pass phrase."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.domain.records import Operator
from desk_app.services.rights import Act, may
from desk_app.ui.context import UiContext
from desk_app.ui.pages.person_proof import PersonProof
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog


class VerifierDialog(TwoPersonDialog):
    """``asked`` carries the verifier's credential."""

    asked = Signal(object)

    def __init__(self, context: UiContext, staff: Sequence[Operator], parent: QWidget) -> None:
        super().__init__(context, "verifier", parent)
        self.by = PersonProof(context, context.t("verifier.by"), [one for one in staff if may(one.role, Act.VERIFY)])
        self.body.addWidget(self.by)
        self.by.phrase.setFocus()
        self.fit()

    @override
    def submit(self) -> None:
        self.asked.emit(self.by.credential())
