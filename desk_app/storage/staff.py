# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may work at the desks: persons with their roles, and their accounts."""

from __future__ import annotations

from collections.abc import Iterable

from desk_app.domain.records import Operator
from desk_app.storage.accounts import AccountReads, AccountWrites
from desk_app.storage.bulk import execute_many
from desk_app.storage.tables import OPERATOR

_COLUMNS = ("id", "name", "role")


class StaffReads(AccountReads):
    """Reads operators."""


class StaffWrites(AccountWrites):
    """Writes operators."""

    def put_operators(self, rows: Iterable[Operator]) -> int:
        """Insert or update operators."""
        values = ({name: getattr(operator, name) for name in _COLUMNS} for operator in rows)
        return execute_many(self._connection, self._upsert(OPERATOR, _COLUMNS), values)
