# SPDX-License-Identifier: GPL-3.0-or-later
"""Seals of the rows that a verdict rests on: who changes one beside the program leaves a row without its seal.

A seal is a keyed hash over the table and the values of a row, its primary key among them, so that it fits no other row.
It does not show a row that was taken away, nor an older row that was put back with the seal that it had: the rules count
what is missing as not confirmed, and what is old as stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Integer, LargeBinary, Row, Table

from desk_app.domain.errors import AlteredRecordError
from desk_app.storage.columns import Day, Flag, Instant, JsonText, canonical_json
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.tables import CARD, CLEARANCE_ITEM, HOLDING, STUDENT

_SEAL = "seal"
_NOTHING = "-"
_Write: TypeAlias = Callable[[Any], str]
_Pick: TypeAlias = Callable[[Any], tuple[Any, ...]]


class RowSeal:
    """Seals the rows of a table and knows them again; the columns of ``beside`` are proven in another way.

    A row that is given begins with the columns of the table, in their order.
    """

    def __init__(self, table: Table, beside: Iterable[str] = ()) -> None:
        self.table = table
        columns = [(place, column) for place, column in enumerate(table.columns) if column.name not in {_SEAL, *beside}]
        self._names = [column.name for _, column in columns]
        self._owner = "student_no" if "student_no" in self._names else "number"
        self._writing = [_written_as(column.type) for _, column in columns]
        self._begin = f"{table.name}:"
        self._of_row: _Pick = itemgetter(*(place for place, _ in columns))
        self._of_values: _Pick = itemgetter(*self._names)

    def sealed(self, cipher: FieldCipher, values: Mapping[str, object]) -> dict[str, object]:
        """Give the values of a row with their seal."""
        return {**values, _SEAL: self.seal_of(cipher, values)}

    def seal_of(self, cipher: FieldCipher, values: Mapping[str, object]) -> bytes:
        """Give the seal of the values of a row."""
        return cipher.sign(self._said(self._of_values(values)))

    def stands(self, cipher: FieldCipher, row: Row[Any]) -> bool:
        """Tell whether a row carries the seal of its values."""
        return cipher.has_signed(self._said(self._of_row(row)), row.seal)

    def require(self, cipher: FieldCipher, row: Row[Any]) -> None:
        """Raise :class:`AlteredRecordError` for a row that does not carry its seal."""
        if not self.stands(cipher, row):
            raise self.altered(row)

    def altered(self, row: Row[Any]) -> AlteredRecordError:
        """Make the error of a row that was changed beside the program."""
        return AlteredRecordError(table=self.table.name, student_no=getattr(row, self._owner))

    def values(self, row: Row[Any]) -> dict[str, object]:
        """Give the values of a row that its seal covers, as they are."""
        return dict(zip(self._names, self._of_row(row), strict=True))

    def proven(self, cipher: FieldCipher, row: Row[Any]) -> dict[str, object]:
        """Do the same; raise :class:`AlteredRecordError` when the row does not carry its seal."""
        self.require(cipher, row)
        return self.values(row)

    def _said(self, values: tuple[Any, ...]) -> bytes:
        """Write values so that no two rows are written alike: each text with its length before it.

        Every look-up does this for a dozen rows: it is written for speed.
        """
        said = self._begin
        for write, value in zip(self._writing, values):  # noqa: B905 - as many of both, and asking costs time
            if value is None:
                said += _NOTHING
            else:
                text = value if write is None else write(value)
                said += f"{len(text)}:" + text
        return said.encode(errors="surrogatepass")


def _written_as(kind: object) -> _Write | None:
    """Give how the values of a column are written, the same before they are kept and when they come back.

    ``None`` for those that are texts already.
    """
    return next((write for types, write in _WRITINGS if isinstance(kind, types)), None)


@lru_cache(maxsize=256)  # the rows of a graduate come from a few files
def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _flag(value: bool) -> str:  # noqa: FBT001 - a value, not an option
    return "1" if value else "0"


def _json(value: object) -> str:
    return canonical_json(value) if value else "[]"


_WRITINGS: tuple[tuple[type, _Write], ...] = (
    (Instant, _instant),
    (Day, date.isoformat),
    (Flag, _flag),
    (JsonText, _json),
    (LargeBinary, bytes.hex),
    (Integer, str),
)

STUDENT_SEAL = RowSeal(STUDENT)
CARD_SEAL = RowSeal(CARD)
ITEM_SEAL = RowSeal(CLEARANCE_ITEM, beside=("confirmed",))
"""A word by telephone outlives the datum beside it, and is enciphered for its row: see ``clearance/items.py``."""
HOLDING_SEAL = RowSeal(HOLDING, beside=("released_by",))
"""Which receipt has taken a document out of the stock is proven from the receipts."""
