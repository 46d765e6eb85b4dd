# SPDX-License-Identifier: GPL-3.0-or-later
"""The middle column: why, in the form that the verdict asks for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.services.explain.items import ClearanceRow
from desk_app.services.explain.notices import NoticeLine
from desk_app.services.explain.reasons import ReasonRow
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.model import LineModel, Middle, MiddleModel, StepsModel
from desk_app.ui.pages.pickup.parts_view import (
    bold,
    clearance_line,
    column,
    empty,
    glance_cell,
    line_widget,
    notice_row,
    reason_widget,
    row,
    ruled,
    settled_line,
    take_out,
)
from desk_app.ui.pages.pickup.record_view import record_widget, way_widget
from desk_app.ui.pages.pickup.refresh_view import RefreshLine
from desk_app.ui.pages.pickup.steps_view import StepsView
from desk_app.ui.theme import NOTE, current_look, dress
from desk_app.ui.widgets import KeyButton, Label, NumberDot, Panel, ScrollPane, Tile

NOTE_LIMIT = 400
"""An incident note is at most so long."""


class MiddleView(QWidget):
    """Two panels below each other; what they hold follows the model."""

    act_done = Signal(int)
    note_changed = Signal(str)
    step_chosen = Signal(int)
    copy_asked = Signal(str)
    phone_asked = Signal(str)

    def __init__(self, context: UiContext, steps: StepsView, refresh: RefreshLine) -> None:
        super().__init__()
        self._refresh = refresh
        self._context = context
        self._steps = steps
        self._model: MiddleModel | None = None
        self.note = QPlainTextEdit()
        dress(self.note, NOTE)
        self.note.textChanged.connect(self._note_typed)
        self._count = Label("", "caption", "ink3")
        self._progress = bold("", "caption", "ink2")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def rebuild(self) -> None:
        """Build everything anew the next time."""
        self._model = None

    def clear_note(self) -> None:
        """Take the incident note away."""
        self.note.clear()

    def show_middle(self, model: MiddleModel, steps: StepsModel | None) -> None:
        """Show a model; nothing is built again when it is the one shown."""
        if model.kind is Middle.CHECKLIST and steps is not None:
            progress = self._context.t("pickup.progress", done=steps.done, count=len(steps.rows))
            self._progress.setText(progress)
            model = MiddleModel(model.kind, model.clearance, model.summary, asks=model.asks)
        if model == self._model:
            return
        self._model = model
        self._column.setSpacing(current_look().size("gutter"))
        take_out((self.note, self._count, self._progress, self._refresh), self)
        if self.isAncestorOf(self._steps):
            take_out((self._steps,), self)
        empty(self._column)
        getattr(self, f"_build_{model.kind.value}")(model)

    def _panel(self, key: str, right: QWidget | None = None, *, stretch: int = 0) -> Panel:
        """Add a panel with its head."""
        t, second = self._context.t, self._context.second
        panel = Panel(t(key), second(key), right)
        panel.body.setSpacing(0)
        if current_look().compact:
            panel.body.setContentsMargins(16, 12, 16, 12)
        self._column.addWidget(panel, stretch)
        return panel

    def _build_clearance(self, model: MiddleModel) -> None:
        settled = all(one.settled for one in model.clearance)
        panel = self._panel(
            "pickup.clearance", bold(model.summary, "caption", "release" if settled else "hold"), stretch=0
        )
        panel.body.addSpacing(8)
        ruled(panel.body, [clearance_line(one) for one in model.clearance])
        self._add_refresh(panel, model)
        self._add_notices("pickup.tell", model.tell)

    def _add_refresh(self, panel: Panel, model: MiddleModel) -> None:
        """Put what the offices say now at the foot of a panel."""
        if model.asks:
            panel.body.addSpacing(4)
            panel.body.addWidget(self._refresh)
            self._refresh.show()

    def _add_notices(self, key: str, notices: tuple[NoticeLine, ...]) -> None:
        panel = self._panel(key, stretch=1)
        inner, lines = column(0)
        for notice in notices:
            lines.addWidget(notice_row(notice))
        lines.addStretch(1)
        panel.body.addSpacing(4)
        panel.body.addWidget(ScrollPane(inner), 1)

    def _build_reasons(self, model: MiddleModel) -> None:
        panel = self._panel("pickup.why", stretch=3 if not model.clearance else 0)
        panel.body.addSpacing(8 if not current_look().compact else 2)
        inner, lines = column(0)
        ruled(lines, [reason_widget(one, self._act_of(model, one)) for one in model.reasons])
        lines.addStretch(1)
        panel.body.addWidget(_FittingPane(inner, 3) if model.clearance else ScrollPane(inner), 1)
        if not model.clearance:
            self._add_refresh(panel, model)
            return
        self._add_settled("pickup.others", model)

    def _act_of(self, model: MiddleModel, reason: ReasonRow) -> KeyButton | None:
        """Give the act that helps with a reason: to record the office's word, or to look at the letter again."""
        if reason.confirmable:
            first = next(one for one in model.reasons if one.confirmable)
            words = self._context.t("phone.open")
            act = KeyButton("plain", "F8", height="row", text=words, binds=reason is first)
            act.clicked.connect(lambda: self.phone_asked.emit(str(reason.reasons[0])))
            return act
        return self._way_back(model, reason)

    def _way_back(self, model: MiddleModel, reason: ReasonRow) -> KeyButton | None:
        """Give the act that opens the letter again: its date may be a slip of the hand."""
        step = model.letter_step
        if step is None or not reason.code.value.startswith("LETTER_"):
            return None
        words = self._context.t("pickup.letter_again")
        act = KeyButton("plain", str(step), "pen", height="row", text=words, binds=False)
        act.clicked.connect(lambda: self.step_chosen.emit(step))
        return act

    def _add_settled(self, key: str, model: MiddleModel) -> None:
        tone = "release" if all(one.settled for one in model.clearance) else "hold"
        panel = self._panel(key, bold(model.summary, "caption", tone), stretch=1)
        inner, lines = column(0)
        lines.addWidget(_dense(model.clearance))
        for notice in model.tell:
            lines.addWidget(notice_row(notice))
        lines.addStretch(1)
        panel.body.addSpacing(6)
        panel.body.addWidget(ScrollPane(inner), 1)
        self._add_refresh(panel, model)

    def _build_checklist(self, model: MiddleModel) -> None:
        panel = self._panel("pickup.checklist", self._progress, stretch=1)
        self._progress.show()
        panel.body.addSpacing(6)
        take_out((self._steps,), self)
        panel.body.addWidget(ScrollPane(self._steps), 1)
        self._steps.show()
        settled = all(one.settled for one in model.clearance)
        glance = self._panel("pickup.clearance", bold(model.summary, "caption", "release" if settled else "hold"))
        if not current_look().compact:
            glance.body.addSpacing(4)
            glance.body.addWidget(_glance(model.clearance))
        self._add_refresh(glance, model)

    def _build_way(self, model: MiddleModel) -> None:
        if model.way is None:
            return
        panel = self._panel("pickup.way")
        panel.body.addWidget(way_widget(model.way))
        if model.reasons:
            why = self._panel("pickup.why")
            inner, lines = column(0)
            ruled(lines, [reason_widget(one) for one in model.reasons])
            why.body.addWidget(_FittingPane(inner, 1))
        self._add_settled("pickup.clearance", model)

    def _build_record(self, model: MiddleModel) -> None:
        panel = self._panel("pickup.record", stretch=1)
        panel.body.addSpacing(12)
        if model.record is not None:
            inner, lines = column(0)
            again = KeyButton("plain", "F6", "printer", height="row", text=self._context.t("copy.open"))
            number = model.record.receipt_no
            again.clicked.connect(lambda: self.copy_asked.emit(number))
            lines.addWidget(record_widget(self._context, model.record, again))
            lines.addStretch(1)
            panel.body.addWidget(ScrollPane(inner), 1)

    def _build_stop(self, model: MiddleModel) -> None:
        panel = self._panel("pickup.stop_acts")
        ruled(panel.body, [self._stop_line(number, one) for number, one in enumerate(model.lines, start=1)])
        words = Label(self._context.t("pickup.incident_no_id"), "caption", "ink3")
        note = self._panel("pickup.incident", words, stretch=1)
        note.body.addSpacing(8)
        note.body.addWidget(self.note, 1)
        self.note.show()
        foot, layout = row(8)
        layout.addWidget(Label(self._context.t("pickup.incident_what"), "caption", "ink2"), 1)
        layout.addWidget(self._count)
        self._count.show()
        note.body.addSpacing(6)
        note.body.addWidget(foot)
        self._note_typed()

    def _stop_line(self, number: int, model: LineModel) -> QWidget:
        dot = NumberDot(number, "done" if model.done else "stop", size=40)
        act: KeyButton | None = None
        if model.act:
            kind = "primary" if number == 3 else "plain"
            icon = "call" if number == 3 else None
            act = KeyButton(kind, model.key, icon, text=model.act, binds=not model.key.isdecimal())
            act.clicked.connect(lambda: self.act_done.emit(number))
        return line_widget(model, dot, act)

    def _build_released(self, model: MiddleModel) -> None:
        panel = self._panel("pickup.give")
        ruled(panel.body, [line_widget(one, Tile(one.icon, size=48)) for one in model.lines])
        self._add_notices("pickup.tell", model.tell)

    def _note_typed(self) -> None:
        text = self.note.toPlainText()
        if len(text) > NOTE_LIMIT:
            self.note.setPlainText(text[:NOTE_LIMIT])
            return
        self._count.setText(f"{len(text)}/{NOTE_LIMIT}")
        self.note_changed.emit(text)


