# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps with their fields: one list, shown in the work column or, for a proxy, as the checklist."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.visit import StepKind, StepState
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.letter_view import LetterForm, ProxyIdForm
from desk_app.ui.pages.pickup.model import StepModel, StepsModel
from desk_app.ui.pages.pickup.parts_view import empty, row
from desk_app.ui.scans import take_scans
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Field, KeyButton, Keycap, Label, NumberDot, Option, ScrollPane, Segmented, Surface
from desk_app.ui.widgets.signature_pad import PadTexts, SignaturePad, sentence_fits

_RELATION_KEYS = "ABCD"
_KEPT_CLEAR = 8
"""Pixels between a field that was scrolled into view and the edge: the ring around it needs four."""

_TICKED = frozenset({StepKind.CARD, StepKind.AFFIDAVIT, StepKind.ID_COPY, StepKind.LEAVING_FORM})


class _SignatureBox(QWidget):
    """The signature field with the act that clears it."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.pad = SignaturePad(PadTexts("", "", ""))
        self.clear = KeyButton("plain", "F6", height="row")
        self._texts = PadTexts("", "", "")
        self._sentence = Label("", "caption", "ink2", wrap=True)
        self._hint = Label("", "caption", "hold", wrap=True)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self._sentence)
        said.addWidget(self._hint)
        line = QHBoxLayout()
        line.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.pad)
        column.addLayout(line)

    def show_field(self, model: StepsModel) -> None:
        """Say the sentence that is signed, and what is wrong with a signature."""
        t = self._context.t
        self.pad.setFixedHeight(current_look().size("sign_pad_checklist" if model.keys else "sign_pad"))
        self._texts = PadTexts(t("pickup.sign_name"), model.sentence, t("pickup.sign_mark"))
        self._place_sentence()
        self.pad.set_proxy(model.proxy_signs)
        self.clear.set_label(t("pickup.sign_clear"))
        self._hint.setText(model.error_of(StepKind.SIGNATURE))

    def _place_sentence(self) -> None:
        """Set the sentence below a field that is too narrow for it: nobody signs what cannot be read whole."""
        sentence = self._texts.sentence
        inside = sentence_fits(sentence, self.width())
        self.pad.set_texts(self._texts if inside else dataclasses.replace(self._texts, sentence=""))
        self.pad.setAccessibleDescription(sentence)
        self._sentence.setText("" if inside else sentence)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_sentence()


class _StepLine(QWidget):
    """The line of a step; a press opens the step, as its number key does."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()


