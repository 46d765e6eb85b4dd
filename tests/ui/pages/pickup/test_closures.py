# SPDX-License-Identifier: GPL-3.0-or-later
"""A typhoon day from announcement to withdrawal: the supervisor's page, the idle page, an open case, a second visit."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desk_app.clock import StandingClock
from desk_app.domain.papers import Language
from desk_app.domain.records import Operator, Role
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import VerdictCode
from desk_app.services.closures import ClosureDraft
from desk_app.services.desk import Desk
from desk_app.ui.context import UiContext
from desk_app.ui.main_window import MainWindow
from desk_app.ui.pages import PICKUP, POLICY, PageParts
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.policy import PolicyPage
from desk_app.ui.reader_bridge import ReaderBridge
from hardware.api import CardReadRecord
from tests.ui.pages.pickup.conftest import TEN
from tests.ui.prompt_tasks import PromptTasks

pytestmark = pytest.mark.slow

CARD = CardReadRecord("58237714", "41020901L")
SUPERVISOR = Operator("super-m", "周測主", Role.SUPERVISOR)


@pytest.fixture
def parts(context: UiContext, desk: Desk) -> PageParts:
    """Give the parts of a desk with a real store; work runs at once."""
    return PageParts(context, desk, PromptTasks(), ReaderBridge())


@pytest.fixture
def window(qtbot: QtBot, parts: PageParts, desk: Desk) -> MainWindow:
    """Give the whole window at a desk where a supervisor works."""
    with desk.store.write() as ledger:
        ledger.put_operators([SUPERVISOR])
    desk.operators.switch(SUPERVISOR.id)
    shown = MainWindow(parts)
    qtbot.addWidget(shown)
    shown.show()
    shown.show_page(PICKUP)
    return shown


def pickup(window: MainWindow) -> PickupPage:
    page = window.page(PICKUP)
    assert isinstance(page, PickupPage)
    return page


def policy_page(window: MainWindow) -> PolicyPage:
    window.show_page(POLICY)
    page = window.page(POLICY)
    assert isinstance(page, PolicyPage)
    page.show_part("closures")
    return page


def enter(window: MainWindow, starts: str, ends: str = "") -> str:
    """Enter a typhoon closure on the page and give its id."""
    page = policy_page(window)
    form = page.closures.form
    form.starts.set_text(starts)
    form.ends.set_text(ends)
    form.source.set_text("臺北市政府 114-06-03 公告")
    form.preview.click()
    page.closures.confirm.enter.click()
    return page.desk.closures.all()[-1].id


def withdraw(window: MainWindow, closure_id: str) -> None:
    page = policy_page(window)
    page.closures.table.choose(closure_id)
    page.closures.table.row_opened.emit(closure_id)
    page.closures.facts.reason.set_text("公告已更正")
    page.closures.facts.withdraw.click()


def words(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def hand_over(page: PickupPage, signature: Signature) -> None:
    page.reader.card_read.emit(CARD)
    page.presenter.confirm_serial("M-0123")
    page.presenter.signed(signature)
    page.work.release.click()
    page.work.next.click()


def test_a_typhoon_day_closes_the_counter_and_its_withdrawal_opens_it(window: MainWindow, roster: Any) -> None:
    roster.enrol()
    page = pickup(window)
    assert "開放中" in words(page.stage)
    identifier = enter(window, "2025-06-03")
    window.show_page(PICKUP)
    shown = words(page.stage)
    assert "現在停止服務：颱風停班停課" in shown
    assert "下次開櫃 6/4（三）08:30" in shown
    page.reader.card_read.emit(CARD)
    assert page.presenter.state.case is not None
    assert page.presenter.state.case.verdict.code is VerdictCode.NOT_NOW
    assert any("颱風停班停課" in text for text in words(page.middle))
    assert not page.work.release.isEnabled()
    page.presenter.clear()
    withdraw(window, identifier)
    window.show_page(PICKUP)
    assert "開放中" in words(page.stage)
    page.reader.card_read.emit(CARD)
    assert page.banner.words == "可以發給"


def test_an_open_case_follows_and_keeps_what_was_recorded(window: MainWindow, roster: Any) -> None:
    roster.enrol()
    page = pickup(window)
    page.reader.card_read.emit(CARD)
    page.presenter.confirm_serial("M-0123")
    identifier = enter(window, "2025-06-03 09:00", "2025-06-03 11:00")
    window.show_page(PICKUP)
    case = page.presenter.state.case
    assert case is not None
    assert (case.verdict.code, case.visit.serials) == (VerdictCode.NOT_NOW, (("DEGREE_CERTIFICATE", "M-0123"),))
    assert page.banner.words == "非服務時間"
    withdraw(window, identifier)
    window.show_page(PICKUP)
    assert page.banner.words == "可以發給"


def test_a_closure_of_another_counter_or_day_changes_nothing_here(window: MainWindow, roster: Any, desk: Desk) -> None:
    roster.enrol()
    page = pickup(window)
    page.reader.card_read.emit(CARD)
    before = page.presenter.state.case
    elsewhere = ClosureDraft(TEN.date(), TEN.date(), "TYPHOON", "公告", TEN.date(), ("GONGGUAN",))
    desk.closures.enter(elsewhere)
    window.show_page(PICKUP)
    after = page.presenter.state.case
    assert before is not None
    assert after is not None
    assert after.verdict.code is before.verdict.code
    assert page.work.release.isVisible()


def test_due_dates_move_and_a_second_visit_says_what_the_receipt_says(
    window: MainWindow, roster: Any, signature: Signature, desk: Desk, context: UiContext
) -> None:
    roster.enrol()
    page = pickup(window)
    hand_over(page, signature)
    enter(window, "2025-06-05")
    with desk.store.read() as records:
        release = records.releases_of("41020901L")[0]  # type: ignore[attr-defined]  # the real store has more than the port
        last = records.last_audit()
    assert release.digital_due == date(2025, 6, 6)
    assert last is not None
    assert json.loads(last.body)["payload"]["due_dates"] == [
        {"old": "2025-06-06", "new": "2025-06-09", "receipts": [str(release.receipt_no)]}
    ]
    window.show_page(PICKUP)
    page.reader.card_read.emit(CARD)
    shown = " ".join(words(page))
    assert "6/9" in shown
    assert "簽領單上印的是 6/6（五），因停止服務調整" in shown
    assert "6/9（一）前請等候" in shown
    context.set_language(Language.EN)
    assert "the receipt says Fri 6 Jun, moved by a closure" in " ".join(words(page))


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(12, 30, "13:30 開放"), (20, 0, "下次開櫃 6/4（三）08:30"), (7, 0, "08:30 開放")],
)
def test_a_closed_counter_always_says_when_it_opens(
    window: MainWindow, clock: StandingClock, hour: int, minute: int, said: str
) -> None:
    clock.move_to(TEN.replace(hour=hour, minute=minute))
    window.show_page(PICKUP)
    stage = words(pickup(window).stage)
    assert "未開放" in stage
    assert said in stage


def test_on_a_day_without_service_no_hours_are_drawn_but_the_next_opening_is_said(
    window: MainWindow, clock: StandingClock
) -> None:
    clock.move_to(TEN + timedelta(days=4))
    window.show_page(PICKUP)
    assert "下次開櫃 6/9（一）08:30" in words(pickup(window).stage)
