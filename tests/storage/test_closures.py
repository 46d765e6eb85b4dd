# SPDX-License-Identifier: GPL-3.0-or-later
"""Announced closures in the store: kept as entered, withdrawn once, never changed; promises found by day."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError

from desk_app.domain.closures import AnnouncedClosure, Withdrawal
from desk_app.domain.errors import StoreError
from desk_app.domain.facts import Closure
from desk_app.domain.records import Operator, Role
from desk_app.storage import migrate as migration
from desk_app.storage.columns import DESK_ZONE
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore
from tests.storage.places import Place
from tests.storage.samples import KEY, WANG, hand_over

NOW = datetime(2025, 6, 3, 10, 0, tzinfo=DESK_ZONE)
SUPERVISOR = Operator("super-m", "周測主", Role.SUPERVISOR)


def announced(identifier: str = "c-1", **changes: object) -> AnnouncedClosure:
    values: dict[str, object] = {
        "start": date(2025, 6, 12),
        "end": date(2025, 6, 13),
        "reason": "TYPHOON",
        "counters": ("MAIN",),
        "counts_as_working_day": False,
        "declared_at": NOW,
    }
    closure = Closure(**{**values, **changes})  # type: ignore[arg-type]  # the samples are of the right types
    return AnnouncedClosure(identifier, closure, "公告 114-052", date(2025, 6, 2), SUPERVISOR, NOW)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 6, 12), date(2025, 6, 12)),
        (NOW + timedelta(hours=3, microseconds=5), NOW + timedelta(hours=7)),
    ],
)
def test_days_and_hours_come_back_as_they_were_entered(store: DeskStore, start: date, end: date) -> None:
    entered = announced(start=start, end=end)
    with store.write() as ledger:
        ledger.add_closure(entered)
    with store.read() as records:
        assert records.announced_closures() == (entered,)
        assert type(records.announced_closures()[0].closure.start) is type(start)


def test_a_withdrawn_closure_stays_with_its_reason(store: DeskStore) -> None:
    first, second = announced("c-1"), announced("c-2", reason="POWER_CUT")
    withdrawal = Withdrawal(SUPERVISOR, NOW + timedelta(minutes=5), "公告已更正")
    with store.write() as ledger:
        ledger.add_closure(first)
        ledger.add_closure(second)
        ledger.withdraw_closure("c-1", withdrawal)
    with store.read() as records:
        assert records.announced_closures() == (dataclasses.replace(first, withdrawal=withdrawal), second)


def test_a_closure_is_withdrawn_only_once(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.add_closure(announced())
        ledger.withdraw_closure("c-1", Withdrawal(SUPERVISOR, NOW, "公告已更正"))
    with pytest.raises((StoreError, IntegrityError)), store.write() as ledger:
        ledger.withdraw_closure("c-1", Withdrawal(SUPERVISOR, NOW, "再一次"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE announced_closure SET reason = 'AST'",
        "DELETE FROM announced_closure",
        "UPDATE closure_withdrawal SET reason = ''",
        "DELETE FROM closure_withdrawal",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_entered(store: DeskStore, owner: Engine, change: str) -> None:
    with store.write() as ledger:
        ledger.add_closure(announced())
        ledger.withdraw_closure("c-1", Withdrawal(SUPERVISOR, NOW, "公告已更正"))
    with pytest.raises(DBAPIError, match="history is never changed"), owner.begin() as connection:
        connection.exec_driver_sql(change)


def test_promises_are_found_by_the_day_of_the_hand_over(store: DeskStore) -> None:
    with store.write() as ledger:
        release = hand_over(ledger, WANG, "key-1")
    day = release.receipt_no.day
    with store.read() as records:
        found = records.digital_open(day, day)
        assert records.digital_open(day + timedelta(days=1), day + timedelta(days=9)) == ()
    expected = [] if release.digital_due is None else [(str(release.receipt_no), release.digital_due)]
    assert [(one.receipt_no, one.due_on_receipt) for one in found] == expected
    assert expected, "the sample release must promise a digital certificate"


def test_a_store_of_the_first_revision_gains_closures_and_keeps_its_rows(
    store: DeskStore, place: Place, owner: Engine
) -> None:
    with store.write() as ledger:
        written = hand_over(ledger, WANG, "key-1")
    with owner.begin() as connection:
        migration.run_revisions(connection, "0001")
        assert not _has_table(connection)
        migration.run_revisions(connection, "0002")
        assert _has_table(connection)
    whole = DeskStore(place.owner(), FieldCipher(KEY))
    with whole.read() as records:
        assert records.release_by_key("key-1") == written
        assert records.announced_closures() == ()
    whole.close()


def _has_table(connection: Connection) -> bool:
    return inspect(connection).has_table("announced_closure")
