# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in a window: a card paints the verdict, keys do what they say, RELEASE is heard once."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from desk_app.domain.errors import DocumentError
from desk_app.domain.papers import Language
from desk_app.domain.records import Relation
from desk_app.domain.signature import Signature
from desk_app.domain.visit import Found
from desk_app.ui.context import UiContext
from desk_app.ui.pages.copy_dialog import CopyDialog
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.state import PaperStage, Phase
from desk_app.ui.widgets import KeyButton, Label
from hardware.api import CardReadRecord
from hardware.errors import CardGoneError, UnsupportedCardError
from tests.ui.pages.pickup.conftest import Collect

CARD = CardReadRecord("58237714", "41020901L")


def _ready(page: PickupPage, signature: Signature) -> None:
    page.reader.card_read.emit(CARD)
    page.presenter.confirm_serial("M-0123")
    page.presenter.signed(signature)


def _phase(page: PickupPage) -> Phase:
    return page.presenter.state.phase


def _slip(page: PickupPage) -> PaperStage | None:
    return page.presenter.state.slip_stage


def test_a_card_on_the_reader_paints_the_verdict(page: PickupPage) -> None:
    assert page.stage.isVisible()
    page.reader.card_presented.emit(1)
    assert page.stage.words.text() == "讀取中"
    page.reader.card_read.emit(CARD)
    assert page.banner.isVisible()
    assert page.banner.words == "可以發給"
    assert not page.stage.isVisible()
    assert not page.work.release.isEnabled()
    page.reader.card_removed.emit()
    assert page.banner.isVisible()


def test_the_number_is_scanned_and_the_next_scan_takes_the_place_of_a_wrong_one(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    qtbot.keyClicks(page.steps.serial.edit, "M-9999")
    qtbot.keyClick(page.steps.serial.edit, Qt.Key.Key_Return)
    assert page.steps.serial.text() == "M-9999"
    assert page.steps.serial.error
    qtbot.keyClicks(page.steps.serial.edit, "m-0123")
    qtbot.keyClick(page.steps.serial.edit, Qt.Key.Key_Return)
    assert not page.steps.serial.isVisible()
    qtbot.waitUntil(page.steps.signature.isVisible)


def test_a_wrong_number_is_said_once_and_in_its_place_when_the_collector_has_signed(
    page: PickupPage, signature: Signature, qtbot: Any
) -> None:
    page.card_read(CARD)
    page.presenter.signed(signature)
    qtbot.waitUntil(page.steps.serial.isVisible)
    qtbot.keyClicks(page.steps.serial.edit, "M-9999")
    qtbot.keyClick(page.steps.serial.edit, Qt.Key.Key_Return)
    said = [label for label in page.steps.findChildren(Label) if label.isVisible() and "M-9999" in label.text()]
    assert [label.text() for label in said] == [page.steps.serial.error]
    room = page.steps.parentWidget()
    assert room is not None
    assert page.steps.minimumSizeHint().width() <= room.width()


def test_the_whole_signature_field_of_a_proxy_is_scrolled_into_view(
    page: PickupPage, letter_and_id: Collect, qtbot: Any
) -> None:
    page.resize(page.width(), 664)  # what the lowest window leaves to a page
    page.card_read(CARD)
    letter_and_id(page.presenter)
    page.presenter.choose_relation(Relation.FAMILY)
    page.presenter.confirm_serial("M-0123")
    field = page.steps.signature
    room = page.steps.parentWidget()
    assert room is not None
    qtbot.waitUntil(lambda: field.isVisible() and field.visibleRegion().boundingRect().size() == field.size())
    assert page.steps.height() > room.height()


def test_an_unknown_card_says_once_what_to_do(page: PickupPage) -> None:
    page.presenter.open_card("FFFFFFFF")
    assert "名冊沒有這張卡" in page.fault.words
    assert page.fault.words.count("學號查詢") == 1


def test_a_signature_drawn_with_the_mouse_opens_release(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    page.presenter.confirm_serial("M-0123")
    pad = page.steps.signature.pad
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for step in range(1, 20):
        qtbot.mouseMove(pad, QPoint(40 + 8 * step, 60 + 3 * (step % 5)))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(200, 70))
    assert page.work.release.isEnabled()
    page.steps.signature.clear.click()
    assert not page.work.release.isEnabled()


def test_release_is_heard_once(page: PickupPage, signature: Signature, qtbot: Any) -> None:
    numbers: list[str] = []
    page.released.connect(numbers.append)
    _ready(page, signature)
    page.work.release.click()
    page.work.release.click()
    assert numbers == ["M-20250603-001"]
    assert page.work.next.isVisible()
    assert not page.work.release.isVisible()
    page.work.next.click()
    assert page.stage.isVisible()


def test_a_signature_never_stays_for_the_next_person(page: PickupPage, signature: Signature, roster: Any) -> None:
    roster.enrol("41020902L", "0A0B0C2F", "M-0222", name="林測二")
    page.card_read(CARD)
    page.steps.signature.pad.play(signature)
    page.presenter.answer(agreed=True)
    page.presenter.clear()
    page.presenter.answer(agreed=True)
    page.card_read(CardReadRecord("0A0B0C2F"))
    assert not any(page.steps.signature.pad.signature().strokes)
    assert page.presenter.state.case is not None
    assert page.presenter.state.case.visit.signature is None


def test_a_reader_fault_is_told_in_place(page: PickupPage) -> None:
    page.read_failed(CardGoneError())
    assert page.fault.isVisible()
    assert "卡" in page.fault.words
    page.card_read(CARD)
    assert not page.fault.isVisible()


def test_typing_on_the_idle_page_begins_a_search(page: PickupPage, qtbot: Any) -> None:
    typed: list[str] = []
    page.search_requested.connect(typed.append)
    qtbot.keyClicks(page, "w")
    assert typed == ["w"]


def test_an_input_method_composes_only_while_nobody_is_on_screen(page: PickupPage) -> None:
    accepts = Qt.WidgetAttribute.WA_InputMethodEnabled
    assert page.testAttribute(accepts)
    page.reader.card_presented.emit(1)
    assert page.testAttribute(accepts)
    page.card_read(CARD)
    assert not page.testAttribute(accepts)
    page.presenter.clear()
    assert page.testAttribute(accepts)


def test_a_letter_that_stops_the_case_leads_back_to_its_date(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    page.work.modes.chosen.emit("by_proxy")
    qtbot.keyClicks(page.steps.letter.date.edit, "104/6/2")
    qtbot.keyClick(page.steps.letter.date.edit, Qt.Key.Key_Return)
    page.steps.letter.rest.click()
    assert page.banner.words == "請主管核示"
    assert not page.steps.letter.isVisible()
    ways = page.middle.findChildren(KeyButton)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in ways if one.text() == "更正委託書"))
    qtbot.keyClick(page, Qt.Key.Key_1)
    assert page.steps.letter.date.edit.hasFocus()
    assert page.steps.letter.date.text() == "104/6/2"
    page.steps.letter.date.edit.selectAll()
    qtbot.keyClicks(page.steps.letter.date.edit, "114/6/2")
    qtbot.keyClick(page.steps.letter.date.edit, Qt.Key.Key_Return)
    assert page.banner.words == "請補件"


