# SPDX-License-Identifier: GPL-3.0-or-later
"""The form for a closure: from when to when, why, where, and which announcement says so."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.errors import DeskError
from desk_app.domain.policy import Policy
from desk_app.services.explain.names import closure_words
from desk_app.services.ports import Clock
from desk_app.ui.context import UiContext
from desk_app.ui.names import campus
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.pages.policy.closure_draft import NOT_WORKING, OFFERED, TypedClosure
from desk_app.ui.widgets import Field, IconLabel, KeyButton, Label, Option, Panel, ScrollPane, Segmented

_OWN = "OWN"
_FIELD_OF_ERROR = {
    "closure_start": "starts",
    "closure_moment": "starts",
    "closure_end": "ends",
    "closure_mixed": "ends",
    "closure_order": "ends",
    "closure_too_long": "ends",
    "closure_past": "ends",
    "closure_past_hours": "ends",
    "closure_reason": "own",
    "closure_reason_long": "own",
    "closure_source": "source",
    "closure_announced_on": "announced",
}


class ClosureForm(Panel):
    """What a supervisor writes down; ``asked`` carries it when the effect is to be shown."""

    asked = Signal(object)

    def __init__(self, context: UiContext, policy: Policy, clock: Clock) -> None:
        super().__init__(padding=16)
        self._context = context
        self._policy = policy
        self._clock = clock
        self.starts, self.ends = Field("calendar"), Field("calendar")
        self.reason = ChoiceButton()
        self.own = Field()
        self.counter = ChoiceButton()
        self.counts = Segmented(height=40)
        self.source = Field("letter")
        self.announced = Field("calendar")
        self.preview = KeyButton("primary", "F8", "eye")
        self._captions = {name: Label("", "caption", "ink2") for name in ("reason", "counter", "counts")}
        self.fault = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self._build()
        self._connect()
        self.clear()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        days = QHBoxLayout()
        days.setSpacing(12)
        for field in (self.starts, self.ends):
            days.addWidget(field, 1)
        column.addLayout(days)
        choices = QHBoxLayout()
        choices.setSpacing(12)
        for name, control in (("reason", self.reason), ("counter", self.counter)):
            choices.addLayout(self._captioned(name, control), 1)
        column.addLayout(choices)
        column.addWidget(self.own)
        column.addLayout(self._captioned("counts", self.counts))
        column.addWidget(self.source)
        column.addWidget(self.announced)
        column.addStretch(1)
        self.body.addWidget(ScrollPane(inner), 1)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.preview)
        self.fault.hide()
        self.setFocusProxy(self.starts)

    def _captioned(self, name: str, control: QWidget) -> QVBoxLayout:
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(self._captions[name])
        part.addWidget(control)
        return part

    def _connect(self) -> None:
        self.reason.chosen.connect(self._settle_reason)
        self.preview.clicked.connect(self._ask)
        for field in (self.starts, self.ends, self.own, self.source, self.announced):
            field.submitted.connect(lambda _text: self._ask())

    def _settle_reason(self, reason: str) -> None:
        """Offer a word of one's own where none fits, and propose whether the day counts as a working day (G39)."""
        self.own.setVisible(reason == _OWN)
        self.counts.set_value("no" if reason in NOT_WORKING else "yes")

    def clear(self) -> None:
        """Begin anew: nothing is written, the announcement is of today."""
        for field in (self.starts, self.ends, self.own, self.source):
            field.set_text("")
        self.announced.set_text(self._clock.now().astimezone(self._policy.edition.timezone).date().isoformat())
        self.retranslate()
        self.reason.set_value(OFFERED[0])
        self.counter.set_value("*")
        self._settle_reason(self.reason.value)
        self.show_fault(None)

    @property
    def typed(self) -> TypedClosure:
        """The fields as they stand."""
        reason = self.own.text() if self.reason.value == _OWN else self.reason.value
        return TypedClosure(
            self.starts.text(),
            self.ends.text(),
            reason,
            self.counter.value,
            self.counts.value != "no",
            self.source.text(),
            self.announced.text(),
        )

    def _ask(self) -> None:
        self.asked.emit(self.typed)

    def show_fault(self, error: DeskError | None) -> None:
        """Say above the button what is wrong and put the keyboard into its field; ``None`` when nothing is."""
        self.fault.set_text(self._words(error) if error else "")
        named = _FIELD_OF_ERROR.get(str(error.data.get("field", error.code)), "") if error else ""
        if named:
            field: Field = getattr(self, named)
            field.setFocus()

    def _words(self, error: DeskError) -> str:
        """Say an error with its times as people read them and the reason in words, not as its code."""
        zone = self._policy.edition.timezone
        data = {key: _readable(value, zone) for key, value in error.data.items()}
        if error.code == "closure_double":
            data["reason"] = closure_words(self._context.texts, str(error.data["reason"]))
        return self._context.error_words(DeskError(error.code, **data))

    def retranslate(self) -> None:
        """Say every word anew."""
        t = self._context.t
        self.set_title(t("rules.closure.new"), self._context.second("rules.closure.new"))
        self.starts.set_words("2025-06-12", t("rules.closure.starts"))
        self.ends.set_words(t("rules.closure.same_day"), t("rules.closure.ends"))
        self.own.set_words(t("rules.closure.own_hint"), t("rules.closure.own_reason"))
        self.source.set_words(t("rules.closure.source_hint"), t("rules.closure.source"))
        self.announced.set_words("2025-06-11", t("rules.closure.announced_on"))
        for name, caption in self._captions.items():
            caption.setText(t(f"rules.closure.{name}"))
            getattr(self, name).setAccessibleName(caption.text())
        options = [(code, closure_words(self._context.texts, code)) for code in OFFERED]
        self.reason.set_options([*options, (_OWN, t("rules.closure.other"))])
        self.reason.set_value(self.reason.value or OFFERED[0])
        codes = sorted(self._policy.counters, key=lambda code: self._policy.counters[code].order)
        places = [(code, campus(self._context, self._policy, code)) for code in codes]
        self.counter.set_options([("*", t("rules.closure.every")), *places])
        self.counter.set_value(self.counter.value or "*")
        self.counts.set_options([Option(one, t(f"rules.closure.counts_{one}")) for one in ("no", "yes")])
        self.preview.set_label(t("rules.closure.preview"))


def _readable(value: object, zone: ZoneInfo) -> object:
    """Write an instant as the office's clocks show it, to the minute; anything else stays."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
