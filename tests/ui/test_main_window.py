# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame: pages by role, keys, density, language, theme, operator, and what goes wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Role
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import LEAST_SIZE, MainWindow
from desk_app.ui.pages import AUDIT, CLEARANCE, PAGES, PICKUP, POLICY, REPORTS, TODAY, pages_of
from desk_app.ui.reader_bridge import ReaderState
from desk_app.ui.shell.key_list import KEYS, KeyList
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.tasks import Crash
from desk_app.ui.theme import THEME_NAMES
from tests.ui.sample_desk import PHRASE
from tests.ui.stand_in import stand_in


def rail_of(window: MainWindow) -> list[str]:
    return list(window.rail.page_ids)


def action(window: MainWindow, text: str) -> QAction:
    return next(entry for entry in window.top_bar.operator.menu.actions() if text in entry.text())


def sign_in(window: MainWindow, operator: str) -> None:
    """Let somebody take over by the menu and the pass phrase."""
    action(window, operator).trigger()
    assert window.shut
    window.gate.panel.phrase.edit.setText(PHRASE)
    window.gate.panel.enter.click()


@pytest.mark.parametrize(
    ("role", "ids"),
    [
        (Role.CLERK, (PICKUP, TODAY, CLEARANCE, POLICY)),
        (Role.VERIFIER, (PICKUP, TODAY, CLEARANCE, POLICY)),
        (Role.SUPERVISOR, (PICKUP, TODAY, REPORTS, CLEARANCE, POLICY, AUDIT)),
        (Role.AUDITOR, (TODAY, REPORTS, POLICY, AUDIT)),
    ],
)
def test_a_page_appears_only_to_the_roles_that_use_it(role: Role, ids: tuple[str, ...]) -> None:
    assert tuple(page.id for page in pages_of(role)) == ids


def test_another_operator_changes_the_rail_and_leaves_pages_he_has_not(window: MainWindow) -> None:
    assert rail_of(window) == [PICKUP, TODAY, CLEARANCE, POLICY]
    sign_in(window, "super-m")
    assert rail_of(window) == [PICKUP, TODAY, REPORTS, CLEARANCE, POLICY, AUDIT]
    window.show_page(REPORTS)
    sign_in(window, "clerk-m2")
    assert [*rail_of(window), window.current_page] == [PICKUP, TODAY, CLEARANCE, POLICY, PICKUP]
    sign_in(window, "auditor")
    assert [*rail_of(window), window.current_page] == [TODAY, REPORTS, POLICY, AUDIT, TODAY]
    assert not window.search.box.isVisible()


def test_pages_are_built_when_first_shown_and_only_once(window: MainWindow) -> None:
    first = window.page(TODAY)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page == TODAY
    assert window.page(TODAY) is first
    QTest.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page == TODAY


def test_a_page_can_ask_for_another_and_for_a_search(window: MainWindow) -> None:
    stand_in(window).page_requested.emit(TODAY)
    assert window.current_page == TODAY
    stand_in(window).search_requested.emit("41")
    assert window.search.box.text() == "41"
    assert window.search.box.edit.hasFocus()


def test_only_the_pick_up_page_opens_records(window: MainWindow) -> None:
    with pytest.raises(NotImplementedError):
        window.page(TODAY).open_number("41020901L")


def test_the_rail_marks_the_page_in_front(window: MainWindow, qtbot: QtBot) -> None:
    tile = window.rail.findChildren(QWidget)[1]
    with qtbot.waitSignal(window.rail.page_chosen) as chosen:
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert chosen.args == [window.current_page] == [TODAY]


@pytest.mark.parametrize(("width", "compact"), [(1280, True), (1399, True), (1400, False), (1920, False)])
def test_density_changes_at_1400(window: MainWindow, context: UiContext, width: int, compact: bool) -> None:
    window.resize(width, 800)
    QApplication.processEvents()
    assert context.compact is compact


def test_the_window_is_never_smaller_than_it_can_show(window: MainWindow) -> None:
    window.resize(800, 600)
    assert (window.width(), window.height()) >= (1280, 720)
    assert window.minimumSizeHint().width() <= 1280


@pytest.mark.parametrize("language", Language)
def test_the_menu_of_seven_colleagues_stands_in_one_column(
    window: MainWindow, context: UiContext, language: Language
) -> None:
    context.set_language(language)
    window.top_bar.operator.set_operators(tuple(Operator(f"clerk-{n}", "林測一", Role.CLERK) for n in range(7)))
    assert window.top_bar.operator.menu.sizeHint().height() <= LEAST_SIZE[1]


