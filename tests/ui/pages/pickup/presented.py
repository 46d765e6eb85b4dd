# SPDX-License-Identifier: GPL-3.0-or-later
"""What a presenter shows, read as a test asks for it."""

from __future__ import annotations

from typing import Any

from desk_app.domain.papers import Language
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import StepKind, StepState
from desk_app.services.explain.names import Names
from desk_app.ui.pages.pickup.case_model import case_model
from desk_app.ui.pages.pickup.state import Choice, PaperStage, Phase, Question


def model_of(presenter: Any, language: Language = Language.ZH) -> Any:
    desk = presenter._desk
    now = desk.clock.now()
    return case_model(desk.policy, presenter.state, Names.of(desk.policy, language, now), now, demo=False)


def phase_of(presenter: Any) -> Phase:
    return Phase(presenter.state.phase)


def choice_of(presenter: Any) -> Choice:
    return Choice(presenter.state.choice)


def question_of(presenter: Any) -> Question | None:
    question = presenter.state.question
    return Question(question) if question is not None else None


def slip_stage_of(presenter: Any) -> PaperStage:
    return PaperStage(presenter.state.slip_stage)


def verdict_of(presenter: Any) -> VerdictCode:
    code = presenter.state.case.verdict.code
    assert isinstance(code, VerdictCode)
    return code


def step_of(presenter: Any, kind: StepKind) -> StepState:
    return StepState(next(step.state for step in presenter.state.case.steps if step.kind is kind))
