# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in place, and progress that shows itself only when work takes long."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desk_app.ui.widgets import InlineFault, ProgressLine
from tests.ui.widgets.conftest import Show


def test_a_fault_says_what_happened_what_still_works_and_one_act(shown: Show, qtbot: QtBot) -> None:
    fault = InlineFault()
    shown(fault)
    assert not fault.isVisible()
    fault.show_fault("讀卡機沒有回應", "可改用學號查詢", "重試")
    assert fault.isVisible()
    assert fault.words == "讀卡機沒有回應 可改用學號查詢"
    with qtbot.waitSignal(fault.acted):
        fault.act.click()
    fault.show_fault("讀卡機沒有回應")
    assert not fault.act.isVisible()
    fault.clear()
    assert not fault.isVisible()


@pytest.mark.slow
def test_progress_shows_itself_late_and_offers_to_cancel_later(shown: Show, qtbot: QtBot) -> None:
    progress = ProgressLine()
    shown(progress)
    progress.start("整理清冊", "取消")
    assert not progress.isVisible()
    qtbot.waitUntil(progress.isVisible, timeout=2000)
    assert not progress.cancel.isVisible()
    progress.advance("整理清冊 1,240／2,000", 0.62)
    bar = progress.grab().toImage()
    qtbot.waitUntil(progress.cancel.isVisible, timeout=4000)
    with qtbot.waitSignal(progress.cancelled):
        progress.cancel.click()
    progress.finish()
    assert not progress.isVisible()
    assert not bar.isNull()


def test_quick_work_never_shows_progress(shown: Show, qtbot: QtBot) -> None:
    progress = ProgressLine()
    shown(progress)
    progress.start("整理清冊")
    progress.finish()
    with qtbot.assertNotEmitted(progress.cancelled, wait=400):
        pass
    assert not progress.isVisible()
