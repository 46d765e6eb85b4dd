# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit page: what was done by whom and when, masked, for those who look on; and whether the log is whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.audit import AuditFilter, AuditLine, ChainReport
from desk_app.domain.errors import DeskError
from desk_app.domain.masking import mask_student_number
from desk_app.domain.records import AuditKind
from desk_app.domain.student_number import normalise_number
from desk_app.i18n import Catalogue
from desk_app.services.audit_log import PAGE, AuditForm
from desk_app.services.explain.names import closure_words
from desk_app.ui.names import campus
from desk_app.ui.pages.page import Page, PageParts, TitleRow
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.pages.reports_export import ask_path
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Cell, Column, DataTable, Field, IconLabel, KeyButton, Label, Panel, ProgressLine, Row
from desk_app.ui.widgets.date_button import DateButton

EVERY = "every"
_FIELD_WIDTH = 220
_SHOWN_PAYLOAD = ("receipt", "verdict", "paper", "what", "reason", "action", "rows", "account", "purpose")

AskPath = Callable[[QWidget, str, str], Path | None]


class AuditPage(Page):
    """The entries of a day with their filters, the state of the chain, and the ways out of the program."""

    def __init__(self, parts: PageParts, ask: AskPath = ask_path) -> None:
        super().__init__(parts)
        desk = parts.desk
        self._ask = ask
        self._lines: tuple[AuditLine, ...] = ()
        self._report: ChainReport | None = None
        self._log = desk.audit
        today = desk.clock.now().date()
        self._title = TitleRow()
        self.day_button = DateButton(today, today)
        self.kinds, self.operators = ChoiceButton(), ChoiceButton()
        self.student = Field("search")
        self.verify_button = KeyButton("primary", "F7", "seal")
        self.retention_button = KeyButton("ghost", icon="calendar")
        self.exports = {form: KeyButton("plain", icon="download") for form in AuditForm}
        self.chain = IconLabel("info", type="body", tone="ink2")
        self.progress = ProgressLine()
        self.table = DataTable()
        self._shown = Label("", "caption", "ink2")
        self._panel = Panel(right=self._shown, tight=True)
        self._build_title()
        self._build_page()
        self._connect()

    def _build_title(self) -> None:
        for widget in (self.retention_button, self.day_button, *self.exports.values(), self.verify_button):
            self._title.acts.addWidget(widget)
        for form, button in self.exports.items():
            button.set_label(form.value.upper())

    def _build_page(self) -> None:
        self.student.setFixedWidth(_FIELD_WIDTH)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        for widget in (self.kinds, self.operators, self.student):
            filters.addWidget(widget)
        filters.addStretch(1)
        filters.addWidget(self.chain)
        self._panel.add_table(self.table)
        self.column.addWidget(self._title)
        self.column.addLayout(filters)
        self.column.addWidget(self.progress)
        self.column.addWidget(self._panel, 1)
        self.setFocusProxy(self.day_button)

    def _connect(self) -> None:
        self.day_button.day_chosen.connect(lambda _day: self.activate())
        self.kinds.chosen.connect(lambda _kind: self.activate())
        self.operators.chosen.connect(lambda _operator: self.activate())
        self.student.submitted.connect(lambda _number: self.activate())
        self.verify_button.clicked.connect(self.verify)
        self.retention_button.clicked.connect(self._open_retention)
        for form, button in self.exports.items():
            button.clicked.connect(lambda _checked=False, form=form: self._export(form))
        self.context.density_changed.connect(self._show_rows)

    @property
    def wanted(self) -> AuditFilter:
        """What the filters ask for: one day, and what was chosen."""
        start = day_start(self.day_button.day, self.desk.clock.now())
        kind, operator = (self._chosen(button) for button in (self.kinds, self.operators))
        return AuditFilter(start, start + timedelta(days=1), kind, operator, normalise_number(self.student.text()))

    def _chosen(self, button: ChoiceButton) -> str:
        return "" if button.value == EVERY else button.value

    def _open_retention(self) -> None:
        from desk_app.ui.pages.retention_dialog import ask_retention  # noqa: PLC0415 - once a year

        ask_retention(self.context, self.desk, self.runner, self, self.activate, self._fail)

    @override
    def activate(self) -> None:
        wanted = self.wanted
        self.retention_button.setVisible(self.desk.retention.may_purge)
        self.progress.start(self.context.t("audit.loading"))
        self.runner.run(lambda: self._log.find(wanted), self._show_lines, self._fail, self)

    def _show_lines(self, lines: tuple[AuditLine, ...]) -> None:
        self._lines = lines
        self._finish()
        self._say_title()
        self._show_rows()

    def _finish(self) -> None:
        self.progress.finish()
        self.fault.clear()
        for button in (*self.exports.values(), self.verify_button):
            button.set_busy(False)

    def _fail(self, error: DeskError) -> None:
        self._finish()
        self.show_failure(error)

    def verify(self) -> None:
        """Follow the whole chain while the page goes on working."""
        self.verify_button.set_busy(True)
        self.chain.set_text(self.context.t("audit.verifying"))
        self.runner.run(self._log.verify, self._show_report, self._fail, self, lane=Lane.BACKGROUND)

    def _show_report(self, report: ChainReport) -> None:
        self._report = report
        self._finish()
        self._say_chain()

    def _export(self, form: AuditForm) -> None:
        exporter, wanted = self.desk.audit_tables, self.wanted
        name = f"audit-{self.day_button.day.isoformat()}.{form.value}"
        path = self._ask(self, self.context.t("audit.save_as", form=form.value.upper()), name) if exporter else None
        if exporter is None or path is None:
            return
        self.exports[form].set_busy(True)
        self.runner.run(
            lambda: write_export(path, self._log.export(wanted, form, exporter)), self._saved, self._fail, self
        )

    def _saved(self, path: Path) -> None:
        self._finish()
        self._shown.setText(self.context.t("audit.saved", path=str(path)))

    @override
    def retranslate(self) -> None:
        t = self.context.t
        self._say_title()
        self._panel.set_title(t("audit.table"), self.context.second("audit.table"))
        self.table.setAccessibleName(t("audit.table"))
        self.day_button.set_locale(QLocale(self.context.language.value.replace("-", "_")))
        self.day_button.setAccessibleName(t("reports.day"))
        self.student.set_words(t("audit.student"))
        self.verify_button.set_label(t("audit.verify"))
        self.retention_button.set_label(t("retention.open"))
        for form, button in self.exports.items():
            button.setAccessibleName(t("audit.save_as", form=form.value.upper()))
        self._offer()
        self._say_chain()
        self._show_rows()

    def _say_title(self) -> None:
        t, desk, day = self.context.t, self.desk, self.day_button.day
        place = campus(self.context, desk.policy, desk.identity.counter)
        line = t("today.line", day=day.isoformat(), weekday=self.context.texts.weekday(day), place=place)
        self._title.set_words(t("shell.page.audit"), self.context.second("shell.page.audit"), line)

    def _offer(self) -> None:
        """Offer every kind, and everybody who appears among the entries shown."""
        t = self.context.t
        kinds = [(kind.value, t(f"audit.kind.{kind.value}")) for kind in AuditKind]
        names = sorted({line.operator for line in self._lines} | {self._chosen(self.operators)} - {"", EVERY})
        for button, every, options in (
            (self.kinds, "audit.every_kind", kinds),
            (self.operators, "audit.everybody", [(name, name) for name in names if name]),
        ):
            button.setAccessibleName(t(every))
            button.set_options([(EVERY, t(every)), *options])
            if not button.value:
                button.set_value(EVERY)

    def _say_chain(self) -> None:
        t, report = self.context.t, self._report
        if report is None:
            self.chain.set_text(t("audit.unverified"))
        elif report.fault is None:
            self.chain.set_tone("release")
            self.chain.set_text(t("audit.whole_short", count=report.entries))
        else:
            at = f"{report.at:%Y-%m-%d %H:%M}" if report.at else "-"
            self.chain.set_tone("stop")
            self.chain.set_text(t("audit.broken_short", sequence=report.sequence))
            what = t(f"audit.fault.{report.fault.value}", sequence=report.sequence, at=at)
            self.fault.show_fault(what, t("audit.keep"))

    def _show_rows(self) -> None:
        t, wide = self.context.t, not current_look().compact
        self._offer()
        columns = (
            Column(t("ledger.sequence"), 84, right=True),
            Column(t("ledger.time"), 84),
            Column(t("audit.column.kind"), 150),
            Column(t("audit.column.operator"), 130 if wide else 110),
            Column(t("ledger.student"), 120),
            Column(t("audit.column.what"), 0),
        )
        self.table.show_rows(columns, [self._row(line) for line in self._lines])
        full = "audit.shown_first" if len(self._lines) >= PAGE else "audit.shown"
        self._shown.setText(t(full if self._lines else "audit.nothing", count=len(self._lines)))

    def _row(self, line: AuditLine) -> Row:
        cells = (
            Cell(str(line.sequence), "ink2"),
            Cell(f"{line.at:%H:%M:%S}", "ink2"),
            Cell(self.context.t(f"audit.kind.{line.kind}")),
            Cell(line.operator),
            Cell(mask_student_number(line.subject) if line.subject and not line.subject.startswith("@") else ""),
            Cell(_what(self.context.texts, line), "ink2"),
        )
        return Row(str(line.sequence), cells)


def day_start(day: date, now: datetime) -> datetime:
    """Give the beginning of a day in the zone of the desk's clock."""
    return datetime.combine(day, time(), now.tzinfo)


def write_export(path: Path, data: bytes) -> Path:
    """Write an export; raise :class:`DeskError` ``save_failed`` when the place cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise DeskError("save_failed", path=str(path)) from error
    return path


def _what(texts: Catalogue, line: AuditLine) -> str:
    """Give the short facts of an entry in words; payloads are masked when they are written."""
    if line.purged:
        return texts("retention.purged_entry")
    if "record" in line.payload:
        kind = texts(f"retention.kind.{line.payload['record']}")
        return texts("retention.entry", kind=kind, count=line.payload["count"], reason=line.payload["reason"])
    values = (str(line.payload[name]) for name in _SHOWN_PAYLOAD if line.payload.get(name))
    return "  ".join(_word(texts, value) for value in values)


def _word(texts: Catalogue, value: str) -> str:
    """Give the word of a code; what has none, such as a number or an office's own words, stands as it is."""
    key = f"audit.word.{value}"
    return texts(key) if texts.has(key) else closure_words(texts, value)
