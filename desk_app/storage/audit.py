# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit chain: each entry's hash covers its exact text and the entry before; and the day's count of visits."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, not_, select

from desk_app.domain.audit import Checkpoint, names_person
from desk_app.domain.facts import Mode
from desk_app.domain.records import AuditEntry, AuditEvent, AuditKind, DayCounts
from desk_app.domain.verdict import VerdictCode
from desk_app.storage.chain import GENESIS, ChainReads
from desk_app.storage.columns import canonical_json
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
        values = {name: getattr(entry, name) for name in _CHAINED}
        self._connection.execute(insert(AUDIT), {**values, "at": kept.at, "kind": kept.kind, "subject": kept.subject})
        self._count_visit(event)
        return entry

    def _without_person(self, sequence: int, event: AuditEvent) -> AuditEvent:
        if not names_person(event.subject):
            return event
        key = self.key_of_event(event)
        return dataclasses.replace(event, subject=key.alias, payload=key.seal(sequence, event))

    def _count_visit(self, event: AuditEvent) -> None:
        """Keep a visit's last verdict; once it has ended in a release, no later verdict makes it a refusal."""
        visit = event.payload.get("visit")
        ended = event.kind is AuditKind.RELEASE
        if not visit or not (ended or event.kind is AuditKind.VERDICT):
            return
        verdict = str(event.payload.get("verdict", VerdictCode.RELEASE))
        row = {"visit": visit, "day": event.at.date(), "counter": event.counter, "verdict": verdict, "released": ended}
        columns = (*_VISIT_COLUMNS, "released") if ended else _VISIT_COLUMNS
        self._connection.execute(self._upsert(VISIT_OUTCOME, columns), row)


def _body(sequence: int, event: AuditEvent) -> str:
    return canonical_json({name: getattr(event, name) for name in AuditEvent.__slots__} | {"sequence": sequence})


def _hash(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def _entry(row: Row[Any, Any, Any, Any]) -> AuditEntry:
    return AuditEntry(row.sequence, row.previous, row.hash, row.body)
