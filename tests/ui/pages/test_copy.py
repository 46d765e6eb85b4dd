# SPDX-License-Identifier: GPL-3.0-or-later
"""Printing a receipt again from the day's lists: who may, what is asked, and that no word is cut."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Language
from desk_app.domain.records import ArchivedPaper
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import TODAY, PageParts
from desk_app.ui.pages.copy_dialog import CopyDialog
from desk_app.ui.pages.reports import ReportsPage
from desk_app.ui.pages.today import TodayPage
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import FocusRing
from tests.ui.sample_desk import NOW, ONE_PAGE_PDF, SampleDesk
from tests.ui.shots import cut, keep, settle


def today(window: MainWindow) -> TodayPage:
    window.show_page(TODAY)
    page = window.page(TODAY)
    assert isinstance(page, TodayPage)
    sealed = [row for row in page.desk_rows if row.sealed and row.release.voided_at is None]
    page._show_facts(str(sealed[-1].release.receipt_no))
    return page


def archive(sample: SampleDesk, number: str) -> None:
    sample.store.papers[number] = ArchivedPaper(number, ONE_PAGE_PDF, "ab" * 32, NOW)


def opened(page: TodayPage | ReportsPage) -> CopyDialog:
    dialog = page.findChild(CopyDialog)
    assert isinstance(dialog, CopyDialog)
    return dialog


def test_the_reason_is_asked_and_the_copy_printed(window: MainWindow, sample: SampleDesk, qtbot: QtBot) -> None:
    page = today(window)
    number = page.facts.number.text()
    archive(sample, number)
    page.facts.copy_button.click()
    dialog = opened(page)
    dialog.why.set_text("遺失")
    with qtbot.waitSignal(page.facts.copied):
        dialog.accept_button.click()
    assert sample.printer.sent[-1] == f"{number}-copy1-1"
    assert [event.payload["why"] for event in sample.store.events if "copy" in event.payload] == ["遺失"]


def test_the_form_is_as_high_as_what_it_asks(window: MainWindow) -> None:
    page = today(window)
    page.facts.copy_button.click()
    dialog = opened(page)
    lines = dialog.layout()
    assert lines is not None
    assert dialog.height() == lines.totalHeightForWidth(dialog.width())


def test_the_form_shows_where_the_keyboard_is(window: MainWindow, qtbot: Any) -> None:
    page = today(window)
    page.facts.copy_button.click()
    dialog = opened(page)
    ring = dialog.findChild(FocusRing)
    assert isinstance(ring, FocusRing)
    qtbot.waitUntil(lambda: ring.isVisible() and ring.target is dialog.why.edit.parentWidget())
    qtbot.keyClick(dialog.why.edit, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: ring.isVisible() and ring.target is not dialog.why.edit.parentWidget())


def test_a_copy_that_the_printer_refused_is_not_made_twice(
    window: MainWindow, sample: SampleDesk, qtbot: QtBot
) -> None:
    page = today(window)
    archive(sample, page.facts.number.text())
    sample.printer.jammed = True
    page.facts.copy_button.click()
    dialog = opened(page)
    dialog.why.set_text("遺失")
    with qtbot.waitSignal(page.facts.copied):
        dialog.accept_button.click()
    assert dialog.isVisible()
    assert not dialog.accept_button.isEnabled()


def test_without_a_reason_it_says_so_in_place(window: MainWindow, sample: SampleDesk) -> None:
    page = today(window)
    archive(sample, page.facts.number.text())
    page.facts.copy_button.click()
    dialog = opened(page)
    dialog.accept_button.click()
    assert dialog.fault.isVisibleTo(dialog)
    assert sample.printer.sent == []


def test_an_auditor_prints_no_copies(window: MainWindow, sample: SampleDesk) -> None:
    sample.desk.operators.switch("auditor")
    page = today(window)
    assert not page.facts.copy_button.isVisibleTo(page.facts)


def reports(parts: PageParts, qtbot: QtBot) -> ReportsPage:
    """Show the reports as a supervisor sees them."""
    parts.desk.operators.switch("super-m")
    page = ReportsPage(parts)
    qtbot.addWidget(page)
    page.resize(1360, 844)
    page.retranslate()
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.activate()
    return page


def test_the_ledger_offers_copies_of_standing_receipts_only(parts: PageParts, qtbot: QtBot) -> None:
    page = reports(parts, qtbot)
    content = page.content
    assert content is not None
    assert not page.ledger.copy.isEnabled()
    standing = next(row for row in reversed(content.rows) if row.sealed and not row.voided)
    page.ledger.table.choose(standing.receipt_no)
    assert page.ledger.copy.isEnabled()
    with qtbot.waitSignal(page.ledger.copy_asked) as asked:
        page.ledger.copy.click()
    assert asked.args == [standing.receipt_no]
    opened(page).reject()


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_copy_is_cut(
    window: MainWindow, parts: PageParts, qtbot: QtBot, language: Language, theme: str
) -> None:
    window.resize(1280, 720)
    parts.context.set_language(language)
    parts.context.set_theme(theme)
    page = today(window)
    page.facts.copy_button.click()
    dialog = opened(page)
    dialog.show_refused()
    settle()
    keep(dialog, f"copy-{language.value}-{theme}")
    keep(window, f"copy-page-{language.value}-{theme}")
    assert cut(dialog) == []
    dialog.reject()
    ledger = reports(parts, qtbot)
    settle()
    keep(ledger, f"copy-reports-{language.value}-{theme}")
    assert cut(ledger.ledger) == []
