# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the audit chain as a whole: is it unbroken, where not, and which entries fit a question."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, bindparam, select, text

from desk_app.domain.audit import (
    ALIAS_MARK,
    SEALED,
    AuditFilter,
    AuditLine,
    ChainFault,
    ChainReport,
    Checkpoint,
    body_of,
    names_person,
    readable,
)
from desk_app.domain.records import AuditEntry, AuditKind
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.session import batches
from desk_app.storage.subject_keys import SubjectKeyReads
from desk_app.storage.tables import AUDIT

GENESIS = "0" * 64
"""What stands in the place of the entry before the first one."""

_BATCH = 5000
_ROWS = select(
    AUDIT.c.sequence, AUDIT.c.previous, AUDIT.c.hash, AUDIT.c.body, AUDIT.c.at, AUDIT.c.kind, AUDIT.c.subject
)
_NEXT_ROWS = _ROWS.where(AUDIT.c.sequence > bindparam("last")).order_by(AUDIT.c.sequence).limit(_BATCH)
_LOWEST = -(2**31)
_TIME_BEFORE = select(AUDIT.c.at).order_by(AUDIT.c.sequence.desc()).limit(1)
# Both databases remember the highest number ever used: SQLite by itself, PostgreSQL by a trigger of server/guards.py.
_HIGHEST_EVER = {
    "sqlite": text("SELECT seq FROM sqlite_sequence WHERE name = 'audit'"),
    POSTGRESQL: text("SELECT seq FROM sequence_memory WHERE name = 'audit'"),
}

Progress = Callable[[int], None]


class ChainReads(SubjectKeyReads):
    """Verifies the chain and finds entries."""

    def verify_chain(self, checkpoint: Checkpoint | None = None, progress: Progress | None = None) -> ChainReport:
        """Follow the whole chain and compare it with a checkpoint from elsewhere; ``progress`` is told the entries read."""
        length, last, fault = self._follow(checkpoint, progress)
        expected = max(self._highest_ever(), checkpoint.sequence if checkpoint else 0)
        if fault is None and length < expected:
            fault = ChainFault.CUT
        if fault is None:
            end = Checkpoint(length, last) if length else None
            return ChainReport(length, end, compared=checkpoint is not None)
        at = self._connection.execute(_TIME_BEFORE.where(AUDIT.c.sequence <= length + 1)).scalar_one_or_none()
        return ChainReport(length, None, checkpoint is not None, fault, length + 1, at)

    def audit_lines(self, wanted: AuditFilter, limit: int, before: int = 0) -> tuple[AuditLine, ...]:
        """Give the entries that fit, the newest first; ``before`` goes on below an entry that was given."""
        statement = self._wanted(wanted).order_by(AUDIT.c.sequence.desc()).limit(limit)
        if before:
            statement = statement.where(AUDIT.c.sequence < before)
        rows = self._connection.execute(statement).all()
        entries = self.opened(AuditEntry(row.sequence, row.previous, row.hash, row.body) for row in rows)
        return tuple(_line(row, entry) for row, entry in zip(rows, entries, strict=True))

    def audit_entries(self, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """Give the entries that fit with their exact text, opened, the oldest first."""
        statement = self._wanted(wanted).order_by(AUDIT.c.sequence)
        with self._connection.execute(statement, execution_options={"yield_per": _BATCH}) as rows:
            yield from self.opened(AuditEntry(row.sequence, row.previous, row.hash, row.body) for row in rows)

    def opened(self, entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
        """Give entries with what their enciphered part says, as far as its key is there."""
        for batch in batches(entries):
            sealed = {entry.sequence: _sealed(entry) for entry in batch}
            keys = self.subject_keys(alias for alias, _part in sealed.values() if alias)
            for entry in batch:
                alias, part = sealed[entry.sequence]
                key = keys.get(alias)
                if part is None:
                    yield entry
                else:
                    yield dataclasses.replace(entry, opened=key.open(entry.sequence, part) if key else "")

    def _wanted(self, wanted: AuditFilter) -> Select[Any]:
        statement = _wanted(_ROWS, wanted)
        if not names_person(wanted.subject):
            return statement.where(AUDIT.c.subject == wanted.subject) if wanted.subject else statement
        return statement.where(AUDIT.c.subject.in_([wanted.subject, *self.aliases_of(wanted.subject)]))

    def _follow(self, checkpoint: Checkpoint | None, progress: Progress | None) -> tuple[int, str, ChainFault | None]:
        """Give how many entries are sound from the first on, the hash of the last of them, and the fault after it."""
        length, previous = 0, GENESIS
        marked = checkpoint.sequence if checkpoint else -1
        told: str | datetime = ""
        begin = ""
        for rows in self._bare_batches():
            for sequence, before, hashed, body, at, kind, subject in rows:
                if sequence != length + 1:
                    return length, previous, ChainFault.DELETED
                if at != told:
                    told, begin = at, f'{{"at":"{_as_text(at)}"'
                if (
                    before != previous
                    or sha256(f"{previous}\n{body}".encode()).hexdigest() != hashed
                    # The columns are copies by which entries are found; the text begins with its time.
                    or not body.startswith(begin)
                    or f'"kind":"{kind}"' not in body
                    or not body.endswith(f'"subject":"{subject}"}}')
                ):
                    return length, previous, ChainFault.EDITED
                if sequence == marked and checkpoint is not None and not checkpoint.fits(hashed):
                    return length, previous, ChainFault.REWRITTEN
                length, previous = sequence, hashed
            if progress is not None:
                progress(length)
        return length, previous, None

    def _bare_batches(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Give the rows as the driver makes them: turning a million of them into objects takes longer than hashing them."""
        last = _LOWEST
        while (cursor := self._connection.execute(_NEXT_ROWS, {"last": last}).cursor) is not None:
            rows = cursor.fetchall()
            if not rows:
                return
            yield rows
            last = rows[-1][0]

    def _highest_ever(self) -> int:
        statement = _HIGHEST_EVER[self._connection.dialect.name]
        return int(self._connection.execute(statement).scalar_one_or_none() or 0)


def _as_text(at: str | datetime) -> str:
    """Write an instant as the entries do; some drivers give instants."""
    return at if isinstance(at, str) else at.astimezone(UTC).isoformat(timespec="microseconds")


def _wanted(statement: Select[Any], wanted: AuditFilter) -> Select[Any]:
    if wanted.start is not None:
        statement = statement.where(AUDIT.c.at >= wanted.start)
    if wanted.end is not None:
        statement = statement.where(AUDIT.c.at < wanted.end)
    if wanted.kind:
        statement = statement.where(AUDIT.c.kind == AuditKind(wanted.kind))
    if wanted.operator:
        # The operator stands in the text alone, as canonical JSON writes it.
        operator = json.dumps(wanted.operator, ensure_ascii=False)
        statement = statement.where(AUDIT.c.body.contains(f'"operator":{operator}', autoescape=True))
    return statement


def _sealed(entry: AuditEntry) -> tuple[str, str | None]:
    """Give the alias and the enciphered part of an entry, ``None`` for one that has none."""
    if f'"subject":"{ALIAS_MARK}' not in entry.body:
        return "", None
    body = body_of(entry.sequence, entry.body)
    return body["subject"], body["payload"].get(SEALED)


def _line(row: Any, entry: AuditEntry) -> AuditLine:
    body = readable(entry)
    purged = entry.opened == ""
    return AuditLine(
        row.sequence,
        row.at,
        row.kind.value,
        body["counter"],
        body["operator"],
        body["subject"],
        body["payload"],
        purged,
    )
