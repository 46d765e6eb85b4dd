# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the offices beside the screen: late answers, silence, changed verdicts; keyboard and evidence stay."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import shiboken6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desk_app.domain.clearance_sources import ChangePage, ItemReport, SourceHealth, SourceKind
from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState
from desk_app.domain.papers import Language
from desk_app.domain.records import ItemRecord, Operator, Role
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.services.clearance.refresh import ClearanceRefresh
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.storage.store import DeskStore
from desk_app.ui.context import UiContext
from desk_app.ui.pages.page import PageParts
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.phone_dialog import PhoneDialog
from desk_app.ui.pages.pickup.refreshing import ClearancePresenter
from desk_app.ui.pages.pickup.state import AskStage, Phase
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.tasks import Lane
from desk_app.ui.theme import THEME_NAMES
from desk_app.ui.widgets import Label
from tests.ui.late_tasks import LateTasks
from tests.ui.pickup.conftest import CLERK, TEN, Roster, _Window
from tests.ui.test_shots import cut, keep, settle

NUMBER, OTHER = "41020901L", "41020902L"
OPEN = ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, TEN - timedelta(minutes=1))
CLEARED = dataclasses.replace(OPEN, state=ItemState.CLEARED, as_of=TEN)
SUPERVISOR = Operator("super-m", "周測主", Role.SUPERVISOR)
PHRASE = "correct horse"


class Portal:
    """A portal whose answers the test lays ready; it counts how often it was asked."""

    name = "離校系統"
    kind = SourceKind.PORTAL
    answers_at_once = True

    def __init__(self) -> None:
        self.rows: tuple[ItemRecord, ...] = ()
        self.error: SourceError | None = None
        self.asked: list[str] = []

    def student(self, student_no: str, seconds: float) -> tuple[ItemReport, ...]:
        assert seconds <= 2
        self.asked.append(student_no)
        if self.error is not None:
            raise self.error
        return tuple(ItemReport(student_no, row) for row in self.rows)

    def changes(self, cursor: str) -> Iterator[ChangePage]:
        raise AssertionError("nobody pulls here", cursor)

    def health(self) -> SourceHealth:
        return SourceHealth()

    def close(self) -> None:
        """Hold nothing open."""


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def asking(desk: Desk, roster: Roster, portal: Portal) -> Desk:
    """The desk with a portal that can be asked about one graduate."""
    roster.enrol(OTHER, uid="58237715", serial="M-0124")
    trail = Trail(desk.identity, desk.policy, desk.operators)
    refresh = ClearanceRefresh(desk.store, (portal,), desk.policy, desk.clock, trail, lambda: 0.0)
    return dataclasses.replace(desk, refresh=refresh)


@pytest.fixture
def tasks() -> LateTasks:
    return LateTasks([Lane.OUTSIDE])


@pytest.fixture
def presenter(asking: Desk, tasks: LateTasks) -> ClearancePresenter:
    return ClearancePresenter(asking, tasks, lambda: None, lambda _number: None)


def verdict(presenter: ClearancePresenter) -> VerdictCode:
    assert presenter.state.case is not None
    return presenter.state.case.verdict.code


def stage(presenter: ClearancePresenter) -> AskStage | None:
    return presenter.state.news.stage if presenter.state.news else None


