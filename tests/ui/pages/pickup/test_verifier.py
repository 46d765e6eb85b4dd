# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk that asks for a verifier: the step in the proxy's checklist, the dialog, and what lapses."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desk_app.domain.facts import EvidenceCode, EvidenceFact, LetterFacts, PhotoIdKind
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Relation, Role
from desk_app.domain.visit import StepKind, StepState
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.pages.pickup.verifier_dialog import VerifierDialog
from desk_app.ui.theme import THEME_NAMES
from tests.plain_desk import PHRASE, SUPERVISOR, give_phrases
from tests.ui.pages.pickup.conftest import Roster
from tests.ui.shots import cut, keep, settle

pytestmark = pytest.mark.slow

VERIFIER = Operator("verify-m", "吳測驗", Role.VERIFIER)


@pytest.fixture
def needs_verifier() -> bool:
    return True


@pytest.fixture
def proxy(desk: Desk, store: DeskStore, roster: Roster, page: PickupPage) -> PickupPage:
    """The page with a proxy whose papers are all there."""
    with store.write() as ledger:
        ledger.put_operators([SUPERVISOR, VERIFIER])
    give_phrases(desk, VERIFIER)
    presenter = page.presenter
    presenter.open_card("58237714")
    presenter.choose(Choice.BY_PROXY)
    case = presenter.state.case
    assert case is not None
    shown = dataclasses.replace(
        case.visit,
        letter=LetterFacts(date=date(2025, 6, 2)),
        letter_date=date(2025, 6, 2),
        evidence=(EvidenceFact(EvidenceCode.GRAD_NATIONAL_ID_COPY),),
    )
    presenter._revise(case, shown)
    presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "王測二", "A123456789")
    presenter.choose_relation(Relation.FAMILY)
    return page


def state_of(page: PickupPage) -> StepState | None:
    case = page.presenter.state.case
    assert case is not None
    return next((step.state for step in case.steps if step.kind is StepKind.VERIFIER), None)


def opened(page: PickupPage) -> VerifierDialog:
    page.steps.verify.click()
    dialog = page.findChild(VerifierDialog)
    assert isinstance(dialog, VerifierDialog)
    return dialog


def test_the_verifier_is_the_step_of_now_and_signs_with_the_own_phrase(proxy: PickupPage) -> None:
    assert state_of(proxy) is StepState.NOW
    dialog = opened(proxy)
    assert set(dialog.by.person.ids) == {"super-m", "verify-m"}
    dialog.by.person.set_value("verify-m")
    dialog.accept_button.click()
    assert "輸入通行碼" in dialog.fault.text()
    dialog.by.phrase.set_text("wrong")
    dialog.accept_button.click()
    assert "還可再試 4 次" in dialog.fault.text()
    assert state_of(proxy) is StepState.NOW
    dialog.by.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    assert state_of(proxy) is StepState.DONE


def test_another_relation_asks_for_it_again(proxy: PickupPage) -> None:
    dialog = opened(proxy)
    dialog.by.person.set_value("verify-m")
    dialog.by.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    proxy.presenter.choose_relation(Relation.FRIEND)
    assert state_of(proxy) is StepState.NOW


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_dialog_is_cut(
    qtbot: QtBot, proxy: PickupPage, context: UiContext, language: Language, theme: str
) -> None:
    context.set_language(language)
    context.set_theme(theme)
    dialog = opened(proxy)
    dialog.accept_button.click()
    settle()
    keep(dialog, f"verifier-{language.value}-{theme}")
    window: QWidget = proxy.window()
    keep(window, f"verifier-page-{language.value}-{theme}")
    assert cut(dialog) == []
