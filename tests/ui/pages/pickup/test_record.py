# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of an earlier hand-over: what it rested on, also a verifier's confirmation and an office's word by telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desk_app.domain.facts import ItemState, PhoneConfirmation
from desk_app.domain.papers import Language
from desk_app.domain.records import ItemRecord, Operator, Role
from desk_app.domain.signature import Signature
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from desk_app.ui.pages.pickup.state import Choice
from tests.ui.pages.pickup.conftest import TEN, UID, Roster
from tests.ui.pages.pickup.presented import model_of

VERIFIER = Operator("verify-m", "吳測驗", Role.VERIFIER)
NUMBER = "41020901L"


@pytest.fixture
def needs_verifier() -> bool:
    return True


def handed(presenter: Any) -> str:
    """Give what stands below the hand-over in the time line."""
    detail: str = model_of(presenter).middle.record.events[1][3]
    return detail


def test_a_call_is_named_by_its_item_and_before_a_proxy_by_its_office(
    counter: Any, store: DeskStore, roster: Roster, signature: Signature
) -> None:
    books = ItemRecord("LIB_BOOKS", "NTU", ItemState.UNKNOWN, TEN)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, books)])
        word = PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", TEN)
        ledger.put_phone_confirmation(NUMBER, books.item, books.source, word)
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)
    presenter.release()
    presenter.next()
    presenter.open_card(UID)
    assert handed(presenter) == "學生證皆齊、電話確認：臺大圖書館圖書"
    presenter.choose(Choice.BY_PROXY)
    assert handed(presenter) == "學生證皆齊、電話確認：圖書館"


def test_the_copy_of_a_receipt_begins_its_lines_with_capitals(
    counter: Any, roster: Roster, signature: Signature
) -> None:
    presenter = counter.presenter
    presenter.open_card(UID)
    presenter.confirm_serial("M-0123")
    presenter.signed(signature)
    presenter.release()
    presenter.next()
    presenter.open_card(UID)
    record = model_of(presenter, Language.EN).middle.record
    assert [value for _caption, value in record.rows if value[0].islower()] == []
    assert {("Collected by", "The graduate (王○一)"), ("Counter", "Main campus, desk 1")} <= set(record.rows)


def test_who_came_by_a_verified_proxy_can_be_looked_up_again(
    counter: Any, desk: Desk, store: DeskStore, everything: Callable[[Any], None]
) -> None:
    with store.write() as ledger:
        ledger.put_operators([VERIFIER])
    desk.operators.switch(VERIFIER.id)
    presenter = counter.presenter
    presenter.open_card(UID)
    everything(presenter)
    presenter.release()
    assert counter.released == ["M-20250603-001"]
    presenter.next()
    presenter.open_card(UID)
    assert "代領文件經覆核" in handed(presenter)
