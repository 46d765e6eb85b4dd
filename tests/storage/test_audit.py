# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit chain shows every change, and a day's visits are each counted once."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from desk_app.domain.facts import Mode
from desk_app.domain.records import AuditEntry, AuditKind, DayCounts
from desk_app.storage.store import DeskStore, verify_audit
from tests.storage.samples import LIN, NOW, PROXY, TODAY, WANG, event, hand_over

_UNPROTECT = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER USER",),
}
_MEMORY = {"sqlite": "sqlite_sequence", "postgresql": "sequence_memory"}


@pytest.fixture
def chain(store: DeskStore) -> list[AuditEntry]:
    """Give five entries of a store's chain."""
    with store.write() as ledger:
        return [ledger.record(event(AuditKind.LOOKUP, turn=turn)) for turn in range(5)]


def _attack(owner: Engine, *statements: str) -> None:
    """Do what only somebody with all rights to the database can do, in silence."""
    with owner.begin() as connection:
        for statement in (*_UNPROTECT[owner.dialect.name], *statements):
            connection.exec_driver_sql(statement.replace("MEMORY", _MEMORY[owner.dialect.name]))
        if owner.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")


def test_entries_count_up_and_each_names_the_one_before(store: DeskStore, chain: list[AuditEntry]) -> None:
    assert [entry.sequence for entry in chain] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in chain[1:]] == [entry.hash for entry in chain[:-1]]
    with store.read() as records:
        assert records.last_audit() == chain[-1]
    assert verify_audit(store) is None
    assert verify_audit(store, chain[-1]) is None


def test_the_body_is_canonical_json_of_the_event(store: DeskStore) -> None:
    with store.write() as ledger:
        about_nobody = dataclasses.replace(
            event(AuditKind.IMPORT, day=date(2025, 6, 3), who={"b", "a"}, name="測"), subject=""
        )
        entry = ledger.record(about_nobody)
    assert json.loads(entry.body) == {
        "sequence": 1,
        "kind": "IMPORT",
        "at": "2025-06-03T02:00:00.000000+00:00",
        "counter": "MAIN",
        "operator": "clerk-m1",
        "subject": "",
        "edition": "113-2",
        "policy_digest": "ab" * 32,
        "payload": {"day": "2025-06-03", "who": ["a", "b"], "name": "測"},
    }
    assert entry.body.startswith('{"at":')
    assert "測" in entry.body


def test_a_value_without_a_json_form_is_refused_and_nothing_is_recorded(store: DeskStore) -> None:
    def record_nonsense() -> None:
        with store.write() as ledger:
            ledger.record(event(nonsense=object()))

    with pytest.raises(TypeError):
        record_nonsense()
    with store.read() as records:
        assert records.last_audit() is None


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize(
    ("attack", "first_bad"),
    [
        ("UPDATE audit SET body = replace(body, 'clerk-m1', 'clerk-m2') WHERE sequence = 3", 3),
        ("UPDATE audit SET previous = hash WHERE sequence = 2", 2),
        ("UPDATE audit SET hash = previous WHERE sequence = 4", 4),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence > 3", 4),
        ("DELETE FROM audit", 1),
    ],
)
def test_an_edit_a_deletion_and_a_cut_tail_are_seen(
    store: DeskStore, owner: Engine, attack: str, first_bad: int
) -> None:
    _attack(owner, attack)
    assert verify_audit(store) == first_bad


def test_an_entry_kept_elsewhere_shows_a_chain_that_was_rewritten(
    store: DeskStore, owner: Engine, chain: list[AuditEntry]
) -> None:
    _attack(owner, "DELETE FROM audit", "DELETE FROM MEMORY WHERE name = 'audit'")
    with store.write() as ledger:
        for turn in range(5):
            ledger.record(event(AuditKind.LOOKUP, other=turn))
    assert verify_audit(store) is None
    assert verify_audit(store, chain[3]) == 4


def test_an_entry_kept_elsewhere_shows_a_tail_cut_with_its_memory(
    store: DeskStore, owner: Engine, chain: list[AuditEntry]
) -> None:
    _attack(owner, "DELETE FROM audit WHERE sequence > 3", "UPDATE MEMORY SET seq = 3 WHERE name = 'audit'")
    assert verify_audit(store) is None
    assert verify_audit(store, chain[4]) == 4


def test_a_visit_counts_once_by_its_last_verdict(store: DeskStore) -> None:
    with store.write() as ledger:
        ledger.record(event(AuditKind.VERDICT, visit="a", verdict="NEED_EVIDENCE"))
        ledger.record(event(AuditKind.VERDICT, visit="a", verdict="HOLD"))
        ledger.record(event(AuditKind.VERDICT, visit="b", verdict="HOLD"))
        ledger.record(event(AuditKind.VERDICT, visit="c", verdict="REDIRECT"))
        ledger.record(event(AuditKind.VERDICT, visit="d", verdict="RELEASE"))
        ledger.record(event(AuditKind.LOOKUP, visit="e", verdict="HOLD"))
        ledger.record(event(AuditKind.VERDICT, verdict="HOLD"))
        assert ledger.day_counts(TODAY, "MAIN") == DayCounts(refused={"HOLD": 2, "REDIRECT": 1})
        assert ledger.day_counts(TODAY, "GONGGUAN") == DayCounts()
        assert ledger.day_counts(TODAY + timedelta(days=1), "MAIN") == DayCounts()


@pytest.mark.parametrize("verdict_first", [True, False])
def test_a_visit_that_ended_in_a_release_is_no_refusal(store: DeskStore, *, verdict_first: bool) -> None:
    refused = event(AuditKind.VERDICT, visit="visit-key-1", verdict="DUPLICATE")
    with store.write() as ledger:
        if verdict_first:
            ledger.record(refused)
        hand_over(ledger, WANG, "key-1")
        ledger.record(refused)
        hand_over(ledger, LIN, "key-2", mode=Mode.BY_PROXY, proxy=PROXY, at=NOW)
        counts = ledger.day_counts(TODAY, "MAIN")
    assert counts == DayCounts(in_person=1, by_proxy=1)
    assert counts.released == 2


def test_a_reversed_release_is_not_counted(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    with store._writers.begin() as connection:
        connection.exec_driver_sql("UPDATE release SET voided_at = at")
    with store.read() as records:
        assert records.day_counts(TODAY, "MAIN").released == 0
