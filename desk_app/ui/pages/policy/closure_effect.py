# SPDX-License-Identifier: GPL-3.0-or-later
"""What a closure, or its withdrawal, does to certificates that are on their way: old and new due date of each."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.services.closures import ClosureEffect
from desk_app.services.due_dates import DueChange
from desk_app.ui.context import UiContext
from desk_app.ui.widgets import Cell, Column, DataTable, IconLabel, Label, Row

_SHOWN_DAYS = 3
_LEAST_HEIGHT = 76
_DAY_WIDTH = 112


class EffectList(QWidget):
    """A sentence with the count, days on which nobody is served anyway, and a closure's unlikely length.

    :attr:`table` has every hand-over that moves.

    The table stands apart, so that a panel lets its lines reach beyond the text.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._effect: ClosureEffect | None = None
        self.summary = Label("", "body", wrap=True)
        self.summary.set_strong(True)
        self.useless = IconLabel("info", type="caption", tone="ink2", wrap=True)
        self.long = IconLabel("warning", type="caption", tone="hold", wrap=True)
        self.table = DataTable()
        self.table.setMinimumHeight(_LEAST_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.useless)
        column.addWidget(self.long)

    def show_effect(self, effect: ClosureEffect | None) -> None:
        """Show an effect, or that it is still being reckoned."""
        self._effect = effect
        self.retranslate()

    def retranslate(self) -> None:
        """Say every word anew."""
        t, effect = self._context.t, self._effect
        changes = effect.changes if effect else ()
        if effect is None:
            self.summary.setText(t("rules.closure.reckoning"))
        else:
            self.summary.setText(
                t("rules.closure.moves", count=len(changes)) if changes else t("rules.closure.moves_none")
            )
        self.useless.set_text(self._useless_words(effect.useless_days if effect else ()))
        long = effect.long_days if effect else 0
        self.long.set_text(t("rules.closure.long", count=long) if long else "")
        self.table.setVisible(bool(changes))
        self.table.setAccessibleName(t("rules.closure.due_dates"))
        columns = (
            Column(t("ledger.receipt"), 0),
            Column(t("rules.closure.old"), _DAY_WIDTH, right=True),
            Column(t("rules.closure.new_due"), _DAY_WIDTH, right=True),
        )
        self.table.show_rows(columns, [self._row(one) for one in changes])

    def _row(self, change: DueChange) -> Row:
        """Give the line of a hand-over: the panel has room for both days with their years, or for a name."""
        old, new = Cell(self._day(change.old), "ink2"), Cell(self._day(change.new), bold=True)
        return Row(change.receipt_no, (Cell(change.receipt_no), old, new))

    def _day(self, day: date | None) -> str:
        return day.isoformat() if day else self._context.t("rules.closure.unknown_day")

    def _useless_words(self, days: tuple[date, ...]) -> str:
        """Name the days on which nobody is served anyway; many are counted."""
        if not days:
            return ""
        names = self._context.t("explain.list_join").join(
            self._context.texts.short_day(day) for day in days[:_SHOWN_DAYS]
        )
        if len(days) > _SHOWN_DAYS:
            return self._context.t("rules.closure.useless_many", days=names, count=len(days))
        return self._context.t("rules.closure.useless", days=names)
