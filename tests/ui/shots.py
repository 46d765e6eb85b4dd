# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at a window as a person does: which words are cut, and a picture to look at."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desk_app.ui.widgets import Chip, KeyButton, Label, Lamp
from desk_app.ui.widgets.segmented import Segmented

SIZES = ((1280, 720), (1440, 900))


def cut(window: QWidget) -> list[str]:
    """Name the words that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if (isinstance(widget, Label) and not widget.wordWrap() and widget.text()) or isinstance(
            widget, (KeyButton, Chip, Lamp)
        ):
            needed, given = widget.sizeHint(), widget.size()
        elif isinstance(widget.parentWidget(), Segmented):
            needed, given = widget.minimumSizeHint(), widget.size()
        else:
            continue
        if needed.width() > given.width() or needed.height() > given.height() + 1:
            found.append(f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}")
    return found


def settle() -> None:
    """Let nested layouts settle: each hands its new size on in an event of its own."""
    for _ in range(4):
        QApplication.processEvents()


def keep(widget: QWidget, name: str) -> None:
    """Keep a picture where ``DESK_SHOTS`` says, if it says so."""
    folder = os.environ.get("DESK_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(Path(folder) / f"{name}.png"))
