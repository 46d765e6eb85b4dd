# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records of each kind are old enough, and which of them are held back because something about them is still open.

Nothing is due of a graduate for whom a document still waits, of a receipt that is not sealed, or of a paper that has not
come out of the printer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, exists, false, func, or_, select

from desk_app.domain.facts import Mode, StockState
from desk_app.domain.records import PaperState
from desk_app.domain.retention import RecordKind, end_of_academic_year
from desk_app.storage.columns import DESK_ZONE
from desk_app.storage.purge.tables import SUBJECT_KEY
from desk_app.storage.tables import (
    ARCHIVED_PAPER,
    CARD,
    CLEARANCE_ITEM,
    HOLDING,
    OVERRIDE_DECISION,
    PHOTO,
    PRINT_JOB,
    RELEASE,
    SEAL_PENDING,
    SIGNATURE,
    STUDENT,
    VISIT_OUTCOME,
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Records that are old enough: a select of ``id`` and ``day``, and the condition under which one is held back."""

    rows: Select[Any]
    held: ColumnElement[bool]


Find = Callable[[Connection, date], Candidates]

_UNFINISHED = or_(
    exists().where(SEAL_PENDING.c.receipt_no == RELEASE.c.receipt_no),
    exists().where(PRINT_JOB.c.receipt_no == RELEASE.c.receipt_no, PRINT_JOB.c.state != PaperState.PRINTED),
)
_WAITS = and_(HOLDING.c.released_by.is_(None), HOLDING.c.state != StockState.MISPRINT)
_RECEIPT_KEPT = or_(
    exists().where(SIGNATURE.c.receipt_no == RELEASE.c.receipt_no),
    exists().where(ARCHIVED_PAPER.c.receipt_no == RELEASE.c.receipt_no, ARCHIVED_PAPER.c.pdf != b""),
)


def _signatures(_connection: Connection, cut_off: date) -> Candidates:
    joined = RELEASE.join(SIGNATURE, SIGNATURE.c.receipt_no == RELEASE.c.receipt_no)
    return _of_releases(joined, cut_off)


def _receipts(_connection: Connection, cut_off: date) -> Candidates:
    joined = RELEASE.join(ARCHIVED_PAPER, ARCHIVED_PAPER.c.receipt_no == RELEASE.c.receipt_no)
    return _of_releases(joined, cut_off, ARCHIVED_PAPER.c.pdf != b"")


def _proxies(_connection: Connection, cut_off: date) -> Candidates:
    return _of_releases(RELEASE, cut_off, RELEASE.c.mode == Mode.BY_PROXY, RELEASE.c.content != "")


def _names(_connection: Connection, cut_off: date) -> Candidates:
    """Names go last: as long as signature or receipt is kept, they would stand there all the same."""
    found = _of_releases(RELEASE, cut_off, RELEASE.c.graduate_name != "")
    return Candidates(found.rows, or_(found.held, _RECEIPT_KEPT))


def _of_releases(source: FromClause, cut_off: date, *conditions: ColumnElement[bool]) -> Candidates:
    rows = select(RELEASE.c.receipt_no.label("id"), RELEASE.c.receipt_day.label("day")).select_from(source)
    return Candidates(rows.where(RELEASE.c.receipt_day < cut_off, *conditions), _UNFINISHED)


def _decisions(_connection: Connection, cut_off: date) -> Candidates:
    decision = OVERRIDE_DECISION.c
    rows = select(decision.id.label("id"), decision.at.label("day"))
    return Candidates(rows.where(decision.at < _midnight(cut_off), decision.why != ""), false())


def _prints(_connection: Connection, cut_off: date) -> Candidates:
    job = PRINT_JOB.c
    rows = select(job.id.label("id"), job.changed_at.label("day"))
    return Candidates(rows.where(job.changed_at < _midnight(cut_off), job.pdf != b""), job.state != PaperState.PRINTED)


def _visits(_connection: Connection, cut_off: date) -> Candidates:
    visit = VISIT_OUTCOME.c
    rows = select(visit.visit.label("id"), visit.day.label("day")).where(visit.day < cut_off)
    return Candidates(rows, false())


def _of_graduates(table: Table) -> Find:
    """Find the graduates to whom the last document has gone, and of whom the table still has rows."""

    def find(_connection: Connection, cut_off: date) -> Candidates:
        last = func.max(RELEASE.c.receipt_day)
        gone = select(RELEASE.c.student_no.label("id"), last.label("day")).where(RELEASE.c.voided_at.is_(None))
        served = gone.group_by(RELEASE.c.student_no).having(last < cut_off).subquery()
        rows = select(served.c.id, served.c.day).where(exists().where(table.c.student_no == served.c.id))
        return Candidates(rows, exists().where(HOLDING.c.student_no == served.c.id, _WAITS))

    return find


def _roster(_connection: Connection, cut_off: date) -> Candidates:
    """Find graduates who never came; those without a year of graduation are told by :data:`NO_YEAR`."""
    year = cut_off.year - 1911
    while end_of_academic_year(year) >= cut_off:
        year -= 1
    student = STUDENT.c
    rows = select(student.number.label("id"), student.graduation_ay.label("day")).where(
        student.graduation_ay <= year, ~exists().where(RELEASE.c.student_no == student.number)
    )
    return Candidates(rows, exists().where(HOLDING.c.student_no == student.number, _WAITS))


def _trail(_connection: Connection, cut_off: date) -> Candidates:
    return _keys(RecordKind.TRAIL, cut_off.year)


def _keys_of_decisions(connection: Connection, cut_off: date) -> Candidates:
    decision = OVERRIDE_DECISION.c
    oldest = connection.execute(select(func.min(decision.at)).where(decision.why != "")).scalar_one()
    return _keys(RecordKind.DECISIONS, min(cut_off.year, oldest.year if oldest else cut_off.year))


def _keys_of_ledger(connection: Connection, cut_off: date) -> Candidates:
    oldest = connection.execute(
        select(func.min(RELEASE.c.receipt_day)).where(RELEASE.c.graduate_name != "")
    ).scalar_one()
    return _keys(RecordKind.LEDGER, min(cut_off.year, oldest.year if oldest else cut_off.year))


def _keys(kind: RecordKind, before_year: int) -> Candidates:
    """Find the keys of entries of whole years that have passed, and of which nothing of the kind itself is left."""
    key = SUBJECT_KEY.c
    rows = select(key.alias.label("id"), key.year.label("day"))
    return Candidates(rows.where(key.kept_with == kind, key.year < before_year), false())


def _midnight(day: date) -> datetime:
    """Give the first instant of a day at the desks."""
    return datetime.combine(day, time(), DESK_ZONE)


NO_YEAR = (
    select(func.count())
    .select_from(STUDENT)
    .where(
        STUDENT.c.graduation_ay.is_(None),
        ~exists().where(RELEASE.c.student_no == STUDENT.c.number),
        ~exists().where(HOLDING.c.student_no == STUDENT.c.number, _WAITS),
    )
)
"""Counts who never came, for whom nothing waits, and of whom nobody knows since when: they must not stay for ever unseen."""

FINDERS: Mapping[RecordKind, tuple[Find, ...]] = {
    RecordKind.PRINTS: (_prints,),
    RecordKind.VISITS: (_visits,),
    RecordKind.CLEARANCE: (_of_graduates(CLEARANCE_ITEM),),
    RecordKind.CARDS: (_of_graduates(CARD),),
    RecordKind.PHOTOS: (_of_graduates(PHOTO),),
    RecordKind.SIGNATURES: (_signatures,),
    RecordKind.RECEIPTS: (_receipts,),
    RecordKind.PROXIES: (_proxies,),
    RecordKind.DECISIONS: (_decisions, _keys_of_decisions),
    RecordKind.TRAIL: (_trail,),
    RecordKind.ROSTER: (_roster,),
    RecordKind.LEDGER: (_names, _keys_of_ledger),
}
"""What belongs to each kind, in the order in which it is erased; beside the records themselves the keys of their entries."""
