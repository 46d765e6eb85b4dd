# SPDX-License-Identifier: GPL-3.0-or-later
"""Printers: a folder for desks without one, and the system's CUPS."""

from __future__ import annotations

from desk_app.printing.cups import CupsPrinter
from desk_app.printing.folder import FolderPrinter

__all__ = ["CupsPrinter", "FolderPrinter"]
