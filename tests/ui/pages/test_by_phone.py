# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-overs that rest on an office's word by telephone, as the lists and the facts of the day show them."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Language
from desk_app.domain.records import LedgerRow
from desk_app.ui.context import UiContext
from desk_app.ui.pages import PageParts
from desk_app.ui.pages.reports import ReportsPage
from desk_app.ui.pages.today import TodayPage
from desk_app.ui.widgets import DataTable
from tests.ui.opened_page import opened
from tests.ui.sample_desk import NOW, SampleDesk, release_row, sample_day
from tests.ui.shots import cut, keep, settle

NARROWEST = (1184, 664)
"""What the window of 1280 by 720 leaves to a page."""

BOOKS, LOCKER = "LIB_BOOKS.NTU", "LIB_LOCKER"
WORD = {
    "code": BOOKS,
    "item": {"zh": "臺大圖書館圖書", "en": "NTU library, Books"},
    "office": {"zh": "圖書館", "en": "Library"},
    "by": "super-m 周○主",
    "person": "圖○○員",
    "number": "02-7749-0003",
    "at": NOW.isoformat(),
}


def by_phone(row: LedgerRow, *items: str) -> LedgerRow:
    """Let a hand-over rest on calls about these items, of which its content tells the first."""
    content = json.dumps({"by_phone": [WORD]})
    digest = hashlib.sha256(content.encode()).hexdigest()
    marks = ("GRAD_CARD", *(f"BY_PHONE:{item}" for item in items or (BOOKS,)))
    release = dataclasses.replace(row.release, evidence=marks, content=content, content_sha256=digest)
    return dataclasses.replace(row, release=release)


@pytest.fixture
def sample(sample: SampleDesk) -> SampleDesk:
    sample.store.rows = (
        by_phone(release_row(1, NOW)),
        dataclasses.replace(by_phone(release_row(2, NOW)), printed=False),
        by_phone(release_row(3, NOW, reprints=2)),
        by_phone(release_row(4, NOW, voided=True)),
        release_row(5, NOW),
    )
    return sample


def states(table: DataTable) -> dict[str, tuple[str, str]]:
    return {row.key[-3:]: (row.cells[-1].text, row.cells[-1].chip) for row in table.rows}


def shown(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


MARKED = {
    "001": ("電話確認", "plain"),
    "002": ("未印出・電話", "hold"),
    "003": ("補印 2 次・電話", "plain"),
    "004": ("已沖正：發錯人", "stop"),
    "005": ("已發給", ""),
}


def test_both_lists_mark_them_beside_whatever_else_is_the_matter(
    qtbot: QtBot, parts: PageParts, sample: SampleDesk
) -> None:
    assert states(opened(qtbot, TodayPage(parts)).table) == MARKED
    assert states(opened(qtbot, ReportsPage(parts)).ledger.table) == MARKED


def test_the_figures_of_the_day_count_those_that_stand(qtbot: QtBot, parts: PageParts, sample: SampleDesk) -> None:
    page = opened(qtbot, ReportsPage(parts))
    assert shown(page.figures)[:3] == ["4", "件已發給，電話確認 3", "本人 4・代領 0"]
    sample.store.rows = (release_row(5, NOW),)
    page.activate()
    assert shown(page.figures)[:2] == ["1", "件已發給"]


def test_the_facts_say_who_was_asked_what_when_and_by_whom(
    qtbot: QtBot, parts: PageParts, context: UiContext, sample: SampleDesk
) -> None:
    page = opened(qtbot, TodayPage(parts))
    page.table.choose("M-20250605-001")
    assert {"電話確認", "臺大圖書館圖書：圖○○員，02-7749-0003，10:17（super-m 周○主）"} <= set(shown(page.facts))
    context.set_language(Language.EN)
    page.retranslate()
    said = [text for text in shown(page.facts) if "02-7749-0003" in text]
    assert said == ["NTU library, Books: 圖○○員, 02-7749-0003, 10:17 (super-m 周○主)"]
    page.table.choose("M-20250605-005")
    assert "By phone" not in shown(page.facts)


def test_of_what_was_purged_the_facts_still_name_the_items(qtbot: QtBot, parts: PageParts, sample: SampleDesk) -> None:
    kept = by_phone(release_row(1, NOW), BOOKS, LOCKER)
    sample.store.rows = (dataclasses.replace(kept, release=dataclasses.replace(kept.release, content="")),)
    page = opened(qtbot, TodayPage(parts))
    page.table.choose("M-20250605-001")
    assert shown(page.facts).count("電話確認") == 2
    assert "臺大圖書館圖書" in shown(page.facts)


@pytest.mark.slow
@pytest.mark.parametrize("language", Language)
def test_no_figure_of_a_busy_day_is_cut(
    qtbot: QtBot, parts: PageParts, context: UiContext, sample: SampleDesk, language: Language
) -> None:
    context.set_language(language)
    context.set_compact(True)
    sample.store.rows = tuple(by_phone(row) for row in sample_day())
    page = opened(qtbot, ReportsPage(parts), NARROWEST)
    settle()
    keep(page, f"by-phone-{language.value}")
    assert cut(page.figures) == []
    assert "119" in "".join(shown(page.figures)[1:])
