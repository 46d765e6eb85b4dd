# SPDX-License-Identifier: GPL-3.0-or-later
"""A page as the main window opens it, alone."""

from __future__ import annotations

from typing import TypeVar

from pytestqt.qtbot import QtBot

from desk_app.ui.pages.page import Page

_Page = TypeVar("_Page", bound=Page)


def opened(qtbot: QtBot, page: _Page, size: tuple[int, int] = (1200, 800)) -> _Page:
    """Show a page with its words and its news."""
    qtbot.addWidget(page)
    page.resize(*size)
    page.retranslate()
    page.show()
    page.activate()
    return page
