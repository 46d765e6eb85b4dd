# SPDX-License-Identifier: GPL-3.0-or-later
"""Style sheets for the few controls of Qt's own that are not painted here: menus, lists, tables, the calendar, scroll bars.

Each wears its own. One for the whole application would make Qt match every widget against it, each time that one is made
or moved: a record would come to the screen half as fast.
"""

from __future__ import annotations

from desk_app.ui.theme.tokens import Theme

BAR, CALENDAR, LIST, MENU, NOTE, TABLE = "bar", "calendar", "list", "menu", "note", "table"


def sheet(part: str, theme: Theme) -> str:
    """Write the style sheet of a kind of control in a theme."""
    return {
        BAR: _bars,
        CALENDAR: _calendar,
        LIST: _list,
        MENU: _menu,
        NOTE: _note,
        TABLE: _table,
    }[part](theme)


def _note(theme: Theme) -> str:
    color = theme.color
    return f"""
QPlainTextEdit {{ background: {color("surface").name()}; border: 1px solid {color("line_strong").name()};
    border-radius: {theme.size("radius_control")}px; padding: 8px; }}
{_bars(theme)}"""


def _table(theme: Theme) -> str:
    return f"""
QTableView {{ background: transparent; border: 0; gridline-color: transparent; outline: 0; }}
QHeaderView {{ background: transparent; border: 0; }}
{_bars(theme)}"""


def _list(theme: Theme) -> str:
    color = theme.color
    return f"""
QListWidget {{ background: {color("surface").name()}; border: 1px solid {color("line").name()};
    border-radius: {theme.size("radius_control")}px; padding: 4px; outline: 0; }}
QListWidget::item {{ padding: 8px; border-radius: {theme.size("radius_keycap")}px; }}
QListWidget::item:selected {{ background: {color("accent_tint").name()}; color: {color("accent_ink").name()}; }}
{_bars(theme)}"""


def _menu(theme: Theme) -> str:
    color, caption = theme.color, theme.type("caption")
    return f"""
QMenu {{ background: {color("surface").name()}; border: 1px solid {color("line_strong").name()};
    border-radius: {theme.size("radius_control")}px; padding: 8px; color: {color("ink").name()}; }}
QMenu::item {{ padding: 8px 24px 7px 16px; min-height: 20px; border-radius: {theme.size("radius_keycap")}px; }}
QMenu::indicator {{ width: 0; height: 0; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::item:selected {{ background: {color("accent_tint").name()}; color: {color("accent_ink").name()}; }}
QMenu::item:disabled {{ color: {color("ink3").name()}; font-size: {caption.size}px; }}
QMenu::separator {{ height: 1px; background: {color("line").name()}; margin: 6px 8px; }}"""


def _calendar(theme: Theme) -> str:
    color, radius = theme.color, theme.size("radius_control")
    return f"""
QWidget {{ outline: 0; }}
QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: {color("surface").name()}; }}
QCalendarWidget QWidget {{ alternate-background-color: {color("sunken").name()}; }}
QCalendarWidget QAbstractItemView {{ background: {color("surface").name()}; border: 0;
    selection-background-color: {color("accent").name()}; selection-color: {color("on_accent").name()}; }}
QCalendarWidget QToolButton {{ border: 0; padding: 8px; font-weight: 700; color: {color("ink").name()};
    border-radius: {radius}px; background: transparent; }}
QCalendarWidget QToolButton:hover {{ background: {color("hover").name()}; }}
{_menu(theme)}"""


def _bars(theme: Theme) -> str:
    handle = theme.color("line_strong").name()
    return f"""
QScrollBar:vertical {{ background: transparent; width: 14px; margin: 0; border: 0; }}
QScrollBar::handle:vertical {{ background: {handle}; border-radius: 3px; min-height: 32px;
    margin: 2px 2px 2px 6px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; border: 0; }}
QScrollBar::handle:horizontal {{ background: {handle}; border-radius: 3px; min-width: 32px; margin: 3px 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}"""
