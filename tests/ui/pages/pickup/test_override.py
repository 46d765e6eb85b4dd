# SPDX-License-Identifier: GPL-3.0-or-later
"""Calling the supervisor: the dialog asks for what the reason needs, and a decision opens the hand-over."""

from __future__ import annotations

from datetime import datetime

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desk_app.clock import StandingClock
from desk_app.domain.audit import AuditFilter
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Role
from desk_app.domain.verdict import VerdictCode
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from desk_app.ui.context import UiContext
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.override_dialog import OverrideDialog
from desk_app.ui.theme import THEME_NAMES
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, TAIPEI, give_phrases
from tests.ui.pages.pickup.conftest import Roster
from tests.ui.prompt_tasks import LateTasks
from tests.ui.shots import cut, keep, settle

pytestmark = pytest.mark.slow


@pytest.fixture
def staffed(desk: Desk, store: DeskStore, roster: Roster) -> Desk:
    with store.write() as ledger:
        ledger.put_operators([SUPERVISOR, Operator("auditor", "蔡測核", Role.AUDITOR)])
    return give_phrases(desk, CLERK)


@pytest.fixture
def late(staffed: Desk, page: PickupPage, clock: StandingClock) -> PickupPage:
    """The page with a graduate who comes in the evening."""
    clock.move_to(datetime(2025, 6, 3, 18, 0, tzinfo=TAIPEI))
    page.presenter.open_card("58237714")
    return page


def opened(page: PickupPage) -> OverrideDialog:
    page.work.supervisor.click()
    dialog = page.findChild(OverrideDialog)
    assert isinstance(dialog, OverrideDialog)
    return dialog


def verdict(page: PickupPage) -> VerdictCode:
    case = page.presenter.state.case
    assert case is not None
    return case.verdict.code


def test_the_supervisor_lifts_the_hour_and_the_case_goes_on(late: PickupPage) -> None:
    assert verdict(late) is VerdictCode.NOT_NOW
    assert late.work.supervisor.isVisibleTo(late)
    dialog = opened(late)
    shown = [part.isVisibleTo(dialog) for part in (dialog.incident, dialog.second)]
    assert shown == [False, False]
    assert dialog.by.person.ids == ("super-m",)
    dialog.why.set_text("畢業生整個下午都在場")
    dialog.by.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    assert verdict(late) is VerdictCode.RELEASE_NOTICE
    assert not late.work.supervisor.isVisibleTo(late)


def test_a_wrong_phrase_or_no_word_is_said_in_place(late: PickupPage) -> None:
    dialog = opened(late)
    dialog.accept_button.click()
    assert "理由" in dialog.fault.text()
    dialog.why.set_text("畢業生整個下午都在場")
    dialog.by.phrase.set_text("wrong")
    dialog.accept_button.click()
    assert "通行碼不符" in dialog.fault.text()
    assert dialog.by.phrase.edit.text() == ""
    assert not dialog.accept_button.busy
    assert verdict(late) is VerdictCode.NOT_NOW
    dialog.cancel_button.click()
    assert verdict(late) is VerdictCode.NOT_NOW


def test_a_card_that_is_laid_on_meanwhile_takes_the_form_about_the_person_before_away(
    late: PickupPage, roster: Roster
) -> None:
    roster.held()
    dialog = opened(late)
    assert dialog.isVisibleTo(late)
    late.presenter.open_card("0A0B0C0D")
    assert late.person.isVisibleTo(late)
    assert not dialog.isVisibleTo(late)


@pytest.mark.parametrize("phrase", [PHRASE, "wrong"])
def test_an_answer_that_comes_when_the_form_was_closed_is_no_accident(late: PickupPage, phrase: str) -> None:
    tasks = LateTasks()
    dialog = opened(late)
    dialog.why.set_text("畢業生整個下午都在場")
    dialog.by.phrase.set_text(phrase)
    late.presenter._tasks = tasks
    dialog.accept_button.click()
    dialog.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(dialog)
    tasks.let_go()
    assert verdict(late) is (VerdictCode.RELEASE_NOTICE if phrase == PHRASE else VerdictCode.NOT_NOW)


def test_an_alarm_asks_what_has_happened_and_a_supervisor_at_the_desk_for_a_second_person(
    staffed: Desk, page: PickupPage
) -> None:
    page.presenter.open_card("58237714")
    assert not page.work.supervisor.isVisibleTo(page)
    page.presenter.report_photo_mismatch()
    staffed.operators.switch(SUPERVISOR.id)
    dialog = opened(page)
    shown = [part.isVisibleTo(dialog) for part in (dialog.incident, dialog.second)]
    assert shown == [True, True]
    assert dialog.second.person.ids == ("clerk-m1", "super-m")
    dialog.why.set_text("本人無誤")
    dialog.incident.set_text("剪短頭髮，另驗護照")
    for proof in (dialog.by, dialog.second):
        proof.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    assert verdict(page) is VerdictCode.RELEASE_NOTICE


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_decision_is_cut(
    qtbot: QtBot, staffed: Desk, page: PickupPage, context: UiContext, language: Language, theme: str
) -> None:
    page.presenter.open_card("58237714")
    page.presenter.report_photo_mismatch()
    staffed.operators.switch(SUPERVISOR.id)
    context.set_language(language)
    context.set_theme(theme)
    dialog = opened(page)
    dialog.accept_button.click()
    settle()
    keep(dialog, f"override-{language.value}-{theme}")
    window: QWidget = page.window()
    keep(window, f"override-page-{language.value}-{theme}")
    QApplication.processEvents()
    assert cut(dialog) == []


def decided(store: DeskStore) -> list[tuple[object, object]]:
    with store.read() as records:
        return [
            (one.payload["used"], one.payload["by"]) for one in records.audit_lines(AuditFilter(kind="OVERRIDE"), 9)
        ]


def test_a_case_that_is_cleared_says_that_the_decision_was_not_used(late: PickupPage, store: DeskStore) -> None:
    dialog = opened(late)
    dialog.why.set_text("畢業生整個下午都在場")
    dialog.by.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    assert decided(store) == []
    late.forget_person()
    assert decided(store) == [(False, SUPERVISOR.id)]
    late.presenter.open_card("58237714")
    assert verdict(late) is VerdictCode.NOT_NOW
