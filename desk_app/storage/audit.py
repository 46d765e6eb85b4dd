# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit chain: each entry's hash covers its exact text and the entry before; and the day's count of visits."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Insert, Row, bindparam, func, insert, not_, select

from desk_app.domain.audit import Checkpoint, names_person
from desk_app.domain.facts import Mode
from desk_app.domain.records import AuditEntry, AuditEvent, AuditKind, DayCounts
from desk_app.domain.verdict import VerdictCode
from desk_app.storage.chain import GENESIS, ChainReads
from desk_app.storage.columns import POSTGRESQL, canonical_json
from desk_app.storage.session import upsert
from desk_app.storage.subject_keys import SubjectKeyWrites
from desk_app.storage.tables import AUDIT, RELEASE, VISIT_OUTCOME

_LAST = (
    select(AUDIT.c.sequence, AUDIT.c.previous, AUDIT.c.hash, AUDIT.c.body).order_by(AUDIT.c.sequence.desc()).limit(1)
)
_MODES = (
    select(RELEASE.c.mode, func.count().label("count_"))
    .where(
        RELEASE.c.receipt_day == bindparam("day"),
        RELEASE.c.counter == bindparam("at_counter"),
        RELEASE.c.voided_at.is_(None),
    )
    .group_by(RELEASE.c.mode)
)
_RELEASING = [code.value for code in VerdictCode if code.releases]
_REFUSED = (
    select(VISIT_OUTCOME.c.verdict, func.count().label("count_"))
    .where(
        VISIT_OUTCOME.c.day == bindparam("day"),
        VISIT_OUTCOME.c.counter == bindparam("at_counter"),
        not_(VISIT_OUTCOME.c.released),
        VISIT_OUTCOME.c.verdict.not_in(_RELEASING),
    )
    .group_by(VISIT_OUTCOME.c.verdict)
)

_CHAINED = ("sequence", "previous", "hash", "body")
_VISIT_COLUMNS = ("visit", "day", "counter", "verdict")


class AuditReads(ChainReads):
    """Reads the audit chain and the day's counts."""

    def last_audit(self) -> AuditEntry | None:
        """Give the end of the audit chain."""
        end = self._end()
        return None if end is None else next(self.opened([end]))

    def _end(self) -> AuditEntry | None:
        row = self._connection.execute(_LAST).one_or_none()
        return None if row is None else _entry(row)

    def first_bad_audit(self, checkpoint: AuditEntry | None = None) -> int | None:
        """Give the sequence of the first entry that was changed or is missing, or ``None`` for a whole chain.

        ``checkpoint`` is an entry that was kept elsewhere: only it shows a chain that was rewritten from some entry on.
        """
        kept = Checkpoint(checkpoint.sequence, checkpoint.hash) if checkpoint else None
        report = self.verify_chain(kept)
        return None if report.whole else report.sequence

    def day_counts(self, day: date, counter: str) -> DayCounts:
        """Count the day's visits at a counter: each once, by its last verdict, unless it ended in a release."""
        values = {"day": day, "at_counter": counter}
        modes = {row.mode: row.count_ for row in self._connection.execute(_MODES, values)}
        refused = {row.verdict: row.count_ for row in self._connection.execute(_REFUSED, values)}
        return DayCounts(modes.get(Mode.IN_PERSON, 0), modes.get(Mode.BY_PROXY, 0), refused)


class AuditWrites(AuditReads, SubjectKeyWrites):
    """Appends to the audit chain."""

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append an event to the audit chain; what is personal in it is enciphered, and the person stands under an alias.

        The payload of a VERDICT event holds ``visit`` and ``verdict``, that of a RELEASE event ``visit``: by them the
        day's visits are counted.
        """
        self._take_turn()
        last = self._end()
        sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
        kept = self._without_person(sequence, event)
        body = _body(sequence, kept)
        entry = AuditEntry(sequence, previous, _hash(previous, body), body)
        row = {name: getattr(entry, name) for name in _CHAINED}
        self._add_entry({**row, "at": kept.at, "kind": kept.kind, "subject": kept.subject}, _visit_row(event))
        return entry

    def _without_person(self, sequence: int, event: AuditEvent) -> AuditEvent:
        if not names_person(event.subject):
            return event
        key = self.key_of_event(event)
        return dataclasses.replace(event, subject=key.alias, payload=key.seal(sequence, event))

    def _add_entry(self, row: dict[str, object], visit: dict[str, object]) -> None:
        """Add an entry and keep its visit's last verdict, which is no refusal any more once the visit has ended."""
        statement = insert(AUDIT)
        if visit and self._connection.dialect.name == POSTGRESQL:
            # With the entry: the other desks wait for it.
            statement, row = _entry_of_visit(_kept_of(visit)), row | {f"of_{name}": visit[name] for name in visit}
        elif visit:
            self._connection.execute(self._upsert(VISIT_OUTCOME, _kept_of(visit)), visit)
        self._connection.execute(statement, row)


@cache
def _entry_of_visit(columns: tuple[str, ...]) -> Insert:
    """Give the one statement for an entry and its visit, on a server."""
    values = {column.name: bindparam(f"of_{column.name}", type_=column.type) for column in VISIT_OUTCOME.columns}
    visit = upsert(POSTGRESQL, VISIT_OUTCOME, columns).values(values)
    return insert(AUDIT).add_cte(visit.cte("visit"))


def _kept_of(visit: Mapping[str, object]) -> tuple[str, ...]:
    """Name the columns that a visit's newest verdict changes: none takes back that the visit has ended in a release."""
    return _VISIT_COLUMNS + (("released",) if visit["released"] else ())


def _visit_row(event: AuditEvent) -> dict[str, object]:
    """Give the row of the visit of which an event says how it stands, empty for all others."""
    visit = event.payload.get("visit")
    ended = event.kind is AuditKind.RELEASE
    if not visit or not (ended or event.kind is AuditKind.VERDICT):
        return {}
    verdict = str(event.payload.get("verdict", VerdictCode.RELEASE))
    return {"visit": visit, "day": event.at.date(), "counter": event.counter, "verdict": verdict, "released": ended}


def _body(sequence: int, event: AuditEvent) -> str:
    return canonical_json({name: getattr(event, name) for name in AuditEvent.__slots__} | {"sequence": sequence})


def _hash(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def _entry(row: Row[Any, Any, Any, Any]) -> AuditEntry:
    return AuditEntry(row.sequence, row.previous, row.hash, row.body)