class StepsView(QWidget):
    """The list of steps; what is typed in a field stays when the list changes."""

    step_chosen = Signal(int)
    paper_ticked = Signal()
    photo_id_shown = Signal(str)
    relation_chosen = Signal(str)
    verifier_called = Signal()
    serial_typed = Signal(str)
    signed = Signal(object)
    signature_cleared = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._model: StepsModel | None = None
        self.letter = LetterForm(context)
        self.proxy_id = ProxyIdForm(context)
        self.serial = Field("scan")
        take_scans(self.serial.edit)
        self.relation = Segmented(height=44, wrap=True)
        self.photo_id = Segmented(height=40, wrap=True)
        self.paper = KeyButton("plain", icon="state-cleared")
        self.verify = KeyButton("plain", icon="users")
        self.signature = _SignatureBox(context)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._placed = QTimer(self, singleShot=True, interval=0)  # when the list has taken its new places
        self._hold_fields()
        self._connect()

    def _connect(self) -> None:
        self._placed.timeout.connect(self._reveal)
        # Marked, so that the next scan takes the place of a number that was refused and is not put behind it.
        self.serial.submitted.connect(self.serial.edit.selectAll)
        self.serial.submitted.connect(self.serial_typed)
        self.relation.chosen.connect(self.relation_chosen)
        self.photo_id.chosen.connect(self.photo_id_shown)
        self.paper.clicked.connect(self.paper_ticked)
        self.verify.clicked.connect(self.verifier_called)
        self.signature.pad.stroke_finished.connect(lambda: self.signed.emit(self.signature.pad.signature()))
        self.signature.clear.clicked.connect(self._clear_signature)

    def _clear_signature(self) -> None:
        self.signature.pad.clear()
        self.signature_cleared.emit()

    def rebuild(self) -> None:
        """Build the list anew the next time; the fields keep what they hold."""
        self._model = None

    def forget(self) -> None:
        """Take everything off that was typed or signed for the person before."""
        self._model = None
        self.serial.set_text("")
        self.serial.set_error("")
        self.proxy_id.forget()
        self.letter.date.set_text("")
        self.signature.pad.clear()
        self.relation.set_value(None)
        self.photo_id.set_value(None)

    def _hold_fields(self) -> None:
        """Give every field a lasting holder, so that it keeps the keyboard when the list around it changes."""
        self._fields: dict[StepKind, QWidget] = dict.fromkeys(_TICKED, self.paper)
        self._fields |= {
            StepKind.LETTER: self.letter,
            StepKind.PROXY_ID: self.proxy_id,
            StepKind.RELATION: self.relation,
            StepKind.VERIFIER: self.verify,
            StepKind.SERIAL: self.serial,
            StepKind.PHOTO_ID: self.photo_id,
            StepKind.SIGNATURE: self.signature,
        }
        self._holders: dict[QWidget, QWidget] = {}
        for field in dict.fromkeys(self._fields.values()):
            holder, layout = row(0)
            layout.addWidget(field)
            holder.setParent(self)
            holder.hide()
            self._holders[field] = holder

    def show_steps(self, model: StepsModel) -> None:
        """Show steps; nothing happens when they are the ones shown, and a field keeps the keyboard."""
        if model == self._model:
            return
        self._model = model
        self._fill_fields(model)
        for holder in self._holders.values():
            if holder.parentWidget() is not self:  # the letter's, inside its amber note
                holder.setParent(self)
        empty(self._column, self._holders.values())
        shown = {step.kind: self._holders[self._fields[step.kind]] for step in model.rows if self._has_field(step)}
        for step in model.rows:
            self._add_step(step, shown.get(step.kind) if step.open else None, keys=model.keys)
        open_now = {shown[step.kind] for step in model.rows if step.kind in shown and step.open}
        for holder in self._holders.values():
            holder.setVisible(holder in open_now)
        self._column.addStretch(1)
        self._placed.start()

    def _has_field(self, step: StepModel) -> bool:
        return step.kind in self._fields

    def _fill_fields(self, model: StepsModel) -> None:
        t = self._context.t
        letter = next((row for row in model.rows if row.kind is StepKind.LETTER), None)
        if letter is not None:
            self.letter.show_ticks(letter.ticks, model.error_of(StepKind.LETTER))
        self.proxy_id.show_form(model.id_kinds, model.error_of(StepKind.PROXY_ID))
        done = next((row for row in model.rows if row.kind is StepKind.PROXY_ID), None)
        if done is not None and done.state is StepState.DONE:
            self.proxy_id.forget()
        self.serial.set_words(t("pickup.serial_hint"))
        self.serial.set_error(model.error_of(StepKind.SERIAL))
        labels = zip(_RELATION_KEYS, model.relations, strict=True)
        self.relation.set_options([Option(value, label, key) for key, (value, label) in labels])
        self.relation.set_value(model.relation)
        self.photo_id.set_options([Option(kind, label) for kind, label in model.id_kinds])
        card = any(row.open and row.kind is StepKind.CARD for row in model.rows)
        self.paper.set_label(t("pickup.card_seen") if card else t("pickup.paper_seen"))
        self.verify.set_label(t("verifier.open"))
        self.signature.show_field(model)

    def _add_step(self, step: StepModel, holder: QWidget | None, *, keys: bool) -> None:
        line = self._line(step, keys=keys)
        bad = step.kind is StepKind.LETTER and step.state is StepState.BAD
        if holder is None:
            self._column.addWidget(line)
            return
        layout = holder.layout()
        if layout is not None:
            layout.setContentsMargins(52 if keys else 0, 0 if bad else 2, 12 if keys else 0, 0 if bad else 8)
        if bad:
            self._column.addWidget(self._note(line, holder))
            return
        self._column.addWidget(line)
        self._column.addWidget(holder)

    @staticmethod
    def _note(line: QWidget, holder: QWidget) -> QWidget:
        """Put a step that is bad into an amber note, with its ticks open."""
        note = Surface("note")
        column = QVBoxLayout(note)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addWidget(line)
        column.addWidget(holder)
        return note

    def _line(self, step: StepModel, *, keys: bool) -> QWidget:
        widget = _StepLine()
        widget.pressed.connect(lambda: self.step_chosen.emit(step.number))
        layout = QHBoxLayout(widget)
        layout.setSpacing(12)
        side = 12 if keys else 0
        layout.setContentsMargins(side, 0, side, 0)
        widget.setFixedHeight(48 if not current_look().compact or not keys else 46)
        layout.addWidget(NumberDot(step.number, step.state.value))
        title = Label(step.title)
        title.set_strong(step.state in (StepState.NOW, StepState.BAD))
        layout.addWidget(title)
        layout.addStretch(1)
        bad = step.state is StepState.BAD
        detail = Label(step.detail, "caption", "hold" if bad else "ink2")
        detail.set_strong(bad)
        layout.addWidget(detail)
        if keys:
            layout.addWidget(Keycap(str(step.number)))
        return widget

    def _step_of_now(self) -> StepKind | None:
        """Give the step whose field is open and waits; a step done elsewhere has none."""
        rows = self._model.rows if self._model is not None else ()
        opened = [row for row in rows if row.open and self._has_field(row)]
        candidates = [row for row in opened if row.state is not StepState.DONE] or opened
        waiting = [row for row in candidates if row.state is not StepState.BAD] or candidates
        return waiting[0].kind if waiting else None

    def _reveal(self) -> None:
        """Scroll the whole field that waits into view, with the sentence and the act below it."""
        kind, viewport = self._step_of_now(), self.parentWidget()
        pane = viewport.parentWidget() if viewport is not None else None
        if kind is not None and isinstance(pane, ScrollPane):
            pane.ensureWidgetVisible(self._holders[self._fields[kind]], 0, _KEPT_CLEAR)

    def field_of_now(self) -> QWidget | None:
        """Give the control that gets the keyboard: the field that is open; a step done elsewhere has none."""
        kind = self._step_of_now()
        if kind is None:
            return None
        return {
            StepKind.LETTER: self.letter.first(),
            StepKind.PROXY_ID: self.proxy_id.name if not self.proxy_id.name.text() else self.proxy_id.number,
            StepKind.SERIAL: self.serial,
            StepKind.SIGNATURE: self.signature.pad,
            StepKind.RELATION: self.relation,
            StepKind.VERIFIER: self.verify,
            StepKind.PHOTO_ID: self.photo_id,
        }.get(kind, self.paper)
