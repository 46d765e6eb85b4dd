# SPDX-License-Identifier: GPL-3.0-or-later
"""What has reached the end of its period, and its purge by a supervisor and a witness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.records import Operator
from desk_app.domain.retention import DueRecords
from desk_app.services.desk import Desk
from desk_app.services.retention import PurgeReport, PurgeRequest
from desk_app.services.rights import Act, may
from desk_app.ui.context import UiContext
from desk_app.ui.pages.person_proof import PersonProof
from desk_app.ui.pages.two_person_dialog import TwoPersonDialog
from desk_app.ui.tasks import Lane, OnFailure, Tasks
from desk_app.ui.widgets import Cell, Column, DataTable, Field, IconLabel, Label, Option, Row, Segmented

_SHOWN_ROWS = 4
_ROW_HEIGHT, _HEAD_HEIGHT = 40, 36
_KEEP, _DELETE = "keep", "delete"


@dataclass(frozen=True, slots=True)
class RetentionNews:
    """What the dialog begins with: what is due, who may be witness, and the copies that hold it too."""

    due: tuple[DueRecords, ...]
    staff: tuple[Operator, ...]
    copies: tuple[Path, ...]


class RetentionDialog(TwoPersonDialog):
    """``asked`` carries the purge with the witness's pass phrase."""

    asked = Signal(object)

    def __init__(self, context: UiContext, news: RetentionNews, at_desk: Operator, parent: QWidget) -> None:
        super().__init__(context, "retention", parent)
        self._due = tuple(one for one in news.due if one.count or one.held)
        t = context.t
        people = [one for one in news.staff if one != at_desk and may(one.role, Act.WITNESS)]
        self.table = DataTable()
        self.copies = Segmented(height=40)
        self.why = Field("pen", t("retention.why_hint"), t("retention.why"))
        self.witness = PersonProof(context, t("retention.second"), people)
        self.outcome = IconLabel("state-cleared", type="body", tone="release", wrap=True)
        self._build_table()
        self._build_undated(sum(one.undated for one in news.due))
        self._build_questions(news.copies)
        self.body.addWidget(self.outcome)
        self.body.addWidget(Label(context.t("retention.elsewhere"), "caption", "ink3", wrap=True))
        self.outcome.hide()
        self.accept_button.setEnabled(any(one.count for one in self._due))
        if not self._due:
            self.accept_button.hide()
            self.cancel_button.set_label(t("retention.close"))
        self.fit()
        self.why.setFocus()

    def _build_table(self) -> None:
        t = self.context.t
        if not self._due:
            self.body.addWidget(Label(t("retention.nothing"), "body"))
            return
        columns = (
            Column(t("retention.column.kind"), 0),
            Column(t("retention.column.before"), 130),
            Column(t("retention.column.count"), 84, right=True),
            Column(t("retention.column.held"), 112, right=True),
        )
        self.table.setAccessibleName(t("retention.title"))
        self.table.show_rows(columns, [self._row(one) for one in self._due])
        self.table.setFixedHeight(_HEAD_HEIGHT + _ROW_HEIGHT * min(len(self._due), _SHOWN_ROWS))
        self.body.addWidget(self.table)

    def _build_undated(self, count: int) -> None:
        """Name those who are never due because nobody knows since when, so that somebody sees them."""
        self.undated = Label(self.context.t("retention.undated", count=count), "caption", "ink2", wrap=True)
        self.undated.setVisible(bool(count))
        self.body.addWidget(self.undated)

    def _row(self, due: DueRecords) -> Row:
        kind = self.context.t(f"retention.kind.{due.kind.value}")
        cells = (
            Cell(kind),
            Cell(due.cut_off.isoformat(), "ink2"),
            Cell(f"{due.count:,}", bold=True),
            Cell(f"{due.held:,}" if due.held else "", "ink2"),
        )
        return Row(due.kind.value, cells)

    def _build_questions(self, copies: Sequence[Path]) -> None:
        t = self.context.t
        self.copies.set_options([Option(one, t(f"retention.{one}")) for one in (_KEEP, _DELETE)])
        self.copies.set_value(_KEEP)
        kept = QWidget()
        row = QHBoxLayout(kept)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(t("retention.copies", count=len(copies)), "caption", "ink2", wrap=True), 1)
        row.addWidget(self.copies)
        kept.setVisible(bool(copies and self._due))
        self._questions = (kept, self.why, self.witness)
        for part in self._questions:
            self.body.addWidget(part)
        self.why.setVisible(bool(self._due))
        self.witness.setVisible(bool(self._due))

    @override
    def submit(self) -> None:
        delete = self.copies.value == _DELETE
        self.asked.emit(PurgeRequest(self.why.text(), self.witness.credential(), delete_copies=delete))

    def show_done(self, report: PurgeReport) -> None:
        """Say what was purged and what still holds it; nothing more is asked."""
        t = self.context.t
        lines = [t("retention.done", count=sum(report.counts.values()))]
        if report.deleted:
            lines.append(t("retention.copies_deleted", count=report.deleted))
        if report.copies:
            lines += [t("retention.copies_kept"), *(file.name for file in report.copies)]
        if not report.compacted:
            lines.append(t("retention.not_compacted"))
        self.outcome.set_text("\n".join(lines))
        self.outcome.show()
        for part in (*self._questions, self.table, self.fault, self.accept_button):
            part.hide()
        self.cancel_button.set_label(t("retention.close"))
        self.body.activate()
        self.fit()


def ask_retention(
    context: UiContext, desk: Desk, runner: Tasks, parent: QWidget, done: Callable[[], None], failed: OnFailure
) -> None:
    """Count what is due, show it, and purge it when two persons say so; ``done`` is called once it was."""
    retention = desk.retention

    def news() -> RetentionNews:
        usable = tuple(account.operator for account in desk.staff.accounts() if account.usable)
        return RetentionNews(retention.preview(), usable, retention.copies())

    def show(found: RetentionNews) -> None:
        if not parent.isVisible():  # a desk that was locked meanwhile shows nothing
            return
        dialog = RetentionDialog(context, found, desk.operators.current, parent)

        def purged(report: PurgeReport) -> None:
            dialog.show_done(report)
            done()

        def purge(request: PurgeRequest) -> None:
            runner.run(lambda: retention.purge(request), purged, dialog.show_fault, dialog, lane=Lane.BACKGROUND)

        dialog.asked.connect(purge)
        dialog.open()

    runner.run(news, show, failed, parent)
