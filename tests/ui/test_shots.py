# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page in both languages, themes and sizes: no word is cut; pictures are kept where ``DESK_SHOTS`` says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Language
from desk_app.domain.records import PaperState, PrintJob
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import REPORTS, TODAY, PageParts
from desk_app.ui.shell.key_list import KeyList
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import LampState
from tests.ui.sample_desk import NOW, STAFF, SampleDesk
from tests.ui.shots import SIZES, cut, keep, settle

pytestmark = pytest.mark.slow


@pytest.fixture
def sample() -> SampleDesk:
    return SampleDesk(STAFF[2])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("page", [TODAY, REPORTS])
def test_no_word_is_cut(
    window: MainWindow, context: UiContext, page: str, language: Language, theme: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    context.set_language(language)
    context.set_theme(theme)
    window.show_page(page)
    window.refresh_status()
    settle()
    keep(window, f"{page}-{language.value}-{theme}-{size[0]}")
    assert cut(window) == []


@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_key_list_is_cut(qtbot: QtBot, context: UiContext, parts: PageParts, language: Language) -> None:
    context.set_language(language)
    parent = QWidget()
    qtbot.addWidget(parent)
    keys = KeyList(context, parent)
    keys.show()
    QApplication.processEvents()
    keep(keys, f"keys-{language.value}")
    assert cut(keys) == []


@pytest.mark.parametrize("language", Language)
def test_all_lamps_at_fault_still_fit_the_narrowest_window(
    window: MainWindow, context: UiContext, sample: SampleDesk, language: Language
) -> None:
    context.set_language(language)
    sample.store.as_of = NOW - timedelta(hours=26)
    sample.store.jobs = [PrintJob(n, "P1", "x", b"", 1, PaperState.FAILED, NOW, NOW) for n in range(12)]
    window.resize(1280, 720)
    window.refresh_status()
    settle()
    keep(window, f"lamps-{language.value}")
    assert {window.top_bar.lamps.state(name) for name in (LampName.READER, LampName.PORTAL, LampName.PRINTER)} == {
        LampState.FAULT
    }
    assert cut(window.top_bar) == []
    assert window.width() == 1280
