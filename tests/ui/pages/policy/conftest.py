# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy page of a supervisor whose receipts promise a digital certificate, and the typhoon he enters."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk_app.ui.pages import PageParts
from desk_app.ui.pages.policy.page import PolicyPage
from tests.ui.opened_page import opened
from tests.ui.sample_desk import STAFF, SampleDesk

SUPERVISOR = STAFF[2]


@pytest.fixture
def sample() -> SampleDesk:
    """A supervisor's desk whose receipts of today promise a digital certificate by 10 June."""
    desk = SampleDesk(SUPERVISOR)
    promised = (
        dataclasses.replace(row, release=dataclasses.replace(row.release, digital_due=date(2025, 6, 10)))
        for row in desk.store.rows[:3]
    )
    desk.store.rows = tuple(promised)
    return desk


@pytest.fixture
def page(qtbot: QtBot, parts: PageParts) -> PolicyPage:
    return opened(qtbot, PolicyPage(parts), (1200, 640))


def words(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def write_typhoon(page: PolicyPage, day: str = "2025-06-09") -> None:
    page.show_part("closures")
    form = page.closures.form
    form.starts.set_text(day)
    form.source.set_text("新北市政府 114-06-05 公告")


def enter_typhoon(page: PolicyPage, day: str = "2025-06-09") -> None:
    write_typhoon(page, day)
    page.closures.form.preview.click()
    page.closures.confirm.enter.click()


def choose(page: PolicyPage, closure_id: str) -> None:
    page.closures.table.choose(closure_id)
    page.closures.table.row_opened.emit(closure_id)
