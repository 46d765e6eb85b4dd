# SPDX-License-Identifier: GPL-3.0-or-later
"""An office's word by telephone, taken down in the page."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from desk_app.domain.verdict import VerdictCode
from desk_app.services.desk import Desk
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.phone_dialog import PhoneDialog
from desk_app.ui.widgets import IconLabel
from tests.plain_desk import CLERK, PHRASE, SUPERVISOR, give_phrases
from tests.ui.pages.pickup.conftest import TEN, Roster
from tests.ui.pages.pickup.refreshing.conftest import CLEARED, verdict
from tests.ui.prompt_tasks import LateTasks


@pytest.fixture
def unknown(page: PickupPage, asking: Desk, roster: Roster, tasks: LateTasks) -> PickupPage:
    """The page with a graduate about whose books nobody knows; a supervisor can be called."""
    with asking.store.write() as ledger:
        ledger.put_operators([SUPERVISOR])
    give_phrases(asking, CLERK)
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


def test_what_the_collector_is_told_stands_before_who_was_called(unknown: PickupPage, asking: Desk) -> None:
    asking.operators.switch(SUPERVISOR.id)
    dialog = dialog_of(unknown)
    dialog.person.set_text("圖書館 陳館員")
    dialog.number.set_text("1077")
    dialog.accept_button.click()
    rows = [label.text() for label in unknown.middle.findChildren(IconLabel)]
    told = next(index for index, text in enumerate(rows) if "數位學位證書" in text)
    assert [index for index, text in enumerate(rows) if "已電話確認" in text] == [told + 1]
