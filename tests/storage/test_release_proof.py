# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger says of a proxy and of a reversal stands in two places: whoever edits one is seen."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from desk_app.domain.errors import StoreError
from desk_app.domain.facts import StockState
from desk_app.domain.records import AuditKind
from desk_app.storage.store import DeskStore, prove_store
from desk_app.storage.triggers import recreate_triggers, trigger_statements
from tests.storage.purge.aged import hand_over_at, seal
from tests.storage.samples import NOW, SIGNATURE, WANG, event, release

WHY = "櫃檯交錯證書"


@pytest.fixture
def taken_back(store: DeskStore, store_path: Path) -> DeskStore:
    """Give a store in a file with a hand-over to a proxy that two have taken back."""
    with store.write() as ledger:
        record = hand_over_at(ledger, WANG, NOW, by_proxy=True)
        seal(ledger, record)
        receipt_no = str(record.receipt_no)
        ledger.void_release(receipt_no, NOW, WHY)
        ledger.put_back(receipt_no, StockState.IN_BOX)
        ledger.record(event(AuditKind.REVERSAL, voided=receipt_no, why=WHY))
    prove_store(store)
    return store


@pytest.mark.parametrize(
    "change",
    ["void_reason = '其他'", "void_reason = ''", "proxy_relation = 'FAMILY'", "proxy_letter_date = '2020-01-01'"],
)
def test_an_edit_of_the_reason_or_of_the_proxy_is_seen(taken_back: DeskStore, change: str) -> None:
    with taken_back._writers.begin() as connection:
        for name in trigger_statements():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(f"UPDATE release SET {change}")  # noqa: S608 - a forger's
        recreate_triggers(connection)
    with pytest.raises(StoreError, match="store_ledger_altered"):
        prove_store(taken_back)


@pytest.mark.parametrize("content", ["[]", "{}", "no JSON", '{"issued_at": 7}'])
def test_a_content_that_no_program_has_written_is_seen_under_a_hash_that_fits(store: DeskStore, content: str) -> None:
    digest = hashlib.sha256(content.encode()).hexdigest()
    with store.write() as ledger:
        number = ledger.draw_receipt_number("MAIN", "M", NOW.date())
        forged = dataclasses.replace(release(WANG, "key-1", number), content=content, content_sha256=digest)
        ledger.add_release(forged, SIGNATURE)
        ledger.record(event(AuditKind.RELEASE, receipt=str(number), content_sha256=digest))
    with pytest.raises(StoreError, match="store_ledger_altered"):
        prove_store(store)
