# SPDX-License-Identifier: GPL-3.0-or-later
"""Clearance data: what each source has delivered about each item of each graduate."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, exists, literal, or_, select

from desk_app.domain.facts import ItemState, PhoneConfirmation
from desk_app.domain.records import NEVER_DELIVERED, ItemRecord
from desk_app.storage.bulk import execute_many
from desk_app.storage.clearance.arrival_tables import CLEARANCE_ARRIVAL, CLEARANCE_DELIVERY
from desk_app.storage.clearance.arrivals import GIVEN_UP, ITEM_COLUMNS, OFFICE_SAYS_NO, ArrivalWrites, item_upsert
from desk_app.storage.clearance.words import item_key, item_stands, proven_word, sealed_word
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.row_seals import ITEM_SEAL, STUDENT_SEAL
from desk_app.storage.session import Session, batches, insert_or
from desk_app.storage.tables import CLEARANCE_AGE, CLEARANCE_ITEM, STUDENT

_IN_PLACE = select(CLEARANCE_ITEM, literal(GIVEN_UP).label("counts_as")).where(
    CLEARANCE_ITEM.c.student_no == bindparam("number")
)
_ON_THE_WAY = (
    select(*(CLEARANCE_ARRIVAL.c[name] for name in ITEM_COLUMNS), CLEARANCE_DELIVERY.c.counts_as)
    .join(CLEARANCE_DELIVERY, CLEARANCE_DELIVERY.c.id == CLEARANCE_ARRIVAL.c.delivery)
    .where(CLEARANCE_ARRIVAL.c.student_no == bindparam("number"), CLEARANCE_DELIVERY.c.counts_as > GIVEN_UP)
)
# In one statement, which sees one instant: a row that moves to its place meanwhile is seen here or there.
_ITEMS_OF = _IN_PLACE.union_all(_ON_THE_WAY).order_by("item", "source", "as_of", "counts_as")
_ITEM: BindParameter[str] = bindparam("item")
_SOURCE: BindParameter[str] = bindparam("source")
_SINCE: BindParameter[datetime] = bindparam("since")
_SAID = exists().where(
    CLEARANCE_ITEM.c.student_no == STUDENT.c.number,
    CLEARANCE_ITEM.c.item == _ITEM,
    CLEARANCE_ITEM.c.source == _SOURCE,
    CLEARANCE_ITEM.c.as_of >= _SINCE,
)
_SAID_ON_THE_WAY = exists().where(
    CLEARANCE_ARRIVAL.c.student_no == STUDENT.c.number,
    CLEARANCE_ARRIVAL.c.item == _ITEM,
    CLEARANCE_ARRIVAL.c.source == _SOURCE,
    CLEARANCE_ARRIVAL.c.as_of >= _SINCE,
    CLEARANCE_DELIVERY.c.id == CLEARANCE_ARRIVAL.c.delivery,
    CLEARANCE_DELIVERY.c.counts_as > GIVEN_UP,
)
_OF_YEARS = STUDENT.c.graduation_ay.in_(bindparam("years", expanding=True))
_WITHOUT_WORD = select(STUDENT).where(_OF_YEARS, ~_SAID, ~_SAID_ON_THE_WAY)
_SAID_BEFORE = (
    select(CLEARANCE_ITEM)
    .join(STUDENT, STUDENT.c.number == CLEARANCE_ITEM.c.student_no)
    .where(_OF_YEARS, CLEARANCE_ITEM.c.item == _ITEM, CLEARANCE_ITEM.c.source == _SOURCE)
)
_ONLY_ROW = 1
_IN_THE_WAY = select(CLEARANCE_ITEM).where(
    CLEARANCE_ITEM.c.student_no.in_(bindparam("numbers", expanding=True)),
    or_(CLEARANCE_ITEM.c.confirmed.is_not(None), CLEARANCE_ITEM.c.as_of > bindparam("oldest")),
)
_NOTE_FIELD = "clearance_item.note"


class ClearanceReads(Session):
    """Reads clearance data."""

    def items_of(self, number: str) -> tuple[ItemRecord, ...]:
        """Give all clearance data of a graduate; raise :class:`AlteredRecordError` for a row without its seal."""
        newest: dict[tuple[str, str], Row[Any]] = {}
        confirmed: dict[tuple[str, str], PhoneConfirmation | None] = {}
        # The last one of an item is the newest, and of those as old the one that came last.
        for row in self._connection.execute(_ITEMS_OF, {"number": number}):
            key = (row.item, row.source)
            newest[key] = row
            before = None if row.state in OFFICE_SAYS_NO else confirmed.get(key)
            confirmed[key] = proven_word(self._cipher, row) or before
        return tuple(_item(row, self._cipher, confirmed[key]) for key, row in newest.items())

    def graduates_without_word(
        self, graduation_ay: Collection[int], item: str, source: str, since: datetime
    ) -> frozenset[str]:
        """Give the graduates of some graduation years of whom a source has said nothing about an item since an instant.

        Whose record was altered beside the program, or what was said before, is none of them: silence makes nothing good.
        """
        asked: dict[str, object] = {"years": sorted(graduation_ay), "item": item, "source": source}
        before = self._connection.execute(_SAID_BEFORE, asked)
        altered = {row.student_no for row in before if not item_stands(self._cipher, row)}
        silent = self._connection.execute(_WITHOUT_WORD, {**asked, "since": since})
        return frozenset(
            row.number for row in silent if row.number not in altered and STUDENT_SEAL.stands(self._cipher, row)
        )

    def clearance_as_of(self) -> datetime | None:
        """Give the instant of the newest clearance data."""
        return self._connection.execute(select(CLEARANCE_AGE.c.newest)).scalar_one_or_none()

    def deliveries_left(self) -> bool:
        """Tell whether anything of a delivery is on its way, or was left behind."""
        return bool(self._connection.execute(select(exists(select(CLEARANCE_DELIVERY.c.id)))).scalar_one())


class ClearanceWrites(ArrivalWrites):
    """Imports clearance data."""

    def put_items(self, rows: Iterable[tuple[str, ItemRecord]]) -> int:
        """Insert or update clearance data by student number; older data never replace newer ones."""
        newest: list[datetime] = []
        statement, count = item_upsert(self._connection.dialect.name), 0
        for batch in batches(_item_rows(rows, self._cipher, newest)):
            self._make_way_for(batch)
            count += execute_many(self._connection, statement, batch)
        self._remember_age(max(newest, default=None))
        return count

    def put_phone_confirmation(self, number: str, item: str, source: str, word: PhoneConfirmation) -> None:
        """Keep an office's word by telephone about an item of a graduate, also where no source has delivered anything."""
        said = ItemRecord(item, source, ItemState.UNKNOWN, NEVER_DELIVERED, confirmed=word)
        statement = insert_or(CLEARANCE_ITEM, self._connection.dialect.name)
        keep = statement.on_conflict_do_update(
            index_elements=["student_no", "item", "source"], set_={"confirmed": statement.excluded.confirmed}
        )
        execute_many(self._connection, keep, _item_rows([(number, said)], self._cipher, []))

    def add_items(self, delivery: int, rows: Iterable[tuple[str, ItemRecord]]) -> None:
        """Keep some of a delivery's rows, each item of a graduate once; nobody sees them yet."""
        self.add_arrivals(delivery, _item_rows(rows, self._cipher, []))

    def let_items_count(self, delivery: int, newest: datetime | None) -> None:
        """Let a delivery count, of which the newest datum is of this instant."""
        self.let_count(delivery)
        self._remember_age(newest)

    def _make_way_for(self, batch: Sequence[dict[str, Any]]) -> None:
        keys = {(row["student_no"], row["item"], row["source"]) for row in batch}
        wanted = {"numbers": list({row["student_no"] for row in batch}), "oldest": min(row["as_of"] for row in batch)}
        found = self._connection.execute(_IN_THE_WAY, wanted)
        self.make_way([row for row in found if (row.student_no, row.item, row.source) in keys])

    def _remember_age(self, newest: datetime | None) -> None:
        if newest is not None:
            age = self._upsert(CLEARANCE_AGE, ("id", "newest"), newer_by="newest")
            self._connection.execute(age, {"id": _ONLY_ROW, "newest": newest})


