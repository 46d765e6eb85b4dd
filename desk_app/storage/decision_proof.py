# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves decisions against the log: none without its entry, none that opened a hand-over is missing, both say the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from desk_app.domain.audit import SEALED
from desk_app.domain.errors import StoreError
from desk_app.storage.subject_keys import SubjectKey, SubjectKeyReads
from desk_app.storage.tables import OVERRIDE_DECISION, OVERRIDE_USE

_USED = select(OVERRIDE_DECISION, OVERRIDE_USE.c.receipt_no).outerjoin(
    OVERRIDE_USE, OVERRIDE_USE.c.decision_id == OVERRIDE_DECISION.c.id
)


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """The entry of a decision, used or not: its number, its subject and its payload as it stands there."""

    sequence: int
    subject: str
    payload: Mapping[str, Any]


class DecisionProof(SubjectKeyReads):
    """Compares the decisions with their entries; words that were purged in both are proven with the purges."""

    def prove(self, logged: Iterable[LoggedDecision]) -> None:
        """Raise :class:`StoreError` for a decision that stands in one place only, or otherwise in the two."""
        entries = {str(one.payload["decision"]): one for one in logged}
        rows = {row.id: row for row in self._connection.execute(_USED)}
        used = {decision for decision, one in entries.items() if one.payload["receipt"]}
        for missing in sorted(used - rows.keys()):
            raise _altered(missing)
        keys = self.subject_keys(entries[decision].subject for decision in entries.keys() & rows.keys())
        for decision, row in rows.items():
            entry = entries.get(decision)
            if entry is None or (row.receipt_no or "") != entry.payload["receipt"]:
                raise _altered(decision)
            if not _says_the_same(row, _said(entry, keys)):
                raise _altered(decision)


def _said(entry: LoggedDecision, keys: Mapping[str, SubjectKey]) -> Mapping[str, Any] | None:
    """Give what an entry says of its decision, ``None`` when the key of its words is destroyed."""
    if SEALED not in entry.payload:
        return entry.payload
    key = keys.get(entry.subject)
    if key is None:
        return None
    said: Mapping[str, Any] = json.loads(key.open(entry.sequence, entry.payload[SEALED]))["payload"]
    return said


def _says_the_same(row: Row[Any], said: Mapping[str, Any] | None) -> bool:
    if said is None:
        return True
    persons = {"visit_id": row.visit, "by": row.by_id, "second": row.second_id or ""}
    words = {} if not row.why else {"why": row.why, "incident": row.incident}
    same = {"reason": row.reason, "verdict": row.verdict, **persons, **words}
    return all(said.get(name) == value for name, value in same.items())


def _altered(decision: str) -> StoreError:
    return StoreError("store_decision_altered", decision=decision)
