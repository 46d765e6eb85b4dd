# SPDX-License-Identifier: GPL-3.0-or-later
"""Calibrating a keyboard reader on the screen: name a card, lay it on, see what was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.errors import DeskError
from desk_app.services.reader_calibration import Calibration, reads_short_uids_only
from desk_app.services.reader_words import words_of_layout
from desk_app.ui.context import UiContext
from desk_app.ui.scans import take_scans
from desk_app.ui.tasks import Tasks
from desk_app.ui.widgets import Field, IconLabel, Label
from hardware.wedge.layout import Layout


class CalibrationForm(QWidget):
    """Two fields: which card it is, and what the reader types for it; ``learnt`` tells that the desk reads by it now."""

    learnt = Signal()

    def __init__(self, context: UiContext, calibration: Calibration, runner: Tasks) -> None:
        super().__init__()
        self._context = context
        self._calibration = calibration
        self._runner = runner
        t = context.t
        self.known = Field("card", t("reader.calibrate.known_hint"), t("reader.calibrate.known"))
        self.typed = Field("scan", t("reader.calibrate.typed_hint"), t("reader.calibrate.typed"))
        self.outcome = IconLabel("info", type="caption", tone="ink2", wrap=True)
        self.fault = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self._build_column()
        self.known.submitted.connect(lambda _: self.typed.setFocus(Qt.FocusReason.OtherFocusReason))
        self.typed.submitted.connect(self._learn)
        self.outcome.set_text(words_of_layout(context.texts, calibration.current()))

    def _build_column(self) -> None:
        for field in (self.known, self.typed):
            take_scans(field.edit)
        title = Label(self._context.t("reader.calibrate.title"))
        title.set_strong(True)
        fields = QHBoxLayout()
        fields.setSpacing(16)
        fields.addWidget(self.known, 1)
        fields.addWidget(self.typed, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(Label(self._context.t("reader.calibrate.line"), "caption", "ink2", wrap=True))
        column.addSpacing(8)
        column.addLayout(fields)
        column.addSpacing(4)
        column.addWidget(self.outcome)
        column.addWidget(self.fault)
        self.fault.hide()

    def _learn(self, typed: str) -> None:
        """Compare what the reader typed with the card, and keep what was found."""
        known = self.known.text()
        self._runner.run(lambda: self._calibration.learn(known, typed), self._show, self._refuse, self)

    def _show(self, layout: Layout) -> None:
        texts = self._context.texts
        words = words_of_layout(texts, layout, "reader.calibrate.found")
        if reads_short_uids_only(layout):
            words = f"{words} {texts('reader.calibrate.short_only')}"
        self.outcome.set_text(words)
        self.fault.set_text("")
        self.typed.set_text("")
        self.learnt.emit()

    def _refuse(self, error: DeskError) -> None:
        """Say why nothing was learnt, and make the field that is wrong ready to be typed over."""
        self.fault.set_text(self._context.error_words(error))
        field = self.known if error.code == "calibration_known" else self.typed
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.edit.selectAll()
