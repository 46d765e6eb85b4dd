# SPDX-License-Identifier: GPL-3.0-or-later
"""The lamp of the clearance link warns as soon as a source is silent at the counter, and no longer than it is."""

from __future__ import annotations

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import SourceError
from desk_app.services.desk import Desk
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PICKUP
from desk_app.ui.pages.page import PageParts
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.widgets import LampState
from tests.ui.pages.pickup.refreshing.conftest import NUMBER, Portal
from tests.ui.prompt_tasks import PromptTasks


def test_the_lamp_follows_what_a_source_does_at_the_counter(
    qtbot: QtBot, context: UiContext, asking: Desk, portal: Portal
) -> None:
    window = MainWindow(PageParts(context, asking, PromptTasks(), ReaderBridge()))
    qtbot.addWidget(window)
    window.show()
    lamps = window.top_bar.lamps
    window.page(PICKUP).open_number(NUMBER)
    QTest.qWait(0)
    assert lamps.state(LampName.PORTAL) is LampState.OK
    portal.error = SourceError("source_unreachable", source=portal.name, detail="")
    page = window.page(PICKUP)
    assert isinstance(page, PickupPage)
    page.presenter.ask_again()
    assert lamps.state(LampName.PORTAL) is LampState.FAULT
    assert lamps.words(LampName.PORTAL) == "離校資料異常"
    assert window.gate.lamps.state(LampName.PORTAL) is LampState.FAULT
    portal.error = None
    page.presenter.ask_again()
    assert lamps.state(LampName.PORTAL) is LampState.OK
    assert lamps.words(LampName.PORTAL) == "離校系統 2 分鐘前"
