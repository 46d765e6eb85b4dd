# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk remembers outside its store: the newest entry that moved a certificate, and whether the store still has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.event import listen, remove

from desk_app.domain.audit import Checkpoint
from desk_app.domain.errors import AlreadyReleasedError, StoreError
from desk_app.domain.records import AuditKind
from desk_app.storage.store import DeskStore
from desk_app.storage.witness import Witness
from tests.storage.places import Place
from tests.storage.samples import LIN, NOW, WANG, event, hand_over


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "seen.json")


@pytest.fixture
def watched(store: DeskStore, witness: Witness) -> Iterator[DeskStore]:
    """Give the store as a desk has it, which remembers."""
    store.witness = witness
    yield store
    store.witness = None


def test_a_hand_over_is_remembered_once_it_stands(watched: DeskStore, witness: Witness) -> None:
    with watched.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        assert witness.recall() is None
    with watched.read() as records:
        last = records.last_audit()
        assert records.lost_entry() is None
    assert last is not None
    assert witness.recall() == Checkpoint(last.sequence, last.hash, NOW)


def test_a_hand_over_that_was_undone_is_not_remembered(watched: DeskStore, witness: Witness) -> None:
    def twice() -> None:
        with watched.write() as ledger:
            hand_over(ledger, WANG, "key-1")
            hand_over(ledger, WANG, "key-2")

    with pytest.raises(AlreadyReleasedError):
        twice()
    assert witness.recall() is None


def test_a_look_up_is_nothing_to_remember(watched: DeskStore, witness: Witness) -> None:
    with watched.write() as ledger:
        ledger.record(event(AuditKind.LOOKUP))
    assert witness.recall() is None


def test_an_entry_that_is_gone_or_another_one_is_missed(watched: DeskStore, witness: Witness, place: Place) -> None:
    with watched.write() as ledger:
        hand_over(ledger, LIN, "key-1")
    seen = witness.recall()
    assert seen is not None
    for gone in (Checkpoint(seen.sequence + 1, seen.hash, NOW), Checkpoint(seen.sequence, "cd" * 32, NOW)):
        witness.keep(gone)
        with watched.read() as records:
            assert records.lost_entry() == gone
    with closing(place.open()) as other, other.read() as records:
        assert records.lost_entry() is None  # another desk has not seen it


@pytest.mark.parametrize("text", ["", "torn", "[]", '{"sequence": 1}', '{"sequence": 1, "hash": "ab", "at": ""}'])
def test_what_cannot_be_read_is_nothing_remembered(witness: Witness, text: str) -> None:
    witness.file.write_text(text, encoding="utf-8")
    assert witness.recall() is None


def test_what_cannot_be_written_stops_no_hand_over(watched: DeskStore, tmp_path: Path) -> None:
    watched.witness = Witness(tmp_path / "no such folder" / "seen.json")
    with watched.write() as ledger:
        written = hand_over(ledger, WANG, "key-1")
    with watched.read() as records:
        assert records.release_by_key("key-1") == written


def test_the_file_is_there_before_a_hand_over_is_durable(watched: DeskStore, witness: Witness) -> None:
    there = []

    def look(_connection: Connection) -> None:
        there.append(witness.file.exists())

    listen(watched._engine, "commit", look)
    with watched.write() as ledger:
        ledger.record(event(AuditKind.LOOKUP))
    with watched.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    remove(watched._engine, "commit", look)
    assert (there[0], there[-1]) == (False, True)
    assert witness.file.stat().st_mode & 0o777 == 0o600


def test_a_recount_that_could_not_be_kept_leaves_the_loss_as_it_was(watched: DeskStore, tmp_path: Path) -> None:
    watched.witness = Witness(tmp_path / "seen.json", alone=True)

    def full(_connection: Connection) -> None:
        raise StoreError("store_full")

    def recount() -> None:
        with watched.write() as ledger:
            ledger.record(event(AuditKind.RECOUNT))

    listen(watched._engine, "commit", full)
    with pytest.raises(StoreError, match="store_full"):
        recount()
    remove(watched._engine, "commit", full)
    with watched.read() as records:
        assert records.has_lost_witness()
    recount()
    with watched.read() as records:
        assert not records.has_lost_witness()


@pytest.mark.parametrize(("alone", "lost"), [(True, True), (False, False)])
def test_only_where_no_other_desk_remembers_a_missing_file_is_a_loss(
    watched: DeskStore, tmp_path: Path, *, alone: bool, lost: bool
) -> None:
    watched.witness = Witness(tmp_path / "seen.json", alone=alone)
    with watched.read() as records:
        assert records.has_lost_witness() is lost
    (tmp_path / "seen.json").write_text("torn")
    with watched.read() as records:
        assert not records.has_lost_witness()
