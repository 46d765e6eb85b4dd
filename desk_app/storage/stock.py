# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock: printed documents and where they lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from desk_app.domain.facts import StockState
from desk_app.domain.records import Holding
from desk_app.storage.session import Session, execute_many
from desk_app.storage.tables import HOLDING

_COLUMNS = ("serial", "student_no", "document", "counter", "box", "state")
_HOLDINGS_OF = (
    select(*(HOLDING.c[name] for name in _COLUMNS))
    .where(HOLDING.c.student_no == bindparam("number"))
    .order_by(HOLDING.c.document, HOLDING.c.serial)
)
_IN_BOX = select(func.count()).where(
    HOLDING.c.counter == bindparam("counter"), HOLDING.c.state == StockState.IN_BOX, HOLDING.c.released_by.is_(None)
)


class StockReads(Session):
    """Reads the stock."""

    def holdings_of(self, number: str) -> tuple[Holding, ...]:
        """Give all documents of a graduate, those handed over too."""
        return tuple(_holding(row) for row in self._connection.execute(_HOLDINGS_OF, {"number": number}))

    def stock_count(self, counter: str) -> int:
        """Count the documents that lie in the boxes of a counter now."""
        return self._connection.execute(_IN_BOX, {"counter": counter}).scalar_one()


class StockWrites(Session):
    """Imports the stock."""

    def put_holdings(self, rows: Iterable[Holding]) -> int:
        """Insert or update the stock by serial; a document that was handed over stays handed over."""
        values = ({name: getattr(holding, name) for name in _COLUMNS} for holding in rows)
        return execute_many(self._connection, self._upsert(HOLDING, _COLUMNS), values)


def _holding(row: Row[Any]) -> Holding:
    return Holding(row.serial, row.student_no, row.document, row.counter, row.box, row.state)
