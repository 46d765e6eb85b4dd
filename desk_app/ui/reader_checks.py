# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks behind the reader's lamp: one line each, filled in as the reader answers."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.services.reader_checks import ReaderChecks
from desk_app.services.reader_words import CheckWords
from desk_app.ui.context import UiContext
from desk_app.ui.reader_calibration import CalibrationForm
from desk_app.ui.tasks import Lane, Tasks
from desk_app.ui.widgets import Chip, FocusRing, Icon, IconLabel, KeyButton, Label, Rule
from hardware.probe import CheckState, CheckStep

_WIDTH = 760
_LOOK_EVERY_MS = 200
_NAME_WIDTH = 144
_ICON_DROP = 2
"""Puts the icon on the middle of the first line."""
_ICONS = {
    CheckState.OK: ("state-cleared", "release"),
    CheckState.NOTE: ("info", "ink2"),
    CheckState.OPEN: ("state-pending", "ink3"),
    CheckState.WRONG: ("warning", "hold"),
}
_TONES = {CheckState.OK: "release", CheckState.WRONG: "hold"}


class CheckRow(QWidget):
    """One check: what is checked, what was found, how to mend it, and the state as a word."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.words: CheckWords | None = None
        self._icon = Icon("state-pending", "ink3")
        self._name = Label()
        self._name.set_strong(True)
        self._name.setFixedWidth(_NAME_WIDTH)
        self._told = Label("", "body", "ink", wrap=True)
        self._mend = Label("", "caption", "ink2", wrap=True)
        self._state = Chip()
        self._build_row()

    def _build_row(self) -> None:
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(self._told)
        told.addWidget(self._mend)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        sign = QVBoxLayout()
        sign.setContentsMargins(0, _ICON_DROP, 0, 0)
        sign.addWidget(self._icon)
        sign.addStretch(1)
        row.addLayout(sign)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(told, 1)
        row.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)

    def show_check(self, words: CheckWords) -> None:
        """Show a check; the same one again changes nothing."""
        if words == self.words:
            return
        self.words = words
        self._icon.set_icon(*_ICONS[words.state])
        self._name.setText(words.name)
        self._told.setText(words.told)
        self._told.set_tone("ink3" if words.state is CheckState.OPEN else "ink")
        mend = self._context.t("reader.check.mend", mend=words.mend) if words.mend else ""
        self._mend.set_text(mend)
        self._state.set_state(_TONES.get(words.state, "plain"), words.word)
        self.setAccessibleName(f"{words.name}: {words.word}. {words.told} {mend}".strip())


class ReaderChecksDialog(QDialog):
    """The checks of the desk's reader, looked at anew several times a second; a keyboard reader is calibrated here."""

    def __init__(self, context: UiContext, checks: ReaderChecks, runner: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._checks = checks
        self._runner = runner
        self.rows = {step: CheckRow(context) for step in CheckStep}
        self.again = KeyButton("plain", "F5", "refresh", text=context.t("reader.check.again"))
        self.close_button = KeyButton("plain", "Esc", text=context.t("reader.check.close"))
        self.fault = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self.form: CalibrationForm | None = None
        if checks.calibration is not None:
            self.form = CalibrationForm(context, checks.calibration, runner)
        self.setWindowTitle(context.t("reader.check.title"))
        self.setFixedWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._build_column()
        self._ring = FocusRing(self)
        self._build_behaviour()
        self.look()

    def _build_column(self) -> None:
        column = self._column
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(0)
        column.addWidget(Label(self._context.t("reader.check.title"), "lead"))
        column.addWidget(Label(self._context.t("reader.check.line"), "caption", "ink2", wrap=True))
        column.addSpacing(12)
        for row in self.rows.values():
            column.addWidget(Rule())
            column.addWidget(row)
        column.addWidget(Rule())
        if self.form is not None:
            column.addSpacing(12)
            column.addWidget(self.form)
        column.addSpacing(16)
        column.addWidget(self.fault)
        self.fault.hide()
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        column.addStretch(1)

    def _build_behaviour(self) -> None:
        self.again.clicked.connect(self._begin_again)
        self.close_button.clicked.connect(self.accept)
        if self.form is not None:
            self.form.learnt.connect(self.look)
            self.form.known.setFocus(Qt.FocusReason.OtherFocusReason)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Show how the reader stands now."""
        for words in self._checks.lines(self._context.texts):
            self.rows[words.step].show_check(words)
        needed = self._column.heightForWidth(_WIDTH)
        if needed > self.height():
            self.resize(_WIDTH, needed)

    def _begin_again(self) -> None:
        """Start the watch anew, away from the screen; the lines fill as the reader answers."""
        self.again.setEnabled(False)
        self.fault.set_text("")
        self._runner.run(self._checks.begin_again, self._begun, self._failed, self, lane=Lane.BACKGROUND)

    def _begun(self, _nothing: None) -> None:
        self.again.setEnabled(True)
        self.look()

    def _failed(self, error: DeskError) -> None:
        self.again.setEnabled(True)
        self.fault.set_text(self._context.error_words(error))

    @override
    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)
