# SPDX-License-Identifier: GPL-3.0-or-later
"""Lamps, chips, tiles, steps, texts and icons: told by shape and words, not by colour alone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desk_app.ui.theme import Look, load_theme, wear
from desk_app.ui.widgets import Chip, Icon, IconLabel, Keycap, Label, Lamp, LampState, NumberDot, Rule, ScrollPane, Tile
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.painted import pixel


def test_a_lamp_differs_by_shape_and_words_not_by_colour_alone(shown: Show) -> None:
    lamp = Lamp("讀卡機")
    shown(lamp)
    widths = [lamp.sizeHint().width()]
    for state, words in ((LampState.FAULT, "讀卡機"), (LampState.ABSENT, "讀卡機")):
        lamp.set_state(state, words)
        widths.append(lamp.sizeHint().width())
        assert not lamp.grab().isNull()
    assert widths[0] < widths[1] == widths[2]
    assert (lamp.state, lamp.text, lamp.accessibleName()) == (LampState.ABSENT, "讀卡機", "讀卡機")


def test_a_chip_has_the_colours_of_its_family(shown: Show, look: Look) -> None:
    chip = Chip("plain", "補印")
    shown(chip)
    assert pixel(chip, 4, 12) == look.color("surface").name()
    chip.set_state("hold", "未完成", "state-open")
    chip.resize(chip.sizeHint())
    assert pixel(chip, 4, 12) == look.theme.family("hold").tint.name()
    assert (chip.text, chip.tone, chip.height()) == ("未完成", "hold", 24)


def test_tile_is_solid_when_the_office_says_no_and_dashed_when_nobody_knows(shown: Show, look: Look) -> None:
    tile = Tile("state-open", "hold")
    shown(tile)
    assert pixel(tile, 5, 20) == look.theme.family("hold").tint.name()
    tile.set_state("state-stale", "hold", dashed=True)
    assert pixel(tile, 5, 20) == look.color("surface").name()
    tile.set_state("receipt", "plain")
    assert pixel(tile, 5, 20) == look.color("sunken").name()


@pytest.mark.parametrize(("state", "token"), [("now", "accent"), ("done", "release.tint"), ("stop", "stop.tint")])
def test_a_step_has_its_circle(shown: Show, look: Look, state: str, token: str) -> None:
    dot = NumberDot(2)
    shown(dot)
    todo = pixel(dot, 14, 4)
    dot.set_state(2, state)
    assert pixel(dot, 14, 4) == look.color(token).name() != todo
    dot.set_state(2, "bad")
    assert not dot.grab().isNull()


def test_texts_icons_and_rules(shown: Show, look: Look) -> None:
    label, rule, cap = Label("暫緩", "lead", "hold"), Rule(), Keycap("F9")
    row, pane = IconLabel("mail", "電子郵件"), ScrollPane(QWidget())
    shown(label, rule, cap, row, pane, Rule(vertical=True), Icon("card"))
    assert label.palette().windowText().color().name() == look.theme.family("hold").ink.name()
    label.set_tone("ink2")
    label.set_strong(False)
    assert label.palette().windowText().color().name() == look.color("ink2").name()
    label.set_text("")
    assert not label.isVisible()
    assert rule.height() == 1
    assert cap.sizeHint().width() < Keycap("Ctrl K").sizeHint().width()
    row.set_icon("info")
    row.set_tone("release")
    row.set_text("")
    assert (row.isVisible(), row.icon) == (False, "info")


def test_a_text_that_got_the_usual_ink_wears_the_next_look_too(shown: Show, qapp: QApplication, look: Look) -> None:
    label = Label("已詢問各單位", "caption", "ink3")
    shown(label)
    label.set_tone("ink")
    dark = Look(load_theme("dark"))
    wear(qapp, dark)
    assert label.palette().windowText().color().name() == dark.color("ink").name() != look.color("ink").name()


def test_a_strong_lamp_has_its_word_in_the_ink_of_its_state(shown: Show, look: Look) -> None:
    plain, strong = Lamp("就緒"), Lamp("就緒", strong=True)
    shown(plain, strong)
    inks = {strong.grab().toImage().pixelColor(x, y).name() for x in range(strong.width()) for y in range(20)}
    assert look.theme.family("release").ink.name() in inks
    for state in (LampState.FAULT, LampState.ABSENT):
        strong.set_state(state, "就緒")
        assert strong.sizeHint().width() > plain.sizeHint().width()
