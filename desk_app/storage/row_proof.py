# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves the rows that a verdict rests on: each carries its seal, and the stock says of receipts what the receipts say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Row, Table, func, select

from desk_app.domain.errors import StoreError
from desk_app.storage.clearance.arrival_tables import CLEARANCE_ARRIVAL
from desk_app.storage.clearance.words import item_stands
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.row_seals import CARD_SEAL, HOLDING_SEAL, STUDENT_SEAL
from desk_app.storage.session import Session
from desk_app.storage.tables import CARD, CLEARANCE_ITEM, HOLDING, RELEASE, RELEASED_DOCUMENT, STUDENT

_READ_AT_ONCE = 1000
_SEALED: tuple[tuple[Table, Callable[[FieldCipher, Row[Any]], bool]], ...] = (
    (STUDENT, STUDENT_SEAL.stands),
    (CARD, CARD_SEAL.stands),
    (CLEARANCE_ITEM, item_stands),
    (CLEARANCE_ARRIVAL, item_stands),
    (HOLDING, HOLDING_SEAL.stands),
)
_OUT = (
    select(RELEASED_DOCUMENT.c.serial, RELEASE.c.receipt_no)
    .join(RELEASE, RELEASE.c.id == RELEASED_DOCUMENT.c.release_id)
    .where(RELEASED_DOCUMENT.c.voided_at.is_(None))
    .subquery()
)
_TORN = (
    select(HOLDING.c.serial)
    .outerjoin(_OUT, _OUT.c.serial == HOLDING.c.serial)
    .where(HOLDING.c.released_by.is_distinct_from(_OUT.c.receipt_no))
    .order_by(HOLDING.c.serial)
    .limit(1)
)


class RowProof(Session):
    """Looks at every sealed row; raises :class:`StoreError` that names the first fault by table and number.

    The number is the place of the row in the order of the primary key: it finds the row, and names no person.
    """

    def prove(self) -> None:
        """Prove table by table, and at last which receipts have taken documents out of the stock."""
        for table, stands in _SEALED:
            for number, row in enumerate(self._rows(table), 1):
                if not stands(self._cipher, row):
                    raise StoreError("store_row_altered", table=table.name, number=number)
        torn = self._connection.execute(_TORN).scalar_one_or_none()
        if torn is not None:
            place = select(func.count()).where(HOLDING.c.serial <= torn)
            number = self._connection.execute(place).scalar_one()
            raise StoreError("store_row_altered", table=HOLDING.name, number=number)

    def _rows(self, table: Table) -> Iterator[Row[Any]]:
        # The rows of a delivery on its way begin with the delivery, which belongs to no seal.
        columns = [column for column in table.columns if column.name != "delivery"]
        statement = select(*columns).order_by(*table.primary_key)
        with self._connection.execute(statement, execution_options={"yield_per": _READ_AT_ONCE}) as rows:
            yield from rows
