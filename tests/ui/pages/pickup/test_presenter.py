# SPDX-License-Identifier: GPL-3.0-or-later
"""The pick-up page without a window: what opens a record, what asks before it is replaced, and late results."""

from __future__ import annotations

from typing import Any

from desk_app.domain.facts import Mode, PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.records import Relation
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import StepKind, StepState
from desk_app.ui.pages.pickup.model import Middle, Work
from desk_app.ui.pages.pickup.state import Choice, PaperStage, Phase, Question
from tests.ui.pages.pickup.conftest import UID
from tests.ui.pages.pickup.presented import model_of, phase_of, question_of, slip_stage_of, step_of, verdict_of


def test_a_card_brings_the_verdict(counter: Any) -> None:
    counter.presenter.card_presented()
    assert phase_of(counter.presenter) is Phase.READING
    counter.presenter.open_card(UID)
    assert phase_of(counter.presenter) is Phase.CASE
    model = model_of(counter.presenter)
    assert (model.middle.kind, model.work.kind) == (Middle.CLEARANCE, Work.STEPS)
    assert model.work.missing == "還差 2 項：證書號碼、簽名"
    assert not model.work.ready


def test_a_late_result_of_another_card_never_shows(late: Any, roster: Any) -> None:
    presenter, tasks = late
    roster.held()
    presenter.open_card(UID)
    presenter.open_card("0A0B0C0D")
    tasks.let_go()
    assert presenter.state.case.dossier.graduate.number == "41073901H"
    presenter.clear()
    presenter.open_card(UID)
    presenter.clear()
    tasks.let_go()
    assert presenter.state.case is None


def test_a_wrong_number_is_said_in_place(counter: Any) -> None:
    counter.presenter.open_card(UID)
    counter.presenter.confirm_serial("M-9999")
    assert counter.presenter.state.field_fault.code == "serial_mismatch"
    assert step_of(counter.presenter, StepKind.SERIAL) is StepState.NOW


def test_clearing_asks_when_something_was_recorded(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.clear()
    assert phase_of(presenter) is Phase.IDLE
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.clear()
    assert question_of(presenter) is Question.CLEAR
    presenter.clear()
    assert question_of(presenter) is None
    assert phase_of(presenter) is Phase.CASE
    presenter.clear()
    presenter.answer(agreed=True)
    assert phase_of(presenter) is Phase.IDLE


def test_another_card_asks_before_it_replaces_evidence(counter: Any, roster: Any) -> None:
    roster.held()
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.card_removed()
    assert phase_of(presenter) is Phase.CASE
    presenter.confirm_serial("M-0123")
    presenter.open_card("0A0B0C0D")
    assert question_of(presenter) is Question.REPLACE
    presenter.answer(agreed=False)
    assert presenter.state.case.dossier.graduate.number == "41020901L"
    presenter.open_card("0A0B0C0D")
    presenter.answer(agreed=True)
    assert verdict_of(presenter) is VerdictCode.HOLD
    model = model_of(presenter)
    assert (model.middle.kind, model.work.kind, model.work.slip.code) == (Middle.REASONS, Work.SLIP, "P2")


def test_another_number_asks_in_words_that_fit_a_search(counter: Any, roster: Any) -> None:
    roster.held()
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.open_number("41020904L")
    assert question_of(presenter) is Question.SEARCHED
    presenter.answer(agreed=True)
    assert presenter.state.case.visit.typed == "41020904L"


def test_a_slip_is_printed_in_the_visitors_language(counter: Any, roster: Any, tray: Any) -> None:
    roster.held()
    counter.presenter.open_card("0A0B0C0D")
    counter.presenter.set_slip_language(Language.EN)
    counter.presenter.print_slip()
    assert tray.papers[0][1] == b"%PDF slip P2 en"
    assert slip_stage_of(counter.presenter) is PaperStage.SENT
    tray.empty = True
    counter.presenter.print_slip()
    assert slip_stage_of(counter.presenter) is PaperStage.FAILED


def test_the_way_to_the_other_counter(counter: Any, roster: Any) -> None:
    roster.elsewhere()
    counter.presenter.open_card("0A0B0C0E")
    model = model_of(counter.presenter)
    assert model.banner.words == "請到公館校區"
    assert (model.middle.way.here_code, model.middle.way.there_code) == ("H101", "G102")
    assert model.work.slip.code == "P3"


def test_an_unknown_number_offers_the_field_again(counter: Any) -> None:
    counter.presenter.open_number("41999999Z")
    model = model_of(counter.presenter)
    assert (model.banner.code, model.work.kind, model.work.number) == ("NOT_FOUND", Work.NUMBER, "41999999Z")
    assert model.person is None


def test_an_unknown_card_is_told_on_the_idle_page(counter: Any) -> None:
    counter.presenter.open_card("FFFFFFFF")
    assert phase_of(counter.presenter) is Phase.IDLE
    assert counter.presenter.state.fault.code == "card_unknown"


def test_a_broken_read_leaves_an_open_record(counter: Any) -> None:
    counter.presenter.card_presented()
    counter.presenter.read_failed("reader_card_gone")
    assert phase_of(counter.presenter) is Phase.IDLE
    counter.presenter.open_card(UID)
    counter.presenter.read_failed("reader_card_gone")
    assert phase_of(counter.presenter) is Phase.CASE


def test_changing_who_collects_drops_the_signature(counter: Any, signature: Signature) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.signed(signature)
    presenter.choose(Choice.BY_PROXY)
    assert presenter.state.case.visit.signature is None
    presenter.choose(Choice.LOST)
    assert presenter.state.case.visit.card_lost
    assert presenter.state.case.visit.mode is Mode.BY_PROXY
    presenter.choose_relation(Relation.FRIEND)
    assert presenter.state.case.visit.relation is Relation.FRIEND


def test_nothing_happens_without_a_case(counter: Any, signature: Signature) -> None:
    presenter = counter.presenter
    before = presenter.state
    presenter.choose(Choice.BY_PROXY)
    presenter.open_step(1)
    presenter.accept_letter()
    presenter.check_proxy_id(PhotoIdKind.PASSPORT, "x", "y")
    presenter.tick_paper()
    presenter.show_photo_id(PhotoIdKind.PASSPORT)
    presenter.choose_relation(Relation.OTHER)
    presenter.confirm_serial("x")
    presenter.report_photo_mismatch()
    presenter.signed(signature)
    presenter.clear_signature()
    presenter.release()
    presenter.print_slip()
    presenter.next()
    presenter.answer(agreed=True)
    presenter.supplement()
    presenter.open_number("  ")
    assert presenter.state == before
    assert presenter.current_step() is None
