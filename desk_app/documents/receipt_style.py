# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and type of the receipt: A5, two weights, one accent."""

from __future__ import annotations

from desk_app.documents.sheet import INK2, INK3, Sheet, Style
from desk_app.documents.words import Words
from desk_app.domain.papers import ReceiptContent

PAGE = (419.53, 595.28)
"""A5 in points: the size of the receipt tray at the desks."""

MARGIN = 28.0
WIDTH = PAGE[0] - 2 * MARGIN

CAPTION = Style(5.8, 8.0, colour=INK3)
SECOND = Style(6.4, 9.0, colour=INK2)
BODY = Style(7.6, 11.5)
STRONG = Style(8.4, 12.0, bold=True)
HEAD = Style(9.2, 12.0, bold=True)
NUMBER = Style(12.0, 16.0, bold=True)
TITLE = Style(16.0, 20.0, bold=True)
NAME = Style(17.0, 23.0, bold=True)
NAME_LONG = Style(12.0, 16.0, bold=True)
MARK = Style(11.0, 14.0, bold=True)


class Frame:
    """A receipt's content on a sheet at one scale."""

    def __init__(self, sheet: Sheet, content: ReceiptContent, words: Words, scale: float) -> None:
        self.sheet = sheet
        self.content = content
        self.words = words
        self.scale = scale

    def of(self, points: float) -> float:
        """Give a length at this scale."""
        return points * self.scale

    def at(self, style: Style) -> Style:
        """Give a style at this scale."""
        return style.scaled(self.scale)
