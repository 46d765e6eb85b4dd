# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit chain: each entry's hash covers its exact text and the entry before; and the day's count of visits."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, not_, select, text

from desk_app.domain.audit import names_person
from desk_app.domain.facts import Mode
from desk_app.domain.records import AuditEntry, AuditEvent, AuditKind, DayCounts
from desk_app.domain.verdict import VerdictCode
from desk_app.storage.chain import ChainReads
from desk_app.storage.columns import POSTGRESQL, canonical_json
from desk_app.storage.subject_keys import SubjectKeyWrites
from desk_app.storage.tables import AUDIT, RELEASE, VISIT_OUTCOME

GENESIS = "0" * 64
"""What stands in the place of the entry before the first one."""

_CHAIN = select(AUDIT.c.sequence, AUDIT.c.previous, AUDIT.c.hash, AUDIT.c.body)
_LAST = _CHAIN.order_by(AUDIT.c.sequence.desc()).limit(1)
# Both databases remember the highest number ever used: SQLite by itself, PostgreSQL by a trigger of server/guards.py.
_HIGHEST_EVER = {
    "sqlite": text("SELECT seq FROM sqlite_sequence WHERE name = 'audit'"),
    POSTGRESQL: text("SELECT seq FROM sequence_memory WHERE name = 'audit'"),
}
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
        chain = _CHAIN.order_by(AUDIT.c.sequence)
        with self._connection.execute(chain, execution_options={"yield_per": 1000}) as rows:
            length, bad = _walk((_entry(row) for row in rows), checkpoint)
        if bad is not None:
            return bad
        highest = self._connection.execute(_HIGHEST_EVER[self._connection.dialect.name]).scalar_one_or_none() or 0
        expected = max(highest, checkpoint.sequence if checkpoint else 0)
        return length + 1 if length < expected else None

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


def _walk(entries: Iterable[AuditEntry], checkpoint: AuditEntry | None) -> tuple[int, int | None]:
    """Follow the chain; give its length and the first bad sequence."""
    previous, length = GENESIS, 0
    for expected, entry in zip(itertools.count(1), entries, strict=False):
        sound = entry.sequence == expected and entry.previous == previous and _hash(previous, entry.body) == entry.hash
        if checkpoint is not None and expected == checkpoint.sequence:
            sound = sound and entry == checkpoint
        if not sound:
            return length, expected
        previous, length = entry.hash, expected
    return length, None


def _body(sequence: int, event: AuditEvent) -> str:
    return canonical_json({name: getattr(event, name) for name in AuditEvent.__slots__} | {"sequence": sequence})


def _hash(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def _entry(row: Row[Any, Any, Any, Any]) -> AuditEntry:
    return AuditEntry(row.sequence, row.previous, row.hash, row.body)
