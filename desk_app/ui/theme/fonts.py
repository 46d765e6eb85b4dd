# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads the bundled faces, so that no screen depends on the fonts of the machine."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

from desk_app.resources import resource

FONT_FILES = ("NotoSansTC-Regular.ttf", "NotoSansTC-Bold.ttf", "DeskRareSung.ttf")


def load_fonts() -> tuple[str, ...]:
    """Load the bundled faces and give the names of their families; the rare-character face may be absent."""
    families: list[str] = []
    for name in FONT_FILES:
        path = resource("fonts", name)
        if not path.is_file():
            continue
        for family in QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path))):
            if family not in families:
                families.append(family)
    return tuple(families)
