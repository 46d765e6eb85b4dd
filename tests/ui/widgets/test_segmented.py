# SPDX-License-Identifier: GPL-3.0-or-later
"""Segments: nothing chosen is legal, one key or one press chooses, and a narrow panel wraps them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from desk_app.ui.theme import Look
from desk_app.ui.widgets import KeyButton, Option, Segmented
from tests.ui.widgets.conftest import Show

MODES = (Option("me", "本人", "F2"), Option("proxy", "代領", "F3"), Option("lost", "卡遺失", "F4"))


def test_nothing_chosen_is_a_legal_state(look: Look) -> None:
    control = Segmented(MODES)
    assert control.value is None
    control.set_value("proxy")
    control.set_value(None)
    assert control.value is None


def test_a_key_chooses_at_once_and_is_reported_once(shown: Show) -> None:
    control = Segmented(MODES)
    window = shown(control)
    heard: list[str] = []
    control.chosen.connect(heard.append)
    QTest.keyClick(window, Qt.Key.Key_F3)
    QTest.keyClick(window, Qt.Key.Key_F3)
    assert (heard, control.value) == (["proxy"], "proxy")


def test_the_keyboard_goes_along_when_a_key_chooses_and_stays_elsewhere(shown: Show) -> None:
    control, button = Segmented(MODES), KeyButton(text="下一個")
    window = shown(control, button)
    control.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F3)
    assert window.focusWidget().accessibleName() == "代領"
    button.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F4)
    assert (control.value, window.focusWidget()) == ("lost", button)


def test_arrows_move_and_space_or_enter_choose(shown: Show) -> None:
    control = Segmented(MODES)
    window = shown(control)
    QTest.keyClick(window, Qt.Key.Key_Tab)
    first = window.focusWidget()
    QTest.keyClick(first, Qt.Key.Key_Right)
    values = [control.value]
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    values.append(control.value)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Left)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Left)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert [*values, control.value] == [None, "proxy", "lost"]


def test_the_control_is_one_stop_of_the_tab_order(shown: Show) -> None:
    control, button = Segmented(MODES), KeyButton(text="下一個")
    control.set_value("lost")
    window = shown(control, button)
    button.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert window.focusWidget().accessibleName() == "卡遺失"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is button


def test_the_keyboard_goes_to_a_segment_also_when_nothing_is_chosen(shown: Show) -> None:
    control = Segmented(MODES)
    window = shown(control)
    control.setFocus()
    assert window.focusWidget().accessibleName() == "本人"
    control.set_value("lost")
    control.setFocus()
    assert window.focusWidget().accessibleName() == "卡遺失"


def test_new_words_keep_the_choice_and_new_options_drop_it(look: Look) -> None:
    control = Segmented(MODES)
    control.set_value("proxy")
    control.set_options([Option("me", "In person"), Option("proxy", "By proxy"), Option("lost", "Card lost")])
    assert control.value == "proxy"
    control.set_options([Option("A", "Family"), Option("B", "Friend")])
    assert control.value is None


KINDS = [
    Option(one, one) for one in ("National ID", "Resident certificate", "Passport", "Driving licence", "Health card")
]


def test_one_that_wraps_shows_every_segment_whole_in_a_narrow_panel(shown: Show) -> None:
    control = Segmented(KINDS, wrap=True, height=40)
    window = shown(control)
    parts = control.findChildren(QAbstractButton)

    def rows_at(width: int) -> int:
        window.resize(width, 300)
        QApplication.processEvents()
        whole = [
            part.width() >= part.minimumSizeHint().width() and control.rect().contains(part.geometry())
            for part in parts
        ]
        assert all(whole)
        return len({part.y() for part in parts})

    assert [rows_at(width) for width in (1200, 600, 1200)] == [1, 2, 1]
    rows_at(200)
    control.set_options([Option(one.id, one.label[:3]) for one in KINDS])
    assert rows_at(600) == 1
