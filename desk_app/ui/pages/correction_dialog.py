# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a hand-over back: what becomes of the certificate, why, and the second person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.domain.records import Operator
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from desk_app.services.rights import Act, may
from desk_app.ui.context import UiContext
from desk_app.ui.pages.person_proof import PersonProof
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog
from desk_app.ui.widgets import Field, Label, Option, Segmented


class CorrectionDialog(TwoPersonDialog):
    """``asked`` carries the correction with the second person's pass phrase."""

    asked = Signal(object)

    def __init__(
        self, context: UiContext, receipt_no: str, staff: Sequence[Operator], at_desk: Operator, parent: QWidget
    ) -> None:
        super().__init__(context, "correction", parent)
        self._receipt_no = receipt_no
        t = context.t
        alone = may(at_desk.role, Act.OVERRIDE)
        people = [one for one in staff if one != at_desk and may(one.role, Act.WITNESS if alone else Act.OVERRIDE)]
        self.kind = Segmented(height=40)
        self.kind.set_options([Option(kind.value, t(f"correction.kind.{kind.value}")) for kind in CorrectionKind])
        self.kind.set_value(CorrectionKind.RETURNED.value)
        self.why = Field("pen", t("correction.why_hint"), t("correction.why"))
        self.second = PersonProof(context, t("correction.second"), people)
        number = Label(receipt_no, "lead")
        for part in (number, self.kind, self.why, self.second):
            self.body.addWidget(part)
        self.fit()
        self.why.setFocus()

    @override
    def submit(self) -> None:
        kind = CorrectionKind(str(self.kind.value))
        request = CorrectionRequest(self._receipt_no, kind, self.why.text(), self.second.credential())
        self.asked.emit(request)
