# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit page: entries of a day with filters, masked; verified in the background; exported."""

from __future__ import annotations

import dataclasses
import os
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk_app.documents.audit_tables import AuditTables
from desk_app.domain.audit import AuditLine, ChainFault, ChainReport
from desk_app.domain.papers import Language
from desk_app.domain.records import AuditKind
from desk_app.services.audit_log import AuditForm
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import AUDIT, PageParts
from desk_app.ui.pages.audit import AuditPage
from tests.ui.opened_page import opened
from tests.ui.sample_desk import CLERK, NOW, PEOPLE, STAFF, SampleDesk

pytestmark = pytest.mark.slow

KINDS = (AuditKind.LOOKUP, AuditKind.VERDICT, AuditKind.PRINT, AuditKind.RELEASE)


def line(sequence: int, days: int = 0) -> AuditLine:
    number = PEOPLE[sequence % len(PEOPLE)][0]
    at = NOW - timedelta(days=days, seconds=40 * (30 - sequence))
    kind = KINDS[sequence % 4]
    payload = {"receipt": f"M-20250605-{sequence:03d}"} if sequence % 4 == 3 else {"verdict": "RELEASE"}
    return AuditLine(sequence, at, kind.value, "MAIN", STAFF[sequence % 2].id, number, payload)


@pytest.fixture
def sample() -> SampleDesk:
    made = SampleDesk(STAFF[3])
    made.store.lines = (*(line(sequence) for sequence in range(30, 5, -1)), line(3, days=1))
    made.desk = dataclasses.replace(made.desk, audit_tables=AuditTables())
    return made


@pytest.fixture
def page(qtbot: QtBot, parts: PageParts, tmp_path: Path) -> AuditPage:
    def ask(_parent: QWidget, _title: str, name: str) -> Path:
        return tmp_path / name

    return opened(qtbot, AuditPage(parts, ask))


def test_the_day_stands_newest_first_and_masked(page: AuditPage) -> None:
    assert [row.key for row in page.table.rows] == [str(sequence) for sequence in range(30, 5, -1)]
    texts = {cell.text for row in page.table.rows for cell in row.cells}
    assert not texts & {number for number, _name, _unit in PEOPLE}
    assert "發給" in texts


def test_filters_ask_for_kind_person_student_and_day(page: AuditPage) -> None:
    page.kinds.choose("RELEASE")
    assert {row.cells[2].text for row in page.table.rows} == {"發給"}
    page.kinds.choose("every")
    page.operators.choose(CLERK.id)
    assert {row.cells[3].text for row in page.table.rows} == {CLERK.id}
    page.operators.choose("every")
    page.student.set_text(PEOPLE[0][0].lower())
    page.student.submitted.emit(PEOPLE[0][0])
    assert {int(row.key) % len(PEOPLE) for row in page.table.rows} == {0}
    page.student.set_text("")
    page.day_button.set_day(NOW.date() - timedelta(days=1))
    page.activate()
    assert [row.key for row in page.table.rows] == ["3"]
    assert "2025-06-04" in " ".join(label.text() for label in page.findChildren(QLabel))


def test_a_whole_chain_and_a_broken_one_are_told(page: AuditPage, sample: SampleDesk) -> None:
    page.verify()
    assert page.chain.text() == "完整：1204 筆"
    sample.store.chain = ChainReport(11, None, fault=ChainFault.EDITED, sequence=12, at=NOW)
    page.verify()
    assert page.chain.text() == "第 12 筆異常"
    assert "第 12 筆（2025-06-05 10:17）遭竄改" in page.fault.words


@pytest.mark.parametrize("form", AuditForm)
def test_an_export_is_written_and_logged(page: AuditPage, sample: SampleDesk, tmp_path: Path, form: AuditForm) -> None:
    sample.store.lines = ()
    page.exports[form].click()
    assert (tmp_path / f"audit-2025-06-05.{form.value}").exists()
    assert sample.store.events[-1].payload["what"] == "AUDIT"


def test_a_clerk_is_refused_by_the_service(page: AuditPage, sample: SampleDesk) -> None:
    sample.desk.operators.switch(CLERK.id)
    page.activate()
    assert page.fault.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)], ids=str)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", Language)
def test_no_word_is_cut(
    window: MainWindow, context: UiContext, language: Language, theme: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    context.set_language(language)
    context.set_theme(theme)
    window.show_page(AUDIT)
    for _ in range(4):
        QApplication.processEvents()
    page = window.page(AUDIT)
    assert isinstance(page, AuditPage)
    page.verify()
    QApplication.processEvents()
    if folder := os.environ.get("DESK_SHOTS"):
        window.grab().save(f"{folder}/audit-{language.value}-{theme}-{size[0]}.png")
    for part in (page.verify_button, page.chain, page.kinds, page.operators, *page.exports.values()):
        assert part.sizeHint().width() <= part.width()


def test_what_was_done_is_said_in_words(page: AuditPage, sample: SampleDesk) -> None:
    entry = sample.store.lines[0]
    payloads: tuple[dict[str, object], ...] = (
        {"action": "enter", "reason": "TYPHOON"},
        {"paper": "P2"},
        {"reason": "行政大樓停水"},
        {"rows": 42},
    )
    sample.store.lines = tuple(
        dataclasses.replace(entry, sequence=40 - number, payload=payload) for number, payload in enumerate(payloads)
    )
    page.activate()
    assert [row.cells[-1].text for row in page.table.rows] == [
        "颱風停班停課  登錄",
        "未完成／補件單",
        "行政大樓停水",
        "42",
    ]
