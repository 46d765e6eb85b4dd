# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock: printed documents and where they lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, not_, select

from desk_app.domain.facts import StockState
from desk_app.domain.records import Holding
from desk_app.storage.bulk import execute_many
from desk_app.storage.session import Session, batches
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


# What two persons or a finished hand-over have said about a document is no longer the stock file's to say.
_OPEN = and_(HOLDING.c.state != StockState.MISPRINT, HOLDING.c.released_by.is_(None))
_CLOSED = select(*(HOLDING.c[name] for name in _COLUMNS)).where(
    HOLDING.c.serial.in_(bindparam("serials", expanding=True)), not_(_OPEN)
)


class StockReads(Session):
    """Reads the stock."""

    def closed_holdings(self, serials: Iterable[str]) -> dict[str, Holding]:
        """Give by serial what no stock file changes any more: documents that are misprinted, or handed over."""
        return {
            row.serial: _holding(row)
            for batch in batches(serials)
            for row in self._connection.execute(_CLOSED, {"serials": batch})
        }

    def holdings_of(self, number: str) -> tuple[Holding, ...]:
        """Give all documents of a graduate, those handed over too."""
        return tuple(_holding(row) for row in self._connection.execute(_HOLDINGS_OF, {"number": number}))

    def stock_count(self, counter: str) -> int:
        """Count the documents that lie in the boxes of a counter now."""
        return self._connection.execute(_IN_BOX, {"counter": counter}).scalar_one()


class StockWrites(Session):
    """Imports the stock."""

    def put_holdings(self, rows: Iterable[Holding]) -> int:
        """Insert or update the stock by serial; what is misprinted stays void, what was handed over stays handed over."""
        values = ({name: getattr(holding, name) for name in _COLUMNS} for holding in rows)
        return execute_many(self._connection, self._upsert(HOLDING, _COLUMNS, only=_OPEN), values)


def _holding(row: Row[Any]) -> Holding:
    return Holding(row.serial, row.student_no, row.document, row.counter, row.box, row.state)
