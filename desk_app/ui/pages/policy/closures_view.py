# SPDX-License-Identifier: GPL-3.0-or-later
"""The closures of the rules and those announced; beside them the form, the check before entering, or the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desk_app.domain.closures import AnnouncedClosure
from desk_app.domain.errors import DeskError
from desk_app.domain.masking import mask_name
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Role
from desk_app.services.closures import ClosureDraft, ClosureEffect, Closures
from desk_app.services.explain.names import Names
from desk_app.ui.context import UiContext
from desk_app.ui.pages.page import PageParts
from desk_app.ui.pages.policy.closure_draft import TypedClosure
from desk_app.ui.pages.policy.closure_form import ClosureForm
from desk_app.ui.pages.policy.closure_rows import ClosureRow, ClosureState, closure_rows
from desk_app.ui.pages.policy.closure_side import STATE_TONES, ClosureFacts, ConfirmPanel, WhoMay
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Cell, Column, DataTable, IconLabel, Label, Panel, Row

_WIDTHS = {Language.ZH: (296, 168, 104), Language.EN: (248, 204, 124)}
"""The width in px of period, reason and counter: weekdays are long in Chinese, everything else is in English."""

_STATE_WIDTH = 104
_DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class ClosureNews:
    """What the store knows of closures, and who works here."""

    announced: tuple[AnnouncedClosure, ...]
    operators: tuple[Operator, ...]
    may_change: bool


class ClosuresView(QWidget):
    """The list at the left, one panel at the right; every act goes through the task runner."""

    failed = Signal(object)
    changed = Signal()

    def __init__(self, parts: PageParts) -> None:
        super().__init__()
        self._parts = parts
        self._news = ClosureNews((), (), may_change=False)
        self.table = DataTable()
        self._empty = Label("", "body", "ink2")
        self._count = Label("", "caption", "ink2")
        self._panel = Panel(right=self._count, tight=True)
        self.done = IconLabel("state-cleared", type="body", tone="release")
        self.form = ClosureForm(parts.context, parts.desk.policy, parts.desk.clock)
        self.confirm = ConfirmPanel(parts.context)
        self.facts = ClosureFacts(parts.context)
        self.who_may = WhoMay(parts.context)
        self.side = QStackedWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        self._panel.body.addWidget(self.done)
        self._panel.body.addWidget(self._empty)
        self._panel.add_table(self.table)
        self.done.hide()
        for panel in (self.form, self.confirm, self.facts, self.who_may):
            self.side.addWidget(panel)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._panel, 1)
        self._row.addWidget(self.side)
        self.settle_width()

    def _connect(self) -> None:
        # Not when a row only becomes the current one: the keyboard passes the table on its way to the form.
        self.table.clicked.connect(lambda _index: self._show_facts(self.table.chosen_key))
        self.table.row_opened.connect(self._show_facts)
        self.form.asked.connect(self.preview)
        self.confirm.confirmed.connect(self.enter)
        self.confirm.back.connect(self._show_form)
        self.facts.withdrawn.connect(self.withdraw)
        self.facts.closed.connect(self._show_form)

    @property
    def _context(self) -> UiContext:
        return self._parts.context

    @property
    def _closures(self) -> Closures:
        return self._parts.desk.closures

    @property
    def _names(self) -> Names:
        desk = self._parts.desk
        return Names.of(desk.policy, self._context.language, desk.clock.now())

    def settle_width(self) -> None:
        """Take the column's width of the density."""
        self._row.setSpacing(current_look().size("gutter"))
        self.side.setFixedWidth(current_look().size("col_work"))

    def _run(self, work: Callable[[], object], done: Callable[..., None], failed: Callable[[DeskError], None]) -> None:
        self._parts.runner.run(work, done, failed, self)

    def load(self) -> None:
        """Ask the store for the closures, and who may change them."""
        self._run(self._ask_news, self.show_news, self.failed.emit)

    def _ask_news(self) -> ClosureNews:
        return ClosureNews(self._closures.all(), self._parts.desk.operators.all(), self._closures.may_change)

    def show_news(self, news: ClosureNews) -> None:
        """Show what the store knows."""
        lost_right = self._news.may_change and not news.may_change
        self._news = news
        supervisors = (mask_name(one.name) for one in news.operators if one.role is Role.SUPERVISOR)
        self.who_may.show_supervisors(self._context.t("explain.list_join").join(supervisors))
        self._show_rows()
        if lost_right or self.side.currentWidget() in (self.form, self.who_may):
            self._show_form()

    @property
    def rows(self) -> tuple[ClosureRow, ...]:
        """The closures as they are shown."""
        return closure_rows(self._names, self._news.announced, self._parts.desk.clock.now())

    def _show_rows(self) -> None:
        t, rows = self._context.t, self.rows
        wide = not current_look().compact
        period, reason, counter = _WIDTHS[self._context.language]
        columns = (
            Column(t("rules.closure.period"), period),
            Column(t("rules.closure.reason"), reason if wide else 0),
            *((Column(t("rules.closure.counter"), counter), Column(t("rules.closure.source"), 0)) if wide else ()),
            Column(t("rules.closure.stands"), _STATE_WIDTH),
        )
        self.table.show_rows(columns, [self._table_row(row, wide=wide) for row in rows])
        self._count.setText(t("rules.closure.count", count=len(rows)))
        self._empty.set_text("" if rows else t("rules.no_closures"))

    def _table_row(self, row: ClosureRow, *, wide: bool) -> Row:
        quiet = row.state in (ClosureState.OVER, ClosureState.WITHDRAWN)
        ink = "ink3" if row.state is ClosureState.WITHDRAWN else "ink2" if quiet else "ink"
        more = (Cell(row.counters, "ink2"), Cell(row.source, "ink2", caption=True)) if wide else ()
        state = Cell(self._context.t(f"rules.closure.state.{row.state.value}"), chip=STATE_TONES[row.state])
        return Row(row.id, (Cell(row.period, ink), Cell(row.reason, ink, bold=not quiet), *more, state))

    def _show_form(self) -> None:
        """Show the form to whom it belongs, to others who may use it."""
        self.table.clearSelection()
        self.side.setCurrentWidget(self.form if self._news.may_change else self.who_may)
        if self._news.may_change and self.isVisible():
            self.form.starts.setFocus()

    def _show_facts(self, closure_id: str) -> None:
        row = next((one for one in self.rows if one.id == closure_id), None)
        if row is None:
            return
        self.facts.show_row(row, may_change=self._news.may_change)
        self.side.setCurrentWidget(self.facts)
        if self.facts.can_withdraw:
            closures = self._closures
            self._run(
                lambda: closures.preview_withdrawal(closure_id),
                lambda effect: self.facts.show_effect(closure_id, effect),
                self.facts.show_fault,
            )

    def preview(self, typed: TypedClosure) -> None:
        """Check what was typed and show what it would do."""
        try:
            draft = typed.draft(self._parts.desk.policy.edition.timezone)
        except DeskError as error:
            self.form.show_fault(error)
            return
        closures = self._closures
        self._run(
            lambda: closures.preview(draft),
            lambda effect: self._show_preview(draft, effect),
            self.form.show_fault,
        )

    def _show_preview(self, draft: ClosureDraft, effect: ClosureEffect) -> None:
        self.form.show_fault(None)
        desk = self._parts.desk
        now = desk.clock.now()
        shown = AnnouncedClosure(
            _DRAFT, draft.closure(now), draft.source, draft.announced_on, desk.operators.current, now
        )
        row = next(one for one in closure_rows(self._names, (shown,), now) if one.id == _DRAFT)
        self.confirm.show_draft(draft, row, effect)
        self.side.setCurrentWidget(self.confirm)
        self.confirm.enter.setFocus()

    def enter(self) -> None:
        """Enter the closure whose effect is shown."""
        draft, closures = self.confirm.draft, self._closures
        if draft is None or self.confirm.enter.busy:
            return
        self.confirm.enter.set_busy(True)
        self._run(lambda: closures.enter(draft), self._entered, self._not_entered)

    def _entered(self, outcome: tuple[AnnouncedClosure, ClosureEffect]) -> None:
        self.confirm.enter.set_busy(False)
        self.confirm.draft = None
        self.form.clear()
        self._say_done("rules.closure.was_entered", outcome[1])

    def _not_entered(self, error: DeskError) -> None:
        """Go back to the form, which says what is wrong: somebody else may have entered the same meanwhile."""
        self.confirm.enter.set_busy(False)
        self.side.setCurrentWidget(self.form)
        self.form.show_fault(error)

    def withdraw(self, closure_id: str, reason: str) -> None:
        """Take a closure back."""
        closures = self._closures
        if self.facts.withdraw.busy:
            return
        self.facts.withdraw.set_busy(True)
        self._run(lambda: closures.withdraw(closure_id, reason), self._withdrawn, self._not_withdrawn)

    def _withdrawn(self, outcome: tuple[AnnouncedClosure, ClosureEffect]) -> None:
        self.facts.withdraw.set_busy(False)
        self._say_done("rules.closure.was_withdrawn", outcome[1])

    def _not_withdrawn(self, error: DeskError) -> None:
        self.facts.withdraw.set_busy(False)
        self.facts.show_fault(error)

    def _say_done(self, key: str, effect: ClosureEffect) -> None:
        """Say in place what was done, and load what has changed."""
        self.done.set_text(self._context.t(key, count=len(effect.changes)))
        self._show_form()
        self.load()
        self.changed.emit()

    def retranslate(self) -> None:
        """Say every word anew."""
        t = self._context.t
        self._panel.set_title(t("rules.closure.list"), self._context.second("rules.closure.list"))
        self.table.setAccessibleName(t("rules.closure.list"))
        self.done.set_text("")
        for panel in (self.form, self.confirm, self.facts, self.who_may):
            panel.retranslate()
        self._show_rows()
        if self.side.currentWidget() is self.facts:
            self._show_facts(self.table.chosen_key)
