# SPDX-License-Identifier: GPL-3.0-or-later
"""Persons in the audit log: under an alias, enciphered with a key that can be destroyed while the chain stays whole."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditEntry, AuditKind
from desk_app.domain.retention import RecordKind
from desk_app.storage.audit import AuditWrites
from desk_app.storage.purge.tables import SUBJECT_KEY
from desk_app.storage.store import DeskStore, prove_store, verify_audit
from desk_app.storage.subject_keys import SubjectKey
from tests.storage.samples import LIN, NOW, WANG, event

KEY = SubjectKey("~a", bytes(32))


def entries(store: DeskStore, subject: str = "") -> list[AuditEntry]:
    with store.read() as records:
        return list(records.audit_entries(AuditFilter(subject=subject)))


def destroy(owner: Engine, kind: RecordKind) -> None:
    """Destroy keys as somebody can who has all rights."""
    drop = "DROP TRIGGER subject_key_no_delete"
    with owner.begin() as connection:
        connection.exec_driver_sql(drop + (" ON subject_key" if owner.dialect.name == "postgresql" else ""))
        connection.execute(delete(SUBJECT_KEY).where(SUBJECT_KEY.c.kept_with == kind))


def test_the_chain_names_nobody_and_those_who_may_read_it_see_all(store: DeskStore) -> None:
    with store.write() as ledger:
        made = ledger.record(event(AuditKind.VERDICT, verdict="HOLD", reasons=["LIB_BOOKS"], desk="1"))
    assert WANG not in made.body
    assert "LIB_BOOKS" not in made.body
    assert json.loads(made.body)["payload"].keys() == {"desk", "sealed"}
    (entry,) = entries(store)
    body = readable(entry)
    assert (body["subject"], body["payload"]) == (WANG, {"desk": "1", "reasons": ["LIB_BOOKS"], "verdict": "HOLD"})
    assert entry == made
    with store.read() as records:
        (line,) = records.audit_lines(AuditFilter(), 5)
    assert (line.subject, line.payload["verdict"], line.purged) == (WANG, "HOLD", False)


def test_entries_from_before_are_read_found_and_proven_as_they_were(
    store: DeskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before, store.write() as ledger:
        before.setattr(AuditWrites, "_without_person", lambda _self, _sequence, made: made)
        ledger.record(event(AuditKind.LOOKUP, searched="s"))
    with store.write() as ledger:
        ledger.record(event(AuditKind.LOOKUP, searched="t"))
    old, new = entries(store, WANG)
    assert (old.opened, f'"subject":"{WANG}"' in old.body) == (None, True)
    assert [readable(one)["payload"] for one in (old, new)] == [{"searched": "s"}, {"searched": "t"}]
    prove_store(store)


def test_a_person_is_found_under_all_aliases(store: DeskStore) -> None:
    year_ago = dataclasses.replace(event(), at=NOW - timedelta(days=365))
    with store.write() as ledger:
        for made in (year_ago, event(), event(), event(AuditKind.RELEASE), event(AuditKind.OVERRIDE)):
            ledger.record(made)
        ledger.record(dataclasses.replace(event(), subject=LIN))
    found = entries(store, WANG)
    assert [entry.sequence for entry in found] == [1, 2, 3, 4, 5]
    # A key of its own for each year and kind of record: two look-ups of one year share one.
    assert len({json.loads(entry.body)["subject"] for entry in found}) == 4


def test_nobody_and_words_of_the_program_stay_readable(store: DeskStore) -> None:
    with store.write() as ledger:
        for subject in ("", "@epoch"):
            ledger.record(dataclasses.replace(event(AuditKind.RESTORE, epoch="e1"), subject=subject))
    for entry in entries(store):
        assert entry.opened is None
        assert readable(entry)["payload"] == {"epoch": "e1"}
    assert [entry.sequence for entry in entries(store, "@epoch")] == [2]


def test_a_destroyed_key_leaves_the_chain_whole_and_the_entry_unreadable(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:
        ledger.record(event(AuditKind.LOOKUP, searched="s"))
        ledger.record(event(AuditKind.RELEASE, receipt="M-1"))
    destroy(owner, RecordKind.TRAIL)
    assert verify_audit(store) is None
    with store.read() as records:
        assert records.verify_chain().whole
        release, lookup = records.audit_lines(AuditFilter(), 5)
    assert (lookup.subject, lookup.purged, lookup.payload) == ("", True, {"purged": True})
    assert (release.subject, release.purged, release.payload) == (WANG, False, {"receipt": "M-1"})
    assert [entry.sequence for entry in entries(store, WANG)] == [2]


def test_another_key_in_the_place_of_a_key_is_seen(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:
        ledger.record(event(AuditKind.LOOKUP))
        ledger.record(dataclasses.replace(event(), subject=LIN))
    with owner.begin() as connection:
        guard = "DROP TRIGGER subject_key_no_update"
        connection.exec_driver_sql(guard + (" ON subject_key" if owner.dialect.name == "postgresql" else ""))
        connection.exec_driver_sql(
            "UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key ORDER BY alias LIMIT 1)"
        )
    with pytest.raises(StoreError, match="store_cipher"):
        entries(store)


@pytest.mark.parametrize("change", ["UPDATE subject_key SET year = 1999", "DELETE FROM subject_key"])
def test_the_database_keeps_the_keys(store: DeskStore, owner: Engine, change: str) -> None:
    with store.write() as ledger:
        ledger.record(event())
    with owner.begin() as connection, pytest.raises(Exception, match="history is never changed"):
        connection.exec_driver_sql(change)


@given(sequence=st.integers(1, 10**6), text=st.text(max_size=60), place=st.integers(0, 59))
def test_what_was_sealed_opens_only_in_its_place_and_as_it_was(sequence: int, text: str, place: int) -> None:
    payload = KEY.seal(sequence, event(AuditKind.LOOKUP, note=text, receipt="R"))
    sealed = str(payload["sealed"])
    assert payload["receipt"] == "R"
    assert json.loads(KEY.open(sequence, sealed)) == {"payload": {"note": text}, "subject": WANG}
    raw = bytearray(base64.b64decode(sealed))
    raw[-place] ^= 1
    for number, forged in ((sequence + 1, sealed), (sequence, base64.b64encode(raw).decode()), (sequence, "")):
        with pytest.raises(StoreError, match="store_audit_broken"):
            KEY.open(number, forged)


def test_the_same_thing_said_twice_looks_different() -> None:
    assert KEY.seal(1, event())["sealed"] != KEY.seal(1, event())["sealed"]
