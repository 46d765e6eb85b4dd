# SPDX-License-Identifier: GPL-3.0-or-later
"""Before the pages: signing in, the lock that hides the person, and who takes over what."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.audit import AuditLine
from desk_app.domain.papers import Language
from desk_app.domain.records import AuditKind
from desk_app.services.recovery import SUBJECT as RECOVERY
from desk_app.ui import pages
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PICKUP, TODAY, PageParts
from desk_app.ui.pages.reports_export import ask_path
from desk_app.ui.shell.desk_tile import DeskTile
from desk_app.ui.shell.gate import GateMode, SignInRules
from desk_app.ui.shell.key_list import KeyList
from desk_app.ui.shell.lamp_button import LampButton
from desk_app.ui.shell.sign_in_panel import SignInPanel
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets.date_button import DateButton
from tests.ui.sample_desk import PHRASE, STAFF, SampleDesk
from tests.ui.shots import SIZES, cut, keep, settle
from tests.ui.stand_in import pages_with_stand_in, stand_in


@pytest.fixture
def closed(qtbot: QtBot, parts: PageParts, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Give the window of a desk at which nobody has signed in."""
    monkeypatch.setattr(pages, "PAGES", pages_with_stand_in())
    parts.desk.operators.leave()
    shown = MainWindow(parts, SignInRules("clerk-m2", 3, PHRASE))
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    return shown


def type_phrase(window: MainWindow, phrase: str = PHRASE) -> None:
    edit = window.gate.panel.phrase.edit
    QTest.keyClicks(edit, phrase)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def front(window: MainWindow) -> str:
    return "gate" if window.shut else "pages"


def kinds(sample: SampleDesk) -> list[AuditKind]:
    return [event.kind for event in sample.store.events]


def test_the_lamps_stand_in_line_and_none_can_be_pressed_while_nobody_works_here(closed: MainWindow) -> None:
    settle()
    lamps, tile = closed.gate.lamps, closed.gate.findChild(DeskTile)
    assert isinstance(tile, DeskTile)
    assert lamps.mapTo(closed, QPoint(0, 0)).x() == tile.mapTo(closed, QPoint(0, 0)).x()
    assert lamps.width() == lamps.sizeHint().width()
    assert closed.gate.findChildren(LampButton) == []


