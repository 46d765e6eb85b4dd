# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever changes the audit chain is found, and where: edited, deleted, cut off, rewritten as a whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from desk_app.domain.audit import AuditFilter, ChainFault, ChainReport, Checkpoint, checkpoint_of_code, readable
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditEntry, AuditKind
from desk_app.storage.chain import GENESIS
from desk_app.storage.store import DeskStore, prove_store
from desk_app.storage.triggers import recreate_triggers
from tests.storage.samples import LIN, NOW, WANG, event

COUNT = 12
_UNPROTECT = ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
_FORGET = "UPDATE sqlite_sequence SET seq = (SELECT max(sequence) FROM audit) WHERE name = 'audit'"
_MAIN, _GONG = '"counter":"MAIN"', '"counter":"GONG"'


@pytest.fixture
def chain(store: DeskStore, store_path: Path) -> list[AuditEntry]:
    """Give the entries of a chain in a file, which its forger may edit as he likes."""
    with store.write() as ledger:
        return [ledger.record(event(AuditKind.LOOKUP, turn=turn)) for turn in range(COUNT)]


def attack(store: DeskStore, *statements: str) -> None:
    with store._writers.begin() as connection:
        for statement in (*_UNPROTECT, *statements):
            connection.exec_driver_sql(statement)


def verify(store: DeskStore, checkpoint: Checkpoint | None = None) -> ChainReport:
    with store.read() as records:
        return records.verify_chain(checkpoint)


def checkpoint_of(entry: AuditEntry) -> Checkpoint:
    return Checkpoint(entry.sequence, entry.hash, NOW)


def rewrite(store: DeskStore, chain: Sequence[AuditEntry], first: int, old: str = _MAIN, new: str = _GONG) -> None:
    """Change an entry and make every hash after it new: inside the store nothing is wrong any more."""
    previous = chain[first - 2].hash if first > 1 else GENESIS
    statements = []
    for entry in chain[first - 1 :]:
        body = re.sub(old, new, entry.body)
        hashed = hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()
        statements.append(
            f"UPDATE audit SET body = '{body}', previous = '{previous}', hash = '{hashed}' WHERE sequence = {entry.sequence}"  # noqa: S608 - a forger's
        )
        previous = hashed
    attack(store, *statements)


def test_a_whole_chain_tells_its_end(store: DeskStore, chain: list[AuditEntry]) -> None:
    report = verify(store, checkpoint_of(chain[5]))
    assert (report.whole, report.entries, report.compared) == (True, COUNT, True)
    assert report.end == Checkpoint(COUNT, chain[-1].hash)


def test_an_empty_chain_is_whole(store: DeskStore) -> None:
    assert verify(store) == ChainReport(0, None)


@pytest.mark.parametrize(
    ("statements", "fault", "sequence"),
    [
        (["UPDATE audit SET body = replace(body, 'clerk-m1', 'clerk-x') WHERE sequence = 4"], ChainFault.EDITED, 4),
        (["UPDATE audit SET kind = 'PRINT' WHERE sequence = 7"], ChainFault.EDITED, 7),
        (["UPDATE audit SET subject = 'x' WHERE sequence = 1"], ChainFault.EDITED, 1),
        (["UPDATE audit SET at = '2025-06-02T02:00:00.000000+00:00' WHERE sequence = 2"], ChainFault.EDITED, 2),
        (["DELETE FROM audit WHERE sequence = 5"], ChainFault.DELETED, 5),
        (["DELETE FROM audit WHERE sequence = 1"], ChainFault.DELETED, 1),
        (["DELETE FROM audit WHERE sequence > 9"], ChainFault.CUT, 10),
    ],
)
def test_a_change_is_found_and_placed(
    store: DeskStore, chain: list[AuditEntry], statements: list[str], fault: ChainFault, sequence: int
) -> None:
    attack(store, *statements)
    report = verify(store)
    assert (report.fault, report.sequence) == (fault, sequence)
    assert report.at is not None or sequence == 1


@pytest.mark.parametrize("kept", [10, COUNT])
def test_only_a_checkpoint_shows_a_tail_cut_off_with_care(store: DeskStore, chain: list[AuditEntry], kept: int) -> None:
    attack(store, "DELETE FROM audit WHERE sequence > 9", _FORGET)
    assert verify(store).whole
    report = verify(store, checkpoint_of(chain[kept - 1]))
    assert (report.fault, report.sequence) == (ChainFault.CUT, 10)


def test_only_a_checkpoint_shows_a_chain_that_was_rewritten(store: DeskStore, chain: list[AuditEntry]) -> None:
    rewrite(store, chain, 6)
    assert verify(store).whole
    assert verify(store, checkpoint_of(chain[4])).whole
    report = verify(store, checkpoint_of(chain[8]))
    assert (report.fault, report.sequence) == (ChainFault.REWRITTEN, 9)


