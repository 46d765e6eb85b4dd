# SPDX-License-Identifier: GPL-3.0-or-later
"""The lamps of the frame tell in words how the desk is."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QTextDocument

from desk_app.domain.papers import Bilingual, Language
from desk_app.domain.records import PaperState, PrintJob
from desk_app.ui.main_window import MainWindow
from desk_app.ui.reader_bridge import ReaderBridge, ReaderState
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.shell.status import DeskStatus, FailingSource
from desk_app.ui.widgets import LampState
from tests.ui.sample_desk import NOW, SampleDesk


def test_lamps_tell_how_the_desk_is(window: MainWindow, sample: SampleDesk) -> None:
    window.refresh_status()
    lamps = window.top_bar.lamps
    assert lamps.words(LampName.PORTAL) == "離校系統 3 分鐘前"
    assert {lamps.state(name) for name in (LampName.PORTAL, LampName.PRINTER, LampName.STORE)} == {LampState.OK}
    sample.store.as_of = NOW - timedelta(minutes=18)
    sample.store.jobs.append(PrintJob(1, "P1", "x", b"", 1, PaperState.FAILED, NOW, NOW))
    window.refresh_status()
    assert lamps.state(LampName.PORTAL) is LampState.FAULT
    assert lamps.words(LampName.PRINTER) == "印表機 1 張未印"


def test_clearance_that_never_came_and_a_clock_that_is_behind_are_faults(
    window: MainWindow, sample: SampleDesk
) -> None:
    sample.store.as_of = None
    window.refresh_status()
    assert window.top_bar.lamps.words(LampName.PORTAL) == "離校系統 無資料"
    sample.store.as_of = NOW + timedelta(hours=2)
    window.refresh_status()
    assert window.top_bar.lamps.state(LampName.CLOCK) is LampState.FAULT


def failing(window: MainWindow) -> DeskStatus:
    """Let two sources fail, one of which has never worked, while the newest data are fresh."""
    status = DeskStatus(
        NOW,
        store_ok=True,
        clearance_as_of=NOW - timedelta(minutes=1),
        failing=(
            FailingSource(Bilingual("圖書館名單", "Library lists"), datetime(2025, 6, 5, 1, 45, tzinfo=UTC)),
            FailingSource(Bilingual("portal", "portal"), None),
        ),
    )
    window._show_status(status)
    return status


@pytest.mark.parametrize(
    ("language", "word", "told"),
    [
        (Language.ZH, "離校資料異常", ["「圖書館名單」6/5（四）09:45 後未能取得資料", "「portal」從未取得資料"]),
        (
            Language.EN,
            "Source failing",
            ["Library lists has not worked since Thu 5 Jun 09:45.", "portal has never worked yet."],
        ),
    ],
)
def test_a_failing_source_is_a_fault_of_the_link_although_its_data_are_fresh(
    window: MainWindow, language: Language, word: str, told: list[str]
) -> None:
    status = failing(window)
    window._parts.context.set_language(language)
    lamps = window.top_bar.lamps
    assert (lamps.state(LampName.PORTAL), lamps.words(LampName.PORTAL)) == (LampState.FAULT, word)
    lamp = lamps._lamps[LampName.PORTAL]
    assert lamp.toolTip().splitlines()[:2] == told
    assert len(lamp.toolTip().splitlines()) == 5  # and what still works
    assert lamp.accessibleDescription() == lamp.toolTip()
    window._show_status(dataclasses.replace(status, failing=()))
    assert lamps.state(LampName.PORTAL) is LampState.OK
    assert lamp.toolTip() == lamp.accessibleDescription() == ""


def test_a_title_that_looks_like_markup_is_a_title_in_a_tip_too(window: MainWindow) -> None:
    title = "<img src='x'> {source}"
    window._show_status(dataclasses.replace(failing(window), failing=(FailingSource(Bilingual("<b>", title), None),)))
    window._parts.context.set_language(Language.EN)
    lamp = window.top_bar.lamps._lamps[LampName.PORTAL]
    assert lamp.accessibleDescription().startswith(f"{title} has never")
    shown = QTextDocument()
    shown.setHtml(lamp.toolTip())
    assert shown.toPlainText().startswith(f"{title} has never")


def test_a_broken_store_is_told_and_mends_itself(window: MainWindow, sample: SampleDesk) -> None:
    sample.store.broken = True
    window.refresh_status()
    assert window.top_bar.lamps.state(LampName.STORE) is LampState.FAULT
    assert window.fault.words.startswith("資料庫目前無法使用")
    sample.store.broken = False
    window.fault.act.click()
    assert not window.fault.isVisible()
    assert window.top_bar.lamps.state(LampName.STORE) is LampState.OK


@pytest.mark.parametrize(
    ("state", "lamp"),
    [
        (ReaderState.READY, LampState.OK),
        (ReaderState.READING, LampState.OK),
        (ReaderState.NO_READER, LampState.ABSENT),
        (ReaderState.SLOW, LampState.FAULT),
        (ReaderState.SERVICE_DOWN, LampState.FAULT),
        (ReaderState.ACCESS_REFUSED, LampState.FAULT),
        (ReaderState.LIBRARY_MISSING, LampState.FAULT),
    ],
)
def test_the_reader_has_its_lamp(window: MainWindow, state: ReaderState, lamp: LampState) -> None:
    reader: ReaderBridge = window._parts.reader
    reader.reader_state_changed.emit(state)
    lamps = window.top_bar.lamps
    assert lamps.state(LampName.READER) is lamp
    assert lamps.words(LampName.READER) == lamps._context.t(f"shell.lamp.reader.{state.value}")
