# SPDX-License-Identifier: GPL-3.0-or-later
"""The idle page tells of the devices what the lamps tell, written out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Bilingual, Language
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.names import campus
from desk_app.ui.pages import PICKUP, PageParts
from desk_app.ui.reader_bridge import ReaderState
from desk_app.ui.shell.devices import device_rows
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.shell.status import DeskStatus, FailingSource, desk_status
from desk_app.ui.widgets import Lamp, LampState
from tests.ui.sample_desk import NOW, SampleDesk


def all_ok(_name: LampName) -> LampState:
    return LampState.OK


def all_faulty(_name: LampName) -> LampState:
    return LampState.FAULT


def test_each_device_has_a_row_with_its_facts(context: UiContext, sample: SampleDesk) -> None:
    rows = device_rows(context, sample.desk, desk_status(sample.desk), all_ok)
    assert [(row.name, row.detail, row.word) for row in rows] == [
        ("讀卡機", "", "就緒"),
        ("離校系統", "3 分鐘前更新", "正常"),
        ("印表機", "資料夾 示範印表機", "就緒"),
        ("資料庫", "", "正常"),
        ("時鐘", "10:17", "準確"),
    ]


def test_what_is_wrong_with_the_reader_is_said_beside_it(context: UiContext, sample: SampleDesk) -> None:
    status = desk_status(sample.desk)
    details = {state: device_rows(context, sample.desk, status, all_faulty, state)[0].detail for state in ReaderState}
    assert details[ReaderState.SERVICE_DOWN] == "讀卡服務未啟動"
    assert details[ReaderState.LIBRARY_MISSING] == "缺少讀卡機程式庫"
    assert details[ReaderState.READY] == details[ReaderState.NO_READER] == ""


@pytest.mark.parametrize("language", Language)
def test_faults_are_written_out_in_both_languages(context: UiContext, sample: SampleDesk, language: Language) -> None:
    context.set_language(language)
    status = DeskStatus(NOW, True, NOW - timedelta(hours=26), unprinted=3)
    rows = device_rows(context, sample.desk, status, all_faulty)
    assert len({row.word for row in rows}) == len(rows)
    assert any("3" in row.word for row in rows)


def test_failing_sources_are_counted_beside_the_age_of_the_data(context: UiContext, sample: SampleDesk) -> None:
    source = FailingSource(Bilingual("portal", "portal"), None)
    status = DeskStatus(NOW, True, NOW - timedelta(minutes=3), failing=(source, source))
    row = device_rows(context, sample.desk, status, all_faulty)[1]
    assert (row.detail, row.word) == ("3 分鐘前更新", "2 個來源異常")


def test_data_that_never_came_are_called_so(context: UiContext, sample: SampleDesk) -> None:
    rows = device_rows(context, sample.desk, DeskStatus(NOW, store_ok=True), all_ok)
    assert rows[1].detail == "無資料"


def test_the_real_pick_up_page_hears_of_reader_and_language(qtbot: QtBot, parts: PageParts) -> None:
    window = MainWindow(parts)
    qtbot.addWidget(window)
    window.show()
    window.refresh_status()
    parts.reader.reader_state_changed.emit(ReaderState.NO_READER)
    page = window.page(PICKUP)
    assert "未接" in [lamp.text for lamp in page.findChildren(Lamp)] + [x.text() for x in page.findChildren(QLabel)]
    parts.context.set_language(Language.EN)
    assert "absent" in [lamp.text for lamp in page.findChildren(Lamp)] + [x.text() for x in page.findChildren(QLabel)]


def test_a_counter_without_a_short_name_has_its_office(context: UiContext, sample: SampleDesk) -> None:
    assert campus(context, sample.desk.policy, "MAIN") == "校本部"
    assert campus(context, sample.desk.policy, "") == ""
    assert campus(context, sample.desk.policy, "ELSEWHERE")