def test_a_step_that_is_done_elsewhere_leaves_the_keyboard_on_the_page(page: PickupPage) -> None:
    page.card_read(CARD)
    page.work.modes.chosen.emit("lost")
    assert page.work.print.hasFocus()
    page.presenter.open_step(2)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert page.steps.photo_id.isAncestorOf(focused)


def test_a_press_on_the_line_of_a_step_opens_it(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    page.work.modes.chosen.emit("by_proxy")
    title = next(one for one in page.steps.findChildren(Label) if one.text() == "代領人證件")
    line = title.parentWidget()
    assert line is not None
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert page.steps.proxy_id.isVisibleTo(page.steps)


def test_a_step_is_reached_from_within_a_field(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    page.work.modes.chosen.emit("by_proxy")
    assert page.steps.letter.date.edit.hasFocus()
    qtbot.keyClick(page.steps.letter.date.edit, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert page.steps.proxy_id.name.edit.hasFocus()


def test_the_first_acts_of_a_stop_hear_their_keys(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    page.presenter.report_photo_mismatch()
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.keyClick(page, Qt.Key.Key_2)
    assert [number for number, _at in page.presenter.state.acts_done] == [1, 2]


def test_the_proxys_id_leaves_the_screen_when_it_is_checked(page: PickupPage, qtbot: Any) -> None:
    page.card_read(CARD)
    page.work.modes.chosen.emit("by_proxy")
    form = page.steps.proxy_id
    page.presenter.open_step(2)
    form.name.set_text("許試言")
    qtbot.keyClicks(form.number.edit, "Y190000017")
    qtbot.keyClick(form.number.edit, Qt.Key.Key_Return)
    assert form.number.error
    assert form.number.text() == "Y190000017"
    form.number.edit.setText("Y190000016")
    qtbot.keyClick(form.number.edit, Qt.Key.Key_Return)
    assert form.number.text() == ""
    assert form.name.text() == ""


def test_the_page_changes_its_language_with_a_case_open(page: PickupPage, context: UiContext) -> None:
    page.card_read(CARD)
    context.set_language(Language.EN)
    page.retranslate()
    assert page.banner.words == "May be released"
    assert page.work.release.text() == "Release"
    context.set_language(Language.ZH)


def test_a_typed_number_opens_a_record(page: PickupPage) -> None:
    page.open_number("41999999Z")
    assert page.presenter.state.phase is Phase.CASE
    assert not page.work.number.isHidden()
    assert page.work.number.text() == "41999999Z"
    page.work.number.submitted.emit("41020901L")
    assert page.banner.words != "查無資料"


def test_a_card_whose_number_is_not_the_rosters_opens_nothing(page: PickupPage) -> None:
    page.reader.card_read.emit(CardReadRecord("58237714", "41020902L"))
    assert page.presenter.state.phase is Phase.IDLE
    assert page.presenter.state.fault.code == "card_mismatch"


def test_a_card_that_a_keyboard_reader_typed_is_marked_on_its_step(page: PickupPage, context: UiContext) -> None:
    page.card_read(CARD)
    case = page.presenter.state.case
    assert case is not None
    assert not case.visit.card_typed
    page.presenter.clear()
    page.card_read(dataclasses.replace(CARD, typed=True))
    case = page.presenter.state.case
    assert case is not None
    assert case.visit.card_typed
    page.presenter.clear()
    page.open_number("41020901L")
    page.card_read(dataclasses.replace(CARD, typed=True))
    case = page.presenter.state.case
    assert case is not None
    assert (case.visit.found, case.visit.card_typed) == (Found.NUMBER, True)
    words = [label.text() for label in page.steps.findChildren(Label)]
    mark = context.t("pickup.detail.typed", time="")
    assert any(mark in text for text in words)


def test_an_unsupported_card_tells_support_its_answer_to_reset(page: PickupPage) -> None:
    page.reader.read_failed.emit(UnsupportedCardError(atr="3B 00 11"))
    assert "3B 00 11" in page.fault.words


def test_the_columns_follow_the_density_and_nothing_typed_is_lost(
    page: PickupPage, context: UiContext, signature: Signature
) -> None:
    page.card_read(CARD)
    page.presenter.confirm_serial("M-0123")
    page.presenter.signed(signature)
    wide = page.work.width()
    context.set_compact(True)
    assert page.work.maximumWidth() == context.look.size("col_work") < wide
    assert page.presenter.state.case is not None
    assert page.presenter.state.case.ready
    assert page.work.release.isEnabled()
    context.set_compact(False)


def test_what_papers_need_is_loaded_while_the_clerk_reads_and_never_while_a_card_is_read(
    page: PickupPage, qtbot: Any
) -> None:
    papers: Any = page.desk.papers
    assert not page._rest.isActive()
    page.reader.card_presented.emit(1)
    page.reader.card_read.emit(CARD)
    assert page._rest.isActive()
    page.presenter.clear()
    page.reader.card_presented.emit(2)
    assert not page._rest.isActive()
    page.reader.card_read.emit(CARD)
    assert papers.loaded == 0
    qtbot.waitUntil(lambda: papers.loaded == 1)
    page._rest.timeout.emit()
    assert papers.loaded == 1


def test_keys_that_cannot_seal_are_told_while_the_first_record_is_open(
    page: PickupPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise DocumentError("keys_unreadable", path="seal.key")

    monkeypatch.setattr(page.desk.papers, "warm_up", refuse)
    page.card_read(CARD)
    page._rest.timeout.emit()
    assert page.fault.isVisible()
    assert "seal.key" in page.fault.words


def test_the_keyboard_stays_in_the_field_when_language_or_size_change(
    page: PickupPage, context: UiContext, qtbot: Any
) -> None:
    page.card_read(CARD)
    assert page.steps.serial.edit.hasFocus()
    context.set_language(Language.EN)
    assert page.steps.serial.edit.hasFocus()
    context.set_compact(True)
    assert page.steps.serial.edit.hasFocus()
    qtbot.keyClicks(page.steps.serial.edit, "M-0123")
    qtbot.keyClick(page.steps.serial.edit, Qt.Key.Key_Return)
    assert page.presenter.state.case is not None
    assert page.presenter.state.case.visit.serials


def test_the_keyboard_goes_back_to_the_step_when_the_page_comes_to_the_front_again(page: PickupPage) -> None:
    page.card_read(CARD)
    assert page.steps.serial.edit.hasFocus()
    page.setFocus()  # where it waits while the desk is locked or another page is read
    page.take_keyboard()
    assert page.steps.serial.edit.hasFocus()
    page.presenter.clear()
    page.take_keyboard()
    assert page.hasFocus()


def test_an_incident_note_with_a_person_number_is_not_printed(page: PickupPage) -> None:
    page.card_read(CARD)
    page.presenter.report_photo_mismatch()
    page.presenter.set_note("自稱父親 Ａ123456789")
    page.presenter.print_slip()
    assert "身分證號" in page.fault.words
    assert _slip(page) is not PaperStage.SENT
    page.presenter.set_note("自稱父親，未出示證件")
    page.presenter.print_slip()
    assert _slip(page) is PaperStage.SENT


def test_the_receipt_of_a_second_visit_is_printed_again_as_a_copy(
    page: PickupPage, signature: Signature, tray: Any, qtbot: Any
) -> None:
    _ready(page, signature)
    page.presenter.release()
    page.presenter.next()
    page.reader.card_read.emit(CARD)
    with qtbot.waitSignal(page.middle.copy_asked) as asked:
        next(button for button in page.middle.findChildren(KeyButton) if button.key == "F6").click()
    dialog = page.findChild(CopyDialog)
    assert isinstance(dialog, CopyDialog)
    dialog.why.set_text("遺失")
    dialog.accept_button.click()
    qtbot.waitUntil(lambda: any(title == f"{asked.args[0]}-copy1-1" for title, _ in tray.papers))