class _FittingPane(ScrollPane):
    """A pane as high as what is in it, words that wrap measured as they wrap there, up to a share of the page."""

    def __init__(self, inner: QWidget, share: int) -> None:
        super().__init__(inner)
        self._inner = inner
        unit = 190 if current_look().compact else 220
        self._limit = unit * share
        self._least = max(unit * 2 // 3, self._limit // 3)  # more would push its foot out of the panel in a low window
        self._be_as_high_as(inner.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lines = self._inner.layout()
        if lines is not None and event.size().width() != event.oldSize().width():
            self._be_as_high_as(lines.totalHeightForWidth(self.width()))

    def _be_as_high_as(self, needed: int) -> None:
        self.setMinimumHeight(min(needed, self._least))
        self.setMaximumHeight(min(needed + 4, self._limit))


def _dense(rows: tuple[ClearanceRow, ...]) -> QWidget:
    """Put settled items into two columns."""
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16 if current_look().compact else 32)
    grid.setVerticalSpacing(0 if current_look().compact else 8)
    for number, one in enumerate(rows):
        grid.addWidget(settled_line(one), number // 2, number % 2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return widget


def _glance(rows: tuple[ClearanceRow, ...]) -> QWidget:
    """Put all items into four columns, by their short names."""
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(4)
    for number, one in enumerate(rows):
        grid.addWidget(glance_cell(one), number // 4, number % 4)
    return widget