def test_nothing_of_the_desk_is_seen_before_somebody_signs_in(closed: MainWindow, sample: SampleDesk) -> None:
    assert closed.shut
    assert [part.isVisible() for part in (closed.rail, closed.top_bar)] == [False, False]
    QTest.keyClick(closed, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert closed.shut
    assert closed.gate.panel.operator == sample.desk.operators.all()[1]
    assert closed.gate.panel.phrase.edit.echoMode() is QLineEdit.EchoMode.Password
    type_phrase(closed)
    assert (front(closed), closed.current_page, sample.desk.operators.current.id) == ("pages", PICKUP, "clerk-m2")
    assert kinds(sample) == [AuditKind.LOGIN]


def test_a_wrong_phrase_is_said_and_the_keyboard_stays_in_the_field(closed: MainWindow, sample: SampleDesk) -> None:
    type_phrase(closed, "wrong-wrong")
    assert closed.shut
    assert "還可再試 4 次" in closed.gate.panel.fault
    assert closed.gate.panel.phrase.edit.text() == ""
    assert closed.gate.panel.phrase.edit.hasFocus()
    type_phrase(closed)
    assert front(closed) == "pages"
    assert kinds(sample) == [AuditKind.LOGIN_FAILED, AuditKind.LOGIN]


def test_the_keyboard_waits_in_the_phrase_also_when_the_colleagues_come_late(qtbot: QtBot, context: UiContext) -> None:
    lamp, panel = QPushButton("lamp"), SignInPanel(context, PHRASE)
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(lamp)
    column.addWidget(panel)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    panel.phrase.setEnabled(False)
    lamp.setFocus()
    panel.begin(unlock=True, back=False)
    panel.show_people(STAFF, STAFF[0].id)
    assert panel.phrase.edit.hasFocus()


def test_a_key_brings_another_colleague_to_the_front(closed: MainWindow) -> None:
    panel = closed.gate.panel
    QTest.keyClicks(panel.phrase.edit, "half typed")
    third = panel.rows[1].operator
    QTest.keyClick(panel.phrase.edit, Qt.Key.Key_F3)
    assert panel.operator == third
    assert panel.phrase.edit.text() == ""
    QTest.keyClick(panel.phrase.edit, Qt.Key.Key_F9)
    assert panel.operator == third
    panel.rows[0].click()
    assert panel.operator != third


def test_no_full_name_stands_at_the_gate(closed: MainWindow, sample: SampleDesk) -> None:
    names = [row.accessibleName() for row in closed.gate.panel.rows] + [closed.gate.panel._name.text()]
    assert not any(one.name in name for one in sample.desk.operators.all() for name in names)


def test_the_lock_hides_the_page_closes_dialogs_and_gives_the_same_operator_everything_back(
    window: MainWindow, sample: SampleDesk
) -> None:
    stand_in(window).recorded = True
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.shut
    type_phrase(window)
    window.show_keys()
    window.lock()
    assert sample.desk.operators.locked
    keys = window.findChild(KeyList)
    assert isinstance(keys, KeyList)
    assert not keys.isVisible()
    assert not stand_in(window).isVisible()
    assert window.gate.panel.warning == ""
    type_phrase(window)
    assert (window.shut, sample.desk.operators.locked, stand_in(window).forgotten) == (False, False, 0)
    assert kinds(sample)[-2:] == [AuditKind.LOCK, AuditKind.LOGIN]


class TestWhatLiesAboveThePages:
    """The lock takes everything away that was opened above the pages, and what comes late stays away."""

    def test_a_calendar_and_a_menu_are_closed(self, window: MainWindow, qtbot: QtBot) -> None:
        today = date(2025, 6, 3)
        button = DateButton(today, today)
        button.setParent(stand_in(window))
        button.show()
        button.click()
        calendar = QApplication.activePopupWidget()
        assert calendar is not None
        window.lock(idle_minutes=3)
        assert not calendar.isVisible()
        type_phrase(window)
        window.top_bar.operator.click()
        assert window.top_bar.operator.menu.isVisible()
        window.lock()
        qtbot.waitUntil(lambda: not window.top_bar.operator.menu.isVisible(), timeout=2000)

    def test_a_file_chooser_gives_nothing_back(self, window: MainWindow) -> None:
        QTimer.singleShot(50, lambda: window.lock(idle_minutes=3))
        assert ask_path(stand_in(window), "log", "log.csv") is None
        assert window.shut

    def test_a_dialog_that_comes_late_is_not_seen(self, window: MainWindow, qtbot: QtBot) -> None:
        window.lock()
        late = QDialog(stand_in(window))
        late.open()
        qtbot.waitUntil(lambda: not late.isVisible(), timeout=2000)
        type_phrase(window)
        assert not window.shut

    def test_typing_in_a_dialog_is_a_hand_on_the_desk(self, closed: MainWindow, qtbot: QtBot) -> None:
        type_phrase(closed)
        dialog = QDialog(closed)
        edit = QLineEdit(dialog)
        with qtbot.waitActive(dialog):
            dialog.open()
        timer = closed._idle._timer
        timer.start(100_000)
        timer.setInterval(180_000)
        QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_A)
        assert timer.remainingTime() > 150_000
        edit.clear()
        dialog.reject()


def test_a_recovery_is_told_to_everybody_who_comes(closed: MainWindow, sample: SampleDesk) -> None:
    assert not closed.gate.recovered.isVisible()
    now = sample.clock.now()
    payload = {"account": "super-m", "proof": "recovery_key"}
    sample.store.lines = (*sample.store.lines, AuditLine(99, now, "STAFF_EDIT", "", "MAIN", RECOVERY, payload))
    type_phrase(closed)
    closed.lock()
    assert closed.gate.recovered.isVisible()
    assert "super-m" in closed.gate.recovered.text()
    closed._parts.context.set_language(Language.EN)
    assert "set anew with the recovery key" in closed.gate.recovered.text()


