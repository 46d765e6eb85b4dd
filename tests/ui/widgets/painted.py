# SPDX-License-Identifier: GPL-3.0-or-later
"""What a widget has painted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def pixel(widget: QWidget, x: int, y: int) -> str:
    return widget.grab().toImage().pixelColor(x, y).name()
