# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: figures, ledger by pages, files that are saved, the paper that is printed."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import HourCount, Language
from desk_app.domain.policy import Window
from desk_app.domain.records import AuditKind, PaperState
from desk_app.domain.verdict import PolicyRef
from desk_app.services.day_logs import LogFormat
from desk_app.ui.context import UiContext
from desk_app.ui.pages import PageParts
from desk_app.ui.pages.paper_preview import PaperPreview
from desk_app.ui.pages.reports import BOTH, ReportsPage
from desk_app.ui.pages.reports_export import ask_path, file_name
from desk_app.ui.pages.reports_figures import hour_bars
from tests.ui.sample_desk import NOW, TAIPEI, SampleDesk, release_row, shipped_policy


class Asked:
    """Answers where to save."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.names: list[str] = []

    def __call__(self, _parent: QWidget, _title: str, name: str) -> Path | None:
        self.names.append(name)
        return self.path


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def page(qtbot: QtBot, parts: PageParts, asked: Asked) -> ReportsPage:
    shown = ReportsPage(parts, asked)
    qtbot.addWidget(shown)
    shown.resize(1360, 844)
    shown.retranslate()
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    shown.activate()
    return shown


def words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_four_figures_are_those_of_the_day(page: ReportsPage) -> None:
    shown = words(page.figures)
    assert [text for text in shown if text.isdigit()] == ["119", "26", "48", "31"]
    assert {"本人 102・代領 17", "件，尖峰 09 時", "每 2.3 分鐘一件", "暫緩 17・補件 9・轉櫃 5"} <= set(shown)


def test_whole_minutes_between_two_hand_overs_are_said_without_a_fraction(page: ReportsPage) -> None:
    assert page.content is not None
    page.figures.show_day(dataclasses.replace(page.content, hours=(HourCount(9, 1, 1),)))
    assert "每 30 分鐘一件" in words(page.figures)


def test_the_chart_shows_every_hour_of_service_and_the_break(page: ReportsPage) -> None:
    assert [(bar.label, bar.total) for bar in page.chart.bars] == [
        ("08", 14), ("09", 26), ("10", 22), ("11", 15), ("12", 0), ("13", 9), ("14", 17), ("15", 11), ("16", 5)
    ]  # fmt: skip
    assert [bar.label for bar in page.chart.bars if bar.closed] == ["12"]


def test_an_hour_outside_service_with_a_hand_over_is_shown_too(page: ReportsPage) -> None:
    assert page.content is not None
    late = HourCount(18, 1, 0)
    content = dataclasses.replace(page.content, hours=(late,))
    bars = hour_bars(content, shipped_policy().pickup, "午休")
    assert (bars[0].label, bars[-1].label, bars[-1].total) == ("08", "18", 1)
    assert Window(time(8, 30), time(12)) in shipped_policy().pickup.windows


def test_a_day_without_hand_overs_has_figures_without_a_peak(page: ReportsPage, sample: SampleDesk) -> None:
    sample.store.rows = ()
    page.activate()
    shown = words(page.figures)
    assert {"件，尚無尖峰", "–"} <= set(shown)
    assert "這一天沒有發給紀錄" in words(page.ledger)


def test_the_rules_stand_once_above_the_ledger_and_in_every_row_when_they_differ(
    page: ReportsPage, sample: SampleDesk
) -> None:
    assert any(text.endswith("・規則 ntnu-113-2 a91f") for text in words(page.ledger))
    assert "ntnu-113-2 a91f" not in {cell.text for row in page.ledger.table.rows for cell in row.cells}
    (first, *others) = sample.store.rows
    before = dataclasses.replace(first.release, policy=PolicyRef("ntnu-113-1", "113-1", "0c2d" * 16, None))
    sample.store.rows = (dataclasses.replace(first, release=before), *others)
    page.activate()
    assert "ntnu-113-2 a91f" in {cell.text for cell in page.ledger.table.rows[0].cells}
    page.ledger.turn(page.ledger.pages)
    assert "ntnu-113-1 0c2d" in {cell.text for cell in page.ledger.table.rows[-1].cells}


def test_the_ledger_turns_its_pages_by_keys(page: ReportsPage) -> None:
    ledger = page.ledger
    size = ledger.page_size
    assert (ledger.page, ledger.pages) == (1, -(-119 // size))
    assert len(ledger.table.rows) == size
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert (ledger.page, ledger.table.rows[0].cells[0].text) == (2, str(119 - size))
    QTest.keyClick(page, Qt.Key.Key_PageUp)
    QTest.keyClick(page, Qt.Key.Key_PageUp)
    assert ledger.page == 1
    assert not ledger.back.isEnabled()
    ledger.turn(ledger.pages)
    assert ledger.page == ledger.pages
    assert not ledger.on.isEnabled()
    ledger.turn(1)
    assert ledger.page == ledger.pages


def test_every_row_is_on_exactly_one_page(page: ReportsPage) -> None:
    seen: list[str] = []
    for _ in range(page.ledger.pages):
        seen += [row.key for row in page.ledger.table.rows]
        page.ledger.turn(1)
    assert sorted(seen) == sorted({f"M-20250605-{n:03d}" for n in range(1, 120)})


def test_a_higher_window_shows_more_rows_on_a_page(page: ReportsPage, qtbot: QtBot) -> None:
    before = len(page.ledger.table.rows)
    page.resize(1360, 1200)
    qtbot.waitUntil(lambda: len(page.ledger.table.rows) > before, timeout=2000)


def test_counters_are_those_of_the_policy_and_both(page: ReportsPage, sample: SampleDesk) -> None:
    assert [page.counter] == ["MAIN"]
    page.counters.set_value("GONGGUAN")
    page.counters.chosen.emit("GONGGUAN")
    assert page.content is not None
    assert (page.content.counter, len(page.content.rows)) == ("GONGGUAN", 0)
    page.counters.set_value(BOTH)
    page.counters.chosen.emit(BOTH)
    assert [page.counter, len(page.content.rows)] == [None, 119]
    assert any("合計" in text for text in words(page))


def test_another_day_is_another_log(page: ReportsPage, sample: SampleDesk) -> None:
    sample.store.rows = (*sample.store.rows, release_row(1, datetime(2025, 6, 3, 9, tzinfo=TAIPEI)))
    page.show_day(date(2025, 6, 3))
    assert page.content is not None
    assert (page.content.day, len(page.content.rows)) == (date(2025, 6, 3), 1)
    page.day_button.day_chosen.emit(NOW.date())
    assert any("2025-06-03（二）・校本部" in text for text in words(page))


@pytest.mark.parametrize("form", LogFormat)
def test_each_form_is_saved_where_asked_and_recorded(
    page: ReportsPage, asked: Asked, sample: SampleDesk, tmp_path: Path, form: LogFormat
) -> None:
    asked.path = tmp_path / f"log.{form.value}"
    page.exports[form].click()
    assert asked.path.stat().st_size > 0
    assert asked.names == [f"daily-log-2025-06-05-MAIN.{form.value}"]
    assert [event.kind for event in sample.store.events] == [AuditKind.EXPORT]
    assert any(str(asked.path) in text for text in words(page))
    assert not page.exports[form].busy


def test_thinking_better_of_saving_saves_nothing(page: ReportsPage, sample: SampleDesk) -> None:
    page.exports[LogFormat.CSV].click()
    assert sample.store.events == []
    assert not page.exports[LogFormat.CSV].busy


def test_a_place_that_cannot_be_written_is_told_with_its_path(page: ReportsPage, asked: Asked, tmp_path: Path) -> None:
    asked.path = tmp_path / "nowhere" / "log.csv"
    page.exports[LogFormat.CSV].click()
    assert page.fault.isVisible()
    assert str(asked.path) in page.fault.words
    assert not page.exports[LogFormat.CSV].busy


def test_f7_prints_the_sealed_log_through_the_queue(page: ReportsPage, sample: SampleDesk) -> None:
    QTest.keyClick(page, Qt.Key.Key_F7)
    assert sample.printer.sent == ["daily-log-2025-06-05-MAIN-1"]
    assert [job.state for job in sample.store.jobs] == [PaperState.PRINTED]
    assert any("示範印表機" in text for text in words(page))


def test_a_printer_that_will_not_is_told_and_the_log_stays_in_the_queue(page: ReportsPage, sample: SampleDesk) -> None:
    sample.printer.jammed = True
    page.print_button.click()
    assert page.fault.words.startswith("清冊沒有印出")
    assert [job.state for job in sample.store.jobs] == [PaperState.FAILED]


def test_the_preview_shows_the_paper_and_exports_nothing(page: ReportsPage, sample: SampleDesk) -> None:
    page.ledger.preview.click()
    preview = page.findChild(PaperPreview)
    assert isinstance(preview, PaperPreview)
    assert preview.document.pageCount() == 1
    assert sample.store.events == []
    preview.accept()


def test_acts_before_the_day_is_there_do_nothing(
    parts: PageParts, qtbot: QtBot, asked: Asked, sample: SampleDesk
) -> None:
    page = ReportsPage(parts, asked)
    qtbot.addWidget(page)
    page.retranslate()
    for button in (*page.exports.values(), page.print_button, page.ledger.preview):
        button.click()
    assert (asked.names, sample.printer.sent, page.findChild(PaperPreview)) == ([], [], None)


def test_a_store_that_fails_is_told_in_place(page: ReportsPage, sample: SampleDesk) -> None:
    sample.store.broken = True
    page.activate()
    assert page.fault.isVisible()


def test_density_and_language_change_at_run_time(page: ReportsPage, context: UiContext) -> None:
    context.set_compact(True)
    assert page.figures.height() == 208
    context.set_language(Language.EN)
    page.retranslate()
    assert "102 in person, 17 by proxy" in words(page.figures)
    assert page.print_button.text() == "Print"


def test_the_name_of_a_log_of_all_counters_says_so(page: ReportsPage) -> None:
    page.counters.set_value(BOTH)
    page.counters.chosen.emit(BOTH)
    assert page.content is not None
    assert file_name(page.content, LogFormat.PDF) == "daily-log-2025-06-05-ALL.pdf"


@pytest.mark.parametrize(("answer", "path"), [("/tmp/x.csv", Path("/tmp/x.csv")), ("", None)])
def test_the_system_dialog_gives_a_path_or_none(
    page: ReportsPage, monkeypatch: pytest.MonkeyPatch, answer: str, path: Path | None
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (answer, ""))
    assert ask_path(page, "存檔", "x.csv") == path
