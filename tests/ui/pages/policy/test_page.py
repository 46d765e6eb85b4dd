# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the policy page: their keys, their choices, room for every word."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Language
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PICKUP, POLICY
from desk_app.ui.pages.policy.choice_button import ChoiceButton
from desk_app.ui.pages.policy.page import PolicyPage
from desk_app.ui.theme import THEME_NAMES
from tests.ui.pages.policy.conftest import choose, write_typhoon
from tests.ui.shots import cut, keep, settle

pytestmark = pytest.mark.slow


def test_the_parts_have_keys_and_the_page_its_place_on_the_rail(window: MainWindow) -> None:
    window.show_page(POLICY)
    page = window.page(POLICY)
    assert isinstance(page, PolicyPage)
    for key, part in ((Qt.Key.Key_F4, "closures"), (Qt.Key.Key_F3, "compare"), (Qt.Key.Key_F2, "today")):
        QTest.keyClick(window, key)
        assert page.part == part
    QTest.keyClick(window, Qt.Key.Key_F4)
    page.closures.form.starts.set_text("2025-06-09")
    page.closures.form.source.set_text("公告")
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert page.closures.side.currentWidget() is page.closures.confirm
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert page.closures.side.currentWidget() is page.closures.confirm
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert len(page.desk.closures.all()) == 1
    window.show_page(PICKUP)
    assert window.current_page == PICKUP


def test_a_choice_that_is_no_longer_offered_is_none(qtbot: QtBot) -> None:
    button = ChoiceButton()
    qtbot.addWidget(button)
    button.set_options([("a", "one"), ("b", "two")])
    heard: list[str] = []
    button.chosen.connect(heard.append)
    button.choose("b")
    button.choose("b")
    assert (button.value, button.text(), heard) == ("b", "two", ["b"])
    button.set_options([("a", "one")])
    assert (button.value, button.text()) == ("", "")


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_is_cut_in_any_part(
    window: MainWindow, context: UiContext, language: Language, theme: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    context.set_language(language)
    context.set_theme(theme)
    window.show_page(POLICY)
    page = window.page(POLICY)
    assert isinstance(page, PolicyPage)
    for part in ("today", "compare", "closures"):
        page.show_part(part)
        settle()
        keep(window, f"policy-{part}-{language.value}-{theme}-{size[0]}")
        assert cut(window) == []
    write_typhoon(page)
    page.closures.form.preview.click()
    settle()
    keep(window, f"policy-check-{language.value}-{theme}-{size[0]}")
    assert cut(window) == []
    page.closures.confirm.enter.click()
    choose(page, page.closures.table.rows[0].key)
    settle()
    keep(window, f"policy-facts-{language.value}-{theme}-{size[0]}")
    assert cut(window) == []
