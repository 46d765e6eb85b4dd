# SPDX-License-Identifier: GPL-3.0-or-later
"""The slip on the screen: in a narrow window all of an everyday list is seen at once, and every line leads somewhere."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from desk_app.domain.facts import ItemState
from desk_app.domain.papers import Language, SlipContent, SlipLine
from desk_app.domain.records import ItemRecord
from desk_app.services.slips import slip_for
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.slip_view import SlipView
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.widgets import Label, ScrollPane
from tests.ui.pages.pickup.conftest import TEN, PageWindow, Roster
from tests.ui.shots import cut, settle

LIST = (("GA_GOWN", ""), ("LIB_BOOKS", "NTNU"), ("CUR_SURVEY", ""))


@pytest.fixture
def held(page: PickupPage, roster: Roster) -> PickupPage:
    """The page, as narrow as it gets, with somebody who has three things to settle."""
    at = TEN - timedelta(minutes=2)
    items = tuple(ItemRecord(item, source, ItemState.OPEN, at) for item, source in LIST)
    roster.enrol("41073901H", "0A0B0C0D", "M-0287", name="范姜測巳", items=items)
    room = page.window()
    assert isinstance(room, PageWindow)
    page.context.set_compact(True)
    room.fit(1280, 720)
    page.presenter.open_card("0A0B0C0D")
    settle()
    return page


def said(view: SlipView) -> list[str]:
    return [label.text() for label in view.findChildren(Label) if label.isVisible()]


def pane_of(page: PickupPage) -> ScrollPane:
    return next(pane for pane in page.work.findChildren(ScrollPane) if pane.isAncestorOf(page.work.slip))


@pytest.mark.parametrize("language", Language)
def test_three_things_and_how_to_log_in_need_no_scrolling(held: PickupPage, language: Language) -> None:
    held.presenter.set_slip_language(language)
    settle()
    assert len([text for text in said(held.work.slip) if "學號" in text or "student number" in text]) == 1
    assert pane_of(held).verticalScrollBar().maximum() == 0
    assert cut(held.work.slip) == []


def test_a_line_names_the_phone_or_else_the_office(held: PickupPage) -> None:
    assert said(held.work.slip)[3:9] == [
        "歸還學位服", "總務處", "歸還師大圖書館的書", "圖書館", "填寫課程意見調查", "課務組",
    ]  # fmt: skip
    case = held.presenter.state.case
    assert case is not None
    slip = slip_for(held.desk.policy, case, Language.ZH, TEN)
    assert slip is not None
    view = held.work.slip
    view.show_slip(_with_phone(slip, "02-7749-1117"))
    settle()
    assert said(view)[3:5] == ["歸還學位服", "02-7749-1117"]


def _with_phone(slip: SlipContent, phone: str) -> SlipContent:
    return dataclasses.replace(slip, lines=(dataclasses.replace(slip.lines[0], phone=phone),))


def test_a_line_that_names_its_office_says_it_once(held: PickupPage) -> None:
    held.presenter.choose(Choice.BY_PROXY)
    settle()
    texts = said(held.work.slip)
    assert [text for text in texts if "總務處" in text] == ["總務處有未完成事項"]
    assert pane_of(held).verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("screen", Language)
@pytest.mark.parametrize("language", Language)
def test_what_a_proxy_takes_along_from_three_offices_needs_no_scrolling(
    held: PickupPage, language: Language, screen: Language
) -> None:
    held.context.set_language(screen)
    held.presenter.choose(Choice.BY_PROXY)
    held.presenter.set_slip_language(language)
    settle()
    assert pane_of(held).verticalScrollBar().maximum() == 0
    assert cut(held.work.slip) == []


def test_what_no_office_owns_says_what_to_do(held: PickupPage) -> None:
    case = held.presenter.state.case
    assert case is not None
    slip = slip_for(held.desk.policy, case, Language.ZH, TEN)
    assert slip is not None
    line = SlipLine(title="尚未登入離校系統辦理", detail="請登入離校系統辦理離校程序")
    held.work.slip.show_slip(dataclasses.replace(slip, lines=(line,)))
    settle()
    assert "請登入離校系統辦理離校程序" in said(held.work.slip)


def test_a_wide_window_names_office_and_phone(held: PickupPage) -> None:
    room = held.window()
    assert isinstance(room, PageWindow)
    held.context.set_compact(False)
    room.fit(1440, 900)
    settle()
    assert "總務處  電話未登錄" in said(held.work.slip)
    assert pane_of(held).verticalScrollBar().maximum() == 0
