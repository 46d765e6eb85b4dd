# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of the proxy's steps: the letter's six ticks, and the proxy's ID."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.model import Pair, TickModel
from desk_app.ui.scans import take_scans
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Field, KeyButton, Option, Segmented
from desk_app.ui.widgets.painting import LEFT, RIGHT, draw_box, draw_icon, draw_text, open_painter, text_width

_ICON = 20
_TEXT_LEFT = 30
_DETAIL_GAP = 8
_SHARES = (15, 14)
"""How the two columns of ticks share the room: a name stands in the first, a day in the second."""


class Tick(QAbstractButton):
    """One thing on the letter: open, right or wrong; Space or a click turns it."""

    def __init__(self) -> None:
        super().__init__()
        self._model = TickModel("", "", None)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", current_look().size("radius_keycap"))

    def show_tick(self, model: TickModel) -> None:
        """Show a tick."""
        self._model = model
        self.setAccessibleName(f"{model.label} {model.detail}".strip())
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        model, wrong = self._model, self._model.answer is False
        label, detail = text_width("body", model.label, bold=wrong), text_width("caption", model.detail, bold=wrong)
        return QSize(_TEXT_LEFT + label + (_DETAIL_GAP + detail if detail else 0), 36)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, model = current_look(), self._model
        painter = open_painter(self)
        wrong = model.answer is False
        middle = (self.height() - _ICON) / 2
        if model.answer is None:
            box = QRectF(2, middle + 2, _ICON - 4, _ICON - 4)
            draw_box(painter, box, look.size("radius_keycap"), look.color("surface"), look.color("line_strong"))
        else:
            tone = look.theme.family("hold" if wrong else "release").ink
            draw_icon(painter, "close" if wrong else "state-cleared", tone, QPointF(0, middle), _ICON)
        painter.setFont(look.font("body", bold=wrong))
        painter.setPen(look.color("ink"))
        draw_text(painter, QRectF(_TEXT_LEFT, 0, self.width() - _TEXT_LEFT, self.height()), model.label, LEFT)
        left = _TEXT_LEFT + painter.fontMetrics().horizontalAdvance(model.label) + _DETAIL_GAP
        painter.setFont(look.font("caption", bold=wrong))
        painter.setPen(look.theme.family("hold").ink if wrong else look.color("ink2"))
        # A long name gives way to what is to be looked at; it stands in the person's column too.
        draw_text(painter, QRectF(left, 0, max(0, self.width() - left), self.height()), model.detail, RIGHT)
        painter.end()


class LetterForm(QWidget):
    """The letter's six ticks, its date, and the act that ticks the rest."""

    ticked = Signal(str)
    dated = Signal(str)
    accepted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._ticks = [Tick() for _ in range(6)]
        self.date = Field("calendar")
        self.date.submitted.connect(self.dated)
        self.rest = KeyButton("plain", "F8", "state-cleared", height="control")
        self.rest.clicked.connect(self.accepted)
        self._models: tuple[TickModel, ...] = ()
        self._dated = False
        for number, tick in enumerate(self._ticks):
            tick.clicked.connect(lambda _checked=False, index=number: self.ticked.emit(self._models[index].id))
        self._build()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for number, tick in enumerate(self._ticks):
            grid.addWidget(tick, number // 2, number % 2)
        for number, share in enumerate(_SHARES):
            grid.setColumnStretch(number, share)
        entry = QHBoxLayout()
        entry.setSpacing(8)
        entry.addWidget(self.date, 1)
        entry.addWidget(self.rest, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addLayout(entry)

    def show_ticks(self, models: tuple[TickModel, ...], error: str) -> None:
        """Show the ticks; the date's field stays, because a date may be mistyped."""
        self._models = models
        for tick, model in zip(self._ticks, models, strict=True):
            tick.show_tick(model)
        undecided = any(model.answer is None for model in models)
        self._dated = any(model.id == LetterTick.DATE and model.answer is True for model in models)
        self.rest.setVisible(undecided)
        self.date.set_words(self._context.t("pickup.letter_date"))
        self.date.set_error(error)
        self.rest.set_label(self._context.t("pickup.letter_rest"))

    def first(self) -> QWidget:
        """Give the control that gets the keyboard: the act of what is left, else the date."""
        return self.rest if self._dated and not self.rest.isHidden() else self.date


class ProxyIdForm(QWidget):
    """The proxy's ID: its kind, the name on it, its number; the number leaves the screen once it was checked."""

    submitted = Signal(str, str, str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.kind = Segmented(height=40, wrap=True)
        self.name = Field("user")
        self.number = Field("card")
        take_scans(self.number.edit)
        self.name.submitted.connect(lambda _text: self.number.setFocus())
        self.number.submitted.connect(lambda _text: self._submit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.kind)
        column.addWidget(self.name)
        column.addWidget(self.number)

    def show_form(self, kinds: Sequence[Pair], error: str) -> None:
        """Show the kinds that count and what is wrong."""
        self.kind.set_options([Option(kind, label) for kind, label in kinds])
        if self.kind.value is None and kinds:
            self.kind.set_value(kinds[0][0])
        self.name.set_words(self._context.t("pickup.proxy_name"))
        self.number.set_words(self._context.t("pickup.proxy_number"))
        self.number.set_error(error)

    def forget(self) -> None:
        """Take name and number off the screen."""
        self.name.set_text("")
        self.number.set_text("")

    def _submit(self) -> None:
        self.submitted.emit(self.kind.value or "", self.name.text(), self.number.text())
