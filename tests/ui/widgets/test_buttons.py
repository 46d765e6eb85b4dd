# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons say their state by colour, hear their key, and are deaf while busy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.ui.theme import Look
from desk_app.ui.widgets import KeyButton, Surface


def ground(button: KeyButton) -> QColor:
    """Give the colour of the button's ground, left of its words."""
    return button.grab().toImage().pixelColor(6, button.height() // 2)


@pytest.fixture
def window(qtbot: QtBot, look: Look) -> QWidget:
    widget = Surface("panel")
    QVBoxLayout(widget)
    qtbot.addWidget(widget)
    return widget


def show(qtbot: QtBot, window: QWidget, button: KeyButton) -> KeyButton:
    layout = window.layout()
    assert layout is not None
    layout.addWidget(button)
    window.resize(320, 120)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return button


@pytest.mark.parametrize(
    ("kind", "normal", "pressed"),
    [
        ("release", "release.fill", "release.fill_press"),
        ("primary", "accent", "accent_press"),
        ("plain", "surface", "line"),
    ],
)
def test_each_kind_has_the_colours_of_its_states(
    qtbot: QtBot, window: QWidget, look: Look, kind: str, normal: str, pressed: str
) -> None:
    button = show(qtbot, window, KeyButton(kind, "F9", text="發給"))
    assert ground(button).name() == look.color(normal).name()
    button.setDown(True)
    assert ground(button).name() == look.color(pressed).name()
    button.setDown(False)
    button.setEnabled(False)
    assert ground(button).name() == look.color("disabled").name()


def test_the_key_presses_wherever_the_focus_is(qtbot: QtBot, window: QWidget) -> None:
    button = show(qtbot, window, KeyButton("primary", "F7", text="列印"))
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(window, Qt.Key.Key_F7)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_means_both_enter_keys(qtbot: QtBot, window: QWidget, key: Qt.Key) -> None:
    button = show(qtbot, window, KeyButton("primary", "Enter", text="下一位"))
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(window, key)


def test_a_busy_button_is_deaf_to_mouse_and_key(qtbot: QtBot, window: QWidget) -> None:
    button = show(qtbot, window, KeyButton("release", "F9", text="發給"))
    button.set_busy(True)
    with qtbot.assertNotEmitted(button.clicked):
        QTest.keyClick(window, Qt.Key.Key_F9)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        button.click()
    button.set_busy(False)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(window, Qt.Key.Key_F9)


def test_the_bar_of_a_busy_button_appears_after_a_while_and_leaves(qtbot: QtBot, window: QWidget) -> None:
    button = show(qtbot, window, KeyButton("plain", text="存檔"))
    before = button.grab().toImage()
    button.set_busy(True)
    assert button.grab().toImage() == before
    qtbot.waitUntil(lambda: button.grab().toImage() != before, timeout=2000)
    button.set_busy(False)
    assert button.grab().toImage() == before


def test_a_disabled_button_does_not_hear_its_key(qtbot: QtBot, window: QWidget) -> None:
    button = show(qtbot, window, KeyButton("release", "F9", text="發給"))
    heard: list[str] = []
    button.clicked.connect(lambda: heard.append("F9"))
    for enabled, times in ((False, 0), (True, 1)):
        button.setEnabled(enabled)
        QTest.keyClick(window, Qt.Key.Key_F9)
        assert len(heard) == times


def test_words_change_the_name_for_those_who_hear_the_screen(window: QWidget) -> None:
    button = KeyButton("plain", "F7", "printer")
    button.set_label("列印補件單")
    assert button.accessibleName() == "列印補件單"
    assert (button.kind, button.key, button.busy) == ("plain", "F7", False)


def test_words_and_key_have_room(look: Look) -> None:
    small, keyed = KeyButton(text="清除"), KeyButton(key="Esc", text="清除")
    assert keyed.sizeHint().width() > small.sizeHint().width()
    keyed.set_icon("undo")
    assert keyed.sizeHint().width() > KeyButton(key="Esc", text="清除").sizeHint().width()
    heights = {name: KeyButton(text="x", height=name).sizeHint().height() for name in ("row", "control", "large")}
    assert heights == {"row": 36, "control": 40, "large": 64}
    assert min(heights.values()) >= look.size("target_min")


def test_a_kind_can_change(qtbot: QtBot, window: QWidget, look: Look) -> None:
    button = show(qtbot, window, KeyButton("plain", text="下一位"))
    button.set_kind("primary")
    assert ground(button).name() == look.color("accent").name()
