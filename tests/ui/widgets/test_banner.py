# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict's banner: its colour, its words, its fading after a release."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desk_app.domain.verdict import VerdictCode
from desk_app.ui.context import UiContext
from desk_app.ui.theme import Look
from desk_app.ui.widgets import VerdictBanner
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.painted import pixel


@pytest.mark.parametrize("code", VerdictCode)
def test_a_verdict_fills_the_banner_with_its_colour(shown: Show, look: Look, code: VerdictCode) -> None:
    banner = VerdictBanner()
    shown(banner)
    banner.show_verdict(code.value, "可以發給", "May be released", "離校事項全部完成", "10:02 判定", "113-2")
    family, _icon = look.theme.verdict(code.value)
    assert pixel(banner, 20, 60) == look.theme.family(family).fill.name()
    framed = pixel(banner, banner.width() // 2, 6) != pixel(banner, 20, 60)
    assert framed == (code is VerdictCode.STOP)


@pytest.mark.parametrize("compact", [True, False])
def test_no_letter_of_a_stop_touches_its_frame(shown: Show, context: UiContext, compact: bool) -> None:
    context.set_compact(compact)
    banner = VerdictBanner()
    shown(banner)
    banner.show_verdict("STOP", "Stop", "", "Photo is not the visitor, call the supervisor to the desk: yyggppqq")
    picture = banner.grab().toImage()
    inside = banner.height() - 10
    fill = context.look.theme.family("stop").fill.name()
    assert {picture.pixelColor(x, y).name() for x in range(120, 400) for y in (inside, inside + 1)} == {fill}


def test_the_banner_names_verdict_reason_and_person(look: Look) -> None:
    banner = VerdictBanner()
    banner.set_person("王測一")
    assert banner.accessibleName() == "王測一"
    banner.show_verdict("HOLD", "暫緩發給", "On hold", "臺大圖書館的書未還")
    banner.set_person("王測一")
    assert banner.accessibleName() == "暫緩發給, On hold, 臺大圖書館的書未還, 王測一"
    assert (banner.words, banner.reason) == ("暫緩發給", "臺大圖書館的書未還")


def test_after_a_release_the_banner_is_a_tint_and_fades_into_it(shown: Show, qtbot: QtBot, look: Look) -> None:
    banner = VerdictBanner()
    shown(banner)
    banner.show_verdict("RELEASE", "可以發給", "May be released", "全部完成")
    banner.show_released("已發給", "Handed over", "王測一本人，10:04", "簽領單號", "M-20250605-042")
    tint = look.theme.family("release").tint.name()
    qtbot.waitUntil(lambda: pixel(banner, 20, 60) == tint, timeout=2000)
    assert banner.words == "已發給"


def test_an_empty_banner_paints_nothing_and_follows_the_density(shown: Show, context: UiContext) -> None:
    banner = VerdictBanner()
    shown(banner)
    before = banner.grab().toImage()
    assert (banner.words, banner.height()) == ("", 120)
    context.set_compact(True)
    assert banner.height() == 104
    assert before.pixelColor(20, 60) == banner.grab().toImage().pixelColor(20, 60)
