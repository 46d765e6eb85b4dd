# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame: pages by role, search by keyboard, lamps in words, density, language, operator."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import DeskError
from desk_app.domain.papers import Language
from desk_app.domain.records import PaperState, PrintJob, Role, SearchHit
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import AUDIT, CLEARANCE, PAGES, PICKUP, POLICY, REPORTS, TODAY, pages_of
from desk_app.ui.reader_bridge import ReaderBridge, ReaderState
from desk_app.ui.shell.key_list import KEYS, KeyList
from desk_app.ui.shell.lamps import LampName
from desk_app.ui.tasks import Crash
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import Chip, Label, LampState
from tests.ui.sample_desk import NOW, PHRASE, SampleDesk
from tests.ui.stand_in import StandInPickup

TWO_OF_ONE_NAME = (SearchHit("41044901S", "鍾測暑", "ESU", False), SearchHit("41023901L", "鍾測暑", "GEU", False))


def stand_in(window: MainWindow) -> StandInPickup:
    page = window.page(PICKUP)
    assert isinstance(page, StandInPickup)
    return page


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


def search(window: MainWindow, qtbot: QtBot, text: str) -> None:
    window.search.begin(text)
    qtbot.waitUntil(window.search.list.isVisible, timeout=2000)


# -- roles and pages


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


# -- density, language, theme


@pytest.mark.parametrize(("width", "compact"), [(1280, True), (1399, True), (1400, False), (1920, False)])
def test_density_changes_at_1400(window: MainWindow, context: UiContext, width: int, compact: bool) -> None:
    window.resize(width, 800)
    QApplication.processEvents()
    assert context.compact is compact


def test_the_window_is_never_smaller_than_it_can_show(window: MainWindow) -> None:
    window.resize(800, 600)
    assert (window.width(), window.height()) >= (1280, 720)
    assert window.minimumSizeHint().width() <= 1280


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


# -- search


def test_search_finds_masked_people_and_opens_one_by_keys_alone(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk
) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.search.box.edit.hasFocus()
    search(window, qtbot, "鍾測暑")
    rows = window.search.list.rows
    assert [(row.name.text(), row.number.text()) for row in rows] == [("鍾○暑", "41044***S"), ("鍾○暑", "41023***L")]
    assert [chip.text for row in rows for chip in row.findChildren(Chip)] == ["轉櫃"]
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Down)
    assert [row.chosen for row in rows] == [False, True]
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == ["41023901L"]
    assert (window.search.box.text(), window.search.list.isVisible()) == ("", False)


def test_no_full_name_or_number_stands_in_the_list(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    words = [label.text() for label in window.search.list.findChildren(Label)]
    words += [row.accessibleName() for row in window.search.list.rows]
    assert not any(secret in text for text in words for secret in ("鍾測暑", "41044901S", "41023901L"))


def test_a_press_on_a_hit_opens_it(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = (*TWO_OF_ONE_NAME, SearchHit("41020901L", "王測一", "CHU", True))
    search(window, qtbot, "4")
    row = window.search.list.rows[2]
    assert [chip.text for chip in row.findChildren(Chip)] == ["已領取"]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert stand_in(window).opened == ["41020901L"]


def test_a_whole_number_is_opened_without_waiting_for_the_list(window: MainWindow, sample: SampleDesk) -> None:
    window.search.begin("41020901l")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == ["41020901L"]
    assert sample.store.searched == []


@pytest.mark.parametrize("number", ["41020901L", "４１０２０９０１Ｌ"])
def test_a_whole_number_wins_over_a_list_that_answers_less_of_it(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk, number: str
) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "4")
    window.search.box.edit.setText(number)
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == ["41020901L"]


def test_a_list_that_answers_another_text_opens_nobody(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    window.search.box.edit.setText("王")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == []
    qtbot.waitUntil(lambda: sample.store.searched[-1] == "王")


def test_a_longer_list_after_a_shorter_one_has_room_for_every_row(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk
) -> None:
    sample.store.hits = ()
    search(window, qtbot, "無")
    sample.store.hits = tuple(SearchHit(f"410209{n:02d}L", f"王測{n}", "CHU", False) for n in range(8))
    window.search.box.edit.setText("王")
    window.search.box.paused.emit("王")
    rows = window.search.list.rows
    assert len(rows) == 8
    assert rows[-1].geometry().bottom() < window.search.list.height()
    assert all(below.y() >= above.geometry().bottom() for above, below in itertools.pairwise(rows))


def test_nothing_found_is_said_and_escape_closes(window: MainWindow, qtbot: QtBot) -> None:
    window.search.begin("鍾")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(window.search.list.isVisible, timeout=2000)
    assert window.search.list.rows == ()
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Escape)
    assert (window.search.box.text(), window.search.list.isVisible()) == ("", False)


def test_more_hits_than_rows_are_told(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = tuple(SearchHit(f"410209{n:02d}L", f"王測{n}", "CHU", False) for n in range(12))
    search(window, qtbot, "王")
    assert len(window.search.list.rows) == 8
    assert "先列 8 筆，請多輸入幾個字" in [label.text() for label in window.search.list.findChildren(Label)]


def test_leaving_the_field_or_emptying_it_closes_the_list(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    window.search.box.edit.clear()
    window.search.box.paused.emit("")
    assert not window.search.list.isVisible()
    search(window, qtbot, "鍾")
    window.top_bar.operator.setFocus()
    assert not window.search.list.isVisible()


def test_a_search_that_fails_is_told_above_the_page(window: MainWindow, sample: SampleDesk) -> None:
    sample.store.broken = True
    window.search.begin("鍾")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert window.fault.isVisible()


# -- lamps and faults


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


def test_an_error_without_words_of_its_own_still_says_what_to_do(window: MainWindow) -> None:
    window.show_failure(DeskError("code_without_words"))
    assert window.fault.words == "這個動作沒有完成 資料沒有變動，其他功能仍可使用；請再試一次"
    assert "code_without_words" not in window.fault.words


def test_an_error_whose_data_do_not_fill_its_words_is_told_in_general_ones(context: UiContext) -> None:
    assert context.error_words(DeskError("save_failed", path="log.csv")) == "檔案無法存到 log.csv；請換一個位置再存一次"
    assert context.error_words(DeskError("save_failed")) == "這個動作沒有完成"


# -- keys, texts, names


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
