# SPDX-License-Identifier: GPL-3.0-or-later
"""Editions side by side: what differs, and dates that nobody changed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk_app.domain.papers import Language
from desk_app.ui.context import UiContext
from desk_app.ui.pages.policy.page import PolicyPage
from tests.ui.pages.policy.conftest import words

pytestmark = pytest.mark.slow


def test_dates_that_nobody_changed_come_first_and_are_notes(page: PolicyPage) -> None:
    page.show_part("compare")
    assert (page.compare.a.value, page.compare.b.value) == ("ntnu-113-1", "ntnu-113-2")
    rows = page.compare.table.rows
    assert [row.note for row in rows[:4]] == [True, True, True, False]
    assert [row.cells[1].text for row in rows[:3]] == [
        "離校系統・開放・起",
        "離校系統・登入方式 1・起",
        "離校系統・登入方式 2・起",
    ]
    kinds = [row.cells[0].text for row in rows]
    assert kinds == sorted(kinds, key=["日期未更新", "已變更", "僅前一版", "僅新一版"].index)
    assert page.compare.counts.text().startswith("日期未更新 3・")


def test_another_choice_is_compared_and_a_row_is_read_in_full(page: PolicyPage) -> None:
    page.show_part("compare")
    page.compare.a.choose("ntnu-112-2")
    title = next(row for row in page.compare.table.rows if row.cells[1].text == "版本・英文名稱")
    page.compare.table.choose(title.key)
    assert {"版本・英文名稱", "edition.title_en", title.cells[2].text, title.cells[3].text} <= set(words(page.compare))


def test_a_pack_does_not_differ_from_itself_but_for_its_dates(page: PolicyPage) -> None:
    page.show_part("compare")
    page.compare.a.choose("ntnu-113-2")
    assert {row.cells[0].text for row in page.compare.table.rows} == {"日期未更新"}


def test_choices_stay_when_the_part_comes_back_and_in_another_language(page: PolicyPage, context: UiContext) -> None:
    page.show_part("compare")
    page.compare.a.choose("wmu-2017")
    page.show_part("today")
    page.show_part("compare")
    context.set_language(Language.EN)
    page.retranslate()
    assert page.compare.a.value == "wmu-2017"
    assert page.compare.a.text().startswith("wmu-2017  ")


def test_the_menu_offers_every_pack(page: PolicyPage) -> None:
    page.show_part("compare")
    QTest.keyClick(page.compare.b, Qt.Key.Key_Space)
    actions = page.compare.b.menu.actions()
    assert [action.text().split()[0] for action in actions] == [
        "ntnu-112-2",
        "ntnu-113-1",
        "ntnu-113-2",
        "wmu-2017",
    ]
    actions[0].trigger()
    assert page.compare.b.value == "ntnu-112-2"
    page.compare.b.menu.close()
