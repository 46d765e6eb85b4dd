# SPDX-License-Identifier: GPL-3.0-or-later
"""The ring surrounds what has the keyboard, follows it and leaves with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.ui.widgets import Field, FocusRing, KeyButton, ScrollPane
from tests.ui.widgets.conftest import Show


def test_the_ring_surrounds_what_has_the_keyboard(shown: Show) -> None:
    field, button = Field("scan", "掃描"), KeyButton(text="清除")
    window = shown(field, button)
    ring = FocusRing(window)
    button.setFocus()
    assert ring.target is button
    assert ring.geometry().size() == button.size() + QSize(8, 8)
    field.setFocus()
    assert ring.target is field.edit.parentWidget()
    field.hide()
    assert not ring.isVisible() or ring.target is not field.edit.parentWidget()


def test_the_ring_follows_and_leaves_with_its_control(shown: Show, qtbot: QtBot) -> None:
    button, other = KeyButton(text="清除"), QWidget()
    window = shown(button, other)
    ring = FocusRing(window)
    button.setFocus()
    before = ring.geometry()
    window.resize(800, 600)
    qtbot.waitUntil(lambda: ring.geometry() != before, timeout=2000)
    assert ring.isVisible()
    assert not ring.grab().isNull()
    button.clearFocus()
    assert not ring.isVisible()
    assert ring.target is None


def test_the_ring_stays_inside_the_pane_that_scrolls_its_control(shown: Show) -> None:
    inner = QWidget()
    column = QVBoxLayout(inner)
    buttons = [KeyButton(text=str(number)) for number in range(30)]
    for button in buttons:
        column.addWidget(button)
    pane = ScrollPane(inner)
    window = shown(pane)
    ring = FocusRing(window)
    buttons[0].setFocus()
    pane.verticalScrollBar().setValue(20)
    top = pane.viewport().mapTo(window, QPoint(0, 0)).y()
    assert ring.geometry().top() >= top - 4


def test_the_ring_survives_the_end_of_its_control(shown: Show, qtbot: QtBot) -> None:
    button, other = KeyButton(text="清除"), KeyButton(text="下一位")
    window = shown(button, other)
    ring = FocusRing(window)
    button.setFocus()
    with qtbot.waitSignal(button.destroyed):
        button.deleteLater()
    other.setFocus()
    assert ring.target is other
    assert ring.isVisible()
