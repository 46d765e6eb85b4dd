# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks mixed Chinese and Latin text into lines: words stay whole, marks never stand at the wrong end of a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_CLOSING = "，。、；：？！）」』】〕》…·・,.;:?!)]}%’”"
_OPENING = "（「『【〔《([{‘“"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff"
_UNIT = re.compile(rf"[{re.escape(_OPENING)}]*(?:[{_WIDE}]|[^\s{_WIDE}]+|\s+)[{re.escape(_CLOSING)}]*")

Measure = Callable[[str], float]
"""Gives a width that is the sum of the widths of the parts: the papers are set without kerning."""


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Break a text into lines no wider than ``width`` by the given measure; an over-long word is cut."""
    lines: list[str] = []
    line, used = "", 0.0
    for unit in _units(text, width, measure):
        needed = measure(unit)
        # A space at the end of a line hangs over: it needs no room.
        if line and not unit.isspace() and used + needed > width:
            lines.append(line.rstrip())
            line, used = unit.lstrip(), needed
        else:
            line, used = line + unit, used + needed
    return [*lines, line.rstrip()] if line.rstrip() or not lines else lines


def _units(text: str, width: float, measure: Measure) -> Iterator[str]:
    """Give the parts between which a line may break."""
    for found in _UNIT.finditer(text):
        unit = found.group()
        while len(unit) > 1 and measure(unit) > width:
            fits = max(1, _fitting(unit, width, measure))
            yield unit[:fits]
            unit = unit[fits:]
        yield unit


def _fitting(unit: str, width: float, measure: Measure) -> int:
    """Count how many leading characters of a word fit into a line."""
    low, high = 0, len(unit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(unit[:middle]) <= width else (low, middle - 1)
    return low
