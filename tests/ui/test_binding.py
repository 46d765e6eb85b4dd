# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards the Qt binding: PySide6 6.12.0 on Python 3.11 loses a reference to ``None`` on almost every void call."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 1000
SLACK = 50
"""Other code may take or give back a few references meanwhile; the fault loses about one a call."""


def test_void_calls_keep_the_references_to_none(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for number in range(CALLS):
        widget.setToolTip(str(number))
        widget.update()
    assert abs(sys.getrefcount(None) - before) < SLACK
