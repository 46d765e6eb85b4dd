# SPDX-License-Identifier: GPL-3.0-or-later
"""Clearance data: what each source has delivered about each item of each graduate."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from desk_app.domain.facts import PhoneConfirmation
from desk_app.domain.records import ItemRecord
from desk_app.storage.cipher import FieldCipher
from desk_app.storage.columns import DESK_ZONE
from desk_app.storage.session import Session, execute_many
from desk_app.storage.tables import CLEARANCE_AGE, CLEARANCE_ITEM

_ITEMS_OF = (
    select(CLEARANCE_ITEM)
    .where(CLEARANCE_ITEM.c.student_no == bindparam("number"))
    .order_by(CLEARANCE_ITEM.c.item, CLEARANCE_ITEM.c.source)
)
_COLUMNS = [column.name for column in CLEARANCE_ITEM.columns]
_ONLY_ROW = 1
_NOTE_FIELD = "clearance_item.note"


class ClearanceReads(Session):
    """Reads clearance data."""

    def items_of(self, number: str) -> tuple[ItemRecord, ...]:
        """Give all clearance data of a graduate."""
        rows = self._connection.execute(_ITEMS_OF, {"number": number})
        return tuple(_item(row, self._cipher) for row in rows)

    def clearance_as_of(self) -> datetime | None:
        """Give the instant of the newest clearance data."""
        return self._connection.execute(select(CLEARANCE_AGE.c.newest)).scalar_one_or_none()


class ClearanceWrites(Session):
    """Imports clearance data."""

    def put_items(self, rows: Iterable[tuple[str, ItemRecord]]) -> int:
        """Insert or update clearance data by student number; older data never replace newer ones."""
        newest: list[datetime] = []
        statement = self._upsert(CLEARANCE_ITEM, _COLUMNS, newer_by="as_of")
        count = execute_many(self._connection, statement, _item_rows(rows, self._cipher, newest))
        if newest:
            age = self._upsert(CLEARANCE_AGE, ("id", "newest"), newer_by="newest")
            self._connection.execute(age, {"id": _ONLY_ROW, "newest": newest[0]})
        return count


def _item_rows(
    rows: Iterable[tuple[str, ItemRecord]], cipher: FieldCipher, newest: list[datetime]
) -> Iterator[dict[str, object]]:
    """Turn items into rows and leave the newest instant in ``newest``, so that a long file is walked only once."""
    for number, item in rows:
        if not newest or item.as_of > newest[0]:
            newest[:] = [item.as_of]
        yield {
            "student_no": number,
            "item": item.item,
            "source": item.source,
            "state": item.state,
            "as_of": item.as_of,
            "window_closed": item.window_closed,
            "detail": item.detail,
            "certificate_date": item.certificate_date,
            "confirmed": _confirmed_json(item.confirmed),
            "note": cipher.seal(_NOTE_FIELD, _key(number, item), item.note.encode()) if item.note else None,
        }


def _key(number: str, item: ItemRecord) -> str:
    """Give what stands for the primary key in the seal of a note, so that no note can be moved to another row."""
    return f"{number}|{item.item}|{item.source}"


def _item(row: Row[Any], cipher: FieldCipher) -> ItemRecord:
    item = ItemRecord(
        item=row.item,
        source=row.source,
        state=row.state,
        as_of=row.as_of,
        window_closed=row.window_closed,
        detail=row.detail,
        certificate_date=row.certificate_date,
        confirmed=_confirmed(row.confirmed),
    )
    if row.note is None:
        return item
    return dataclasses.replace(item, note=cipher.open(_NOTE_FIELD, _key(row.student_no, item), row.note).decode())


def _confirmed_json(confirmed: PhoneConfirmation | None) -> dict[str, object] | None:
    if confirmed is None:
        return None
    return {"by": confirmed.by, "person": confirmed.person, "number": confirmed.number, "at": confirmed.at}


def _confirmed(kept: dict[str, str] | None) -> PhoneConfirmation | None:
    if kept is None:
        return None
    at = datetime.fromisoformat(kept["at"]).astimezone(DESK_ZONE)
    return PhoneConfirmation(kept["by"], kept["person"], kept["number"], at)
