# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokens keep their promises: contrast, faces, icons, and no colour outside the theme."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QRawFont

from desk_app.domain.verdict import VerdictCode
from desk_app.resources import resource
from desk_app.ui.theme import (
    BAR,
    CALENDAR,
    FAMILY_NAMES,
    LIST,
    MENU,
    NOTE,
    TABLE,
    THEME_NAMES,
    Look,
    icon_pixmap,
    load_theme,
    sheet,
)

TOKENS = tomllib.loads(resource("theme", "tokens.toml").read_text(encoding="utf-8"))
PAIRS = [(theme, pair, ratio) for theme in THEME_NAMES for pair, ratio in TOKENS["contrast"][theme].items()]
NOT_TEXT = ("line_strong", "focus", "chart_a")
HEX = re.compile(r"[\"']#[0-9a-fA-F]{3,8}[\"']|QColor\((?!look\.)|Qt\.GlobalColor\.(?!transparent)")


def luminance(color: QColor) -> float:
    channels = (color.redF(), color.greenF(), color.blueF())
    parts = [part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4) for part in channels]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme", "pair", "ratio"), PAIRS)
def test_contrast_is_what_the_table_says_and_enough(theme: str, pair: str, ratio: float) -> None:
    front, back = pair.split(" on ")
    found = contrast(load_theme(theme).color(front), load_theme(theme).color(back))
    assert found == pytest.approx(ratio, abs=0.02)
    assert found >= (3.0 if front in NOT_TEXT else 4.5)


@pytest.mark.parametrize("code", VerdictCode)
def test_every_verdict_has_a_family_and_an_outline_of_its_own(code: VerdictCode) -> None:
    family, icon = load_theme("light").verdict(code.value)
    assert family in FAMILY_NAMES
    others = [load_theme("light").verdict(other.value)[1] for other in VerdictCode if other is not code]
    assert icon not in others


def test_every_named_icon_exists_and_paints_in_the_ink_asked_for(look: Look) -> None:
    names = [
        name
        for group in ("pages", "verdicts", "item_states", "lamps", "things", "acts")
        for name in TOKENS["icons"][group]
    ]
    ink = QColor(look.color("accent"))
    for name in names:
        image = icon_pixmap(name, ink, 24, 2.0).toImage()
        solid = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert image.width() == 48
        assert solid
        assert all(abs(pixel.red() - ink.red()) <= 1 for pixel in solid), name


def test_the_bundled_faces_are_the_ones_used(bundled_fonts: tuple[str, ...], look: Look) -> None:
    assert bundled_fonts[0] == "Noto Sans TC"
    for name, (size, _line, weight) in TOKENS["type"].items():
        font = look.font(name)
        assert (font.pixelSize(), font.weight()) == (size, weight)
        assert QRawFont.fromFont(font).familyName() == "Noto Sans TC"


def test_numerals_are_tabular(look: Look) -> None:
    metrics = QFontMetrics(look.font("body"))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_compact_takes_its_own_sizes_and_shares_the_rest() -> None:
    theme = load_theme("light")
    assert (theme.size("banner"), theme.size("banner", compact=True)) == (120, 104)
    assert (theme.size("rail"), theme.size("rail", compact=True)) == (80, 80)
    assert (theme.extent("photo"), theme.extent("photo", compact=True)) == ((144, 192), (112, 148))
    assert theme.item_state("STALE") == ("hold", "state-stale", "dashed")


def test_a_colour_given_away_cannot_change_the_theme() -> None:
    theme = load_theme("dark")
    before = theme.color("ink3").name()
    theme.color("ink3").setRgb(1, 2, 3)
    assert theme.color("ink3").name() == before


@pytest.mark.parametrize("name", THEME_NAMES)
def test_the_style_sheets_name_only_colours_of_their_theme(name: str) -> None:
    plain = {value.lower() for value in TOKENS[name].values() if isinstance(value, str)}
    for family in FAMILY_NAMES:
        plain |= {value.lower() for value in TOKENS[name][family].values()}
    parts = (BAR, CALENDAR, LIST, MENU, NOTE, TABLE)
    used = {color for part in parts for color in re.findall(r"#[0-9a-fA-F]{6}", sheet(part, load_theme(name)))}
    assert used
    assert {color.lower() for color in used} <= plain


def test_no_page_or_widget_has_a_colour_of_its_own(project_root: Path) -> None:
    folder = project_root / "desk_app" / "ui"
    paths = [path for path in folder.rglob("*.py") if path.parent.name != "theme"]
    found = {
        f"{path.relative_to(folder)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if HEX.search(line)
    }
    assert len(paths) > 20
    assert found == set()
