# SPDX-License-Identifier: GPL-3.0-or-later
"""A Chinese name begins on the idle page as any letter does, although an input method composes it first."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QInputMethodQueryEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.records import SearchHit
from desk_app.ui.main_window import MainWindow
from tests.ui.sample_desk import SampleDesk
from tests.ui.stand_in import StandInPickup, stand_in

_ACCEPTS = Qt.WidgetAttribute.WA_InputMethodEnabled


def compose(widget: QWidget, preedit: str, commit: str = "") -> None:
    """Send what an input method sends for one key."""
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(widget, event)


def ask(widget: QWidget, query: Qt.InputMethodQuery) -> Any:
    """Ask a widget what an input method asks it."""
    event = QInputMethodQueryEvent(query)
    QCoreApplication.sendEvent(widget, event)
    return event.value(query)


@pytest.fixture
def page(window: MainWindow) -> StandInPickup:
    """Give the page in front, waiting for somebody, with the keyboard."""
    page = stand_in(window)
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setAttribute(_ACCEPTS)
    page.setFocus()
    assert page.hasFocus()
    return page


def test_a_name_is_composed_in_the_search_field_and_searched_for(
    window: MainWindow, page: StandInPickup, qtbot: QtBot, sample: SampleDesk
) -> None:
    sample.store.hits = (SearchHit("41023901L", "鍾測暑", "GEU", False),)
    field = window.search.box.edit
    for keys in ("ㄓ", "ㄓㄨ", "ㄓㄨㄥ", "鍾"):
        compose(page, keys)
        assert page.hasFocus()
        assert field.text() == ""
    compose(page, "", "鍾")
    assert field.hasFocus()
    assert field.text() == "鍾"
    qtbot.waitUntil(window.search.list.isVisible, timeout=2000)
    assert sample.store.searched == ["鍾"]
    compose(field, "", "測")
    assert field.text() == "鍾測"


def test_a_composition_goes_on_while_the_words_before_it_are_chosen(window: MainWindow, page: StandInPickup) -> None:
    compose(page, "ㄘ", "鍾")
    assert page.hasFocus()
    compose(page, "", "測")
    assert window.search.box.edit.hasFocus()
    assert window.search.box.text() == "鍾測"


def test_a_composition_that_is_given_up_leaves_nothing(window: MainWindow, page: StandInPickup) -> None:
    compose(page, "ㄓ")
    compose(page, "")
    assert page.hasFocus()
    assert window.search.box.text() == ""
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert page.opened == []


def test_somebody_on_screen_ends_a_composition_and_takes_no_word_of_it(
    window: MainWindow, page: StandInPickup, sample: SampleDesk
) -> None:
    cursor, field = Qt.InputMethodQuery.ImCursorRectangle, window.search.box.edit
    empty = ask(field, cursor)
    compose(page, "ㄓ")
    assert ask(field, cursor) != empty
    page.setAttribute(_ACCEPTS, on=False)
    compose(page, "", "鍾")
    window.top_bar.operator.setFocus()
    assert ask(field, cursor) == empty
    assert field.text() == ""
    assert sample.store.searched == []


def test_the_candidates_stand_below_the_search_field(window: MainWindow, page: StandInPickup) -> None:
    place = ask(page, Qt.InputMethodQuery.ImCursorRectangle)
    field = window.search.box.edit
    cursor = field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    assert page.mapTo(window, place.topLeft()) == field.mapTo(window, cursor.topLeft())
    assert field.mapTo(window, QPoint(0, 0)).y() < page.mapTo(window, QPoint(0, 0)).y()
    assert ask(page, Qt.InputMethodQuery.ImEnabled) is True
    page.setAttribute(_ACCEPTS, on=False)
    assert ask(page, Qt.InputMethodQuery.ImEnabled) is False
