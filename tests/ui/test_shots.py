# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page in both languages, themes and sizes: no word is cut; pictures are kept where ``DESK_SHOTS`` says."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

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
from desk_app.ui.widgets import Chip, KeyButton, Label, Lamp, LampState
from desk_app.ui.widgets.segmented import Segmented
from tests.ui.sample_desk import NOW, STAFF, SampleDesk

pytestmark = pytest.mark.slow

SIZES = ((1280, 720), (1440, 900))


@pytest.fixture
def sample() -> SampleDesk:
    return SampleDesk(STAFF[2])


def cut(window: QWidget) -> list[str]:
    """Name the words that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if (isinstance(widget, Label) and not widget.wordWrap() and widget.text()) or isinstance(
            widget, (KeyButton, Chip, Lamp)
        ):
            needed, given = widget.sizeHint(), widget.size()
        elif isinstance(widget.parentWidget(), Segmented):
            needed, given = widget.minimumSizeHint(), widget.size()
        else:
            continue
        if needed.width() > given.width() or needed.height() > given.height() + 1:
            found.append(f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}")
    return found


def settle() -> None:
    """Let nested layouts settle: each hands its new size on in an event of its own."""
    for _ in range(4):
        QApplication.processEvents()


def keep(widget: QWidget, name: str) -> None:
    folder = os.environ.get("DESK_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(Path(folder) / f"{name}.png"))


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
