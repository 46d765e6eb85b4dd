# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a source comes back as kept, moves only together with its rows, and notes are enciphered."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from desk_app.domain.clearance_sources import SourceFault, SourceStatus
from desk_app.domain.errors import StoreError
from desk_app.storage.store import DeskStore
from tests.storage.samples import LIN, NOW, WANG, item

STATUS = SourceStatus(
    "portal",
    cursor="c-17",
    last_try=NOW,
    last_success=NOW - timedelta(hours=1),
    newest=NOW - timedelta(hours=2),
    rows=17,
    skipped={"student_unknown": 3},
    failures=2,
    fault=SourceFault("source_unreachable", {"source": "portal", "detail": "refused"}),
    next_try=NOW + timedelta(minutes=1),
)
NOTE = "《教育心理學》逾期 12 元"


def test_a_source_that_was_never_asked_has_no_past(store: DeskStore) -> None:
    with store.read() as records:
        assert records.source_status("portal") == SourceStatus("portal")
        assert records.source_statuses() == ()


@pytest.mark.parametrize("status", [STATUS, SourceStatus("portal")], ids=["full", "bare"])
def test_the_state_of_a_source_comes_back_as_kept(store: DeskStore, status: SourceStatus) -> None:
    with store.write() as ledger:
        ledger.put_source_status(dataclasses.replace(status, rows=1, fault=None, cursor="before"))
        ledger.put_source_status(status)
        ledger.put_source_status(SourceStatus("files"))
    with store.read() as records:
        assert records.source_status("portal") == status
        assert [one.name for one in records.source_statuses()] == ["files", "portal"]


def test_rows_and_cursor_are_kept_together_or_not_at_all(store: DeskStore) -> None:
    def keep_and_fall() -> None:
        with store.write() as ledger:
            ledger.put_items([(WANG, item())])
            ledger.put_source_status(STATUS)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        keep_and_fall()
    with store.read() as records:
        assert records.items_of(WANG) == ()
        assert records.source_status("portal").cursor == ""


def test_a_note_comes_back_and_goes_with_a_newer_datum_without_one(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:
        ledger.put_items([(WANG, item(hours_old=1, note=NOTE)), (LIN, item())])
        assert [one.note for one in ledger.items_of(WANG)] == [NOTE]
    with owner.begin() as connection:
        kept = connection.execute(text("SELECT note FROM clearance_item WHERE note IS NOT NULL")).scalars().all()
    assert len(kept) == 1
    assert b"12" not in bytes(kept[0])
    with store.write() as ledger:
        ledger.put_items([(WANG, item())])
        assert [one.note for one in ledger.items_of(WANG)] == [""]


def test_a_note_that_was_moved_to_another_graduate_is_not_read(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:
        ledger.put_items([(WANG, item(note=NOTE)), (LIN, item())])
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE clearance_item SET note = (SELECT note FROM clearance_item WHERE student_no = :theirs)"),
            {"theirs": WANG},
        )
    with store.read() as records, pytest.raises(StoreError) as refused:
        records.items_of(LIN)
    assert refused.value.code == "record_altered"
