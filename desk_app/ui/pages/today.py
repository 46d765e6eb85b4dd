# SPDX-License-Identifier: GPL-3.0-or-later
"""Today: the day's hand-overs at this desk's counter, masked, with their counts and the facts of each receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.masking import mask_name, mask_student_number
from desk_app.domain.records import DayCounts, LedgerRow
from desk_app.services.desk import Desk
from desk_app.services.wording import unit_name
from desk_app.ui.names import campus
from desk_app.ui.pages.day_counts import DayCountsRow
from desk_app.ui.pages.ledger_rows import mode_word, state_cell
from desk_app.ui.pages.page import Page, PageParts, TitleRow
from desk_app.ui.pages.receipt_facts import ReceiptFacts
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Cell, Column, DataTable, Field, Label, Panel, Row

_FIELD_WIDTH = 320
_UNIT_COLUMN = 4


@dataclass(frozen=True, slots=True)
class DayView:
    """The day at the counter as the store has it."""

    day: date
    rows: tuple[LedgerRow, ...]
    counts: DayCounts


def day_view(desk: Desk) -> DayView:
    """Load the day of this desk's counter."""
    day = desk.clock.now().date()
    return DayView(day, *desk.day_logs.of_day(day))


class TodayPage(Page):
    """The releases of the day: counts, search, table, and at the right what stands on the chosen receipt."""

    def __init__(self, parts: PageParts) -> None:
        super().__init__(parts)
        self._view: DayView | None = None
        self._title = TitleRow()
        self.field = Field("search")
        self.counts = DayCountsRow(parts.context)
        self.table = DataTable()
        self._empty = Label("", "body", "ink2")
        self._shown = Label("", "caption", "ink2")
        self._panel = Panel(right=self._shown, tight=True)
        self.facts = ReceiptFacts(parts)
        self._build_page()
        self._connect()

    def _build_page(self) -> None:
        self.field.setFixedWidth(_FIELD_WIDTH)
        self._title.acts.addWidget(self.field)
        self._panel.body.addWidget(self._empty)
        self._panel.add_table(self.table)
        self.setFocusProxy(self.table)
        left = QVBoxLayout()
        left.addWidget(self.counts)
        left.addWidget(self._panel, 1)
        self._columns = QHBoxLayout()
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.facts)
        gutter = current_look().size("gutter")
        left.setSpacing(gutter)
        self._columns.setSpacing(gutter)
        self.column.addWidget(self._title)
        self.column.addLayout(self._columns, 1)
        QWidget.setTabOrder(self.field, self.table)
        self._settle_width()

    def _connect(self) -> None:
        self.field.edited.connect(lambda _text: self._show_rows())
        self.table.row_chosen.connect(self._show_facts)
        self.table.row_opened.connect(self._open_receipt)
        self.facts.failed.connect(self.show_failure)
        self.facts.corrected.connect(self._print_and_reload)
        self.facts.copied.connect(self.activate)
        self.context.density_changed.connect(self._settle_width)

    @property
    def desk_rows(self) -> tuple[LedgerRow, ...]:
        """The hand-overs of the day as they were loaded, the oldest first."""
        return self._view.rows if self._view else ()

    def _print_and_reload(self) -> None:
        """Hand the reversal slip to the printer and show the day as it is now."""
        queue = self.desk.print_queue
        self.runner.run(queue.deliver, lambda _refused: self.activate(), self.show_failure, self, lane=Lane.BACKGROUND)

    def _settle_width(self) -> None:
        self.facts.setFixedWidth(current_look().size("col_work"))
        self._show_rows()

    @override
    def activate(self) -> None:
        self.runner.run(lambda: day_view(self.desk), self._show_day, self.show_failure, self)

    def _show_day(self, view: DayView) -> None:
        self._view = view
        self.fault.clear()
        self.counts.show_counts(view.counts)
        self._say_title()
        self._show_rows()

    @override
    def retranslate(self) -> None:
        t = self.context.t
        self.field.set_words(t("today.search"))
        self.table.setAccessibleName(t("today.table"))
        self._panel.set_title(t("today.table"), self.context.second("today.table"))
        self.counts.retranslate()
        self.facts.retranslate()
        self._say_title()
        self._show_rows()

    def _say_title(self) -> None:
        day = self._view.day if self._view else self.desk.clock.now().date()
        place = campus(self.context, self.desk.policy, self.desk.identity.counter)
        line = self.context.t("today.line", day=day.isoformat(), weekday=self.context.texts.weekday(day), place=place)
        self._title.set_words(self.context.t("shell.page.today"), self.context.second("shell.page.today"), line)

    def _columns_of_table(self) -> tuple[Column, ...]:
        """Name the columns; in compact density the unit stands among the facts only."""
        t, wide = self.context.t, not current_look().compact
        columns = (
            Column(t("ledger.time"), 66),
            Column(t("ledger.receipt"), 164),
            Column(t("ledger.student"), 112),
            Column(t("ledger.name"), 116 if wide else 0),
            Column(t("ledger.unit"), 0),
            Column(t("ledger.mode"), 100),
            Column(t("ledger.state"), 164),
        )
        return tuple(column for number, column in enumerate(columns) if wide or number != _UNIT_COLUMN)

    def _show_rows(self) -> None:
        """Show the rows that fit what stands in the search field, the newest first."""
        rows = self.desk_rows
        wanted = self.field.text().casefold()
        found = [row for row in reversed(rows) if wanted in _searched(row).casefold()]
        self.table.show_rows(self._columns_of_table(), [self._row(row) for row in found])
        self._shown.setText(self.context.t("today.shown", count=len(rows), shown=len(found)))
        self._empty.set_text("" if found else self.context.t("today.nothing" if rows else "today.none_yet"))
        self._show_facts(self.table.chosen_key)

    def _row(self, row: LedgerRow) -> Row:
        release = row.release
        cells = (
            Cell(f"{release.at:%H:%M}", "ink2"),
            Cell(str(release.receipt_no)),
            Cell(mask_student_number(release.student_no)),
            Cell(mask_name(release.graduate_name)),
            Cell(self.context.of(unit_name(self.desk.policy, release.unit)), "ink2"),
            Cell(mode_word(self.context, release.mode)),
            state_cell(
                self.context,
                void_reason=_void(row),
                reprints=row.reprints,
                printed=row.printed,
                by_phone=bool(release.by_phone),
            ),
        )
        shown = (cell for number, cell in enumerate(cells) if not current_look().compact or number != _UNIT_COLUMN)
        return Row(str(release.receipt_no), tuple(shown))

    def _show_facts(self, receipt_no: str) -> None:
        rows = self.desk_rows
        self.facts.show_row(next((row for row in rows if str(row.release.receipt_no) == receipt_no), None))

    def _open_receipt(self, receipt_no: str) -> None:
        self._show_facts(receipt_no)
        self.facts.open_receipt()


def _void(row: LedgerRow) -> str | None:
    return row.release.void_reason if row.release.voided_at else None


def _searched(row: LedgerRow) -> str:
    """Give what the page's search looks into."""
    release = row.release
    return f"{release.receipt_no} {release.student_no} {release.graduate_name}"
