# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields: what was typed stays, what is wrong is said below, a date is never later than it may be."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.ui.scans import take_scans
from desk_app.ui.theme import Look
from desk_app.ui.widgets import Field, KeyButton
from desk_app.ui.widgets.date_button import DateButton
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.painted import pixel


def test_a_wrong_value_stays_and_is_explained_below(shown: Show) -> None:
    field = Field("scan", caption="證號")
    shown(field)
    field.set_text("Y19000001")
    field.set_error("檢查碼不符，請再輸入一次")
    assert (field.text(), field.error) == ("Y19000001", "檢查碼不符，請再輸入一次")
    assert field.edit.accessibleDescription() == "檢查碼不符，請再輸入一次"
    field.set_error("")
    assert field.error == ""


def test_a_field_reports_typing_and_enter_and_keeps_enter_for_itself(shown: Show, qtbot: QtBot) -> None:
    field, button = Field("scan", "掃描"), KeyButton("primary", "Enter", text="下一位")
    shown(field, button)
    field.setFocus()
    with qtbot.waitSignal(field.edited):
        QTest.keyClick(field.edit, Qt.Key.Key_M)
    with qtbot.waitSignal(field.submitted) as sent, qtbot.assertNotEmitted(button.clicked):
        QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert sent.args == ["m"]


def test_an_input_method_composes_in_every_field_but_those_that_take_scans(look: Look) -> None:
    name, serial = Field("user", "姓名"), Field("scan", "證書號碼")
    take_scans(serial.edit)
    asked = [QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled) for _ in range(2)]
    QApplication.sendEvent(name.edit, asked[0])
    QApplication.sendEvent(serial.edit, asked[1])
    assert [one.value(Qt.InputMethodQuery.ImEnabled) for one in asked] == [True, False]


def test_a_field_has_a_name_from_its_caption_or_else_its_placeholder(look: Look) -> None:
    assert Field("scan", "掃描或輸入", "證書號碼").edit.accessibleName() == "證書號碼"
    field = Field("search", "學號", keycap="Ctrl K")
    assert field.edit.accessibleName() == "學號"
    field.set_words("Number", "Student number")
    assert (field.edit.accessibleName(), field.edit.placeholderText()) == ("Student number", "Number")


def test_a_press_beside_the_text_enters_the_field(shown: Show, look: Look) -> None:
    field = Field("scan", "掃描")
    shown(KeyButton(text="x"), field)
    frame = field.edit.parentWidget()
    assert frame is not None
    QTest.mouseClick(frame, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert field.edit.hasFocus()
    field.setEnabled(False)
    assert pixel(frame, 6, 20) == look.color("disabled").name()


def test_a_day_after_the_latest_cannot_be_chosen(shown: Show, qtbot: QtBot) -> None:
    button = DateButton(date(2025, 6, 5), date(2025, 6, 5))
    shown(button)
    button.click()
    with qtbot.waitSignal(button.day_chosen) as chosen:
        button.calendar.clicked.emit(QDate(2025, 6, 3))
    assert chosen.args == [date(2025, 6, 3)] == [button.day]
    assert button.calendar.maximumDate() == QDate(2025, 6, 5)
    with qtbot.assertNotEmitted(button.day_chosen):
        button.calendar.clicked.emit(QDate(2025, 6, 3))
