# SPDX-License-Identifier: GPL-3.0-or-later
"""The theme: tokens, faces, icons and the style sheet; nothing else in the program names a colour or a size."""

from desk_app.ui.theme.fonts import load_fonts
from desk_app.ui.theme.icons import icon_pixmap
from desk_app.ui.theme.look import Look, current_look, wear
from desk_app.ui.theme.sheet import stylesheet
from desk_app.ui.theme.tokens import FAMILY_NAMES, THEME_NAMES, Family, Theme, TypeStyle, load_theme

__all__ = [
    "FAMILY_NAMES",
    "THEME_NAMES",
    "Family",
    "Look",
    "Theme",
    "TypeStyle",
    "current_look",
    "icon_pixmap",
    "load_fonts",
    "load_theme",
    "stylesheet",
    "wear",
]
