# SPDX-License-Identifier: GPL-3.0-or-later
"""Today: masked rows, counts, search, and the facts of the chosen receipt."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desk_app.domain.facts import Mode
from desk_app.domain.papers import Language
from desk_app.domain.records import ArchivedPaper, AuditKind
from desk_app.domain.verdict import VerdictCode
from desk_app.ui.context import UiContext
from desk_app.ui.pages import PageParts
from desk_app.ui.pages.day_counts import SHOWN, refused_words
from desk_app.ui.pages.paper_preview import PaperPreview
from desk_app.ui.pages.today import TodayPage
from desk_app.ui.pages.why_dialog import WhyDialog
from tests.ui.opened_page import opened
from tests.ui.sample_desk import NOW, ONE_PAGE_PDF, PEOPLE, SampleDesk, release_row


@pytest.fixture
def page(qtbot: QtBot, parts: PageParts) -> TodayPage:
    return opened(qtbot, TodayPage(parts))


def facts(page: TodayPage) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in page.facts.findChildren(QLabel) if label.isVisible()]


def test_the_day_stands_newest_first_with_its_counts(page: TodayPage) -> None:
    assert [row.key for row in page.table.rows[:2]] == ["M-20250605-119", "M-20250605-118"]
    assert (page.counts.released.text(), page.counts.split.text()) == ("119", "本人 102・代領 17")
    assert page.counts.figures[VerdictCode.HOLD].number.text() == "17"
    assert page.counts.figures[VerdictCode.STOP].number.text() == "0"


def test_no_full_name_or_number_stands_on_the_page(page: TodayPage) -> None:
    texts = [cell.text for row in page.table.rows for cell in row.cells]
    page.table.choose(page.table.rows[0].key)
    texts += facts(page)
    secrets = {name for _number, name, _unit in PEOPLE} | {number for number, _name, _unit in PEOPLE}
    assert not [text for text in texts if text in secrets]
    assert "王○一" in texts


@pytest.mark.parametrize(("typed", "count"), [("-042", 1), ("41020901", 15), ("王測一", 15), ("nobody", 0), ("", 119)])
def test_search_looks_into_receipt_number_student_number_and_name(page: TodayPage, typed: str, count: int) -> None:
    page.field.set_text(typed)
    page.field.edited.emit(typed)
    assert len(page.table.rows) == count


def test_a_search_without_hits_says_so_in_place(page: TodayPage) -> None:
    page.field.set_text("zzz")
    page.field.edited.emit("zzz")
    assert "今日清單中沒有符合的紀錄。" in [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_an_empty_day_says_so(page: TodayPage, sample: SampleDesk) -> None:
    sample.store.rows = ()
    page.activate()
    assert "今日還沒有發給紀錄。" in [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert page.counts.released.text() == "0"


def test_the_facts_of_a_proxy_name_proxy_and_masked_number(page: TodayPage, sample: SampleDesk) -> None:
    sample.store.rows = (release_row(7, NOW, Mode.BY_PROXY),)
    page.activate()
    page.table.choose("M-20250605-007")
    shown = facts(page)
    assert {"M-20250605-007", "許○言", "Y19000****", "學位證書 M-0007", "校本部・1 號櫃檯", "已封存"} <= set(shown) | {
        page.facts.state.text
    }


def test_reversed_unsealed_and_unprinted_hand_overs_are_marked(page: TodayPage, sample: SampleDesk) -> None:
    waiting = dataclasses.replace(release_row(2, NOW), sealed=False, printed=False)
    sample.store.rows = (release_row(1, NOW, voided=True), waiting, release_row(3, NOW, reprints=2))
    page.activate()
    states = {row.key[-3:]: row.cells[-1] for row in page.table.rows}
    assert {key: (cell.text, cell.chip) for key, cell in states.items()} == {
        "001": ("已沖正：發錯人", "stop"),
        "002": ("未印出", "hold"),
        "003": ("補印 2 次", "plain"),
    }
    page.table.choose("M-20250605-001")
    assert (page.facts.state.text, page.facts.state.tone) == ("已沖正：發錯人", "stop")
    page.table.choose("M-20250605-002")
    assert page.facts.state.tone == "hold"
    assert not page.facts.open_button.isEnabled()
    page.facts.open_receipt()
    assert page.findChildren(PaperPreview) == []


def test_enter_on_a_row_shows_the_sealed_receipt(page: TodayPage, sample: SampleDesk) -> None:
    number = page.table.rows[0].key
    sample.store.papers[number] = ArchivedPaper(number, ONE_PAGE_PDF, "0" * 64, NOW)
    page.table.choose(number)
    page.table.row_opened.emit(number)
    assert page.findChild(PaperPreview) is None
    dialog = page.findChild(WhyDialog)
    assert isinstance(dialog, WhyDialog)
    dialog.accept_button.click()
    assert "理由" in dialog.fault.text()
    dialog.why.set_text("畢業生詢問證書號碼")
    dialog.accept_button.click()
    assert [(one.kind, one.payload["why"]) for one in sample.store.events] == [(AuditKind.UNMASK, "畢業生詢問證書號碼")]
    preview = page.findChild(PaperPreview)
    assert isinstance(preview, PaperPreview)
    assert preview.isVisible()
    assert preview.document.pageCount() == 1
    assert preview.windowTitle() == number
    QTest.keyClick(preview, Qt.Key.Key_Escape)
    assert not preview.isVisible()


def test_a_receipt_that_is_not_in_the_archive_is_told_in_place(page: TodayPage) -> None:
    page.table.choose(page.table.rows[0].key)
    page.facts.open_receipt()
    dialog = page.findChild(WhyDialog)
    assert isinstance(dialog, WhyDialog)
    dialog.why.set_text("畢業生詢問證書號碼")
    dialog.accept_button.click()
    assert dialog.fault.isVisible()


def test_a_store_that_fails_is_told_in_place(page: TodayPage, sample: SampleDesk) -> None:
    sample.store.broken = True
    page.activate()
    assert page.fault.isVisible()
    sample.store.broken = False
    page.activate()
    assert not page.fault.isVisible()


def test_compact_leaves_the_unit_to_the_facts(page: TodayPage, context: UiContext) -> None:
    wide = len(page.table.rows[0].cells)
    context.set_compact(True)
    page.activate()
    assert len(page.table.rows[0].cells) == wide - 1
    page.table.choose(page.table.rows[0].key)
    assert any("學系" in text for text in facts(page))


def test_the_page_speaks_english(page: TodayPage, context: UiContext) -> None:
    context.set_language(Language.EN)
    page.retranslate()
    assert page.counts.split.text() == "102 in person, 17 by proxy"
    assert page.table.rows[0].cells[-1].text == "Handed over"


@pytest.mark.parametrize("language", Language)
def test_every_refusal_has_a_word(context: UiContext, language: Language) -> None:
    context.set_language(language)
    codes = [code for code in VerdictCode if not code.releases]
    words = refused_words(context, {code.value: number for number, code in enumerate(codes, start=1)})
    assert all(str(number) in words for number in range(1, len(codes) + 1))
    assert set(SHOWN) <= set(codes)
