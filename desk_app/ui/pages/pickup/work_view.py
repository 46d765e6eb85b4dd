# SPDX-License-Identifier: GPL-3.0-or-later
"""The right column: what the clerk does, with RELEASE always at its foot."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.papers import Language
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.model import LineModel, Work, WorkModel
from desk_app.ui.pages.pickup.parts_view import bold, column, empty, head, row, ruled, take_out
from desk_app.ui.pages.pickup.slip_view import SlipView
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.pages.pickup.steps_view import StepsView
from desk_app.ui.scans import take_scans
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import (
    Field,
    Icon,
    IconLabel,
    KeyButton,
    Keycap,
    Label,
    Option,
    Panel,
    ScrollPane,
    Segmented,
    Surface,
)

_PADDING = 16
_MODE_KEYS = {Choice.IN_PERSON: "F2", Choice.BY_PROXY: "F3", Choice.LOST: "F4"}


class WorkView(Panel):
    """What the clerk does; the foot never scrolls and never moves."""

    choice_made = Signal(str)
    released = Signal()
    next_asked = Signal()
    print_asked = Signal()
    print_again_asked = Signal()
    supplemented = Signal()
    number_typed = Signal(str)
    slip_language_chosen = Signal(str)
    supervisor_called = Signal()

    def __init__(self, context: UiContext, steps: StepsView) -> None:
        super().__init__(padding=_PADDING)
        self._context = context
        self._steps = steps
        self._built: tuple[WorkModel, str] | None = None
        self.body.setSpacing(0)
        self.modes = Segmented()
        self.modes.chosen.connect(self.choice_made)
        self.number = Field("search")
        take_scans(self.number.edit)
        self.number.submitted.connect(self.number_typed)
        self.slip = SlipView()
        self.slip_language = Segmented(height=36)
        self.slip_language.chosen.connect(self.slip_language_chosen)
        self._middle, self._lines = column(0)
        self._note = Label("", "caption", "ink2", wrap=True)
        self._missing = IconLabel("info", type="body", icon_tone="ink2", wrap=True)
        self._missing.set_strong(True)
        self._build_buttons()
        self._build_column()

    def _build_buttons(self) -> None:
        self.print = KeyButton("primary", "F7", "printer", height="tall")
        self.print.clicked.connect(self.print_asked)
        self.supervisor = KeyButton("plain", "F5", "verdict-escalate")
        self.supervisor.clicked.connect(self.supervisor_called)
        self.release = KeyButton("release", "F9", height="large")
        self.release.clicked.connect(self.released)
        self.next = KeyButton("primary", "Enter", height="large")
        self.next.clicked.connect(self.next_asked)

    def _build_column(self) -> None:
        """Put spacing between what is shown only: what is hidden leaves its room to the steps or the slip."""
        self._above, foot = QVBoxLayout(), QVBoxLayout()
        self._above.addWidget(self.modes)
        self._above.addWidget(self._middle, 1)
        foot.setContentsMargins(0, 8, 0, 0)
        foot.setSpacing(8)
        for widget in (self._note, self.supervisor, self.print, self._missing, self.release, self.next):
            foot.addWidget(widget)
        self.body.addLayout(self._above, 1)
        self.body.addLayout(foot)

    def rebuild(self) -> None:
        """Build everything anew the next time."""
        self._built = None

    def show_work(self, model: WorkModel) -> None:
        """Show a model; the foot follows at once, the rest is built again only when it differs."""
        self._show_foot(model)
        self._show_modes(model)
        shown = (_lasting(model), self._context.language.value)
        if shown == self._built:
            return
        self._built = shown
        take_out((self.number, self.slip, self.slip_language), self)
        if self._middle.isAncestorOf(self._steps):
            take_out((self._steps,), self)
        empty(self._lines)
        getattr(self, f"_build_{model.kind.value}")(model)

    def _show_modes(self, model: WorkModel) -> None:
        t = self._context.t
        self._above.setSpacing(8 if current_look().compact else 12)
        self.modes.setVisible(model.kind not in (Work.RELEASED, Work.NUMBER))
        options = [Option(choice.value, t(f"pickup.mode.{choice.value}"), key) for choice, key in _MODE_KEYS.items()]
        self.modes.set_options(options)
        self.modes.set_value(model.choice)

    def _show_foot(self, model: WorkModel) -> None:
        t = self._context.t
        after = model.kind is Work.RELEASED
        self._note.set_text(model.slip_note)
        self._missing.set_text(t("pickup.next_card") if after else model.missing)
        self._missing.set_icon("lamp-reader" if after else "info")
        self.release.set_label(t("pickup.release"))
        self.release.setVisible(not after)
        self.release.setEnabled(model.ready)
        self.release.set_busy(model.busy)
        self.supervisor.set_label(t("override.open"))
        self.supervisor.setVisible(model.liftable and not after)
        self.next.set_label(t("pickup.next"))
        self.next.setVisible(after)
        self.print.setVisible(bool(model.print_label) and model.slip is not None)
        self.print.set_label(model.print_label)
        self.print.set_kind("primary" if model.kind in (Work.SLIP, Work.HELP) else "plain")

    def _build_steps(self, _model: WorkModel) -> None:
        take_out((self._steps,), self)
        self._lines.addWidget(ScrollPane(self._steps), 1)
        self._steps.show()

    def _build_slip(self, model: WorkModel) -> None:
        if model.slip is None:
            self._lines.addStretch(1)
            return
        t, second = self._context.t, self._context.second
        key = "pickup.slip_office" if model.slip.code == "P10" else "pickup.slip"
        self.slip_language.set_options(
            [Option(Language.ZH.value, t("pickup.slip_zh")), Option(Language.EN.value, t("pickup.slip_en"))]
        )
        self.slip_language.set_value(model.slip.language.value)
        self._lines.addWidget(head(t(key), second(key), self.slip_language))
        self.slip_language.show()
        self._lines.addSpacing(8)
        self.slip.show_slip(model.slip)
        inner, lines = column(0)
        lines.addWidget(self.slip)
        lines.addStretch(1)
        self.slip.show()
        self._lines.addWidget(ScrollPane(inner), 1)

    def _build_checklist(self, model: WorkModel) -> None:
        inner, lines = column(0)
        if model.problem is not None:
            lines.addWidget(self._problem(model))
            lines.addSpacing(12)
        if model.still and not (current_look().compact and model.problem is not None):
            lines.addWidget(head(self._context.t("pickup.still"), self._context.second("pickup.still")))
            for icon, title, key in model.still:
                lines.addWidget(_still_line(icon, title, key))
        lines.addStretch(1)
        self._lines.addWidget(ScrollPane(inner), 1)

    def _problem(self, model: WorkModel) -> QWidget:
        note = Surface("note")
        lines = QVBoxLayout(note)
        lines.setContentsMargins(16, 12, 16, 16)
        lines.setSpacing(8)
        problem = model.problem
        if problem is None:
            return note
        title, layout = row(10)
        layout.addWidget(Icon("verdict-need-evidence", "hold"))
        layout.addWidget(Label(problem.title, "lead", wrap=True), 1)
        lines.addWidget(title)
        lines.addWidget(Label(problem.act, wrap=True))
        if model.supplement:
            act = KeyButton("plain", "F8", "pen", text=self._context.t("pickup.supplement"))
            act.clicked.connect(self.supplemented)
            lines.addWidget(act)
        return note

    def _build_help(self, model: WorkModel) -> None:
        self._lines.addWidget(head(self._context.t("pickup.help"), self._context.second("pickup.help")))
        self._lines.addSpacing(8)
        ruled(self._lines, [_help_line(one) for one in model.lines])
        self._lines.addStretch(1)

    def _build_number(self, model: WorkModel) -> None:
        t = self._context.t
        self.number.set_words(t("pickup.number_hint"), t("pickup.number"))
        self.number.set_text(model.number)
        self._lines.addWidget(self.number)
        self.number.show()
        self._lines.addStretch(1)

    def _build_stop(self, _model: WorkModel) -> None:
        t = self._context.t
        self._lines.addWidget(head(t("pickup.supervisor"), self._context.second("pickup.supervisor")))
        self._lines.addSpacing(8)
        line, layout = row(12)
        layout.addWidget(Icon("lock", "stop"))
        words, lines = column(0)
        lines.addWidget(bold(t("pickup.supervisor_stop")))
        lines.addWidget(Label(t("pickup.supervisor_stop_how"), "caption", "ink2", wrap=True))
        layout.addWidget(words, 1)
        self._lines.addWidget(line)
        self._lines.addStretch(1)

    def _build_released(self, model: WorkModel) -> None:
        t, second = self._context.t, self._context.second
        self._lines.addWidget(head(t("pickup.printing"), second("pickup.printing")))
        self._lines.addSpacing(8)
        ruled(self._lines, [_paper_line(one) for one in model.lines])
        if any(one.icon == "warning" for one in model.lines):
            self._lines.addSpacing(12)
            self._lines.addWidget(Label(t("pickup.paper_failed_hint"), tone="hold", wrap=True))
            again = KeyButton("plain", "F7", "printer", text=t("pickup.print_again"))
            again.clicked.connect(self.print_again_asked)
            self._lines.addSpacing(8)
            self._lines.addWidget(again)
        self._lines.addStretch(1)


def _lasting(model: WorkModel) -> WorkModel:
    """Give the part of a model for which the column is built; the steps follow their own model."""
    if model.kind is Work.STEPS:
        return WorkModel(model.kind, "")
    return dataclasses.replace(model, choice="", missing="", ready=False, busy=False, slip_note="", liftable=False)


def _still_line(icon: str, title: str, key: str) -> QWidget:
    widget, layout = row(10)
    widget.setFixedHeight(36)
    layout.addWidget(Icon(icon))
    layout.addWidget(Label(title), 1)
    layout.addWidget(Keycap(key))
    return widget


def _help_line(model: LineModel) -> QWidget:
    widget, layout = row(16)
    widget.setMinimumHeight(72 if not current_look().compact else 60)
    layout.addWidget(Icon(model.icon, "ink2", 24))
    words, lines = column(0)
    lines.addStretch(1)
    lines.addWidget(bold(model.title, wrap=True))
    lines.addWidget(Label(model.detail, "caption", "ink2", wrap=True))
    lines.addStretch(1)
    layout.addWidget(words, 1)
    return widget


def _paper_line(model: LineModel) -> QWidget:
    widget, layout = row(12)
    widget.setFixedHeight(40)
    tone = "release" if model.done else "hold" if model.icon == "warning" else "accent_ink"
    layout.addWidget(Icon(model.icon, tone))
    layout.addWidget(Label(model.title), 1)
    layout.addWidget(Label(model.detail, "caption", "ink2"))
    return widget