def test_language_changes_at_run_time_everywhere(window: MainWindow, context: UiContext) -> None:
    before = stand_in(window).said
    action(window, "English").trigger()
    assert context.language is Language.EN
    assert stand_in(window).said == before + 1
    assert window.windowTitle() == "Certificate Desk (sample data)"
    assert window.top_bar.lamps.words(LampName.PRINTER) == "Printer"
    action(window, "繁體中文").trigger()
    assert window.windowTitle() == "學位證書櫃檯（示範資料）"


def test_theme_changes_at_run_time(window: MainWindow, context: UiContext) -> None:
    action(window, "深色").trigger()
    assert context.theme.name == "dark"
    assert window.grab().toImage().pixelColor(4, 4).name() == context.theme.color("chrome").name()
    assert action(window, "深色").isChecked()


def test_the_demo_is_marked_in_both_languages(window: MainWindow, context: UiContext) -> None:
    assert window.top_bar.demo.isVisible()
    assert "DEMO" in window.top_bar.demo.text
    context.set_language(Language.EN)
    assert "DEMO" in window.top_bar.demo.text


def test_an_error_without_words_of_its_own_still_says_what_to_do(window: MainWindow) -> None:
    window.show_failure(DeskError("code_without_words"))
    assert window.fault.words == "這個動作沒有完成 資料沒有變動，其他功能仍可使用；請再試一次"
    assert "code_without_words" not in window.fault.words


def test_an_error_whose_data_do_not_fill_its_words_is_told_in_general_ones(context: UiContext) -> None:
    assert context.error_words(DeskError("save_failed", path="log.csv")) == "檔案無法存到 log.csv；請換一個位置再存一次"
    assert context.error_words(DeskError("save_failed")) == "這個動作沒有完成"


def test_f1_lists_every_key(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    shown = window.findChild(KeyList)
    assert isinstance(shown, KeyList)
    assert shown.isVisible()
    shown.accept()
    action(window, "按鍵一覽").trigger()
    assert {key for key, _words in KEYS} >= {
        "F1",
        "F2",
        "F3",
        "F4",
        "F6",
        "F7",
        "F8",
        "F9",
        "F10",
        "1 … 9",
        "Esc",
        "Ctrl K",
    }


def test_the_operator_button_opens_its_menu(window: MainWindow) -> None:
    window.top_bar.operator.click()
    assert window.top_bar.operator.menu.isVisible()
    window.top_bar.operator.menu.close()
    assert "林○一" in window.top_bar.operator.accessibleName()
    assert "林測一" not in window.top_bar.operator.accessibleName()


@pytest.mark.parametrize("language", Language)
def test_words_that_depend_on_data_exist(context: UiContext, language: Language) -> None:
    context.set_language(language)
    keys = [f"shell.page.{page.id}" for page in PAGES]
    keys += [f"shell.role.{role.value}" for role in Role]
    keys += [f"shell.theme.{name}" for name in THEME_NAMES]
    keys += [f"shell.language.{other.name.lower()}" for other in Language]
    keys += [f"shell.keys.{words}" for _key, words in KEYS]
    others = [name.value for name in LampName if name is not LampName.READER]
    keys += [f"shell.lamp.{name}.{state}" for name in others for state in ("ok", "fault")]
    keys += [f"{place}.{state.value}" for place in ("shell.lamp.reader", "reader.state") for state in ReaderState]
    assert [key for key in keys if not context.texts.has(key)] == []


def test_every_control_has_a_name_for_those_who_hear_the_screen(window: MainWindow) -> None:
    sign_in(window, "super-m")
    for page in (PICKUP, TODAY, REPORTS, POLICY):
        window.show_page(page)
        nameless = [
            widget
            for widget in window.findChildren(QWidget)
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
        ]
        assert nameless == [], page


def test_a_bug_is_told_with_the_number_under_which_the_log_has_it(window: MainWindow) -> None:
    window.show_crash(Crash("a1b2c3d4", RuntimeError("not for people")))
    assert "a1b2c3d4" in window.fault.words
    assert "not for people" not in window.fault.words


def test_a_failure_stays_told_until_the_next_page_or_try(window: MainWindow) -> None:
    window.show_failure(DeskError("code_without_words"))
    window.refresh_status()
    assert window.fault.isVisible()
    window.show_page(TODAY)
    assert not window.fault.isVisible()
