# SPDX-License-Identifier: GPL-3.0-or-later
"""A hand-over that rests on an office's word by telephone says so in its content and its row, and the two are compared."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from desk_app.domain.errors import StoreError
from desk_app.domain.facts import ItemState, PhoneConfirmation
from desk_app.domain.records import ItemRecord, Operator, ReleaseRecord, Role
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.services.desk import Desk
from desk_app.services.receipt_content import kept_confirmations
from desk_app.storage.store import DeskStore, prove_store
from desk_app.storage.tables import RELEASE
from desk_app.storage.triggers import recreate_triggers
from tests.storage.outbox_desk import NUMBER, SERIAL, TEN, UID, desk_on_store, enrol

pytestmark = pytest.mark.slow

BOOKS = ItemRecord("LIB_BOOKS", "NTU", ItemState.UNKNOWN, TEN)
WORD = PhoneConfirmation("super-m", "圖書館 陳館員", "02-7749-0003", TEN)


@pytest.fixture
def desk(store: DeskStore, tmp_path: Path) -> Desk:
    """A desk with a graduate of whom nobody knows whether the books at NTU are back."""
    made = desk_on_store(store, tmp_path / "tray")
    enrol(made)
    with store.write() as ledger:
        ledger.put_operators([Operator("super-m", "周測主", Role.SUPERVISOR)])
        ledger.put_items([(NUMBER, BOOKS)])
    return made


def said(store: DeskStore, word: PhoneConfirmation = WORD) -> None:
    with store.write() as ledger:
        ledger.put_phone_confirmation(NUMBER, "LIB_BOOKS", "NTU", word)


def handed_over(desk: Desk) -> ReleaseRecord:
    stroke = tuple(PenPoint(40 + 6 * point, 80, 500, 12 * point) for point in range(30))
    case = desk.pickup.confirm_serial(desk.pickup.open_card(UID, TEN), SERIAL)
    signature = Signature((stroke,), PenDevice.PEN, 520, 180, 96)
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    return desk.pickup.release(case, desk.pickup.begin_confirmation(case))


def test_it_is_named_with_who_what_and_when_but_without_the_name_of_who_was_called(
    desk: Desk, store: DeskStore
) -> None:
    said(store)
    release = handed_over(desk)
    (word,) = desk.receipts.content(release).by_phone
    assert (word.code, word.item.zh, word.by, word.number) == (
        "LIB_BOOKS.NTU", "臺大圖書館圖書", "super-m 周○主", "02-7749-0003",
    )  # fmt: skip
    assert (word.person, word.at) == ("圖○○員", TEN)
    assert "陳館員" not in release.content
    with store.read() as records:
        kept = records.release_by_receipt(str(release.receipt_no))
    assert kept == release
    assert (kept.by_phone, kept.shown) == (("LIB_BOOKS.NTU",), ("GRAD_CARD",))
    assert kept_confirmations(kept) == (word,)
    prove_store(store)


def test_a_word_that_was_not_needed_any_more_is_not_named(desk: Desk, store: DeskStore) -> None:
    said(store)
    with store.write() as ledger:
        ledger.put_items([(NUMBER, dataclasses.replace(BOOKS, state=ItemState.CLEARED))])
    release = handed_over(desk)
    assert release.by_phone == ()
    assert "by_phone" not in json.loads(release.content)
    prove_store(store)


def test_a_supervisor_whom_the_store_does_not_know_keeps_the_id(desk: Desk, store: DeskStore) -> None:
    said(store, dataclasses.replace(WORD, by="super-x"))
    assert [one.by for one in kept_confirmations(handed_over(desk))] == ["super-x"]


@pytest.mark.parametrize(
    ("by_phone", "marks"),
    [
        pytest.param(True, [], id="hidden"),
        pytest.param(True, ["BY_PHONE:LIB_BOOKS.NTNU"], id="of another item"),
        pytest.param(True, ["BY_PHONE:LIB_BOOKS.NTU"] * 2, id="told twice"),
        pytest.param(False, ["BY_PHONE:LIB_BOOKS.NTU"], id="invented"),
        pytest.param(True, ["PROXY_VERIFIED", "BY_PHONE:LIB_BOOKS.NTU"], id="a verifier invented"),
    ],
)
def test_a_mark_that_was_altered_by_hand_is_seen(
    desk: Desk, store: DeskStore, owner: Engine, marks: list[str], *, by_phone: bool
) -> None:
    if by_phone:
        said(store)
    else:
        with store.write() as ledger:
            ledger.put_items([(NUMBER, dataclasses.replace(BOOKS, state=ItemState.CLEARED))])
    release = handed_over(desk)
    prove_store(store)
    altered = [*release.shown, *marks]
    with owner.begin() as connection:
        on_server = connection.dialect.name == "postgresql"
        connection.exec_driver_sql(f"DROP TRIGGER release_no_update{' ON release' if on_server else ''}")
        connection.execute(update(RELEASE).values(evidence=altered))
        recreate_triggers(connection)
    with pytest.raises(StoreError, match="store_ledger_altered"):
        prove_store(store)


def test_the_log_marks_and_counts_it_and_what_was_taken_back_no_more(desk: Desk, store: DeskStore) -> None:
    said(store)
    release = handed_over(desk)
    log = desk.day_logs.content(TEN.date(), "MAIN")
    assert [[item.zh for item in row.by_phone] for row in log.rows] == [["臺大圖書館圖書"]]
    assert log.by_phone == (str(release.receipt_no),)
    with store.write() as ledger:
        ledger.void_release(str(release.receipt_no), TEN, "發錯人")
    after = desk.day_logs.content(TEN.date(), "MAIN")
    assert after.rows[0].by_phone
    assert after.by_phone == ()


def test_content_that_was_altered_by_hand_tells_nothing(desk: Desk, store: DeskStore) -> None:
    said(store)
    release = handed_over(desk)
    assert kept_confirmations(dataclasses.replace(release, content=release.content.replace("陳", "林") + " ")) == ()
    assert kept_confirmations(dataclasses.replace(release, content="")) == ()