def test_a_short_code_that_was_typed_finds_the_same(store: DeskStore, chain: list[AuditEntry]) -> None:
    typed = checkpoint_of_code(f" {checkpoint_of(chain[8]).code.lower()} ")
    assert typed is not None
    assert verify(store, typed).whole
    rewrite(store, chain, 3)
    assert verify(store, typed).fault is ChainFault.REWRITTEN


@pytest.mark.parametrize(
    "text", ["", "12", "12-ABCD", "12-ABCD-EFGH-IJKL-MNO1", "x-ABCD-EFGH-IJKL-MNOP", "0-ABCD-EFGH-IJKL-MNOP"]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert checkpoint_of_code(text) is None


def test_progress_is_told(store: DeskStore, chain: list[AuditEntry]) -> None:
    told: list[int] = []
    with store.read() as records:
        records.verify_chain(progress=told.append)
    assert told == [COUNT]


def test_entries_are_found_by_day_kind_operator_and_student(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.record(event(AuditKind.LOOKUP))
        made = event(AuditKind.PRINT, receipt="M-1")
        for change in ({"subject": LIN}, {"operator": 'o"%'}, {"at": NOW + timedelta(days=1)}):
            values = {name: getattr(made, name) for name in made.__slots__} | change
            ledger.record(type(made)(**values))

    def found(**wanted: object) -> list[int]:
        with store.read() as records:
            return [line.sequence for line in records.audit_lines(AuditFilter(**wanted), 10)]  # type: ignore[arg-type] # by name

    assert found() == [4, 3, 2, 1]
    assert found(kind="PRINT") == [4, 3, 2]
    assert found(subject=LIN) == [2]
    assert found(operator='o"%') == [3]
    assert found(operator="clerk") == []
    assert found(start=NOW + timedelta(hours=1)) == [4]
    assert found(end=NOW + timedelta(hours=1), kind="PRINT") == [3, 2]
    with store.read() as records:
        assert [line.sequence for line in records.audit_lines(AuditFilter(), 2, before=4)] == [3, 2]
        entries = list(records.audit_entries(AuditFilter(subject=WANG)))
    assert [json.loads(entry.body)["sequence"] for entry in entries] == [1, 3, 4]


_UNREADABLE = (
    ('"payload":', '"payload" '),
    ('"operator":"[^"]*",', ""),
    ('"payload":{[^}]*}', '"payload":[]'),
    (',"sealed":"[^"]*"', ""),
    ('"sealed":"[^"]*"', '"sealed":7'),
)


@pytest.fixture
def forged(store: DeskStore, store_path: Path) -> Callable[..., None]:
    """Give what writes one entry in a file and lets a forger change it, who makes hash and guards fit."""

    def forge(kind: AuditKind, old: str, new: str) -> None:
        with store.write() as ledger:
            told = {"receipt": "M-20250603-001", "content_sha256": "cd" * 32, "decision": "one"}
            written = ledger.record(event(kind, **told, why="x"))
        assert re.search(old, written.body)
        rewrite(store, [written], 1, old, new)
        with store._writers.begin() as connection:
            recreate_triggers(connection)
        assert verify(store).whole

    return forge


@pytest.mark.parametrize(("old", "new"), _UNREADABLE)
def test_an_entry_that_no_program_writes_is_named_to_whoever_reads_the_log(
    store: DeskStore, forged: Callable[..., None], old: str, new: str
) -> None:
    forged(AuditKind.LOOKUP, old, new)
    with store.read() as records:
        with pytest.raises(StoreError, match="store_audit_broken"):
            records.audit_lines(AuditFilter(), 10)
        with pytest.raises(StoreError, match="store_audit_broken"):
            [readable(entry) for entry in records.audit_entries(AuditFilter())]


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        *((AuditKind.LOOKUP, old, new) for old, new in _UNREADABLE[:-1]),
        (AuditKind.RELEASE, '"receipt":"[^"]*",', ""),
        (AuditKind.RELEASE, '"receipt":"[^"]*"', '"receipt":["M"]'),
        (AuditKind.LOOKUP, '"payload":{', '"payload":{"voided":[],'),
        (AuditKind.OVERRIDE, '"receipt":"[^"]*",', ""),
    ],
)
def test_an_entry_that_no_program_writes_is_named_by_the_proof(
    store: DeskStore, forged: Callable[..., None], kind: AuditKind, old: str, new: str
) -> None:
    forged(kind, old, new)
    with pytest.raises(StoreError, match="store_audit_broken"):
        prove_store(store)
