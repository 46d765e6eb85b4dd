# SPDX-License-Identifier: GPL-3.0-or-later
"""The pick-up page without a window: every verdict, the proxy's checklist, once-only release, late results."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from desk_app.domain.errors import StoreFullError
from desk_app.domain.facts import Mode, PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.records import CardState, Relation
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import StepKind, StepState
from desk_app.services.explain.names import Names
from desk_app.ui.pages.pickup.case_model import case_model
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.model import Middle, Work
from desk_app.ui.pages.pickup.state import Choice, PaperStage, Phase, Question

UID = "58237714"


def _model(presenter: Any) -> Any:
    desk = presenter._desk
    now = desk.clock.now()
    return case_model(desk.policy, presenter.state, Names.of(desk.policy, Language.ZH, now), now, demo=False)


def _phase(presenter: Any) -> Phase:
    return Phase(presenter.state.phase)


def _choice(presenter: Any) -> Choice:
    return Choice(presenter.state.choice)


def _question(presenter: Any) -> Question | None:
    question = presenter.state.question
    return Question(question) if question is not None else None


def _slip_stage(presenter: Any) -> PaperStage:
    return PaperStage(presenter.state.slip_stage)


def _verdict(presenter: Any) -> VerdictCode:
    code = presenter.state.case.verdict.code
    assert isinstance(code, VerdictCode)
    return code


def _step(presenter: Any, kind: StepKind) -> StepState:
    return StepState(next(step.state for step in presenter.state.case.steps if step.kind is kind))


def test_a_card_brings_the_verdict(counter: Any) -> None:
    counter.presenter.card_presented()
    assert _phase(counter.presenter) is Phase.READING
    counter.presenter.open_card(UID)
    assert _phase(counter.presenter) is Phase.CASE
    model = _model(counter.presenter)
    assert (model.middle.kind, model.work.kind) == (Middle.CLEARANCE, Work.STEPS)
    assert model.work.missing == "還差 2 項：證書號碼、簽名"
    assert not model.work.ready


def test_a_hand_over_happens_once(counter: Any, signature: Signature, tray: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial(" m-0123 ")
    presenter.signed(signature)
    assert _model(presenter).work.ready
    presenter.release()
    presenter.release()
    assert counter.released == ["M-20250603-001"]
    assert _phase(presenter) is Phase.RELEASED
    assert presenter.state.papers is PaperStage.SENT
    assert len(tray.papers) == 2
    assert _model(presenter).middle.kind is Middle.RELEASED
    presenter.next()
    assert _phase(presenter) is Phase.IDLE
    assert presenter.state.idle.counts.released == 1


def test_release_is_deaf_while_it_is_busy(late: Any, signature: Signature) -> None:
    presenter, tasks = late
    presenter.open_card(UID)
    tasks.let_go()
    presenter.confirm_serial("M-0123")
    tasks.let_go()
    presenter.signed(signature)
    tasks.waiting.clear()
    presenter.release()
    presenter.release()
    assert presenter.state.busy
    assert len(tasks.waiting) == 1
    presenter.clear()
    presenter.open_card("FFFFFFFF")
    assert presenter.state.busy
    tasks.let_go()
    assert _phase(presenter) is Phase.RELEASED


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
    assert _step(counter.presenter, StepKind.SERIAL) is StepState.NOW


def test_a_dot_is_no_signature(counter: Any, dot: Signature, signature: Signature) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(dot)
    assert presenter.state.field_fault.code == "signature_dot"
    assert not presenter.state.case.ready
    presenter.signed(signature)
    assert presenter.state.case.ready
    presenter.clear_signature()
    assert not presenter.state.case.ready


def test_what_another_desk_did_first_is_shown(counter: Any, signature: Signature, desk: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)
    case = presenter.state.case
    other = desk.pickup.revise(case, dataclasses.replace(case.visit, id="other"))
    desk.pickup.release(other, desk.pickup.begin_confirmation(other))
    presenter.release()
    assert counter.released == []
    assert presenter.state.fault.code == "already_released"
    assert _verdict(presenter) is VerdictCode.DUPLICATE
    model = _model(presenter)
    assert model.middle.record.receipt_no == "M-20250603-001"
    assert model.work.kind is Work.HELP


class _FullDisk:
    """A counter's use cases whose disk is full when something is to be handed over."""

    def __init__(self, pickup: Any) -> None:
        self._pickup = pickup

    def release(self, *_args: object) -> None:
        raise StoreFullError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pickup, name)


