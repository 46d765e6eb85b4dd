# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: the log of a day by counter, its figures, and how it leaves the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import DailyLogContent
from desk_app.domain.records import PrintJob
from desk_app.services.day_logs import LogFormat
from desk_app.services.rights import Act, permitted
from desk_app.ui.names import campus
from desk_app.ui.pages.page import Page, PageParts, TitleRow
from desk_app.ui.pages.reports_export import ask_path, file_name, print_log, save_log
from desk_app.ui.pages.reports_figures import DayFigures, hour_bars
from desk_app.ui.pages.reports_ledger import Ledger
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import IconLabel, KeyButton, Option, Panel, ProgressLine, Segmented
from desk_app.ui.widgets.date_button import DateButton
from desk_app.ui.widgets.hour_chart import HourChart, Legend

BOTH = "BOTH"
_FIGURES_WIDTH = 336
_CHART_HEIGHT = 240
_CHART_HEIGHT_COMPACT = 208

AskPath = Callable[[QWidget, str, str], Path | None]


class ReportsPage(Page):
    """The supervisor's view of a day."""

    def __init__(self, parts: PageParts, ask: AskPath = ask_path) -> None:
        super().__init__(parts)
        self._ask = ask
        self.content: DailyLogContent | None = None
        today = self.desk.clock.now().date()
        self._title = TitleRow()
        self.day_button = DateButton(today, today)
        self.counters = Segmented(height=40)
        self.exports = {
            form: KeyButton("plain", icon="download") for form in (LogFormat.CSV, LogFormat.XLSX, LogFormat.PDF)
        }
        self.print_button = KeyButton("primary", "F7", "printer")
        self.done = IconLabel("state-cleared", type="body", tone="release")
        self.progress = ProgressLine()
        self._legend = (Legend("chart_a"), Legend("chart_b"))
        self.chart = HourChart()
        self.figures = DayFigures(self.context)
        self.ledger = Ledger(self.context)
        self._build_title()
        self._build_page()
        self._connect()

    def _build_title(self) -> None:
        acts = self._title.acts
        for widget in (self.day_button, self.counters):
            acts.addWidget(widget)
        acts.addSpacing(8)
        for button in (*self.exports.values(), self.print_button):
            acts.addWidget(button)
        for form, button in self.exports.items():
            button.set_label(form.value.upper())

    def _build_page(self) -> None:
        legend = QWidget()
        row = QHBoxLayout(legend)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        for entry in self._legend:
            row.addWidget(entry)
        self._chart_panel = Panel(right=legend, tight=True)
        self._chart_panel.body.addWidget(self.chart, 1)
        self.figures.setFixedWidth(_FIGURES_WIDTH)
        top = QHBoxLayout()
        top.setSpacing(current_look().size("gutter"))
        top.addWidget(self._chart_panel, 1)
        top.addWidget(self.figures)
        for part in (self._title, self.done, self.progress):
            self.column.addWidget(part)
        self.column.addLayout(top)
        self.column.addWidget(self.ledger, 1)
        self.done.hide()
        self.setFocusProxy(self.day_button)
        self._settle_height()

    def _connect(self) -> None:
        self.day_button.day_chosen.connect(lambda _day: self.activate())
        self.counters.chosen.connect(lambda _counter: self.activate())
        self.print_button.clicked.connect(self._print)
        self.ledger.preview.clicked.connect(self._preview)
        self.ledger.copy_asked.connect(self._ask_copy)
        for form, button in self.exports.items():
            button.clicked.connect(lambda _checked=False, form=form: self._export(form))
        self.context.density_changed.connect(self._settle_height)
        self._offer_counters()
        self.counters.set_value(self.desk.identity.counter)

    def _settle_height(self) -> None:
        height = _CHART_HEIGHT_COMPACT if current_look().compact else _CHART_HEIGHT
        self._chart_panel.setFixedHeight(height)
        self.figures.setFixedHeight(height)

    def _offer_counters(self) -> None:
        """Offer the policy's counters in its order, and all together where there are several."""
        policy = self.desk.policy
        codes = sorted(policy.counters, key=lambda code: policy.counters[code].order)
        options = [Option(code, self._short_name(code)) for code in codes]
        if len(options) > 1:
            options.append(Option(BOTH, self.context.t("reports.both")))
        self.counters.set_options(options)

    def _short_name(self, code: str) -> str:
        key = f"reports.short.{code}"
        return self.context.t(key) if self.context.texts.has(key) else campus(self.context, self.desk.policy, code)

    @property
    def counter(self) -> str | None:
        """The counter that is shown, ``None`` for all together."""
        value = self.counters.value
        return None if value in (None, BOTH) else value

    @override
    def activate(self) -> None:
        day, counter = self.day_button.day, self.counter
        self.done.hide()
        self.progress.start(self.context.t("reports.loading"))
        self.runner.run(lambda: self.desk.day_logs.content(day, counter), self._show_day, self._fail, self)

    def _ask_copy(self, receipt_no: str) -> None:
        from desk_app.ui.pages.copy_dialog import ask_copy  # noqa: PLC0415 - rare

        ask_copy(self.context, self.desk, self.runner, receipt_no, self, self.activate)

    def _show_day(self, content: DailyLogContent) -> None:
        self.content = content
        self.ledger.allow_copies(allowed=permitted(self.desk.operators, Act.HAND_OVER))
        self._finish()
        self._say_day()
        self.ledger.show_day(content)

    def _finish(self) -> None:
        """End what was under way."""
        self.progress.finish()
        self.fault.clear()
        for button in (*self.exports.values(), self.print_button, self.ledger.preview):
            button.set_busy(False)

    def _fail(self, error: DeskError) -> None:
        self._finish()
        self.show_failure(error)

    @override
    def retranslate(self) -> None:
        t = self.context.t
        self.print_button.set_label(t("reports.print"))
        self.day_button.set_locale(QLocale(self.context.language.value.replace("-", "_")))
        self.day_button.setAccessibleName(t("reports.day"))
        self.counters.setAccessibleName(t("reports.counter"))
        for form, button in self.exports.items():
            button.setAccessibleName(t("reports.save_as", form=form.value.upper()))
        for entry, key in zip(self._legend, ("ledger.in_person", "ledger.by_proxy"), strict=True):
            entry.set_text(t(key))
        self._chart_panel.set_title(t("reports.by_hour"), self.context.second("reports.by_hour"))
        self._offer_counters()
        self.ledger.retranslate()
        self._say_day()

    def _say_day(self) -> None:
        """Say what depends on the day shown."""
        day, t = self.day_button.day, self.context.t
        place = campus(self.context, self.desk.policy, self.counter) if self.counter else t("reports.both")
        line = t("today.line", day=day.isoformat(), weekday=self.context.texts.weekday(day), place=place)
        self._title.set_words(t("shell.page.reports"), self.context.second("shell.page.reports"), line)
        if self.content is not None:
            bars = hour_bars(self.content, self.desk.policy.pickup, t("reports.closed"))
            self.chart.show_bars(bars, t("reports.by_hour"))
            self.figures.show_day(self.content)

    def show_day(self, day: date) -> None:
        """Show another day."""
        self.day_button.set_day(day)
        self.activate()

    def _export(self, form: LogFormat) -> None:
        content = self.content
        if content is None:
            return
        title = self.context.t("reports.save_as", form=form.value.upper())
        path = self._ask(self, title, file_name(content, form))
        if path is not None:
            self._start(self.exports[form])
            self.runner.run(lambda: save_log(self.desk, content, form, path), self._saved, self._fail, self)

    def _start(self, button: KeyButton) -> None:
        self.done.hide()
        button.set_busy(True)

    def _saved(self, path: Path) -> None:
        self._finish()
        self.done.set_text(self.context.t("reports.saved", path=str(path)))

    def _print(self) -> None:
        content = self.content
        if content is not None:
            self._start(self.print_button)
            self.runner.run(lambda: print_log(self.desk, content), self._printed, self._fail, self)

    def _printed(self, refused: tuple[PrintJob, ...]) -> None:
        self._finish()
        self._back_up()
        if refused:
            self.fault.show_fault(self.context.t("reports.not_printed"), self.context.t("reports.not_printed_still"))
        else:
            self.done.set_text(self.context.t("reports.printed", printer=self.desk.printer.name))

    def _back_up(self) -> None:
        """Make the backup of the day, which is closed with its log; the screen does not wait for it."""
        backups, content = self.desk.backups, self.content
        if backups is not None and content is not None and content.day == self.desk.clock.now().date():
            self.runner.run(backups.close_day, lambda _proof: None, self.show_failure, self, lane=Lane.BACKGROUND)

    def _preview(self) -> None:
        content = self.content
        if content is not None:
            self._start(self.ledger.preview)
            self.runner.run(lambda: self.desk.papers.daily_log(content), self._show_paper, self._fail, self)

    def _show_paper(self, pdf: bytes) -> None:
        from desk_app.ui.pages.paper_preview import PaperPreview  # noqa: PLC0415 - QtPdf is loaded when first needed

        self._finish()
        if self.isVisible():  # a desk that was locked meanwhile shows nobody
            PaperPreview(self.context, self.context.t("reports.ledger"), pdf, self).open()
