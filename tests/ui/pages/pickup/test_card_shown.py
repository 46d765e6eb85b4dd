# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the card of the open record was shown, and what takes its place when there is none."""

from __future__ import annotations

import dataclasses
from typing import Any

from desk_app.domain.facts import PhotoIdKind
from desk_app.domain.records import CardState
from desk_app.domain.visit import StepKind, StepState
from desk_app.ui.pages.pickup.model import Middle, Work
from desk_app.ui.pages.pickup.state import Choice
from tests.ui.pages.pickup.conftest import UID
from tests.ui.pages.pickup.presented import choice_of, model_of, step_of


def test_a_photo_that_differs_stops(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.report_photo_mismatch()
    presenter.do_act(1)
    presenter.do_act(1)
    presenter.set_note("面貌不同")
    model = model_of(presenter)
    assert (model.middle.kind, model.work.kind, model.work.slip.code) == (Middle.STOP, Work.STOP, "P10")
    assert [line.done for line in model.middle.lines] == [True, False, False]
    assert not model.work.ready
    assert presenter.state.has_evidence


def test_a_number_needs_the_card_or_a_look_at_it(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_number("41020901l")
    assert step_of(presenter, StepKind.CARD) is not StepState.DONE
    presenter.open_step(1)
    presenter.tick_paper()
    assert step_of(presenter, StepKind.CARD) is StepState.DONE


def test_the_card_of_the_open_record_counts_as_shown(counter: Any) -> None:
    presenter = counter.presenter
    presenter.open_number("41020901L")
    presenter.open_card(UID)
    assert step_of(presenter, StepKind.CARD) is StepState.DONE
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
    assert choice_of(presenter) is Choice.LOST
    kinds = [step.kind for step in presenter.state.case.steps]
    assert kinds[:2] == [StepKind.LOSS_REPORT, StepKind.PHOTO_ID]
    presenter.open_step(2)
    presenter.show_photo_id(PhotoIdKind.PASSPORT)
    assert step_of(presenter, StepKind.PHOTO_ID) is StepState.DONE
    presenter.choose(Choice.IN_PERSON)
    assert choice_of(presenter) is Choice.IN_PERSON


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
