# SPDX-License-Identifier: GPL-3.0-or-later
"""A window to show widgets in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.ui.theme import Look

Show = Callable[..., QMainWindow]


@pytest.fixture
def shown(qtbot: QtBot, look: Look) -> Iterator[Show]:
    """Give a function that shows widgets in an active window."""
    windows: list[QMainWindow] = []

    def show(*widgets: QWidget) -> QMainWindow:
        window = QMainWindow()
        windows.append(window)
        inner = QWidget()
        column = QVBoxLayout(inner)
        for widget in widgets:
            column.addWidget(widget)
        window.setCentralWidget(inner)
        qtbot.addWidget(window)
        window.resize(640, 480)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield show
    windows.clear()
