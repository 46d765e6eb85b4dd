# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks the fields into which numbers are scanned: no barcode is taken for a card there, no input method composes with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtWidgets import QWidget

_TAKES_SCANS = "takesScans"


def take_scans(field: QWidget) -> None:
    """Let a field have whatever is scanned into it."""
    field.setProperty(_TAKES_SCANS, "yes")


def takes_scans(field: QWidget) -> bool:
    """Tell whether a field has whatever is scanned into it."""
    return bool(field.property(_TAKES_SCANS))


def refuse_input_method(event: QInputMethodQueryEvent) -> bool:
    """Answer an input method that it has nothing to compose here: it would take keys that were scanned for its own."""
    event.setValue(Qt.InputMethodQuery.ImEnabled, False)  # noqa: FBT003 - Qt's own signature
    event.accept()
    return True
