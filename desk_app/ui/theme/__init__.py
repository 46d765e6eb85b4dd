# SPDX-License-Identifier: GPL-3.0-or-later
"""The theme: tokens, faces, icons and style sheets; nothing else in the program names a colour or a size."""

from desk_app.ui.theme.fonts import load_fonts
from desk_app.ui.theme.icons import icon_pixmap
from desk_app.ui.theme.look import Look, current_look, dress, wear
from desk_app.ui.theme.sheet import BAR, CALENDAR, LIST, MENU, NOTE, TABLE, sheet
from desk_app.ui.theme.tokens import FAMILY_NAMES, THEME_NAMES, Family, Theme, TypeStyle, load_theme

__all__ = [
    "BAR",
    "CALENDAR",
    "FAMILY_NAMES",
    "LIST",
    "MENU",
    "NOTE",
    "TABLE",
    "THEME_NAMES",
    "Family",
    "Look",
    "Theme",
    "TypeStyle",
    "current_look",
    "dress",
    "icon_pixmap",
    "load_fonts",
    "load_theme",
    "sheet",
    "wear",
]
