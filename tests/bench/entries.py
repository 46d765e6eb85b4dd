# SPDX-License-Identifier: GPL-3.0-or-later
"""A long audit log for the benchmarks: entries as the program writes them, chained, all about nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from desk_app.domain.records import AuditKind
from desk_app.storage.bulk import add_many
from desk_app.storage.chain import GENESIS
from desk_app.storage.columns import POSTGRESQL, canonical_json
from desk_app.storage.session import batches
from desk_app.storage.tables import AUDIT


def add_entries(connection: Connection, count: int, at: datetime) -> None:
    """Put a chain into an empty log; whoever does it on a server owns the store."""
    on_server = connection.dialect.name == POSTGRESQL
    if on_server:  # a million changes of one row in one transaction would take longer than all the rest
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_is_remembered")
    for batch in batches(_chain(count, at)):
        add_many(connection, AUDIT, batch)
    if on_server:
        connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER audit_is_remembered")
        connection.exec_driver_sql("INSERT INTO sequence_memory VALUES ('audit', %s)", (count,))


def _chain(count: int, at: datetime) -> Iterator[dict[str, object]]:
    before = GENESIS
    for sequence in range(1, count + 1):
        body = canonical_json(
            {
                "at": at,
                "counter": "MAIN",
                "edition": "113-2",
                "kind": "VERDICT",
                "operator": "clerk-m1",
                "payload": {"desk": "1", "reasons": [], "verdict": "RELEASE", "visit": f"visit-{sequence}"},
                "policy_digest": "ab" * 32,
                "sequence": sequence,
                "subject": "41020901L",
            }
        )
        hashed = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
        yield {
            "sequence": sequence,
            "at": at,
            "kind": AuditKind.VERDICT,
            "subject": "41020901L",
            "previous": before,
            "hash": hashed,
            "body": body,
        }
        before = hashed
