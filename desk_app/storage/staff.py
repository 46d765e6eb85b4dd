# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may work at the desks."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from desk_app.domain.records import Operator
from desk_app.storage.session import Session, execute_many
from desk_app.storage.tables import OPERATOR

_COLUMNS = ("id", "name", "role")


class StaffReads(Session):
    """Reads operators."""

    def operators(self) -> tuple[Operator, ...]:
        """Give everybody who may work at the desks."""
        rows = self._connection.execute(select(OPERATOR).order_by(OPERATOR.c.id))
        return tuple(Operator(row.id, row.name, row.role) for row in rows)


class StaffWrites(Session):
    """Writes operators."""

    def put_operators(self, rows: Iterable[Operator]) -> int:
        """Insert or update operators."""
        values = ({name: getattr(operator, name) for name in _COLUMNS} for operator in rows)
        return execute_many(self._connection, self._upsert(OPERATOR, _COLUMNS), values)