def test_what_is_stored_is_shown_while_the_offices_are_asked(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
    tasks.let_go()
    assert (verdict(presenter), stage(presenter), presenter.state.fault.code) == (
        VerdictCode.RELEASE_NOTICE,
        AskStage.SILENT,
        "",
    )


def test_asking_again_asks_once_while_an_answer_is_awaited(
    presenter: ClearancePresenter, tasks: LateTasks, portal: Portal
) -> None:
    presenter.open_card("58237714")
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
    presenter.open_card("58237714")
    presenter.ask_again()
    assert (stage(presenter), tasks.waiting) == (None, [])


def test_a_desk_locked_meanwhile_says_nothing_of_the_person(
    presenter: ClearancePresenter, tasks: LateTasks, asking: Desk, portal: Portal
) -> None:
    presenter.open_card("58237714")
    asking.operators.lock()
    portal.rows = (OPEN,)
    tasks.let_go()
    assert (stage(presenter), verdict(presenter)) == (None, VerdictCode.RELEASE_NOTICE)


@pytest.fixture
def page(context: UiContext, asking: Desk, tasks: LateTasks) -> Iterator[PickupPage]:
    page = PickupPage(PageParts(context, asking, tasks, ReaderBridge()))
    window = _Window(page)
    window.show()
    yield page
    window.hide()
    shiboken6.delete(window)


def test_the_line_says_what_has_changed_and_when(page: PickupPage, tasks: LateTasks, portal: Portal) -> None:
    page.presenter.open_card("58237714")
    settle()
    assert page.refresh.isVisible()
    assert page.refresh.text == "正在向各單位查詢，以下為已存資料"
    portal.rows = (OPEN,)
    tasks.let_go()
    assert page.refresh.text == "10:02「離校系統」剛更新：圖書（臺大）未完成"
    page.presenter.ask_again()
    tasks.let_go()
    assert page.refresh.text == "10:02 已向「離校系統」查詢，資料沒有變動"
    portal.error = SourceError("source_unreachable", source=portal.name, detail="")
    page.refresh.button.click()
    tasks.let_go()
    assert page.refresh.text == "「離校系統」沒有回應；以下為 2 分鐘前的資料"


def test_an_answer_takes_the_keyboard_from_no_field(
    page: PickupPage, tasks: LateTasks, portal: Portal, qapp: QApplication
) -> None:
    page.activateWindow()
    page.presenter.open_card("58237714")
    settle()
    field = page.steps.field_of_now()
    assert field is not None
    field.setFocus()
    settle()
    typing = qapp.focusWidget()
    assert typing is not None
    assert typing is field or field.isAncestorOf(typing)
    QTest.keyClicks(typing, "M-01")
    tasks.let_go()
    settle()
    assert qapp.focusWidget() is typing
    portal.rows = (OPEN,)
    page.presenter.ask_again()
    tasks.let_go()
    settle()
    assert verdict(page.presenter) is VerdictCode.HOLD
    assert qapp.focusWidget() is not page.refresh.button


def test_a_new_visitor_gets_the_keyboard_where_the_work_begins(
    page: PickupPage, tasks: LateTasks, qapp: QApplication
) -> None:
    page.activateWindow()
    page.presenter.open_card("58237714")
    tasks.let_go()
    page.person.clear.setFocus()
    page.presenter.open_card("58237715")
    settle()
    assert qapp.focusWidget() is not page.person.clear


def test_an_answer_lays_no_hand_over_under_the_key_that_is_being_pressed(
    page: PickupPage, tasks: LateTasks, portal: Portal, signature: Signature, qapp: QApplication
) -> None:
    page.activateWindow()
    page.presenter.open_card("58237714")
    page.presenter.confirm_serial("m-0123")
    page.presenter.signed(signature)
    portal.rows = (OPEN,)
    tasks.let_go()
    settle()
    page.work.print.setFocus()
    portal.rows = (CLEARED,)
    page.presenter.ask_again()
    tasks.let_go()
    settle()
    assert page.work.release.isEnabled()
    assert qapp.focusWidget() is not page.work.release


@pytest.fixture
def unknown(page: PickupPage, asking: Desk, roster: Roster, tasks: LateTasks) -> PickupPage:
    """The page with a graduate about whose books nobody knows; a supervisor can be called."""
    with asking.store.write() as ledger:
        ledger.put_operators([SUPERVISOR])
    asking.staff.begin(SUPERVISOR.id, PHRASE)
    asking.operators.switch(SUPERVISOR.id)
    asking.staff.set_phrase(CLERK.id, PHRASE)
    asking.operators.switch(CLERK.id)
    stale = dataclasses.replace(CLEARED, as_of=TEN - timedelta(hours=30))
    roster.enrol("41020903L", uid="58237716", serial="M-0125", items=(stale,))
    page.presenter.open_card("58237716")
    tasks.let_go()
    return page


def dialog_of(page: PickupPage) -> PhoneDialog:
    page.middle.phone_asked.emit("ITEM_UNKNOWN:LIB_BOOKS.NTU")
    dialog = page.findChild(PhoneDialog)
    assert isinstance(dialog, PhoneDialog)
    return dialog


def test_the_office_s_word_is_recorded_and_the_case_goes_on(unknown: PickupPage) -> None:
    assert verdict(unknown.presenter) is VerdictCode.HOLD
    dialog = dialog_of(unknown)
    assert dialog.by is not None
    assert dialog.by.person.ids == (SUPERVISOR.id,)
    dialog.accept_button.click()
    assert "確認人" in dialog.fault.text()
    dialog.person.set_text("圖書館 陳館員")
    dialog.number.set_text("02-7749-0003")
    dialog.by.phrase.set_text(PHRASE)
    dialog.accept_button.click()
    assert verdict(unknown.presenter) is VerdictCode.RELEASE_NOTICE


def test_a_supervisor_at_work_needs_no_phrase(unknown: PickupPage, asking: Desk) -> None:
    asking.operators.switch(SUPERVISOR.id)
    dialog = dialog_of(unknown)
    assert dialog.by is None
    dialog.person.set_text("圖書館 陳館員")
    dialog.number.set_text("1077")
    dialog.accept_button.click()
    assert verdict(unknown.presenter) is VerdictCode.RELEASE_NOTICE


Scene = Callable[[PickupPage, LateTasks, Portal], None]


def _changed(page: PickupPage, tasks: LateTasks, portal: Portal) -> None:
    page.presenter.open_card("58237714")
    portal.rows = (OPEN, dataclasses.replace(OPEN, item="GA_GOWN", source=""))
    tasks.let_go()


def _silent(page: PickupPage, tasks: LateTasks, portal: Portal) -> None:
    portal.error = SourceError("source_unreachable", source=portal.name, detail="")
    page.presenter.open_card("58237714")
    tasks.let_go()


@pytest.mark.slow
@pytest.mark.parametrize("look", [*itertools.product(((1280, 720), (1440, 900)), Language, THEME_NAMES)], ids=str)
@pytest.mark.parametrize("scene", [_changed, _silent], ids=["changed", "silent"])
def test_every_word_of_the_line_has_room(
    page: PickupPage,
    tasks: LateTasks,
    portal: Portal,
    scene: Scene,
    look: tuple[tuple[int, int], Language, str],
) -> None:
    size, language, theme = look
    context = page.context
    context.set_theme(theme)
    context.set_language(language)
    context.set_compact(size[0] < 1400)
    page.presenter.clear()
    room = page.window()
    assert isinstance(room, _Window)
    room.fit(*size)
    scene(page, tasks, portal)
    settle()
    keep(page, f"refresh-{scene.__name__.strip('_')}-{language.value}-{theme}-{size[0]}")
    assert cut(page.refresh) == []
    (words,) = page.refresh.findChildren(Label)
    assert words.heightForWidth(words.width()) <= words.height()
