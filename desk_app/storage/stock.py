# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock: printed documents and where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, not_, select, update

from desk_app.domain.facts import StockState
from desk_app.domain.records import Holding
from desk_app.storage.bulk import execute_many
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.row_seals import HOLDING_SEAL
from desk_app.storage.session import Session, batches
from desk_app.storage.tables import HOLDING, RELEASED_DOCUMENT

_VALUES = Holding.__slots__
_HOLDINGS_OF = (
    select(HOLDING).where(HOLDING.c.student_no == bindparam("number")).order_by(HOLDING.c.document, HOLDING.c.serial)
)
_IN_BOX = select(func.count()).where(
    HOLDING.c.counter == bindparam("counter"), HOLDING.c.state == StockState.IN_BOX, HOLDING.c.released_by.is_(None)
)


# What two persons or a finished hand-over have said about a document is no longer the stock file's to say.
_OPEN = and_(HOLDING.c.state != StockState.MISPRINT, HOLDING.c.released_by.is_(None))
_NAMED = HOLDING.c.serial.in_(bindparam("serials", expanding=True))
_KEPT = select(HOLDING).where(_NAMED)
_CLOSED = _KEPT.where(not_(_OPEN))
_HANDED_OVER = select(RELEASED_DOCUMENT.c.serial).where(
    RELEASED_DOCUMENT.c.serial.in_(bindparam("serials", expanding=True))
)
_TAKEN_BY = select(HOLDING).where(HOLDING.c.released_by == bindparam("receipt_no"))
_FORGET_STATE = update(HOLDING).where(_NAMED).values(state=StockState.IN_BOX, released_by=None)


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
        """Give all documents of a graduate, those handed over too; raise for one whose row does not carry its seal."""
        return tuple(_proven(row, self._cipher) for row in self._connection.execute(_HOLDINGS_OF, {"number": number}))

    def stock_count(self, counter: str) -> int:
        """Count the documents that lie in the boxes of a counter now."""
        return self._connection.execute(_IN_BOX, {"counter": counter}).scalar_one()


class StockWrites(Session):
    """Imports the stock."""

    def put_holdings(self, rows: Iterable[Holding]) -> int:
        """Insert or update the stock by serial; what is misprinted stays void, what was handed over stays handed over.

        A row that was altered beside the program is no hindrance, unless a hand-over names it: then no file heals it.
        """
        statement, count = self._upsert(HOLDING, (*_VALUES, "seal"), only=_OPEN), 0
        for batch in batches(rows):
            left = self._left_altered([holding.serial for holding in batch])
            taken = [holding for holding in batch if holding.serial not in left]
            values = ({name: getattr(holding, name) for name in _VALUES} for holding in taken)
            execute_many(self._connection, statement, (HOLDING_SEAL.sealed(self._cipher, row) for row in values))
            count += len(batch)
        return count

    def put_back(self, receipt_no: str, state: StockState) -> None:
        """Let the documents of a release that was taken back lie where a state says."""
        for row in self._connection.execute(_TAKEN_BY, {"receipt_no": receipt_no}).all():
            values = {**HOLDING_SEAL.proven(self._cipher, row), "state": state, "released_by": None}
            sealed = HOLDING_SEAL.sealed(self._cipher, values)
            self._connection.execute(self._upsert(HOLDING, tuple(sealed)), sealed)

    def _left_altered(self, serials: Sequence[str]) -> frozenset[str]:
        """Let the rows that were altered be overwritten, and name those of them that must not be."""
        rows = self._connection.execute(_KEPT, {"serials": serials}).all()
        altered = [row.serial for row in rows if not HOLDING_SEAL.stands(self._cipher, row)]
        if not altered:
            return frozenset()
        left = frozenset(self._connection.execute(_HANDED_OVER, {"serials": altered}).scalars())
        self._connection.execute(_FORGET_STATE, {"serials": [serial for serial in altered if serial not in left]})
        return left


def _proven(row: Row[Any], cipher: FieldCipher) -> Holding:
    HOLDING_SEAL.require(cipher, row)
    return _holding(row)


def _holding(row: Row[Any]) -> Holding:
    return Holding(row.serial, row.student_no, row.document, row.counter, row.box, row.state)
