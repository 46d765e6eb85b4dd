# SPDX-License-Identifier: GPL-3.0-or-later
"""What one person does to a receipt for a reason: the reason is asked for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desk_app.ui.context import UiContext
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog
from desk_app.ui.widgets import Field, Label


class WhyDialog(TwoPersonDialog):
    """``asked`` carries the reason; the words are those of ``key``, in the form of the decisions that two take."""

    asked = Signal(str)

    def __init__(self, context: UiContext, key: str, receipt_no: str, parent: QWidget) -> None:
        super().__init__(context, key, parent)
        self.why = Field("pen", context.t(f"{key}.why_hint"), context.t(f"{key}.why"))
        for part in (Label(receipt_no, "lead"), self.why):
            self.body.addWidget(part)
        self.fit()
        self.why.setFocus()

    @override
    def submit(self) -> None:
        self.asked.emit(self.why.text())
