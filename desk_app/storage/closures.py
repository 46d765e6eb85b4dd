# SPDX-License-Identifier: GPL-3.0-or-later
"""Announced closures and their withdrawals; rows are only ever added."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from desk_app.domain.closures import AnnouncedClosure, DigitalOpen, Withdrawal
from desk_app.domain.facts import Closure
from desk_app.domain.records import Operator
from desk_app.storage.session import Session
from desk_app.storage.tables import ANNOUNCED_CLOSURE, CLOSURE_WITHDRAWAL, RELEASE

_ALL = (
    select(
        ANNOUNCED_CLOSURE,
        CLOSURE_WITHDRAWAL.c.at.label("withdrawn_at"),
        CLOSURE_WITHDRAWAL.c.reason.label("withdrawn_why"),
        CLOSURE_WITHDRAWAL.c.operator_id.label("withdrawn_by_id"),
        CLOSURE_WITHDRAWAL.c.operator_name.label("withdrawn_by_name"),
        CLOSURE_WITHDRAWAL.c.operator_role.label("withdrawn_by_role"),
    )
    .outerjoin(CLOSURE_WITHDRAWAL, CLOSURE_WITHDRAWAL.c.closure_id == ANNOUNCED_CLOSURE.c.id)
    .order_by(ANNOUNCED_CLOSURE.c.entered_at, ANNOUNCED_CLOSURE.c.id)
)
_OPEN = (
    select(RELEASE.c.receipt_no, RELEASE.c.receipt_day, RELEASE.c.counter, RELEASE.c.digital_due)
    .where(
        RELEASE.c.receipt_day.between(bindparam("first"), bindparam("last")),
        RELEASE.c.digital_due.is_not(None),
        RELEASE.c.voided_at.is_(None),
    )
    .order_by(RELEASE.c.at, RELEASE.c.id)
)


class ClosureReads(Session):
    """Reads announced closures and the hand-overs whose due dates they may move."""

    def announced_closures(self) -> tuple[AnnouncedClosure, ...]:
        """Give every closure that was ever entered, those withdrawn too, in the order of entering."""
        return tuple(_closure(row) for row in self._connection.execute(_ALL))

    def digital_open(self, first: date, last: date) -> tuple[DigitalOpen, ...]:
        """Give the standing hand-overs of the days from ``first`` to ``last`` that promise a digital certificate."""
        rows = self._connection.execute(_OPEN, {"first": first, "last": last})
        return tuple(DigitalOpen(*row) for row in rows)


class ClosureWrites(Session):
    """Adds closures and withdrawals."""

    def add_closure(self, announced: AnnouncedClosure) -> None:
        """Add a closure, known to every desk from its ``entered_at`` on."""
        closure = announced.closure
        values = {
            "id": announced.id,
            "starts": closure.start,
            "ends": closure.end,
            "reason": closure.reason,
            "counters": list(closure.counters),
            "counts_as_working_day": closure.counts_as_working_day,
            "source": announced.source,
            "announced_on": announced.announced_on,
            "entered_at": announced.entered_at,
        }
        self._connection.execute(insert(ANNOUNCED_CLOSURE), values | _operator_columns(announced.entered_by))

    def withdraw_closure(self, closure_id: str, withdrawal: Withdrawal) -> None:
        """Take a closure back; each only once."""
        values = {"closure_id": closure_id, "at": withdrawal.at, "reason": withdrawal.reason}
        self._connection.execute(insert(CLOSURE_WITHDRAWAL), values | _operator_columns(withdrawal.by))


def _operator_columns(operator: Operator) -> dict[str, object]:
    return {"operator_id": operator.id, "operator_name": operator.name, "operator_role": operator.role}


def _closure(row: Row[Any]) -> AnnouncedClosure:
    return AnnouncedClosure(
        id=row.id,
        closure=Closure(
            start=row.starts,
            end=row.ends,
            reason=row.reason,
            counters=tuple(row.counters),
            counts_as_working_day=row.counts_as_working_day,
            declared_at=row.entered_at,
        ),
        source=row.source,
        announced_on=row.announced_on,
        entered_by=Operator(row.operator_id, row.operator_name, row.operator_role),
        entered_at=row.entered_at,
        withdrawal=_withdrawal(row),
    )


def _withdrawal(row: Row[Any]) -> Withdrawal | None:
    if row.withdrawn_at is None:
        return None
    by = Operator(row.withdrawn_by_id, row.withdrawn_by_name, row.withdrawn_by_role)
    return Withdrawal(by, row.withdrawn_at, row.withdrawn_why)
