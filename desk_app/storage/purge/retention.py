# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts and erases what is due: slice by slice, each with its entry in the audit log, its purge and its tombstones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, not_, select

from desk_app.domain.records import AuditEvent
from desk_app.domain.retention import DueRecords, PurgedSlice, RecordKind, end_of_academic_year
from desk_app.storage.audit import AuditWrites
from desk_app.storage.columns import POSTGRESQL, canonical_json
from desk_app.storage.purge.due_records import FINDERS, NO_YEAR, Candidates
from desk_app.storage.purge.erasing import erase
from desk_app.storage.purge.tables import PURGE, TOMBSTONE
from desk_app.storage.purge.tombstones import RemainsReads, tombstones_digest
from desk_app.storage.session import Session

PURGE_FIELD = "purge.sealed"
"""The column of the enciphered facts of a purge, as the cipher names it."""

_ENTOMBED = frozenset(
    {RecordKind.SIGNATURES, RecordKind.RECEIPTS, RecordKind.PROXIES, RecordKind.DECISIONS, RecordKind.LEDGER}
)

DescribeSlice = Callable[[PurgedSlice], AuditEvent]
_Stone = tuple[str, str]


class RetentionReads(Session):
    """Counts what is due."""

    def due(self, kind: RecordKind, cut_off: date) -> DueRecords:
        """Count the records of a kind from before a day, and those of them that are held back."""
        counts = [self._count(kind, find(self._connection, cut_off)) for find in FINDERS[kind]]
        days = [oldest for _due, _held, oldest in counts if oldest is not None]
        due, held = (sum(each) for each in zip(*((one[0], one[1]) for one in counts), strict=True))
        undated = self._connection.execute(NO_YEAR).scalar_one() if kind is RecordKind.ROSTER else 0
        return DueRecords(kind, cut_off, due, min(days, default=None), held, undated)

    def may_purge(self) -> bool:
        """Tell whether this connection may erase: on a server only the role to which the store belongs."""
        if self._connection.dialect.name != POSTGRESQL:
            return True
        from desk_app.storage.server.roles import owns_store  # noqa: PLC0415 - for shared stores only

        return owns_store(self._connection)

    def _count(self, kind: RecordKind, found: Candidates) -> tuple[int, int, date | None]:
        due = found.rows.where(not_(found.held)).subquery()
        count, oldest = self._connection.execute(select(func.count(), func.min(due.c.day))).one()
        held = self._connection.execute(select(func.count()).select_from(found.rows.where(found.held).subquery()))
        return int(count), int(held.scalar_one()), _day(kind, oldest)


class RetentionWrites(AuditWrites, RemainsReads):
    """Erases what is due."""

    def purge_slice(self, kind: RecordKind, cut_off: date, limit: int, describe: DescribeSlice) -> int:
        """Erase at most ``limit`` records of a kind from before a day, with the audit entry that ``describe`` makes.

        Gives their number, 0 when nothing is due any more. Whatever ends the transaction early leaves all of it undone.
        """
        for turn, find in enumerate(FINDERS[kind]):
            ids = self._due_ids(find(self._connection, cut_off), limit)
            if ids:
                keys = turn > 0
                stones = [] if keys or kind not in _ENTOMBED else self._stones(kind, [str(one) for one in ids])
                purged = PurgedSlice(kind, cut_off, len(ids), tombstones_digest(stones))
                self._bury(purged, describe(purged), stones)
                erase(self._connection, kind, ids, keys=keys, cipher=self._cipher)
                return len(ids)
        return 0

    def _due_ids(self, found: Candidates, limit: int) -> list[object]:
        rows = found.rows.where(not_(found.held)).order_by("day", "id").limit(limit)
        return list(self._connection.execute(rows).scalars())

    def _stones(self, kind: RecordKind, ids: Sequence[str]) -> list[_Stone]:
        remains = {one.id: one for one in self.remains(kind, ids)}
        stones: list[_Stone] = []
        for record in ids:
            left = remains.get(record)
            key = None
            if left is not None and kind is RecordKind.PROXIES:
                key = self.need_subject_key(left.student_no, RecordKind.LEDGER, left.day.year)
            stones.append((record, left.kept(kind, key) if left else ""))
        return stones

    def _bury(self, purged: PurgedSlice, event: AuditEvent, stones: Sequence[_Stone]) -> None:
        """Write the purge down before anything is erased: the database asks for it."""
        sequence = self.record(event).sequence
        sealed = self._cipher.seal(PURGE_FIELD, str(sequence), canonical_json(purged.facts()).encode())
        row = {"sequence": sequence, "record": purged.kind, "cut_off": purged.cut_off, "at": event.at, "sealed": sealed}
        self._connection.execute(insert(PURGE), row)
        if stones:
            rows = [{"record": purged.kind, "id": one, "purge": sequence, "kept": kept} for one, kept in stones]
            self._connection.execute(insert(TOMBSTONE), rows)


def _day(kind: RecordKind, value: object) -> date | None:
    """Give the day that the oldest record stands for: a year of keys by its first day, one of graduates by its end."""
    if isinstance(value, int):
        return end_of_academic_year(value) if kind is RecordKind.ROSTER else date(value, 1, 1)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
