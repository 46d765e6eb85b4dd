# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the offices beside the screen: late answers, silence, changed verdicts; what was recorded stays."""

from __future__ import annotations

import pytest

from desk_app.domain.errors import SourceError
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from desk_app.ui.pages.pickup.refreshing import ClearancePresenter
from desk_app.ui.pages.pickup.state import AskStage, Phase
from tests.ui.pages.pickup.conftest import UID, Roster
from tests.ui.pages.pickup.refreshing.conftest import CLEARED, NUMBER, OPEN, OTHER, Portal, stage, verdict
from tests.ui.prompt_tasks import LateTasks


def test_what_is_stored_is_shown_while_the_offices_are_asked(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_card(UID)
    assert (verdict(presenter), stage(presenter), portal.asked) == (
        VerdictCode.RELEASE_NOTICE,
        AskStage.ASKING,
        [],
    )
    tasks.let_go()
    assert (stage(presenter), portal.asked) == (AskStage.SAME, [NUMBER])


def test_a_new_fact_changes_the_verdict_and_says_which(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_card(UID)
    portal.rows = (OPEN,)
    tasks.let_go()
    assert (verdict(presenter), stage(presenter)) == (VerdictCode.HOLD, AskStage.CHANGED)
    assert presenter.state.news is not None
    assert [(one.item, one.source, one.code) for one in presenter.state.news.changed] == [("LIB_BOOKS", "NTU", "OPEN")]
    portal.rows = (CLEARED,)
    presenter.ask_again()
    tasks.let_go()
    assert (verdict(presenter), stage(presenter)) == (VerdictCode.RELEASE_NOTICE, AskStage.CHANGED)


def test_evidence_recorded_meanwhile_stays(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal, signature: Signature
) -> None:
    presenter.open_card(UID)
    presenter.confirm_serial("m-0123")
    presenter.signed(signature)
    portal.rows = (OPEN,)
    tasks.let_go()
    assert presenter.state.case is not None
    visit = presenter.state.case.visit
    assert (verdict(presenter), visit.signature, dict(visit.serials)) == (
        VerdictCode.HOLD,
        signature,
        {"DEGREE_CERTIFICATE": "M-0123"},
    )


def test_an_answer_about_the_visitor_before_is_dropped(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_card(UID)
    portal.rows = (OPEN,)
    about_the_first, tasks.waiting = tasks.waiting, []
    presenter.open_card("58237715")
    for answer in about_the_first:
        answer()
    assert presenter.state.case is not None
    assert presenter.state.case.dossier is not None
    assert presenter.state.case.dossier.graduate.number == OTHER
    assert (verdict(presenter), stage(presenter)) == (VerdictCode.RELEASE_NOTICE, AskStage.ASKING)


@pytest.mark.parametrize("leave", ["clear", "release"])
def test_an_answer_after_the_case_is_heard_by_nobody(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal, signature: Signature, leave: str
) -> None:
    presenter.open_card(UID)
    if leave == "clear":
        presenter.clear()
    else:
        presenter.confirm_serial("m-0123")
        presenter.signed(signature)
        presenter.release()
    phase = presenter.state.phase
    portal.rows = (OPEN,)
    tasks.let_go()
    assert presenter.state.phase is phase is (Phase.IDLE if leave == "clear" else Phase.RELEASED)


def test_a_release_decides_with_what_has_come_in_between(
    presenter: ClearancePresenter, tasks: LateTasks, store: DeskStore, signature: Signature
) -> None:
    presenter.open_card(UID)
    presenter.confirm_serial("m-0123")
    presenter.signed(signature)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, OPEN)])  # the refresh has kept it; its news is still on the way
    presenter.release()
    assert (presenter.state.phase, verdict(presenter)) == (Phase.CASE, VerdictCode.HOLD)
    tasks.let_go()
    assert presenter.state.phase is Phase.CASE


def test_a_silent_portal_leaves_what_is_stored(presenter: ClearancePresenter, tasks: LateTasks, portal: Portal) -> None:
    portal.error = SourceError("source_unreachable", source=portal.name, detail="")
    presenter.open_card(UID)
    tasks.let_go()
    assert (verdict(presenter), stage(presenter), presenter.state.fault.code) == (
        VerdictCode.RELEASE_NOTICE,
        AskStage.SILENT,
        "",
    )


def test_asking_again_asks_once_while_an_answer_is_awaited(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_card(UID)
    presenter.ask_again()
    tasks.let_go()
    assert portal.asked == [NUMBER]
    presenter.ask_again()
    tasks.let_go()
    assert portal.asked == [NUMBER, NUMBER]


def test_nobody_is_asked_about_a_number_that_nobody_has(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_number("41099999X")
    tasks.let_go()
    assert (stage(presenter), portal.asked) == (None, [])


def test_a_desk_without_a_portal_has_no_line(desk: Desk, roster: Roster, tasks: LateTasks) -> None:
    presenter = ClearancePresenter(desk, tasks, lambda: None, lambda _number: None)
    presenter.open_card(UID)
    presenter.ask_again()
    assert (stage(presenter), tasks.waiting) == (None, [])


def test_a_desk_locked_meanwhile_says_nothing_of_the_person(
    presenter: ClearancePresenter, tasks: LateTasks, asking: Desk, portal: Portal
) -> None:
    presenter.open_card(UID)
    asking.operators.lock()
    portal.rows = (OPEN,)
    tasks.let_go()
    assert (stage(presenter), verdict(presenter)) == (None, VerdictCode.RELEASE_NOTICE)
