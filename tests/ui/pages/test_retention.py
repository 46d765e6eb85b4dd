# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention on the audit page: who is offered it, what is shown, what is handed on, and that no word is cut."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from desk_app.domain.audit import AuditLine
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import OverrideError, PermissionRefusedError
from desk_app.domain.papers import Language
from desk_app.domain.retention import DueRecords, RecordKind
from desk_app.services.retention import PurgeReport, PurgeRequest, Retention
from desk_app.services.rights import Act, may
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import AUDIT
from desk_app.ui.pages.audit import AuditPage
from desk_app.ui.pages.retention_dialog import RetentionDialog
from desk_app.ui.theme import THEME_NAMES
from tests.ui.sample_desk import CLERK, NOW, PHRASE, STAFF, SampleDesk
from tests.ui.shots import cut, keep, settle

pytestmark = pytest.mark.slow

CUT_OFF = date(2020, 6, 5)


class Yearly:
    """Stands in for the use cases: six kinds are due, and what is asked is remembered."""

    def __init__(self, desk: SampleDesk) -> None:
        self._desk = desk
        self.asked: list[PurgeRequest] = []
        self.refusal: OverrideError | None = None
        self.due = tuple(
            DueRecords(kind, CUT_OFF, 1200 + 7 * turn, date(2019, 6, 3), turn)
            for turn, kind in enumerate(list(RecordKind)[3:9])
        )
        self.older: tuple[Path, ...] = (Path("backups/desk-20200601-170000.db"),)

    @property
    def may_purge(self) -> bool:
        return may(self._desk.desk.operators.current.role, Act.RETENTION)

    def preview(self) -> tuple[DueRecords, ...]:
        if not self.may_purge:
            raise PermissionRefusedError("permission_retention", operator="-")
        return (*self.due, DueRecords(RecordKind.ROSTER, CUT_OFF, 0, undated=3))

    def copies(self) -> tuple[Path, ...]:
        return self.older

    def purge(self, request: PurgeRequest) -> PurgeReport:
        self.asked.append(request)
        if self.refusal is not None:
            raise self.refusal
        left = () if request.delete_copies else self.older
        return PurgeReport({RecordKind.PHOTOS: 7}, compacted=request.delete_copies, copies=left, deleted=1 - len(left))


@pytest.fixture
def sample() -> SampleDesk:
    made = SampleDesk(STAFF[2])
    made.store.lines = (AuditLine(7, NOW, "LOOKUP", "MAIN", CLERK.id, "", {"purged": True}, purged=True),)
    made.desk = dataclasses.replace(made.desk, retention=cast(Retention, Yearly(made)))
    return made


@pytest.fixture
def yearly(sample: SampleDesk) -> Yearly:
    return cast(Yearly, sample.desk.retention)


def shown(window: MainWindow) -> AuditPage:
    window.show_page(AUDIT)
    for _ in range(4):
        QApplication.processEvents()
    page = window.page(AUDIT)
    assert isinstance(page, AuditPage)
    return page


def opened(window: MainWindow) -> RetentionDialog:
    page = shown(window)
    page.retention_button.click()
    dialog = page.findChild(RetentionDialog)
    assert isinstance(dialog, RetentionDialog)
    return dialog


def test_an_auditor_is_not_offered_it(window: MainWindow, sample: SampleDesk) -> None:
    assert shown(window).retention_button.isVisibleTo(window)
    sample.desk.operators.switch("auditor")
    page = shown(window)
    assert not page.retention_button.isVisibleTo(window)
    page.retention_button.click()
    assert page.findChild(RetentionDialog) is None
    assert page.fault.isVisible()


def test_what_is_due_stands_there_with_its_numbers(window: MainWindow) -> None:
    dialog = opened(window)
    assert [row.cells[0].text for row in dialog.table.rows] == [
        "學生證對照", "照片", "簽名筆跡", "歸檔的簽領單", "代領人資料", "核示的理由",
    ]  # fmt: skip
    assert [cell.text for cell in dialog.table.rows[1].cells[1:]] == ["2020-06-05", "1,207", "1"]
    assert "super-m" not in dialog.witness.person.ids


def test_reason_and_witness_are_handed_on(window: MainWindow, yearly: Yearly) -> None:
    dialog = opened(window)
    dialog.why.set_text("年度銷毀")
    dialog.witness.person.set_value(CLERK.id)
    dialog.witness.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    assert yearly.asked == [PurgeRequest("年度銷毀", Credential(CLERK.id, PHRASE))]
    assert dialog.witness.phrase.edit.text() == ""
    said = dialog.outcome.text()
    assert "已銷毀 7 筆" in said
    assert "desk-20200601-170000.db" in said
    assert "尚未清除" in said
    assert not dialog.accept_button.isVisibleTo(dialog)


def test_older_copies_go_when_it_is_chosen(window: MainWindow, yearly: Yearly) -> None:
    dialog = opened(window)
    dialog.copies.set_value("delete")
    dialog.accept_button.click()
    assert yearly.asked[0].delete_copies
    assert "已刪除 1 份" in dialog.outcome.text()


def test_a_refusal_is_said_in_place(window: MainWindow, yearly: Yearly) -> None:
    yearly.refusal = OverrideError("override_same_person")
    dialog = opened(window)
    dialog.accept_button.click()
    assert dialog.fault.isVisibleTo(dialog)
    assert dialog.accept_button.isVisibleTo(dialog)


def test_persons_without_a_year_are_named_so_that_somebody_sees_them(window: MainWindow) -> None:
    dialog = opened(window)
    assert dialog.undated.isVisibleTo(dialog)
    assert "3 人" in dialog.undated.text()


def test_nothing_due_asks_nothing(window: MainWindow, yearly: Yearly) -> None:
    yearly.due = ()
    dialog = opened(window)
    assert not dialog.accept_button.isEnabled()
    assert not dialog.accept_button.isVisibleTo(dialog)
    assert dialog.cancel_button.text() == "關閉"
    assert not dialog.witness.isVisibleTo(dialog)


def test_a_purged_entry_says_so(window: MainWindow) -> None:
    (row,) = shown(window).table.rows
    assert [cell.text for cell in row.cells[4:]] == ["", "個人資料已依保存年限銷毀"]


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_of_it_is_cut(window: MainWindow, context: UiContext, language: Language, theme: str) -> None:
    window.resize(1280, 720)
    context.set_language(language)
    context.set_theme(theme)
    dialog = opened(window)
    settle()
    keep(dialog, f"retention-{language.value}-{theme}")
    assert cut(dialog) == []
    assert dialog.height() <= 720
    page = shown(window)
    assert page.retention_button.sizeHint().width() <= page.retention_button.width()
    dialog.accept_button.click()
    settle()
    assert cut(dialog) == []
