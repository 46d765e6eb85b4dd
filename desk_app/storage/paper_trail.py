# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers after the release: the archive of sealed receipts, the print queue, the day's ledger.

Papers lie enciphered: they show the collector's signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, delete, func, insert, or_, select, update

from desk_app.domain.errors import StoreError
from desk_app.domain.facts import StockState
from desk_app.domain.records import ArchivedPaper, LedgerDay, LedgerRow, PaperState, PrintJob, PrintOrder
from desk_app.storage.columns import DESK_ZONE
from desk_app.storage.releases import ReleaseReads
from desk_app.storage.session import Session
from desk_app.storage.tables import ARCHIVED_PAPER, HOLDING, PRINT_JOB, RELEASE, RELEASED_DOCUMENT, SEAL_PENDING

PAPER_FIELD, PRINT_FIELD = "archived_paper.pdf", "print_job.pdf"
"""The columns of the papers, as the cipher names them."""

_ARCHIVED = select(ARCHIVED_PAPER).where(ARCHIVED_PAPER.c.receipt_no == bindparam("receipt_no"))
_JOBS = select(PRINT_JOB).where(PRINT_JOB.c.state.in_(bindparam("states", expanding=True))).order_by(PRINT_JOB.c.id)
_JOBS_AT = _JOBS.where(
    or_(
        PRINT_JOB.c.counter.is_(None),
        and_(PRINT_JOB.c.counter == bindparam("counter"), PRINT_JOB.c.desk == bindparam("desk")),
    )
)
_ON_PAPER = PRINT_JOB.c.state == PaperState.PRINTED
_PRINTS_OF_DAY = (
    select(
        PRINT_JOB.c.receipt_no,
        func.max(case((_ON_PAPER, 1), else_=0)).label("printed"),
        # Every order begins with a copy 1; each order of a kind of paper after the first is a reprint.
        (func.sum(case((PRINT_JOB.c.copy == 1, 1), else_=0)) - func.count(PRINT_JOB.c.paper.distinct())).label("again"),
    )
    .join(RELEASE, RELEASE.c.receipt_no == PRINT_JOB.c.receipt_no)
    .where(RELEASE.c.receipt_day == bindparam("day"))
    .group_by(PRINT_JOB.c.receipt_no)
)
_ADD_JOB = insert(PRINT_JOB).returning(PRINT_JOB.c.id)
_PUT_PAPER = update(PRINT_JOB).where(PRINT_JOB.c.id == bindparam("job")).values(pdf=bindparam("sealed"))
_PENDING = select(SEAL_PENDING.c.receipt_no)
_IN_DAYS = RELEASE.c.receipt_day.between(bindparam("first"), bindparam("last"))
_DAYS = (
    select(RELEASE.c.receipt_day, RELEASE.c.receipt_no, RELEASE.c.content_sha256)
    .where(_IN_DAYS)
    .order_by(RELEASE.c.receipt_day, RELEASE.c.at, RELEASE.c.id)
)
_OF_RELEASES = (
    select(func.count()).select_from(RELEASE).join(RELEASED_DOCUMENT, RELEASED_DOCUMENT.c.release_id == RELEASE.c.id)
)
_OUT = _OF_RELEASES.where(_IN_DAYS)
# A misprint that was taken back does not lie in its box again.
_BACK = _OF_RELEASES.join(HOLDING, HOLDING.c.serial == RELEASED_DOCUMENT.c.serial).where(
    RELEASE.c.voided_at >= bindparam("begin"),
    RELEASE.c.voided_at < bindparam("end"),
    HOLDING.c.state != StockState.MISPRINT,
)


@dataclass(frozen=True, slots=True)
class _Prints:
    """What became of a receipt's print jobs."""

    printed: bool = False
    reprints: int = 0


