# SPDX-License-Identifier: GPL-3.0-or-later
"""A keyboard reader's keys are taken out of the stream; a person's and a barcode scanner's reach their field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodQueryEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.ui.scans import take_scans
from desk_app.ui.wedge_filter import WedgeFilter

CARD = "1510673421"
FAST_MS, SLOW_MS = 4, 120


class Window(QWidget):
    """Two fields, one of them for scans, and shortcuts on a digit and on Enter."""

    def __init__(self) -> None:
        super().__init__()
        self.search, self.serial = QLineEdit(), QLineEdit()
        take_scans(self.serial)
        column = QVBoxLayout(self)
        for field in (self.search, self.serial):
            column.addWidget(field)
        self.entered: list[str] = []
        for field in (self.search, self.serial):
            field.returnPressed.connect(lambda field=field: self.entered.append(field.text()))


class Keys:
    """Presses keys as the window system does: each is announced first, then pressed, with its own time."""

    def __init__(self) -> None:
        self._now_ms = 1000

    def press(self, text: str, gap_ms: int) -> None:
        for character in text:
            self._now_ms += gap_ms
            self._press_one(character)

    def _press_one(self, character: str) -> None:
        field = QApplication.focusWidget()
        assert field is not None
        key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):  # Qt announces a press that is sent by itself
            QApplication.sendEvent(QApplication.focusWidget() or field, self._event(kind, key, character))

    def _event(self, kind: QEvent.Type, key: Qt.Key, character: str) -> QKeyEvent:
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
        event.setTimestamp(self._now_ms)
        return event


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    shown = Window()
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    shown.search.setFocus()
    return shown


Cards = list[str]


@pytest.fixture
def cards(qapp: QApplication, window: Window) -> Iterator[Cards]:
    heard: Cards = []

    def is_card(text: str) -> bool:
        if len(text) == len(CARD):
            heard.append(text)
        return len(text) == len(CARD)

    made = WedgeFilter(qapp, is_card, window)
    yield heard
    qapp.removeEventFilter(made)
    made.deleteLater()


@pytest.fixture
def keys() -> Keys:
    return Keys()


def test_a_card_reaches_the_reader_and_leaves_nothing_in_the_field(window: Window, cards: Cards, keys: Keys) -> None:
    window.search.setText("41")
    keys.press(CARD + "\r", FAST_MS)
    assert cards == [CARD]
    assert window.search.text() == "41"
    assert window.entered == []


def test_what_a_person_types_stays_in_the_field(window: Window, cards: Cards, keys: Keys) -> None:
    keys.press(CARD + "\r", SLOW_MS)
    assert cards == []
    assert window.search.text() == CARD
    assert window.entered == [CARD]


def test_a_field_for_scans_gets_even_what_looks_like_a_card(window: Window, cards: Cards, keys: Keys) -> None:
    window.serial.setFocus()
    keys.press(CARD + "\r", FAST_MS)
    assert cards == []
    assert window.entered == [CARD]


def test_what_is_typed_into_a_secret_field_is_never_looked_at(window: Window, cards: Cards, keys: Keys) -> None:
    window.search.setEchoMode(QLineEdit.EchoMode.Password)
    keys.press(CARD + "\r", FAST_MS)
    assert cards == []
    assert window.entered == [CARD]


def test_a_scan_of_another_form_goes_where_it_was_scanned(window: Window, cards: Cards, keys: Keys) -> None:
    keys.press("41020901\r", FAST_MS)
    assert cards == []
    assert window.entered == ["41020901"]


def test_a_burst_that_stops_short_is_typed_after_a_pause(
    window: Window, cards: Cards, keys: Keys, qtbot: QtBot
) -> None:
    keys.press("12345", FAST_MS)
    qtbot.waitUntil(lambda: window.search.text() == "12345", timeout=2000)
    keys.press("6x", FAST_MS)
    assert (window.search.text(), cards) == ("123456x", [])


def test_moving_to_a_field_for_scans_loses_no_key(window: Window, cards: Cards, keys: Keys) -> None:
    keys.press("123", FAST_MS)
    window.serial.setFocus()
    keys.press("9", FAST_MS)
    assert window.search.text() + window.serial.text() == "1239"


def test_keys_with_ctrl_are_none_of_the_readers(window: Window, cards: Cards) -> None:
    pressed: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+1"), window)
    shortcut.activated.connect(lambda: pressed.append("Ctrl+1"))
    QTest.keyClick(window.search, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["Ctrl+1"]
    assert cards == []


def test_no_input_method_composes_with_a_readers_keys_but_in_a_field(window: Window, cards: Cards) -> None:
    window.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    enabled = Qt.InputMethodQuery.ImEnabled
    answers = []
    for widget in (window, window.search):
        event = QInputMethodQueryEvent(enabled)
        QApplication.sendEvent(widget, event)
        answers.append(event.value(enabled))
    assert answers == [False, True]
    assert cards == []


@pytest.mark.parametrize("focus", ["window", "search"])
def test_digits_of_a_card_press_no_shortcut_but_perhaps_the_first(window: Window, cards: Cards, focus: str) -> None:
    """Sent as fast as the machine can, through the shortcuts of the window, as real keys are."""
    pressed: list[int] = []
    for digit in range(1, 10):
        shortcut = QShortcut(QKeySequence(str(digit)), window)
        shortcut.activated.connect(lambda digit=digit: pressed.append(digit))
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    target: QWidget = window if focus == "window" else window.search
    target.setFocus()
    QTest.keyClicks(target, CARD)
    QTest.keyClick(target, Qt.Key.Key_Return)
    assert cards == [CARD]
    assert pressed == ([1] if focus == "window" else [])
    assert window.search.text() == ""
