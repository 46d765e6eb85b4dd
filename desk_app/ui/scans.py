# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks the fields into which numbers are scanned: there a barcode is never taken for a card."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

_TAKES_SCANS = "takesScans"


def take_scans(field: QWidget) -> None:
    """Let a field have whatever is scanned into it."""
    field.setProperty(_TAKES_SCANS, "yes")


def takes_scans(field: QWidget) -> bool:
    """Tell whether a field has whatever is scanned into it."""
    return bool(field.property(_TAKES_SCANS))
