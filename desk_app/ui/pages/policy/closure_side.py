# SPDX-License-Identifier: GPL-3.0-or-later
"""The column beside the closures: what is about to be entered, what stands on the chosen one, and who may do it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout

from desk_app.domain.basis import EntryStatus
from desk_app.domain.errors import DeskError
from desk_app.services.closures import ClosureDraft, ClosureEffect
from desk_app.ui.context import UiContext
from desk_app.ui.pages.policy.closure_effect import EffectList
from desk_app.ui.pages.policy.closure_rows import ClosureRow, ClosureState
from desk_app.ui.widgets import Chip, Field, IconLabel, KeyButton, Label, Panel, Rule

STATE_TONES = {
    ClosureState.NOW: "notnow",
    ClosureState.AHEAD: "refer",
    ClosureState.OVER: "plain",
    ClosureState.WITHDRAWN: "plain",
}
"""The tone of the chip that says where a closure stands to now."""

_CAPTION_WIDTH = 88


class ConfirmPanel(Panel):
    """What was written, in words, with its effect; only here is a closure entered."""

    confirmed = Signal()
    back = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__(padding=16)
        self._context = context
        self.draft: ClosureDraft | None = None
        self.period = Label("", "lead", wrap=True)
        self.words = Label("", "body", "ink2", wrap=True)
        self.effect = EffectList(context)
        self.enter = KeyButton("primary", "F9", "calendar")
        self.change = KeyButton("plain", "Esc")
        self.body.addWidget(self.period)
        self.body.addWidget(self.words)
        self.body.addWidget(Rule())
        self.body.addWidget(self.effect)
        self.add_table(self.effect.table)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.change)
        acts.addWidget(self.enter, 1)
        self.body.addLayout(acts)
        self.enter.clicked.connect(self.confirmed)
        self.change.clicked.connect(self.back)
        self.setFocusProxy(self.enter)

    def show_draft(self, draft: ClosureDraft, row: ClosureRow, effect: ClosureEffect) -> None:
        """Show a draft that was checked, and what it would do."""
        self.draft = draft
        self.period.setText(f"{row.period} {row.reason}")
        join = self._context.t("explain.list_join").join
        self.words.setText(join((row.counters, row.working_day, row.source)))
        self.effect.show_effect(effect)
        self.retranslate()

    def retranslate(self) -> None:
        """Say every word anew; what was written stays as it was said."""
        t = self._context.t
        self.set_title(t("rules.closure.check"), self._context.second("rules.closure.check"))
        self.enter.set_label(t("rules.closure.enter"))
        self.change.set_label(t("rules.closure.change"))
        self.effect.retranslate()


class ClosureFacts(Panel):
    """What is known of the chosen closure; a supervisor withdraws one that was announced, with a reason."""

    withdrawn = Signal(str, str)
    closed = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__(padding=16)
        self._context = context
        self._row: ClosureRow | None = None
        self._may_change = False
        self.period = Label("", "lead", wrap=True)
        self.state = Chip()
        self.mark = Chip()
        self._form = QFormLayout()
        self.effect = EffectList(context)
        self.reason = Field("pen")
        self.fault = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self.withdraw = KeyButton("plain", "F9", "undo")
        self.new = KeyButton("plain", "Esc")
        self._build()

    def _build(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(8)
        chips.addWidget(self.state)
        chips.addWidget(self.mark)
        chips.addStretch(1)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.period)
        self.body.addLayout(chips)
        self.body.addWidget(Rule())
        self.body.addLayout(self._form)
        self.body.addWidget(self.effect)
        self.add_table(self.effect.table)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.fault)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.new)
        acts.addWidget(self.withdraw, 1)
        self.body.addLayout(acts)
        self.fault.hide()
        self.withdraw.clicked.connect(self._ask)
        self.reason.submitted.connect(lambda _text: self._ask())
        self.new.clicked.connect(self.closed)

    def show_row(self, row: ClosureRow, *, may_change: bool) -> None:
        """Show a closure; the effect of its withdrawal follows by :meth:`show_effect`."""
        if self._row is None or self._row.id != row.id:
            self.reason.set_text("")
            self._say_fault("")
        self._row, self._may_change = row, may_change
        self.effect.show_effect(None)
        self.retranslate()

    @property
    def can_withdraw(self) -> bool:
        """True when the operator may withdraw the closure that is shown."""
        row = self._row
        return self._may_change and row is not None and not row.of_pack and row.state is not ClosureState.WITHDRAWN

    def show_effect(self, closure_id: str, effect: ClosureEffect) -> None:
        """Show what the withdrawal would do, if the closure is still the one that is shown."""
        if self._row is not None and self._row.id == closure_id:
            self.effect.show_effect(effect)

    def show_fault(self, error: DeskError) -> None:
        """Say below the reason what is wrong."""
        self._say_fault(self._context.error_words(error))

    def _say_fault(self, words: str) -> None:
        self.fault.set_text(words)

    def _ask(self) -> None:
        if self._row is not None and self.can_withdraw:
            self.withdrawn.emit(self._row.id, self.reason.text())

    def retranslate(self) -> None:
        """Say every word anew."""
        t, row = self._context.t, self._row
        self.set_title(t("rules.closure.facts"), self._context.second("rules.closure.facts"))
        self.reason.set_words(t("rules.closure.why_hint"), t("rules.closure.why"))
        self.withdraw.set_label(t("rules.closure.withdraw"))
        self.new.set_label(t("rules.closure.back" if self._may_change else "rules.closure.close"))
        self.effect.retranslate()
        for part in (self.effect, self.reason, self.withdraw):
            part.setVisible(self.can_withdraw)
        while self._form.rowCount():
            self._form.removeRow(0)
        if row is None:
            return
        self.period.setText(f"{row.period} {row.reason}")
        self.state.set_state(STATE_TONES[row.state], t(f"rules.closure.state.{row.state.value}"))
        self.mark.setVisible(row.status is not EntryStatus.CONFIRMED)
        if row.status is not EntryStatus.CONFIRMED:
            tone = "hold" if row.status is EntryStatus.SUSPECT else "plain"
            self.mark.set_state(tone, t(f"rules.mark.{row.status.value}"))
        facts = (
            ("counter", row.counters),
            ("counts", row.working_day),
            ("source", row.source),
            ("by", row.entered),
            ("taken_back", row.withdrawn),
            ("note", row.note),
        )
        for key, value in facts:
            if value:
                self._add_fact(key, value)

    def _add_fact(self, key: str, value: str) -> None:
        caption = Label(self._context.t(f"rules.closure.{key}"), "caption", "ink3", wrap=True)
        caption.setFixedWidth(_CAPTION_WIDTH)
        self._form.addRow(caption, Label(value, wrap=True))


class WhoMay(Panel):
    """Stands in the form's place for everybody else: who may enter a closure."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(padding=16)
        self._context = context
        self._supervisors = ""
        self.words = Label("", "body", wrap=True)
        self.hint = Label("", "caption", "ink2", wrap=True)
        self.body.addWidget(self.words)
        self.body.addWidget(self.hint)
        self.body.addStretch(1)

    def show_supervisors(self, names: str) -> None:
        """Name the supervisors, masked."""
        self._supervisors = names
        self.retranslate()

    def retranslate(self) -> None:
        """Say every word anew."""
        t = self._context.t
        self.set_title(t("rules.closure.new"), self._context.second("rules.closure.new"))
        self.words.setText(t("rules.closure.who_may"))
        named = t("rules.closure.supervisors", names=self._supervisors) if self._supervisors else ""
        self.hint.set_text(named)
