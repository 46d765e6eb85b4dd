# SPDX-License-Identifier: GPL-3.0-or-later
"""The question before recorded work is given up: what asks it, which key says yes, and what it keeps from happening."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from desk_app.domain.signature import Signature
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.state import Phase
from hardware.api import CardReadRecord
from tests.ui.pages.pickup.presented import phase_of

CARD = CardReadRecord("58237714", "41020901L")


@pytest.fixture
def ready(page: PickupPage, signature: Signature) -> PickupPage:
    """Give the page with a case of which nothing is missing any more."""
    page.reader.card_read.emit(CARD)
    page.presenter.confirm_serial("M-0123")
    page.presenter.signed(signature)
    return page


def test_escape_asks_before_it_drops_what_was_recorded(ready: PickupPage) -> None:
    ready.person.clear.click()
    assert ready._question.isVisible()
    ready._question_no.click()
    assert not ready._question.isVisible()
    ready.person.clear.click()
    ready._question.act.click()
    assert ready.stage.isVisible()


def test_nothing_is_released_while_a_question_is_open(ready: PickupPage) -> None:
    ready.presenter.clear()
    assert ready._question.isVisible()
    ready.work.release.click()
    assert phase_of(ready.presenter) is Phase.CASE
    ready._question_no.click()
    ready.work.release.click()
    assert phase_of(ready.presenter) is Phase.RELEASED


def test_a_scan_that_ends_with_enter_answers_a_question_with_no(ready: PickupPage, qtbot: Any) -> None:
    qtbot.keyClick(ready.work.release, Qt.Key.Key_Return)
    assert phase_of(ready.presenter) is Phase.CASE
    ready.presenter.clear()
    assert ready._question_no.hasFocus()
    qtbot.keyClick(ready._question_no, Qt.Key.Key_Return)
    assert not ready._question.isVisible()
    assert ready.presenter.state.has_evidence
    ready.presenter.clear()
    qtbot.keyClick(ready._question.act, Qt.Key.Key_Return)
    assert phase_of(ready.presenter) is Phase.IDLE


@pytest.mark.parametrize("enter", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("place", ["answer", "field"])
def test_a_question_is_answered_with_yes_by_a_key_that_no_scan_ends_with(
    page: PickupPage, qtbot: Any, enter: Qt.Key, place: str
) -> None:
    page.card_read(CARD)
    page.work.modes.chosen.emit("by_proxy")
    page.presenter.tick_letter(LetterTick.ORIGINAL)
    page.presenter.clear()
    assert page._question.act.key == "Ctrl Enter"
    focused = page._question_no if place == "answer" else page.steps.letter.date.edit
    focused.setFocus()
    assert focused.hasFocus()
    qtbot.keyClick(focused, enter, Qt.KeyboardModifier.ControlModifier)
    assert phase_of(page.presenter) is Phase.IDLE
    page.card_read(CARD)
    qtbot.keyClick(page, enter, Qt.KeyboardModifier.ControlModifier)
    assert phase_of(page.presenter) is Phase.CASE
