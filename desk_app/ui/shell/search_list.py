# SPDX-License-Identifier: GPL-3.0-or-later
"""The masked list below the search field, worked by the keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.engine.routing import counter_for
from desk_app.domain.masking import mask_name, mask_student_number
from desk_app.domain.policy import Policy
from desk_app.domain.records import SearchHit
from desk_app.services.wording import unit_name
from desk_app.ui.context import UiContext
from desk_app.ui.names import campus
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Chip, ElidedLabel, Icon, Keycap, Label, Rule, Surface
from desk_app.ui.widgets.painting import open_painter

_WIDTH = 640
_SHOWN = 8
_NAME_WIDTH = 96
_NUMBER_WIDTH = 104
_SHADOW_RADIUS = 24
_SHADOW_DROP = 6


class HitRow(QWidget):
    """One masked person: name, number, unit, counter, and where the hand-over stands when it is not here."""

    pressed = Signal(str)

    def __init__(self, context: UiContext, policy: Policy, hit: SearchHit, here: str) -> None:
        super().__init__()
        self.hit = hit
        self._chosen = False
        self.setFixedHeight(current_look().theme.size("row"))
        counter = _counter_of(policy, hit)
        self._icon = Icon("user", "ink2")
        self.name = Label(mask_name(hit.name))
        self.name.set_strong(True)
        self.number = Label(mask_student_number(hit.number))
        self.unit = ElidedLabel(context.of(unit_name(policy, hit.unit)), "body", "ink2")
        self._build_row(
            Label(campus(context, policy, counter), "caption", "ink2"), _state_chip(context, hit, counter, here)
        )
        self.setAccessibleName(f"{self.name.text()} {self.number.text()} {self.unit.text()}")

    def _build_row(self, place: Label, chip: Chip | None) -> None:
        self.name.setFixedWidth(_NAME_WIDTH)
        self.number.setFixedWidth(_NUMBER_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 16, 0)
        row.setSpacing(14)
        row.addWidget(self._icon)
        row.addWidget(self.name)
        row.addWidget(self.number)
        row.addWidget(self.unit, 1)
        row.addWidget(place)
        if chip:
            row.addWidget(chip)

    @property
    def chosen(self) -> bool:
        """True for the row that Enter opens."""
        return self._chosen

    def set_chosen(self, chosen: bool) -> None:  # noqa: FBT001 - the one property that this setter sets
        """Mark the row that Enter opens."""
        self._chosen = chosen
        self._icon.set_icon("user", "accent_ink" if chosen else "ink2")
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self.hit.number)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chosen:
            painter = open_painter(self)
            painter.fillRect(self.rect(), current_look().color("accent_tint"))
            painter.end()


def _counter_of(policy: Policy, hit: SearchHit) -> str:
    """Give the counter that serves the unit of a hit, "" when no rule says so."""
    unit = policy.units.get(hit.unit)
    return counter_for(policy, hit.unit, unit.college if unit else None) or ""


def _state_chip(context: UiContext, hit: SearchHit, counter: str, here: str) -> Chip | None:
    """Say what is known without a decision: handed over already, or another counter's."""
    if hit.released:
        return Chip("refer", context.t("shell.search.released"), "verdict-duplicate")
    if counter and counter != here:
        return Chip("refer", context.t("shell.search.elsewhere"), "verdict-redirect")
    return None


class SearchList(Surface):
    """Hits, or the words that there are none; and the keys that work in it."""

    opened = Signal(str)

    def __init__(self, context: UiContext, policy: Policy, here: str, window: QWidget) -> None:
        super().__init__("panel", window)
        self._context = context
        self._policy = policy
        self._here = here
        self._rows: list[HitRow] = []
        self._current = 0
        self._head = Label("", "caption", "ink2")
        self._hits = QVBoxLayout()
        self._key_words = {key: Label("", "caption", "ink2") for key in ("move", "open", "close")}
        self._build_column()
        self._build_shadow()
        self.retranslate()
        self.hide()

    def _build_column(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(18, 12, 16, 4)
        head.addWidget(self._head)
        self._hits.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Rule())
        column.addLayout(self._hits)
        column.addWidget(Rule())
        column.addLayout(self._build_foot())

    def _build_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        for words, caps in (("move", ("↑", "↓")), ("open", ("Enter",)), ("close", ("Esc",))):
            for cap in caps:
                foot.addWidget(Keycap(cap))
            foot.addWidget(self._key_words[words])
            foot.addSpacing(12)
        foot.addStretch(1)
        return foot

    def _build_shadow(self) -> None:
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(_SHADOW_RADIUS)
        shadow.setOffset(0, _SHADOW_DROP)
        color = current_look().color("ink3")
        color.setAlphaF(0.4)
        shadow.setColor(color)
        self.setGraphicsEffect(shadow)

    def retranslate(self) -> None:
        """Say every word anew; an open list is closed, since its rows are in the old language."""
        for key, label in self._key_words.items():
            label.setText(self._context.t(f"shell.search.key_{key}"))
        self.hide()

    def show_hits(self, hits: Sequence[SearchHit], below: QPoint) -> None:
        """Show the hits, those of this counter first, with their upper left corner at a point of the window."""
        for row in self._rows:
            self._hits.removeWidget(row)
            row.hide()
            row.deleteLater()
        near = sorted(hits, key=lambda hit: _counter_of(self._policy, hit) != self._here)  # Enter opens the first
        self._rows = [HitRow(self._context, self._policy, hit, self._here) for hit in near[:_SHOWN]]
        for row in self._rows:
            self._hits.addWidget(row)
            row.show()  # at once: a row that is not shown yet takes no room when the height is asked for
            row.pressed.connect(self._open)
        self._head.setText(self._heading(hits))
        self._choose(0)
        width = min(_WIDTH, self.window().width() - below.x() - 16)
        self.setGeometry(below.x(), below.y(), width, 0)
        self.resize(width, self.sizeHint().height())
        self.raise_()
        self.show()

    def _heading(self, hits: Sequence[SearchHit]) -> str:
        if not hits:
            return self._context.t("shell.search.none")
        if len(hits) > 1 and len({hit.name for hit in hits}) == 1:
            return self._context.t("shell.search.same_name", count=len(hits))
        if len(hits) > _SHOWN:
            return self._context.t("shell.search.more", shown=_SHOWN)
        return self._context.t("shell.search.found", count=len(hits))

    @property
    def rows(self) -> tuple[HitRow, ...]:
        """The rows shown."""
        return tuple(self._rows)

    def step(self, by: int) -> None:
        """Move the choice up or down."""
        if self._rows:
            self._choose((self._current + by) % len(self._rows))

    def _choose(self, number: int) -> None:
        self._current = number
        for index, row in enumerate(self._rows):
            row.set_chosen(index == number)

    def open_chosen(self) -> None:
        """Open the chosen person."""
        if self._rows:
            self._open(self._rows[self._current].hit.number)

    def _open(self, number: str) -> None:
        self.hide()
        self.opened.emit(number)
