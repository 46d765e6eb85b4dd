# SPDX-License-Identifier: GPL-3.0-or-later
"""The daily ledger, page by page, the newest hand-over first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from desk_app.domain.papers import DailyLogContent, DailyLogRow
from desk_app.ui.context import UiContext
from desk_app.ui.pages.ledger_rows import mode_word, state_cell
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Cell, Column, DataTable, KeyButton, Label, Panel, Row

_HEAD_HEIGHT = 36


class Ledger(Panel):
    """As many rows as fit, the keys to turn the pages, and the copy of the chosen receipt.

    ``copy_asked`` carries the receipt's number.
    """

    copy_asked = Signal(str)

    def __init__(self, context: UiContext) -> None:
        self._span = Label("", "caption", "ink2")
        super().__init__(right=self._span, tight=True)
        self._context = context
        self._rows: tuple[DailyLogRow, ...] = ()
        self._page = 0
        self.table = DataTable()
        self._sum = Label("", "caption", "ink2")
        self.preview = KeyButton("ghost", "F8", "eye", height="row")
        self.copy = KeyButton("ghost", "F6", "printer", height="row")
        self.back = KeyButton("ghost", "PgUp", height="row")
        self.place = Label("", "caption", "ink2")
        self.on = KeyButton("ghost", "PgDn", height="row")
        self._build_column()

    def _build_column(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._sum)
        foot.addWidget(self.preview)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        for part in (self.back, self.place, self.on):
            foot.addWidget(part)
        self.body.setSpacing(2)
        self.add_table(self.table)
        self.body.addLayout(foot)
        self.copy.clicked.connect(lambda: self.copy_asked.emit(self.table.chosen_key))
        self.table.row_chosen.connect(lambda _key: self._settle_copy())
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(1))
        self.table.installEventFilter(self)

    @property
    def page_size(self) -> int:
        """How many rows fit."""
        return max(1, (self.table.height() - _HEAD_HEIGHT) // current_look().size("row_list"))

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._rows) // self.page_size))

    @property
    def page(self) -> int:
        """The page in front, counted from 1."""
        return self._page + 1

    def show_day(self, content: DailyLogContent) -> None:
        """Show the rows of a day from the newest on."""
        self._rows = tuple(reversed(content.rows))
        self._page = 0
        self._show_page()

    def turn(self, by: int) -> None:
        """Turn pages; at either end nothing happens."""
        self._page = min(max(self._page + by, 0), self.pages - 1)
        self._show_page()

    def retranslate(self) -> None:
        """Say every word anew."""
        t = self._context.t
        self.set_title(t("reports.ledger"), self._context.second("reports.ledger"))
        self.table.setAccessibleName(t("reports.ledger"))
        self.preview.set_label(t("reports.preview"))
        self.copy.set_label(t("copy.open"))
        self.back.set_label(t("reports.back"))
        self.on.set_label(t("reports.on"))
        self._show_page()

    def _show_page(self) -> None:
        t, size = self._context.t, self.page_size
        self._page = min(self._page, self.pages - 1)
        rows = self._rows[self._page * size : (self._page + 1) * size]
        rules = {row.rules for row in self._rows}
        several = len(rules) > 1
        self.table.show_rows(self._columns(rules=several), [self._row(row, rules=several) for row in rows])
        if rows:
            numbers = {"count": len(self._rows), "first": rows[-1].sequence, "last": rows[0].sequence}
            same = "" if several else t("reports.same_rules", rules=next(iter(rules)))
            self._span.setText(t("reports.span", **numbers) + same)
        else:
            self._span.setText(t("reports.nothing"))
        voided = sum(1 for row in rows if row.voided)
        self._sum.setText(t("reports.page_sum", count=len(rows), voided=voided))
        self.place.setText(t("reports.place", page=self.page, pages=self.pages))
        self.back.setEnabled(self._page > 0)
        self.on.setEnabled(self.page < self.pages)
        self._settle_copy()

    def allow_copies(self, *, allowed: bool) -> None:
        """Offer copies only to whoever may print them."""
        self.copy.setVisible(allowed)

    def _settle_copy(self) -> None:
        """Only the receipt of a standing hand-over is printed again, once it is sealed."""
        chosen = next((row for row in self._rows if row.receipt_no == self.table.chosen_key), None)
        self.copy.setEnabled(chosen is not None and chosen.sealed and not chosen.voided)

    def _columns(self, *, rules: bool) -> tuple[Column, ...]:
        """Give the columns; one names the ``rules`` when more than one edition decided on that day."""
        t = self._context.t
        return (
            Column(t("ledger.sequence"), 48, right=True),
            Column(t("ledger.time"), 64),
            Column(t("ledger.receipt"), 152),
            Column(t("ledger.student"), 112),
            Column(t("ledger.name"), 100),
            Column(t("ledger.unit"), 0),
            Column(t("ledger.serial"), 80),
            Column(t("ledger.mode"), 96),
            Column(t("ledger.clerk"), 76),
            Column(t("ledger.desk"), 56),
            *((Column(t("ledger.rules"), 140),) if rules else ()),
            Column(t("ledger.state"), 164),
        )

    def _row(self, row: DailyLogRow, *, rules: bool) -> Row:
        cells = (
            Cell(str(row.sequence), "ink2"),
            Cell(f"{row.at:%H:%M}", "ink2"),
            Cell(row.receipt_no),
            Cell(row.student_no),
            Cell(row.name_masked),
            Cell(self._context.of(row.unit), "ink2"),
            Cell(", ".join(row.serials)),
            Cell(mode_word(self._context, row.mode)),
            Cell(row.clerk_masked, "ink2"),
            Cell(row.desk, "ink2"),
            *((Cell(row.rules, "ink2"),) if rules else ()),
            state_cell(
                self._context,
                void_reason=row.void_reason if row.voided else None,
                reprints=row.reprints,
                printed=row.printed,
                by_phone=bool(row.by_phone),
            ),
        )
        return Row(row.receipt_no, cells)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.table:
            self._show_page()
        return False
