# SPDX-License-Identifier: GPL-3.0-or-later
"""The one style sheet, made from the tokens; widgets are addressed by the own properties ``role``, ``type``, ``tone``."""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.ui.theme.tokens import FAMILY_NAMES, FONT_FAMILIES, Theme

INK_TONES = ("ink", "ink2", "ink3", "accent_ink", "on_accent", "paper_ink", "paper_ink2", "paper_ink3", "on_disabled")
"""The tones of a text that are colours of their own; ``<family>`` names the ink of a verdict family."""


def stylesheet(theme: Theme, *, compact: bool) -> str:
    """Write the style sheet of a theme in one of the two densities."""
    parts = [
        _base(theme),
        *_texts(theme),
        _surfaces(theme),
        _inputs(theme, compact=compact),
        _lists(theme),
        _bars(theme),
    ]
    return "\n".join(parts)


def _base(theme: Theme) -> str:
    faces = ", ".join(f'"{family}"' for family in FONT_FAMILIES)
    return f"""
* {{ font-family: {faces}; }}
QWidget {{ color: {theme.color("ink").name()}; font-size: {theme.type("body").size}px; outline: 0; }}
QToolTip {{ background: {theme.color("surface").name()}; border: 1px solid {theme.color("line_strong").name()}; }}
"""


def _texts(theme: Theme) -> Iterator[str]:
    for name in theme.type_names:
        style = theme.type(name)
        yield f'QLabel[type="{name}"] {{ font-size: {style.size}px; font-weight: {style.weight}; }}'
    yield 'QLabel[strong="true"] { font-weight: 700; }'
    yield 'QLabel[strong="false"] { font-weight: 400; }'
    for tone in INK_TONES:
        yield f'QLabel[tone="{tone}"] {{ color: {theme.color(tone).name()}; }}'
    for family in FAMILY_NAMES:
        yield f'QLabel[tone="{family}"] {{ color: {theme.family(family).ink.name()}; }}'
        yield f'QLabel[tone="on_{family}"] {{ color: {theme.family(family).on_fill.name()}; }}'


def _surfaces(theme: Theme) -> str:
    color, radius = theme.color, theme.size("radius_panel")
    notes = "\n".join(
        f'QFrame[role="note"][tone="{name}"] {{ background: {theme.family(name).tint.name()};'
        f" border: 1px solid {theme.family(name).edge.name()}; border-radius: {theme.size('radius_control')}px; }}"
        for name in FAMILY_NAMES
    )
    return f"""
QMainWindow, QDialog, QWidget[role="ground"] {{ background: {color("ground").name()}; }}
QWidget[role="chrome"] {{ background: {color("chrome").name()}; }}
QFrame[role="panel"] {{ background: {color("surface").name()}; border: 1px solid {color("line").name()};
    border-radius: {radius}px; }}
QFrame[role="paper"] {{ background: {color("paper").name()}; border: 1px solid {color("line").name()};
    border-radius: {theme.size("radius_keycap")}px; }}
QFrame[role="rule"] {{ background: {color("line").name()}; border: 0; }}
QFrame[role="paper-rule"] {{ background: {color("paper_ink3").name()}; border: 0; }}
{notes}
"""


def _inputs(theme: Theme, *, compact: bool) -> str:
    color, radius = theme.color, theme.size("radius_control")
    height = theme.size("control", compact=compact) - 2
    return f"""
QLineEdit, QPlainTextEdit {{ background: transparent; border: 0; padding: 0; color: {color("ink").name()};
    selection-background-color: {color("accent").name()}; selection-color: {color("on_accent").name()}; }}
QLineEdit:disabled {{ color: {color("on_disabled").name()}; }}
QPlainTextEdit[role="field"] {{ background: {color("surface").name()}; border: 1px solid {color("line_strong").name()};
    border-radius: {radius}px; padding: 8px; }}
QPushButton {{ font-weight: 700; min-height: {height}px; padding: 0 16px; border-radius: {radius}px;
    border: 1px solid {color("line_strong").name()}; background: {color("surface").name()}; }}
QPushButton:hover {{ background: {color("hover").name()}; }}
QPushButton:pressed {{ background: {color("line").name()}; }}
QPushButton[role="primary"] {{ color: {color("on_accent").name()}; background: {color("accent").name()};
    border-color: {color("accent").name()}; }}
QPushButton[role="primary"]:hover {{ background: {color("accent_hover").name()}; }}
QPushButton[role="primary"]:pressed {{ background: {color("accent_press").name()}; }}
QPushButton:disabled, QPushButton[role="primary"]:disabled {{ color: {color("on_disabled").name()};
    background: {color("disabled").name()}; border-color: {color("disabled").name()}; }}
"""


def _lists(theme: Theme) -> str:
    color, caption, radius = theme.color, theme.type("caption"), theme.size("radius_control")
    return f"""
QTableView {{ background: transparent; border: 0; gridline-color: transparent; }}
QHeaderView {{ background: transparent; border: 0; }}
QListWidget {{ background: {color("surface").name()}; border: 1px solid {color("line").name()};
    border-radius: {radius}px; padding: 4px; }}
QListWidget::item {{ padding: 8px; border-radius: {theme.size("radius_keycap")}px; }}
QListWidget::item:selected {{ background: {color("accent_tint").name()}; color: {color("accent_ink").name()}; }}
QMenu {{ background: {color("surface").name()}; border: 1px solid {color("line_strong").name()};
    border-radius: {radius}px; padding: 8px; }}
QMenu::item {{ padding: 8px 24px 8px 16px; min-height: 20px; border-radius: {theme.size("radius_keycap")}px; }}
QMenu::indicator {{ width: 0; height: 0; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::item:selected {{ background: {color("accent_tint").name()}; color: {color("accent_ink").name()}; }}
QMenu::item:disabled {{ color: {color("ink3").name()}; font-size: {caption.size}px; }}
QMenu::separator {{ height: 1px; background: {color("line").name()}; margin: 8px; }}
QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: {color("surface").name()}; }}
QCalendarWidget QWidget {{ alternate-background-color: {color("sunken").name()}; }}
QCalendarWidget QAbstractItemView {{ background: {color("surface").name()};
    selection-background-color: {color("accent").name()}; selection-color: {color("on_accent").name()}; }}
QCalendarWidget QToolButton {{ border: 0; padding: 8px; font-weight: 700; color: {color("ink").name()}; border-radius: {radius}px; background: transparent; }}
QCalendarWidget QToolButton:hover {{ background: {color("hover").name()}; }}
"""


def _bars(theme: Theme) -> str:
    handle = theme.color("line_strong").name()
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget[role="scrolled"] {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; border: 0; }}
QScrollBar::handle:vertical {{ background: {handle}; border-radius: 3px; min-height: 32px; margin: 2px 3px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; border: 0; }}
QScrollBar::handle:horizontal {{ background: {handle}; border-radius: 3px; min-width: 32px; margin: 3px 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
