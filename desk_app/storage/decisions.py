# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions of two persons, and which hand-over each has opened: both only ever added to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from desk_app.domain.decisions import OverrideDecision
from desk_app.domain.records import Operator
from desk_app.storage.session import Session
from desk_app.storage.tables import OVERRIDE_DECISION, OVERRIDE_USE

_OF_VISIT = (
    select(OVERRIDE_DECISION)
    .where(OVERRIDE_DECISION.c.visit == bindparam("visit"))
    .order_by(OVERRIDE_DECISION.c.at, OVERRIDE_DECISION.c.id)
)


class DecisionReads(Session):
    """Reads decisions."""

    def decisions_of(self, visit: str) -> tuple[OverrideDecision, ...]:
        """Give the decisions that were written for a visit, the oldest first."""
        return tuple(_decision(row) for row in self._connection.execute(_OF_VISIT, {"visit": visit}))


class DecisionWrites(DecisionReads):
    """Adds decisions and their uses."""

    def add_decision(self, decision: OverrideDecision) -> None:
        """Keep a decision for good."""
        by, second = decision.by, decision.second
        same = ("id", "visit", "student_no", "reason", "verdict", "why", "incident", "at")
        self._connection.execute(
            insert(OVERRIDE_DECISION),
            {
                **{name: getattr(decision, name) for name in same},
                "by_id": by.id,
                "by_name": by.name,
                "by_role": by.role,
                "second_id": second and second.id,
                "second_name": second and second.name,
                "second_role": second and second.role,
            },
        )

    def use_decision(self, decision_id: str, receipt_no: str) -> None:
        """Tie a decision to the hand-over that it opened; the database refuses a second one."""
        self._connection.execute(insert(OVERRIDE_USE), {"decision_id": decision_id, "receipt_no": receipt_no})


def _decision(row: Row[Any]) -> OverrideDecision:
    second = Operator(row.second_id, row.second_name, row.second_role) if row.second_id else None
    by = Operator(row.by_id, row.by_name, row.by_role)
    return OverrideDecision(
        row.id, row.visit, row.student_no, row.reason, row.verdict, by, second, row.why, row.incident, row.at
    )