def test_another_operator_is_told_what_is_given_up_and_begins_with_an_empty_screen(window: MainWindow) -> None:
    stand_in(window).recorded = True
    window.lock()
    panel = window.gate.panel
    panel.choose(panel.rows[0].operator)
    assert "還沒辦完" in panel.warning
    assert panel.enter.text() == "清除案件並登入"
    type_phrase(window)
    assert (window.shut, stand_in(window).forgotten) == (False, 1)


def test_signing_out_and_in_again_keeps_the_record_of_the_same_operator(window: MainWindow, sample: SampleDesk) -> None:
    stand_in(window).recorded = True
    window.top_bar.operator.leave_requested.emit()
    assert (window.shut, sample.desk.operators.signed_in) == (True, False)
    assert window.gate.panel.warning == ""
    type_phrase(window)
    assert stand_in(window).forgotten == 0
    assert kinds(sample)[-2:] == [AuditKind.LOGOUT, AuditKind.LOGIN]


def test_whoever_asked_to_change_may_turn_back(window: MainWindow, sample: SampleDesk) -> None:
    window.show_page(TODAY)
    window.switch_operator("super-m")
    assert (window.gate.mode, window.gate.panel.operator and window.gate.panel.operator.id) == (
        GateMode.SWITCH,
        "super-m",
    )
    window.gate.panel.back.click()
    assert (window.shut, window.current_page, sample.desk.operators.current.id) == (False, TODAY, "clerk-m1")
    window.lock()
    assert not window.gate.panel.back.isVisible()


def test_a_desk_without_hands_locks_itself_and_a_hand_begins_the_wait_anew(
    closed: MainWindow, sample: SampleDesk
) -> None:
    type_phrase(closed)
    timer = closed._idle._timer
    assert timer.interval() == 180_000
    timer.start(100_000)
    handle = closed.windowHandle()
    at = QPointF(5, 5)
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    )
    timer.setInterval(180_000)
    QApplication.sendEvent(handle, move)
    assert timer.remainingTime() > 150_000
    timer.timeout.emit()
    assert closed.shut
    assert "3 分鐘無人操作" in closed.gate._line.text()
    assert sample.store.events[-1].payload["idle_minutes"] == 3


def test_a_desk_that_never_locks_itself_does_not_wait(window: MainWindow) -> None:
    assert window._idle.minutes == 0
    assert not window._idle._timer.isActive()


def test_a_desk_where_nobody_can_sign_in_says_what_to_do(
    closed: MainWindow, sample: SampleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample.store, "accounts", tuple)
    closed.gate.shut(GateMode.LOGIN)
    assert "desk-app staff passphrase" in closed.gate.panel.fault
    assert not closed.gate.panel.enter.isEnabled()


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("mode", GateMode)
def test_no_word_of_the_gate_is_cut(
    closed: MainWindow, context: UiContext, mode: GateMode, language: Language, theme: str, size: tuple[int, int]
) -> None:
    closed.resize(*size)
    context.set_language(language)
    context.set_theme(theme)
    if mode is not GateMode.LOGIN:
        type_phrase(closed)
        closed.gate.shut(mode, unfinished=True, idle_minutes=3, wanted="super-m")
        closed._front.setCurrentWidget(closed.gate)
    closed.refresh_status()
    QTest.keyClicks(closed.gate.panel.phrase.edit, "123456")
    if mode is GateMode.LOGIN and theme == "dark":
        QTest.keyClick(closed.gate.panel.phrase.edit, Qt.Key.Key_Return)
    settle()
    keep(closed, f"gate-{mode.value}-{language.value}-{theme}-{size[0]}")
    assert cut(closed) == []
