# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy's checklist: the letter, its date, the proxy's ID, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from desk_app.domain.facts import PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.records import Relation
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import StepKind, StepState
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.model import Middle, Work
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.widgets import Label, ScrollPane
from tests.ui.pages.pickup.conftest import UID, PageWindow
from tests.ui.pages.pickup.presented import model_of, step_of, verdict_of
from tests.ui.shots import settle


def test_the_whole_checklist_of_a_proxy(counter: Any, everything: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    everything(presenter)
    assert presenter.state.case.ready
    assert presenter.state.case.visit.proxy.id_masked == "Y19000****"
    model = model_of(presenter)
    assert (model.middle.kind, model.work.kind) == (Middle.CHECKLIST, Work.CHECKLIST)
    assert model.person.proxy.name == "許試言"
    assert model.steps.proxy_signs
    presenter.release()
    assert counter.released == ["M-20250603-001"]
    assert "由 許試言 代領" in model_of(presenter).banner.line


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
    assert step_of(presenter, StepKind.LETTER) is StepState.DONE


def test_a_signature_that_is_missing_can_be_given_at_the_desk(counter: Any, missing_proxy_signature: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    missing_proxy_signature(presenter)
    model = model_of(presenter)
    assert model.banner.line == "委託書缺受託人簽章，可當場補簽"
    assert model.work.supplement
    assert model.work.problem.title == "委託書缺受託人簽章"
    assert model.steps.rows[0].state is StepState.BAD
    presenter.supplement()
    assert step_of(presenter, StepKind.LETTER) is StepState.DONE
    assert not model_of(presenter).work.supplement


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
    assert verdict_of(presenter) is verdict


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
    assert verdict_of(presenter) is VerdictCode.ESCALATE
    middle = model_of(presenter).middle
    assert (middle.kind, middle.letter_step) == (Middle.REASONS, 1)
    presenter.open_step(1)
    model = model_of(presenter)
    assert model.middle.kind is Middle.CHECKLIST
    assert model.steps.rows[0].open
    assert model.steps.rows[0].detail == "104/6/2（二）"
    presenter.type_letter_date("114/6/2")
    assert verdict_of(presenter) is VerdictCode.NEED_EVIDENCE
    assert step_of(presenter, StepKind.LETTER) is StepState.DONE
    assert model_of(presenter).steps.rows[0].detail == "114/6/2（一）"


def test_an_id_number_that_cannot_be_right_keeps_the_step_open(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.choose(Choice.BY_PROXY)
    presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "", "Y190000016")
    assert presenter.state.field_fault.code == "proxy_name"
    presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "許試言", "Y190000017")
    assert presenter.state.field_fault.code == "id_number_check_digit"
    problem = model_of(presenter).work.problem
    assert (problem.title, problem.act) == ("代領人證號有誤", "檢查碼不符，請對照證件逐碼再輸入")
    assert step_of(presenter, StepKind.PROXY_ID) is not StepState.DONE


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


def test_reasons_whose_words_wrap_are_shown_whole_where_there_is_room(page: PickupPage) -> None:
    page.context.set_language(Language.EN)
    page.context.set_compact(True)
    room = page.window()
    assert isinstance(room, PageWindow)
    room.fit(1280, 720)
    page.presenter.open_card(UID)
    page.presenter.choose(Choice.BY_PROXY)
    page.presenter.type_letter_date("104/6/2")
    page.presenter.accept_letter()
    settle()
    pane = next(one for one in page.middle.findChildren(ScrollPane) if one.isVisible())
    assert any("too old" in label.text() for label in pane.findChildren(Label))
    assert pane.verticalScrollBar().maximum() == 0
    inside = pane.widget()
    assert inside is not None
    needed = inside.heightForWidth(pane.width())
    assert needed <= pane.height() <= needed + 4
    page.context.set_compact(False)
    page.context.set_language(Language.ZH)
