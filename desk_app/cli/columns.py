# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays help out in the columns of a terminal, where a Chinese character takes two and may end a line by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import click
from typing_extensions import override

_NEVER_FIRST = frozenset("，。、；：！？）」』》〉】…")
_NEVER_LAST = frozenset("（「『《〈【")
_WIDEST_TERM = 30
_GAP = 2
_NARROWEST = 10


def columns(text: str) -> int:
    """Give how many columns a text takes: two for each wide character (Unicode's East Asian Width W and F)."""
    return sum(2 if _is_wide(character) else 1 for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a paragraph into lines of at most ``width`` columns.

    A line ends at a space or beside a wide character, never before a closing mark or after an opening one; only a word
    that is wider than a whole line stands out.
    """
    lines: list[str] = []
    line = ""
    for space, piece in _pieces(text):
        longer = line + space + piece if line else piece
        if line and columns(longer) > width:
            lines.append(line)
            longer = piece
        line = longer
    return [*lines, line] if line else lines


class ColumnFormatter(click.HelpFormatter):
    """Writes help by columns; headings and the mark of the usage line are texts with their own colon."""

    @override
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        head = f"{prefix or ''}{prog} "
        first, *others = wrapped(args, max(self.width - columns(head), _NARROWEST)) or [""]
        self.write(f"{head}{first}".rstrip() + "\n")
        for line in others:
            self.write(f"{' ' * columns(head)}{line}\n")

    @override
    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{heading}\n")

    @override
    def write_text(self, text: str) -> None:
        """Write paragraphs; lines that begin with a space keep their form, as tables need it."""
        indent = " " * self.current_indent
        for line in text.splitlines():
            kept = [line] if line.startswith(" ") else wrapped(line, self.width - self.current_indent) or [""]
            for part in kept:
                self.write(f"{indent}{part}".rstrip() + "\n")

    @override
    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _WIDEST_TERM, col_spacing: int = _GAP) -> None:
        """Write terms and what they mean side by side; a term wider than ``col_max`` columns has a line of its own."""
        known = list(rows)
        first_column = min(max((columns(term) for term, _ in known), default=0), col_max) + col_spacing
        margin = " " * self.current_indent
        beside = margin + " " * first_column
        for term, meaning in known:
            lines = wrapped(meaning, max(self.width - columns(beside), _NARROWEST))
            room = first_column - columns(term)
            begun = " " * room + lines.pop(0) if lines and room >= col_spacing else ""
            self.write(f"{margin}{term}{begun}\n")
            for line in lines:
                self.write(f"{beside}{line}\n")


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Give what may not be broken, each with the space before it, if there is one."""
    for number, word in enumerate(text.split()):
        space = " " if number else ""
        piece = ""
        for character in word:
            if piece and _may_break(piece[-1], character):
                yield space, piece
                space, piece = "", ""
            piece += character
        yield space, piece


def _may_break(before: str, after: str) -> bool:
    if before in _NEVER_LAST or after in _NEVER_FIRST:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
