# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in the lowest and narrowest window: nothing lies where it cannot be reached, and nothing that is short bends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from desk_app.domain.facts import ItemState
from desk_app.domain.papers import Language
from desk_app.domain.records import ItemRecord, Relation
from desk_app.domain.signature import Signature
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.letter_view import Tick
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.theme import current_look
from desk_app.ui.widgets import Label, Panel, ScrollPane
from desk_app.ui.widgets.signature_pad import sentence_fits
from tests.ui.pages.pickup.conftest import TEN, UID, Collect, PageWindow, Roster
from tests.ui.shots import settle


@pytest.fixture
def low(page: PickupPage) -> PickupPage:
    room = page.window()
    assert isinstance(room, PageWindow)
    page.context.set_compact(True)
    room.fit(1280, 720)
    return page


def label(inside: QWidget, words: str) -> Label:
    return next(one for one in inside.findChildren(Label) if one.isVisible() and one.text() == words)


def bends(line: Label) -> bool:
    return line.heightForWidth(line.width()) > current_look().theme.type("lead").line


def scrolls(pane: ScrollPane) -> bool:
    return pane.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("question", [False, True])
def test_the_last_of_many_reasons_is_reached_by_scrolling(low: PickupPage, roster: Roster, question: bool) -> None:
    at = TEN - timedelta(minutes=2)
    open_items = (("GA_GOWN", ""), ("LIB_BOOKS", "NTNU"), ("CUR_SURVEY", ""))
    items = tuple(ItemRecord(item, source, ItemState.OPEN, at) for item, source in open_items)
    roster.enrol("41073901H", "0A0B0C0D", "M-0287", name="范姜測巳", items=items)
    low.presenter.open_card("0A0B0C0D")
    low.presenter.choose(Choice.BY_PROXY)
    if question:
        low.presenter.type_letter_date("6/2")
        low.presenter.accept_letter()
        low.presenter.clear()
    settle()
    pane = next(one for one in low.middle.findChildren(ScrollPane) if one.isVisible())
    panel = next(one for one in low.middle.findChildren(Panel) if one.isAncestorOf(pane))
    assert scrolls(pane)
    assert panel.rect().contains(QRect(pane.mapTo(panel, QPoint(0, 0)), pane.size()))


@pytest.mark.parametrize("language", Language)
def test_a_stop_shows_the_whole_person_and_each_act_on_a_line(low: PickupPage, language: Language) -> None:
    low.context.set_language(language)
    low.presenter.open_card(UID)
    low.presenter.report_photo_mismatch()
    settle()
    assert not any(scrolls(pane) for pane in low.person.findChildren(ScrollPane))
    t = low.context.t
    acts = [label(low.middle, t("pickup.stop_1")), label(low.middle, t("pickup.stop_2", box="M-012"))]
    acts.append(label(low.middle, t("pickup.stop_3")))
    assert [act.text() for act in acts if bends(act)] == []


@pytest.mark.parametrize("language", Language)
def test_a_proxy_reads_the_whole_sentence_that_is_signed(
    low: PickupPage, letter_and_id: Collect, language: Language
) -> None:
    low.context.set_language(language)
    low.presenter.open_card(UID)
    letter_and_id(low.presenter)
    low.presenter.choose_relation(Relation.FAMILY)
    low.presenter.confirm_serial("M-0123")
    settle()
    pad = low.steps.signature.pad
    sentence = pad.accessibleDescription()
    assert sentence.endswith("(代)" if language is Language.EN else "（代）")
    below = [one for one in low.steps.signature.findChildren(Label) if one.text() == sentence]
    assert sentence_fits(sentence, pad.width()) == (below == [])
    assert all(one.height() >= one.heightForWidth(one.width()) for one in below)


def test_a_name_in_latin_letters_stands_there_once(low: PickupPage, roster: Roster) -> None:
    name = "TESTER, MARIA"
    roster.enrol("41084901I", "0A0B0C0D", "M-0019", name=name, name_romanised=name)
    low.presenter.open_card("0A0B0C0D")
    settle()
    assert [one.text() for one in low.person.findChildren(Label) if one.isVisible()].count(name) == 1


@pytest.mark.parametrize("language", Language)
def test_what_a_letter_lacks_is_named_whole(
    low: PickupPage, missing_proxy_signature: Collect, language: Language
) -> None:
    low.context.set_language(language)
    low.presenter.open_card(UID)
    missing_proxy_signature(low.presenter)
    settle()
    ticks = [one for one in low.steps.letter.findChildren(Tick) if one.isVisible()]
    assert len(ticks) == 6
    assert [one.accessibleName() for one in ticks if one.sizeHint().width() > one.width()] == []


def test_the_note_of_what_no_rule_foresees_is_seen_whole(low: PickupPage, roster: Roster) -> None:
    roster.enrol("41099901Z", "0A0B0C0D", "M-0005", unit="XXU")
    low.presenter.set_slip_language(Language.EN)
    low.presenter.open_card("0A0B0C0D")
    settle()
    assert label(low.work.slip, "Incident note").isVisible()
    assert not any(scrolls(pane) for pane in low.work.findChildren(ScrollPane))


def test_the_record_of_a_hand_over_keeps_its_lines(low: PickupPage, signature: Signature) -> None:
    low.presenter.open_card(UID)
    low.presenter.confirm_serial("M-0123")
    low.presenter.signed(signature)
    low.presenter.release()
    low.presenter.next()
    low.presenter.open_card(UID)
    settle()
    assert not bends(label(low.middle, "發給本人（王○一）"))
    assert not bends(label(low.middle, "數位證書寄達期限"))


def test_a_number_to_type_anew_stands_at_the_top_of_its_column(low: PickupPage) -> None:
    low.presenter.open_number("41999999Z")
    settle()
    assert low.work.number.mapTo(low.work, QPoint(0, 0)).y() == low.work.body.contentsRect().top()
