# SPDX-License-Identifier: GPL-3.0-or-later
"""The line that says what the offices have answered: its words, its room, and whose the keyboard is."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desk_app.domain.errors import SourceError
from desk_app.domain.papers import Language
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import Label
from tests.ui.pages.pickup.conftest import UID, PageWindow
from tests.ui.pages.pickup.refreshing.conftest import CLEARED, OPEN, Portal, verdict
from tests.ui.prompt_tasks import LateTasks
from tests.ui.shots import cut, keep, settle


def test_the_line_says_what_has_changed_and_when(page: PickupPage, tasks: LateTasks, portal: Portal) -> None:
    page.presenter.open_card(UID)
    settle()
    assert page.refresh.isVisible()
    assert page.refresh.text == "正在向各單位查詢，所示為已存資料"
    portal.rows = (OPEN,)
    tasks.let_go()
    assert page.refresh.text == "10:02「離校系統」剛更新：圖書（臺大）未完成"
    page.presenter.ask_again()
    tasks.let_go()
    assert page.refresh.text == "10:02 已向「離校系統」查詢，資料沒有變動"
    portal.error = SourceError("source_unreachable", source=portal.name, detail="")
    page.refresh.button.click()
    tasks.let_go()
    assert page.refresh.text == "「離校系統」沒有回應；所示為 2 分鐘前的資料"
    page.context.set_language(Language.EN)
    page.retranslate()
    assert page.refresh.text == "Leaving system does not answer; shown are data from 2 min ago"


def test_an_answer_takes_the_keyboard_from_no_field(
    page: PickupPage, tasks: LateTasks, portal: Portal, qapp: QApplication
) -> None:
    page.activateWindow()
    page.presenter.open_card(UID)
    settle()
    field = page.steps.field_of_now()
    assert field is not None
    field.setFocus()
    settle()
    typing = qapp.focusWidget()
    assert typing is not None
    assert typing is field or field.isAncestorOf(typing)
    QTest.keyClicks(typing, "M-01")
    tasks.let_go()
    settle()
    assert qapp.focusWidget() is typing
    portal.rows = (OPEN,)
    page.presenter.ask_again()
    tasks.let_go()
    settle()
    assert verdict(page.presenter) is VerdictCode.HOLD
    assert qapp.focusWidget() is not page.refresh.button


def test_a_new_visitor_gets_the_keyboard_where_the_work_begins(
    page: PickupPage, tasks: LateTasks, qapp: QApplication
) -> None:
    page.activateWindow()
    page.presenter.open_card(UID)
    tasks.let_go()
    page.person.clear.setFocus()
    page.presenter.open_card("58237715")
    settle()
    assert qapp.focusWidget() is not page.person.clear


def test_an_answer_lays_no_hand_over_under_the_key_that_is_being_pressed(
    page: PickupPage, tasks: LateTasks, portal: Portal, signature: Signature, qapp: QApplication
) -> None:
    page.activateWindow()
    page.presenter.open_card(UID)
    page.presenter.confirm_serial("m-0123")
    page.presenter.signed(signature)
    portal.rows = (OPEN,)
    tasks.let_go()
    settle()
    page.work.print.setFocus()
    portal.rows = (CLEARED,)
    page.presenter.ask_again()
    tasks.let_go()
    settle()
    assert page.work.release.isEnabled()
    assert qapp.focusWidget() is not page.work.release


Scene = Callable[[PickupPage, LateTasks, Portal], None]


def _changed(page: PickupPage, tasks: LateTasks, portal: Portal) -> None:
    page.presenter.open_card(UID)
    portal.rows = (OPEN, dataclasses.replace(OPEN, item="GA_GOWN", source=""))
    tasks.let_go()


def _silent(page: PickupPage, tasks: LateTasks, portal: Portal) -> None:
    portal.error = SourceError("source_unreachable", source=portal.name, detail="")
    page.presenter.open_card(UID)
    tasks.let_go()


@pytest.mark.slow
@pytest.mark.parametrize("look", [*itertools.product(((1280, 720), (1440, 900)), Language, THEME_NAMES)], ids=str)
@pytest.mark.parametrize("scene", [_changed, _silent], ids=["changed", "silent"])
def test_every_word_of_the_line_has_room(
    page: PickupPage,
    tasks: LateTasks,
    portal: Portal,
    scene: Scene,
    look: tuple[tuple[int, int], Language, str],
) -> None:
    size, language, theme = look
    context = page.context
    context.set_theme(theme)
    context.set_language(language)
    context.set_compact(size[0] < 1400)
    page.presenter.clear()
    room = page.window()
    assert isinstance(room, PageWindow)
    room.fit(*size)
    scene(page, tasks, portal)
    settle()
    keep(page, f"refresh-{scene.__name__.strip('_')}-{language.value}-{theme}-{size[0]}")
    assert cut(page.refresh) == []
    (words,) = page.refresh.findChildren(Label)
    assert words.heightForWidth(words.width()) <= words.height()
