# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawer of simulated cards: lay on, swap, take off, in both languages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.papers import Language
from desk_app.i18n import catalogue
from desk_app.ui.reader_panel import ReaderPanel
from desk_app.ui.widgets.button import KeyButton
from desk_app.ui.widgets.label import Label

CARDS = [("S01 王測一\n全部完成", "card 1"), ("S12 許測乙\n成績未到齊", "card 2")]


class Hand:
    """Remembers what was done with the reader."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def present(self, card: str) -> None:
        self.done.append(card)

    def remove(self) -> None:
        self.done.append("off")


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def panel(qtbot: QtBot, hand: Hand) -> ReaderPanel[str]:
    made = ReaderPanel(CARDS, hand.present, hand.remove, catalogue(Language.EN))
    qtbot.addWidget(made)
    made.show()
    return made


def _button(panel: ReaderPanel[str], text: str) -> KeyButton:
    (found,) = [button for button in panel.findChildren(KeyButton) if button.text() == text]
    return found


def _words(panel: ReaderPanel[str]) -> list[str]:
    return [label.text() for label in panel.findChildren(Label)]


def test_the_chosen_card_is_laid_on(panel: ReaderPanel[str], hand: Hand) -> None:
    panel.choose(1)
    QTest.mouseClick(_button(panel, "Lay on"), Qt.MouseButton.LeftButton)
    assert hand.done == ["card 2"]
    assert "On the reader: S12 許測乙" in _words(panel)


def test_a_card_is_swapped_for_another(panel: ReaderPanel[str], hand: Hand) -> None:
    panel.lay_on()
    assert not _button(panel, "Swap").isEnabled()
    panel.choose(1)
    assert not _button(panel, "Lay on").isEnabled()
    QTest.mouseClick(_button(panel, "Swap"), Qt.MouseButton.LeftButton)
    assert hand.done == ["card 1", "card 2"]


def test_a_card_is_taken_off(panel: ReaderPanel[str], hand: Hand) -> None:
    assert not _button(panel, "Take off").isEnabled()
    panel.lay_on()
    QTest.mouseClick(_button(panel, "Take off"), Qt.MouseButton.LeftButton)
    assert hand.done == ["card 1", "off"]
    assert "No card on the reader" in _words(panel)
    assert _button(panel, "Lay on").isEnabled()


def test_enter_on_a_card_lays_it_on(panel: ReaderPanel[str], hand: Hand) -> None:
    (drawer,) = panel.findChildren(QListWidget)
    drawer.setFocus()
    QTest.keyClick(drawer, Qt.Key.Key_Down)
    QTest.keyClick(drawer, Qt.Key.Key_Return)
    assert hand.done == ["card 2"]


def test_the_language_changes_while_a_card_lies_on_the_reader(panel: ReaderPanel[str]) -> None:
    panel.choose(1)
    panel.lay_on()
    panel.retranslate(catalogue(Language.ZH))
    panel.set_cards(CARDS)
    assert _button(panel, "拿開").isEnabled()
    assert "讀卡機上：S12 許測乙" in _words(panel)
    assert panel.windowTitle() == "示範卡片"


def test_an_empty_drawer_has_nothing_to_lay_on(panel: ReaderPanel[str], hand: Hand) -> None:
    panel.set_cards([])
    assert not _button(panel, "Lay on").isEnabled()
    panel.lay_on()
    assert hand.done == []


def test_the_list_shows_who_and_what_the_case_shows(panel: ReaderPanel[str]) -> None:
    (drawer,) = panel.findChildren(QListWidget)
    assert [drawer.item(row).text() for row in range(drawer.count())] == [label for label, _ in CARDS]
    assert drawer.accessibleName() == "Demo cards"
    assert not panel.grab().isNull()
