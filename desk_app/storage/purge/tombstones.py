# SPDX-License-Identifier: GPL-3.0-or-later
"""Tombstones: which record was erased, and a hash of what stayed of it, so that the rest can be altered by nobody unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from desk_app.domain.retention import RecordKind
from desk_app.storage.columns import canonical_json
from desk_app.storage.session import Session, batches
from desk_app.storage.subject_keys import SubjectKey
from desk_app.storage.tables import OVERRIDE_DECISION, RELEASE, RELEASED_DOCUMENT

_OF_HAND_OVER = (
    "receipt_no", "key", "at", "counter", "desk", "operator_id", "operator_name", "operator_role", "student_no", "mode",
    "policy_pack", "policy_edition", "policy_digest", "calendar_version", "digital_due", "content_sha256", "started_at",
)  # fmt: skip
_OF_DOCUMENT = ("position", "student_no", "document", "serial", "name_zh", "name_en")
# Spelt out and never changed: a column that a later program adds must not make old tombstones wrong.
_STAYS: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.PROXIES: (*_OF_HAND_OVER, "graduate_name", "unit", "evidence", "signature_sha256"),
    RecordKind.LEDGER: _OF_HAND_OVER,
    RecordKind.DECISIONS: (
        "id", "visit", "reason", "verdict", "by_id", "by_name", "by_role", "second_id", "second_name", "second_role", "at",
    ),
}  # fmt: skip
_RELEASES = select(RELEASE).where(RELEASE.c.receipt_no.in_(bindparam("ids", expanding=True)))
_DECISIONS = select(OVERRIDE_DECISION).where(OVERRIDE_DECISION.c.id.in_(bindparam("ids", expanding=True)))
_DOCUMENTS = (
    select(RELEASED_DOCUMENT)
    .where(RELEASED_DOCUMENT.c.release_id.in_(bindparam("ids", expanding=True)))
    .order_by(RELEASED_DOCUMENT.c.release_id, RELEASED_DOCUMENT.c.position)
)


@dataclass(frozen=True, slots=True)
class Remains:
    """What stays of an erased record: its id, its canonical text, and whose it is since when."""

    id: str
    text: str
    student_no: str
    day: date

    def kept(self, kind: RecordKind, key: SubjectKey | None) -> str:
        """Give the hash that the tombstone holds; names that stay may be guessed by nobody who lacks the person's key."""
        if kind is RecordKind.PROXIES:
            return key.commit(self.text) if key is not None else ""
        return hashlib.sha256(self.text.encode()).hexdigest()


class RemainsReads(Session):
    """Reads what stays of records."""

    def remains(self, kind: RecordKind, ids: Iterable[str]) -> tuple[Remains, ...]:
        """Give what stays of these records once they are erased for a kind; those of which only a tombstone stays: nothing."""
        if kind is RecordKind.DECISIONS:
            rows = [row for batch in batches(ids) for row in self._connection.execute(_DECISIONS, {"ids": batch})]
            return tuple(Remains(row.id, _text(row, kind), row.student_no, row.at.date()) for row in rows)
        if kind in _STAYS:
            return tuple(one for batch in batches(ids) for one in self._of_releases(kind, batch))
        return ()

    def _of_releases(self, kind: RecordKind, receipts: Sequence[str]) -> Iterable[Remains]:
        rows = self._connection.execute(_RELEASES, {"ids": list(receipts)}).all()
        documents: dict[int, list[dict[str, object]]] = {row.id: [] for row in rows}
        for document in self._connection.execute(_DOCUMENTS, {"ids": list(documents)}).mappings():
            documents[document["release_id"]].append({name: document[name] for name in _OF_DOCUMENT})
        for row in rows:
            text = _text(row, kind, documents=documents[row.id])
            yield Remains(row.receipt_no, text, row.student_no, row.receipt_day)


def tombstones_digest(stones: Iterable[tuple[str, str]]) -> str:
    """Give the hash of tombstones (id, hash of what stayed), "" for none; it stands in the audit entry of their purge."""
    lines = [f"{record} {kept}" for record, kept in sorted(stones)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def _text(row: Row[Any], kind: RecordKind, **more: object) -> str:
    """Write what stays; not by whom and why a hand-over was taken back, which may come later."""
    return canonical_json({name: getattr(row, name) for name in _STAYS[kind]} | more)