def test_a_full_disk_changes_nothing_and_can_be_tried_again(counter: Any, signature: Signature, desk: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)
    presenter._desk = dataclasses.replace(desk, pickup=_FullDisk(desk.pickup))
    presenter.release()
    assert presenter.state.fault.code == "store_full"
    assert not presenter.state.busy
    presenter._desk = desk
    presenter.release()
    assert counter.released == ["M-20250603-001"]


def test_a_printer_without_paper_does_not_undo_the_hand_over(counter: Any, signature: Signature, tray: Any) -> None:
    tray.empty = True
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)
    presenter.release()
    assert _phase(presenter) is Phase.RELEASED
    assert presenter.state.papers is PaperStage.FAILED
    assert {line.icon for line in _model(presenter).work.lines} == {"warning"}


def test_refused_sheets_are_printed_once_more_when_a_person_asks(counter: Any, signature: Signature, tray: Any) -> None:
    tray.empty = True
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)
    presenter.release()
    tray.empty = False
    presenter.print_again()
    presenter.print_again()
    assert presenter.state.papers is PaperStage.SENT
    assert [title for title, _pdf in tray.papers] == ["M-20250603-001-1", "M-20250603-001-2"]


def test_clearing_asks_when_something_was_recorded(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.clear()
    assert _phase(presenter) is Phase.IDLE
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.clear()
    assert _question(presenter) is Question.CLEAR
    presenter.clear()
    assert _question(presenter) is None
    assert _phase(presenter) is Phase.CASE
    presenter.clear()
    presenter.answer(agreed=True)
    assert _phase(presenter) is Phase.IDLE


def test_another_card_asks_before_it_replaces_evidence(counter: Any, roster: Any) -> None:
    roster.held()
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.card_removed()
    assert _phase(presenter) is Phase.CASE
    presenter.confirm_serial("M-0123")
    presenter.open_card("0A0B0C0D")
    assert _question(presenter) is Question.REPLACE
    presenter.answer(agreed=False)
    assert presenter.state.case.dossier.graduate.number == "41020901L"
    presenter.open_card("0A0B0C0D")
    presenter.answer(agreed=True)
    assert _verdict(presenter) is VerdictCode.HOLD
    model = _model(presenter)
    assert (model.middle.kind, model.work.kind, model.work.slip.code) == (Middle.REASONS, Work.SLIP, "P2")


def test_another_number_asks_in_words_that_fit_a_search(counter: Any, roster: Any) -> None:
    roster.held()
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.open_number("41020904L")
    assert _question(presenter) is Question.SEARCHED
    presenter.answer(agreed=True)
    assert presenter.state.case.visit.typed == "41020904L"


def test_a_slip_is_printed_in_the_visitors_language(counter: Any, roster: Any, tray: Any) -> None:
    roster.held()
    counter.presenter.open_card("0A0B0C0D")
    counter.presenter.set_slip_language(Language.EN)
    counter.presenter.print_slip()
    assert tray.papers[0][1] == b"%PDF slip P2 en"
    assert _slip_stage(counter.presenter) is PaperStage.SENT
    tray.empty = True
    counter.presenter.print_slip()
    assert _slip_stage(counter.presenter) is PaperStage.FAILED


def test_the_way_to_the_other_counter(counter: Any, roster: Any) -> None:
    roster.elsewhere()
    counter.presenter.open_card("0A0B0C0E")
    model = _model(counter.presenter)
    assert model.banner.words == "請到公館校區"
    assert (model.middle.way.here_code, model.middle.way.there_code) == ("H101", "G102")
    assert model.work.slip.code == "P3"


def test_an_unknown_number_offers_the_field_again(counter: Any) -> None:
    counter.presenter.open_number("41999999Z")
    model = _model(counter.presenter)
    assert (model.banner.code, model.work.kind, model.work.number) == ("NOT_FOUND", Work.NUMBER, "41999999Z")
    assert model.person is None


def test_an_unknown_card_is_told_on_the_idle_page(counter: Any) -> None:
    counter.presenter.open_card("FFFFFFFF")
    assert _phase(counter.presenter) is Phase.IDLE
    assert counter.presenter.state.fault.code == "card_unknown"


def test_a_broken_read_leaves_an_open_record(counter: Any) -> None:
    counter.presenter.card_presented()
    counter.presenter.read_failed("reader_card_gone")
    assert _phase(counter.presenter) is Phase.IDLE
    counter.presenter.open_card(UID)
    counter.presenter.read_failed("reader_card_gone")
    assert _phase(counter.presenter) is Phase.CASE


def test_a_photo_that_differs_stops(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.report_photo_mismatch()
    presenter.do_act(1)
    presenter.do_act(1)
    presenter.set_note("面貌不同")
    model = _model(presenter)
    assert (model.middle.kind, model.work.kind, model.work.slip.code) == (Middle.STOP, Work.STOP, "P10")
    assert [line.done for line in model.middle.lines] == [True, False, False]
    assert not model.work.ready
    assert presenter.state.has_evidence


def test_a_number_needs_the_card_or_a_look_at_it(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_number("41020901l")
    assert _step(presenter, StepKind.CARD) is not StepState.DONE
    presenter.open_step(1)
    presenter.tick_paper()
    assert _step(presenter, StepKind.CARD) is StepState.DONE


def test_the_card_of_the_open_record_counts_as_shown(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_number("41020901L")
    presenter.open_card(UID)
    assert _step(presenter, StepKind.CARD) is StepState.DONE
    assert presenter.state.case.visit.found.value == "NUMBER"


def test_a_card_reported_lost_does_not_count_as_shown(counter: Any, roster: Any) -> None:
    roster.enrol("41020902L", "0A0B0C2F", "M-0222", card_state=CardState.LOST)
    counter.presenter.open_number("41020902L")
    counter.presenter.open_card("0A0B0C2F")
    assert not counter.presenter.state.case.verdict.code.releases


def test_a_lost_card_asks_for_other_papers(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.choose(Choice.LOST)
    assert _choice(presenter) is Choice.LOST
    kinds = [step.kind for step in presenter.state.case.steps]
    assert kinds[:2] == [StepKind.LOSS_REPORT, StepKind.PHOTO_ID]
    presenter.open_step(2)
    presenter.show_photo_id(PhotoIdKind.PASSPORT)
    assert _step(presenter, StepKind.PHOTO_ID) is StepState.DONE
    presenter.choose(Choice.IN_PERSON)
    assert _choice(presenter) is Choice.IN_PERSON


def test_the_whole_checklist_of_a_proxy(counter: Any, everything: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    everything(presenter)
    assert presenter.state.case.ready
    assert presenter.state.case.visit.proxy.id_masked == "Y19000****"
    model = _model(presenter)
    assert (model.middle.kind, model.work.kind) == (Middle.CHECKLIST, Work.CHECKLIST)
    assert model.person.proxy.name == "許試言"
    assert model.steps.proxy_signs
    presenter.release()
    assert counter.released == ["M-20250603-001"]
    assert "由 許試言 代領" in _model(presenter).banner.line


def test_a_letter_is_evidence_only_when_all_six_are_decided(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.choose(Choice.BY_PROXY)
    for tick in LetterTick:
        if tick is not LetterTick.DATE:
            assert presenter.state.case.visit.letter is None
            presenter.tick_letter(tick)
    presenter.type_letter_date("soon")
    assert presenter.state.field_fault.code == "letter_date"
    presenter.type_letter_date("114.6.2")
    assert presenter.state.case.visit.letter is not None
    assert _step(presenter, StepKind.LETTER) is StepState.DONE


def test_a_signature_that_is_missing_can_be_given_at_the_desk(counter: Any, missing_proxy_signature: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    missing_proxy_signature(presenter)
    model = _model(presenter)
    assert model.banner.line == "委託書缺受託人簽章，可當場補簽"
    assert model.work.supplement
    assert model.work.problem.title == "委託書缺受託人簽章"
    assert model.steps.rows[0].state is StepState.BAD
    presenter.supplement()
    assert _step(presenter, StepKind.LETTER) is StepState.DONE
    assert not _model(presenter).work.supplement


@pytest.mark.parametrize(
    ("tick", "verdict"),
    [
        (LetterTick.NAMES, VerdictCode.STOP),
        (LetterTick.ORIGINAL, VerdictCode.ESCALATE),
        (LetterTick.ONE, VerdictCode.NEED_EVIDENCE),
        (LetterTick.GRADUATE, VerdictCode.NEED_EVIDENCE),
    ],
)
def test_what_is_wrong_with_a_letter_decides(
    counter: Any, letter_and_id: Any, tick: LetterTick, verdict: VerdictCode
) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    letter_and_id(presenter)
    presenter.tick_letter(tick)
    assert _verdict(presenter) is verdict


def test_a_letter_without_a_date_is_undated(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.choose(Choice.BY_PROXY)
    presenter.accept_letter()
    assert "LETTER_UNDATED" in {str(reason) for reason in presenter.state.case.verdict.reasons}
    presenter.tick_letter(LetterTick.DATE)
    assert presenter.state.field_fault.code == "letter_date"
    presenter.type_letter_date("12/24")
    assert presenter.state.case.visit.letter_date.year == 2024


def test_a_mistyped_year_of_the_letter_is_seen_and_mended_without_clearing(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.choose(Choice.BY_PROXY)
    presenter.type_letter_date("104/6/2")
    presenter.accept_letter()
    assert _verdict(presenter) is VerdictCode.ESCALATE
    middle = _model(presenter).middle
    assert (middle.kind, middle.letter_step) == (Middle.REASONS, 1)
    presenter.open_step(1)
    model = _model(presenter)
    assert model.middle.kind is Middle.CHECKLIST
    assert model.steps.rows[0].open
    assert model.steps.rows[0].detail == "104/6/2（二）"
    presenter.type_letter_date("114/6/2")
    assert _verdict(presenter) is VerdictCode.NEED_EVIDENCE
    assert _step(presenter, StepKind.LETTER) is StepState.DONE
    assert _model(presenter).steps.rows[0].detail == "114/6/2（一）"


def test_an_id_number_that_cannot_be_right_keeps_the_step_open(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.choose(Choice.BY_PROXY)
    presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "", "Y190000016")
    assert presenter.state.field_fault.code == "proxy_name"
    presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "許試言", "Y190000017")
    assert presenter.state.field_fault.code == "id_number_check_digit"
    problem = _model(presenter).work.problem
    assert (problem.title, problem.act) == ("代領人證號有誤", "檢查碼不符，請對照證件逐碼再輸入")
    assert _step(presenter, StepKind.PROXY_ID) is not StepState.DONE


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


def test_a_replaced_card_laid_on_an_open_record_does_not_count_as_shown(counter: Any, roster: Any) -> None:
    roster.enrol("41020902L", "0A0B0C2F", "M-0222", card_state=CardState.REVOKED)
    presenter = counter.presenter
    presenter.open_number("41020902L")
    presenter.open_card("0A0B0C2F")
    assert not presenter.state.case.visit.card_presented
    assert presenter.state.case.verdict.missing_evidence == ("GRAD_CARD",)


def test_a_card_reported_lost_that_is_ticked_as_seen_does_not_count(counter: Any, roster: Any) -> None:
    roster.enrol("41020902L", "0A0B0C2F", "M-0222", card_state=CardState.LOST)
    presenter = counter.presenter
    presenter.open_number("41020902L")
    presenter._revise(presenter.state.case, dataclasses.replace(presenter.state.case.visit, card_presented=True))
    assert not presenter.state.case.verdict.code.releases


def test_what_is_recorded_while_the_proxys_id_is_checked_stays(late: Any) -> None:
    presenter, tasks = late
    presenter.open_card(UID)
    tasks.let_go()
    presenter.choose(Choice.BY_PROXY)
    presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "許試言", "Y190000016")
    presenter.choose_relation(Relation.FRIEND)
    tasks.let_go()
    visit = presenter.state.case.visit
    assert visit.relation is Relation.FRIEND
    assert visit.proxy is not None
    assert visit.proxy.name == "許試言"
