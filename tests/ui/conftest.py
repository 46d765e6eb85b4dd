# SPDX-License-Identifier: GPL-3.0-or-later
"""Screens under test: an application that wears the look, and a desk whose store is a few lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Language
from desk_app.ui import pages
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PageParts
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.theme import Look, load_fonts, load_theme, wear
from tests.ui.prompt_tasks import PromptTasks
from tests.ui.sample_desk import SampleDesk
from tests.ui.stand_in import pages_with_stand_in


@pytest.fixture(scope="session")
def bundled_fonts(qapp: QApplication) -> tuple[str, ...]:
    """Load the bundled faces once."""
    return load_fonts()


@pytest.fixture
def look(qapp: QApplication, bundled_fonts: tuple[str, ...]) -> Iterator[Look]:
    """Put the light, regular look on."""
    worn = Look(load_theme("light"))
    wear(qapp, worn)
    yield worn
    wear(qapp, worn)


@pytest.fixture
def context(qapp: QApplication, look: Look) -> UiContext:
    """Give a context in Chinese and light."""
    return UiContext(qapp, Language.ZH, "light")


@pytest.fixture
def sample() -> SampleDesk:
    """Give a desk with a day's releases."""
    return SampleDesk()


@pytest.fixture
def parts(context: UiContext, sample: SampleDesk) -> PageParts:
    """Give what a page is built from; work runs at once."""
    runner = PromptTasks()
    return PageParts(context, sample.desk, runner, ReaderBridge())


@pytest.fixture
def window(qtbot: QtBot, parts: PageParts, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Give the main window, in front, with a stand-in for the pick-up page."""
    monkeypatch.setattr(pages, "PAGES", pages_with_stand_in())
    shown = MainWindow(parts)
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    return shown