def _item_rows(
    rows: Iterable[tuple[str, ItemRecord]], cipher: FieldCipher, newest: list[datetime]
) -> Iterator[dict[str, object]]:
    """Turn items into rows and leave the newest instant in ``newest``, so that a long file is walked only once."""
    for number, item in rows:
        if not newest or item.as_of > newest[0]:
            newest[:] = [item.as_of]
        key = item_key(number, item.item, item.source)
        values: dict[str, object] = {
            "student_no": number,
            "item": item.item,
            "source": item.source,
            "state": item.state,
            "as_of": item.as_of,
            "window_closed": item.window_closed,
            "detail": item.detail,
            "certificate_date": item.certificate_date,
            "confirmed": sealed_word(cipher, key, item.confirmed),
            "note": cipher.seal(_NOTE_FIELD, key, item.note.encode()) if item.note else None,
        }
        values["seal"] = ITEM_SEAL.seal_of(cipher, values)
        yield values


def _item(row: Row[Any], cipher: FieldCipher, confirmed: PhoneConfirmation | None) -> ItemRecord:
    item = ItemRecord(
        item=row.item,
        source=row.source,
        state=row.state,
        as_of=row.as_of,
        window_closed=row.window_closed,
        detail=row.detail,
        certificate_date=row.certificate_date,
        confirmed=confirmed,
    )
    if row.note is None:
        return item
    key = item_key(row.student_no, row.item, row.source)
    return dataclasses.replace(item, note=cipher.open(_NOTE_FIELD, key, row.note).decode())
