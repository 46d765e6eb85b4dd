# SPDX-License-Identifier: GPL-3.0-or-later
"""Search by keyboard: masked people, whole numbers at once, nothing that was not asked for."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desk_app.domain.records import SearchHit
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PageParts
from desk_app.ui.widgets import Chip, Label
from hardware.api import CardReadRecord
from tests.ui.sample_desk import SampleDesk
from tests.ui.stand_in import stand_in

TWO_OF_ONE_NAME = (SearchHit("41044901S", "鍾測暑", "ESU", False), SearchHit("41023901L", "鍾測暑", "GEU", False))


def search(window: MainWindow, qtbot: QtBot, text: str) -> None:
    window.search.begin(text)
    qtbot.waitUntil(window.search.list.isVisible, timeout=2000)


def test_search_finds_masked_people_and_opens_one_by_keys_alone(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk
) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.search.box.edit.hasFocus()
    search(window, qtbot, "鍾測暑")
    rows = window.search.list.rows
    assert [(row.name.text(), row.number.text()) for row in rows] == [("鍾○暑", "41023***L"), ("鍾○暑", "41044***S")]
    assert [chip.text for row in rows for chip in row.findChildren(Chip)] == ["轉櫃"]
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Down)
    assert [row.chosen for row in rows] == [False, True]
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == ["41044901S"]
    assert (window.search.box.text(), window.search.list.isVisible()) == ("", False)


def test_those_of_this_counter_come_first_and_otherwise_stand_as_they_were_found(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk
) -> None:
    elsewhere = tuple(SearchHit(f"410449{n:02d}S", f"鍾測{n}", "ESU", False) for n in range(9))
    here = tuple(SearchHit(f"410239{n:02d}L", f"鍾測{n}", "GEU", False) for n in range(2))
    sample.store.hits = (*elsewhere, *here)
    search(window, qtbot, "鍾")
    assert [row.hit for row in window.search.list.rows] == [*here, *elsewhere[:6]]


def test_no_full_name_or_number_stands_in_the_list(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    words = [label.text() for label in window.search.list.findChildren(Label)]
    words += [row.accessibleName() for row in window.search.list.rows]
    assert not any(secret in text for text in words for secret in ("鍾測暑", "41044901S", "41023901L"))


def test_a_press_on_a_hit_opens_it(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = (*TWO_OF_ONE_NAME, SearchHit("41020901L", "王測一", "CHU", True))
    search(window, qtbot, "4")
    row = window.search.list.rows[1]
    assert [chip.text for chip in row.findChildren(Chip)] == ["已領取"]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert stand_in(window).opened == ["41020901L"]


def test_a_whole_number_is_opened_without_waiting_for_the_list(window: MainWindow, sample: SampleDesk) -> None:
    window.search.begin("41020901l")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == ["41020901L"]
    assert sample.store.searched == []


@pytest.mark.parametrize("number", ["41020901L", "４１０２０９０１Ｌ"])
def test_a_whole_number_wins_over_a_list_that_answers_less_of_it(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk, number: str
) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "4")
    window.search.box.edit.setText(number)
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == ["41020901L"]


def test_a_list_that_answers_another_text_opens_nobody(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    window.search.box.edit.setText("王")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert stand_in(window).opened == []
    qtbot.waitUntil(lambda: sample.store.searched[-1] == "王")


def test_a_longer_list_after_a_shorter_one_has_room_for_every_row(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk
) -> None:
    sample.store.hits = ()
    search(window, qtbot, "無")
    sample.store.hits = tuple(SearchHit(f"410209{n:02d}L", f"王測{n}", "CHU", False) for n in range(8))
    window.search.box.edit.setText("王")
    window.search.box.paused.emit("王")
    rows = window.search.list.rows
    assert len(rows) == 8
    assert rows[-1].geometry().bottom() < window.search.list.height()
    assert all(below.y() >= above.geometry().bottom() for above, below in itertools.pairwise(rows))


def test_nothing_found_is_said_and_escape_closes(window: MainWindow, qtbot: QtBot) -> None:
    window.search.begin("鍾")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(window.search.list.isVisible, timeout=2000)
    assert window.search.list.rows == ()
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Escape)
    assert (window.search.box.text(), window.search.list.isVisible()) == ("", False)


def test_a_card_takes_whoever_was_searched_for_off_the_screen(
    window: MainWindow, qtbot: QtBot, sample: SampleDesk, parts: PageParts
) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    parts.reader.card_read.emit(CardReadRecord("58237714", "41020901L"))
    assert (window.search.box.text(), window.search.list.isVisible()) == ("", False)


def test_more_hits_than_rows_are_told(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = tuple(SearchHit(f"410209{n:02d}L", f"王測{n}", "CHU", False) for n in range(12))
    search(window, qtbot, "王")
    assert len(window.search.list.rows) == 8
    assert "先列 8 筆，請多輸入幾個字" in [label.text() for label in window.search.list.findChildren(Label)]


def test_leaving_the_field_or_emptying_it_closes_the_list(window: MainWindow, qtbot: QtBot, sample: SampleDesk) -> None:
    sample.store.hits = TWO_OF_ONE_NAME
    search(window, qtbot, "鍾")
    window.search.box.edit.clear()
    window.search.box.paused.emit("")
    assert not window.search.list.isVisible()
    search(window, qtbot, "鍾")
    window.top_bar.operator.setFocus()
    assert not window.search.list.isVisible()


def test_a_search_that_fails_is_told_above_the_page(window: MainWindow, sample: SampleDesk) -> None:
    sample.store.broken = True
    window.search.begin("鍾")
    QTest.keyClick(window.search.box.edit, Qt.Key.Key_Return)
    assert window.fault.isVisible()