class PaperReads(ReleaseReads):
    """Reads the archive, the print queue and the day's ledger."""

    def archived_paper(self, receipt_no: str) -> ArchivedPaper | None:
        """Give a sealed receipt from the archive."""
        row = self._connection.execute(_ARCHIVED, {"receipt_no": receipt_no}).one_or_none()
        if row is None:
            return None
        # Of a paper whose period has ended only the hash is left.
        pdf = self._cipher.open(PAPER_FIELD, receipt_no, row.pdf) if row.pdf else b""
        return ArchivedPaper(receipt_no, pdf, row.sha256, row.sealed_at)

    def print_jobs(self, states: Iterable[PaperState]) -> tuple[PrintJob, ...]:
        """Give the print jobs of all desks in these states, the oldest first."""
        return tuple(self._job(row) for row in self._connection.execute(_JOBS, {"states": list(states)}))

    def print_jobs_at(self, counter: str, desk: str, states: Iterable[PaperState]) -> tuple[PrintJob, ...]:
        """Give those that a desk may print: its own, and those that belong to none."""
        values = {"counter": counter, "desk": desk, "states": list(states)}
        return tuple(self._job(row) for row in self._connection.execute(_JOBS_AT, values))

    def _job(self, row: Row[Any]) -> PrintJob:
        return PrintJob(
            id=row.id,
            paper=row.paper,
            title=row.title,
            pdf=self._cipher.open(PRINT_FIELD, str(row.id), row.pdf) if row.pdf else b"",
            copy=row.copy,
            state=row.state,
            created_at=row.created_at,
            changed_at=row.changed_at,
            receipt_no=row.receipt_no,
            note=row.note,
            counter=row.counter or "",
            desk=row.desk or "",
        )

    def ledger(self, day: date, counter: str | None) -> tuple[LedgerRow, ...]:
        """Give the day's releases of a counter (all counters for ``None``) in the order of time."""
        pending = frozenset(self._connection.execute(_PENDING).scalars())
        prints = {
            row.receipt_no: _Prints(bool(row.printed), row.again)
            for row in self._connection.execute(_PRINTS_OF_DAY, {"day": day})
        }
        rows = []
        for release in self.releases_on(day, counter):
            receipt_no = str(release.receipt_no)
            of_receipt = prints.get(receipt_no, _Prints())
            rows.append(LedgerRow(release, receipt_no not in pending, of_receipt.printed, of_receipt.reprints))
        return tuple(rows)

    def ledger_days(self, first: date, last: date, counter: str | None) -> tuple[LedgerDay, ...]:
        """Give what never changes of the days from ``first`` to ``last`` that had releases, in order."""
        rows = self._connection.execute(_at_counter(_DAYS, counter), {"first": first, "last": last})
        days = groupby(rows, key=lambda row: row.receipt_day)
        return tuple(LedgerDay(day, tuple((number, digest) for _, number, digest in found)) for day, found in days)

    def documents_out(self, first: date, last: date, counter: str | None) -> int:
        """Tell by how many documents the boxes have got emptier on the days from ``first`` to ``last``.

        That is what was handed over less what was taken back and lies in its box again.
        """
        begin, end = (datetime.combine(day, time.min, DESK_ZONE) for day in (first, last + timedelta(days=1)))
        out = self._connection.execute(_at_counter(_OUT, counter), {"first": first, "last": last}).scalar_one()
        back = self._connection.execute(_at_counter(_BACK, counter), {"begin": begin, "end": end}).scalar_one()
        return int(out - back)


class PaperWrites(Session):
    """Writes the archive and the print queue."""

    def archive(self, paper: ArchivedPaper) -> None:
        """Keep a sealed receipt; once kept it is never replaced by another one of the same number."""
        kept = self._connection.execute(_ARCHIVED, {"receipt_no": paper.receipt_no}).one_or_none()
        if kept is not None and kept.sha256 != paper.sha256:
            raise StoreError("store_paper_exists", receipt_no=paper.receipt_no)
        if kept is None:
            values = {name: getattr(paper, name) for name in ArchivedPaper.__slots__}
            values["pdf"] = self._cipher.seal(PAPER_FIELD, paper.receipt_no, paper.pdf)
            self._connection.execute(insert(ARCHIVED_PAPER), values)
        self._connection.execute(delete(SEAL_PENDING).where(SEAL_PENDING.c.receipt_no == paper.receipt_no))

    def enqueue(self, order: PrintOrder, at: datetime) -> None:
        """Put copies of a paper into the print queue of a desk."""
        job = {"paper": order.paper, "title": order.title, "pdf": b"", "receipt_no": order.receipt_no}
        place = {"counter": order.counter or None, "desk": order.desk or None}
        state = {"state": PaperState.QUEUED, "created_at": at, "changed_at": at, "note": ""}
        for copy in range(1, order.copies + 1):
            values = {**job, **place, **state, "copy": copy}
            number = self._connection.execute(_ADD_JOB, values).scalar_one()
            # Bound to its row, whose number the database has only now given.
            sealed = self._cipher.seal(PRINT_FIELD, str(number), order.pdf)
            self._connection.execute(_PUT_PAPER, {"job": number, "sealed": sealed})

    def move_print(self, job: int, counter: str, desk: str) -> None:
        """Let a print job belong to another desk."""
        self._connection.execute(
            update(PRINT_JOB).where(PRINT_JOB.c.id == job).values({"counter": counter, "desk": desk})
        )

    def mark_print(self, job: int, state: PaperState, at: datetime, note: str = "") -> None:
        """Record what became of a print job."""
        values = {"state": state, "changed_at": at, "note": note}
        self._connection.execute(update(PRINT_JOB).where(PRINT_JOB.c.id == job).values(values))


def _at_counter(statement: Select[Any], counter: str | None) -> Select[Any]:
    return statement if counter is None else statement.where(RELEASE.c.counter == counter)
