# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens of the look: every colour, size and duration, read from the one theme file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtGui import QColor, QFont

from desk_app.resources import resource

FONT_FAMILIES = ("Noto Sans TC", "Desk Rare Sung")
"""The bundled faces: the first for everything, the second for characters that the first lacks."""

FAMILY_NAMES = ("release", "hold", "stop", "refer", "notnow")
THEME_NAMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Family:
    """The colours of one verdict family."""

    fill: QColor
    fill_hover: QColor
    fill_press: QColor
    on_fill: QColor
    tint: QColor
    edge: QColor
    ink: QColor


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One of the five sizes of type: pixels of size and line, and weight."""

    size: int
    line: int
    weight: int


class Theme:
    """One theme of the token file; every colour, length (px at 100 %) and duration (ms) is asked for by name."""

    def __init__(self, name: str, tokens: Mapping[str, Any]) -> None:
        self.name = name
        plain = tokens[name]
        self._colors = {key: QColor(value) for key, value in plain.items() if isinstance(value, str)}
        self._families = {
            key: Family(**{part: QColor(value) for part, value in plain[key].items()}) for key in FAMILY_NAMES
        }
        self._sizes: dict[str, Any] = {
            **tokens["size"],
            **tokens["space"],
            **{f"radius_{key}": value for key, value in tokens["radius"].items()},
            **{f"line_{key}": value for key, value in tokens["line"].items()},
        }
        self._durations: dict[str, int] = tokens["duration"]
        self._types = {key: TypeStyle(*value) for key, value in tokens["type"].items()}
        self._verdicts: Mapping[str, list[str]] = tokens["verdict"]
        self._item_states: Mapping[str, list[str]] = tokens["item_state"]

    def color(self, token: str) -> QColor:
        """Give the colour of a token such as ``ink2``; a dotted one (``hold.ink``) names a family's colour."""
        family, _, part = token.partition(".")
        if not part:
            return QColor(self._colors[token])
        found: QColor = getattr(self._families[family], part)
        return QColor(found)

    def family(self, name: str) -> Family:
        """Give the colours of a verdict family."""
        return self._families[name]

    def size(self, token: str, *, compact: bool = False) -> int:
        """Give a length in px; in compact density the ``_compact`` value where there is one."""
        return int(self._sizes.get(f"{token}_compact", self._sizes[token]) if compact else self._sizes[token])

    def extent(self, token: str, *, compact: bool = False) -> tuple[int, int]:
        """Give a width and height in px (``photo``)."""
        value = self._sizes.get(f"{token}_compact", self._sizes[token]) if compact else self._sizes[token]
        return (int(value[0]), int(value[1]))

    def duration(self, token: str) -> int:
        """Give a duration in milliseconds."""
        return self._durations[token]

    def type(self, name: str) -> TypeStyle:
        """Give one of the five sizes of type."""
        return self._types[name]

    def font(self, type_name: str, *, bold: bool | None = None) -> QFont:
        """Give the font of a size of type; ``bold`` overrides its own weight."""
        style = self._types[type_name]
        font = QFont()
        font.setFamilies(FONT_FAMILIES)
        font.setPixelSize(style.size)
        heavy = style.weight >= QFont.Weight.Bold if bold is None else bold
        font.setWeight(QFont.Weight.Bold if heavy else QFont.Weight.Normal)
        return font

    def verdict(self, code: str) -> tuple[str, str]:
        """Give colour family and icon of a verdict."""
        family, icon = self._verdicts[code]
        return family, icon

    def item_state(self, code: str) -> tuple[str, str, str]:
        """Give colour family, icon and kind of tile (none, solid, dashed) of a clearance item's state."""
        family, icon, tile = self._item_states[code]
        return family, icon, tile


@cache
def _tokens() -> Mapping[str, Any]:
    return tomllib.loads(resource("theme", "tokens.toml").read_text(encoding="utf-8"))


def icon_strokes() -> Mapping[str, float]:
    """Give the widths of the icons' lines on their grid, by kind of size."""
    icons = _tokens()["icons"]
    return {name: icons[name] for name in ("stroke", "stroke_small", "stroke_large")}


@cache
def load_theme(name: str) -> Theme:
    """Load a theme, ``light`` or ``dark``."""
    return Theme(name, _tokens())
