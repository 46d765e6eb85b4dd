# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries of clearance data: they arrive in slices, count from one instant on, and find their place in slices.

A file of 50,000 rows, written in one transaction, would keep every desk waiting for a second. So its rows first arrive
beside the clearance data, where nobody sees them. Then one short transaction lets the whole delivery count: from that
instant on a look-up sees all of it, because it reads both tables and takes the newer datum. What counts is then moved
to its place, slice by slice, which changes nothing that anybody sees. So a desk that dies leaves the whole of the old
state or the whole of the new one, at whatever step; the next delivery tidies up behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, delete, func, insert, null, or_, select, update

from desk_app.domain.errors import StoreError
from desk_app.domain.facts import ItemState
from desk_app.domain.records import NEVER_DELIVERED
from desk_app.storage.bulk import add_many
from desk_app.storage.clearance.arrival_tables import CLEARANCE_ARRIVAL, CLEARANCE_DELIVERY
from desk_app.storage.clearance.words import item_stands
from desk_app.storage.session import Insert, Session, insert_or
from desk_app.storage.tables import CLEARANCE_ITEM, STUDENT

GIVEN_UP = 0
"""The place of a delivery that will never count."""

_ID, _PLACE = CLEARANCE_DELIVERY.c.id, CLEARANCE_DELIVERY.c.counts_as
ITEM_COLUMNS = tuple(column.name for column in CLEARANCE_ITEM.columns)
OFFICE_SAYS_NO = (ItemState.OPEN, ItemState.PENDING)
"""With one of these the office itself has spoken: what was said on the telephone before is over."""

_KEY = [column.name for column in CLEARANCE_ITEM.primary_key]
_FIRST_THAT_COUNTS = select(_ID).where(_PLACE > GIVEN_UP).order_by(_PLACE).limit(1)
_LAST_PLACE = select(func.coalesce(func.max(_PLACE), GIVEN_UP))

_SAME_DATUM = and_(*(CLEARANCE_ITEM.c[name] == CLEARANCE_ARRIVAL.c[name] for name in _KEY))
_IN_THE_WAY = (
    select(CLEARANCE_ITEM)
    .join(CLEARANCE_ARRIVAL, _SAME_DATUM)
    .where(or_(CLEARANCE_ITEM.c.confirmed.is_not(None), CLEARANCE_ITEM.c.as_of > CLEARANCE_ARRIVAL.c.as_of))
)
_REPLACEABLE = (
    update(CLEARANCE_ITEM)
    .where(*(CLEARANCE_ITEM.c[name] == bindparam(f"its_{name}") for name in _KEY))
    .values(as_of=NEVER_DELIVERED, confirmed=None)
)


@cache
def item_upsert(dialect: str) -> Insert:
    """Give the statement that keeps clearance data: older data never replace newer ones.

    What the seal of a row covers is replaced as a whole. A word by telephone stays with newer data that say nothing of their own, and ends with those that say no.
    """
    statement, kept = insert_or(CLEARANCE_ITEM, dialect), CLEARANCE_ITEM.c
    new = statement.excluded
    changes: dict[str, ColumnElement[object]] = {name: new[name] for name in ITEM_COLUMNS if name not in _KEY}
    said = func.coalesce(new.confirmed, kept.confirmed)
    changes["confirmed"] = case((or_(*(new.state == no for no in OFFICE_SAYS_NO)), null()), else_=said)
    return statement.on_conflict_do_update(index_elements=_KEY, set_=changes, where=new.as_of >= kept.as_of)


class ArrivalWrites(Session):
    """Takes deliveries in; every call is one slice of the work, for a transaction of its own."""

    def begin_delivery(self, at: datetime) -> int:
        """Begin a delivery; give its number."""
        made = insert(CLEARANCE_DELIVERY).values(begun_at=at).returning(_ID)
        number: int = self._connection.execute(made).scalar_one()
        return number

    def add_arrivals(self, delivery: int, rows: Iterable[Mapping[str, object]]) -> None:
        """Keep rows of a delivery that nobody sees yet; raise :class:`StoreError` when it was given up."""
        self._require_arriving(delivery)
        add_many(self._connection, CLEARANCE_ARRIVAL, ({"delivery": delivery, **row} for row in rows))

    def let_count(self, delivery: int) -> None:
        """Let a delivery count, after all that count already; raise :class:`StoreError` when it was given up."""
        self._require_arriving(delivery)
        self._place(delivery, self._connection.execute(_LAST_PLACE).scalar_one() + 1)

    def settle(self, at_most: int) -> int | None:
        """Move about so many rows of the first delivery that counts to their place; ``None`` when there is none."""
        delivery = self._connection.execute(_FIRST_THAT_COUNTS).scalar_one_or_none()
        if delivery is None:
            return None
        part = self._next_part(delivery, at_most)
        self.make_way(self._connection.execute(_IN_THE_WAY.where(part)).all())
        # Who has left the roster meanwhile needs no clearance data.
        known = CLEARANCE_ARRIVAL.c.student_no.in_(select(STUDENT.c.number))
        rows = select(*(CLEARANCE_ARRIVAL.c[name] for name in ITEM_COLUMNS)).where(part, known)
        upsert = item_upsert(self._connection.dialect.name)
        self._connection.execute(upsert.from_select(ITEM_COLUMNS, rows))
        return self._remove(delivery, part)

    def make_way(self, rows: Iterable[Row[Any]]) -> None:
        """Let those of these rows be replaced, word and all, that were altered beside the program.

        ``rows`` are those that would keep something from what takes their place: a newer datum, or a word.
        """
        altered = [row for row in rows if not item_stands(self._cipher, row)]
        if altered:
            self._connection.execute(
                _REPLACEABLE, [{f"its_{name}": getattr(row, name) for name in _KEY} for row in altered]
            )

    def give_up(self, begun_before: datetime) -> None:
        """Give up the deliveries that were begun before an instant and still do not count: their desks have died."""
        abandoned = and_(_PLACE.is_(None), CLEARANCE_DELIVERY.c.begun_at < begun_before)
        self._connection.execute(update(CLEARANCE_DELIVERY).where(abandoned).values(counts_as=GIVEN_UP))

    def forget(self, at_most: int) -> int | None:
        """Remove about so many rows of a delivery that was given up; ``None`` when there is none."""
        given_up = select(_ID).where(_PLACE == GIVEN_UP).limit(1)
        delivery = self._connection.execute(given_up).scalar_one_or_none()
        return None if delivery is None else self._remove(delivery, self._next_part(delivery, at_most))

    def give_up_delivery(self, delivery: int) -> None:
        """Give up a delivery that must not count."""
        self._place(delivery, GIVEN_UP)

    def _require_arriving(self, delivery: int) -> None:
        if self._connection.execute(select(_PLACE).where(CLEARANCE_DELIVERY.c.id == delivery)).all() != [(None,)]:
            raise StoreError("store_delivery_gone")

    def _place(self, delivery: int, place: int) -> None:
        still = and_(CLEARANCE_DELIVERY.c.id == delivery, _PLACE.is_(None))
        self._connection.execute(update(CLEARANCE_DELIVERY).where(still).values(counts_as=place))

    def _next_part(self, delivery: int, at_most: int) -> ColumnElement[bool]:
        """Say which rows of a delivery come next: those of whole graduates, in their order."""
        number = CLEARANCE_ARRIVAL.c.student_no
        of_delivery = CLEARANCE_ARRIVAL.c.delivery == delivery
        last = select(number).where(of_delivery).order_by(number).offset(at_most - 1).limit(1)
        up_to = self._connection.execute(last).scalar_one_or_none()
        return of_delivery if up_to is None else and_(of_delivery, number <= up_to)

    def _remove(self, delivery: int, part: ColumnElement[bool]) -> int:
        """Remove rows of a delivery, and the delivery with its last ones."""
        removed = self._connection.execute(delete(CLEARANCE_ARRIVAL).where(part)).rowcount
        some = select(CLEARANCE_ARRIVAL.c.delivery).where(CLEARANCE_ARRIVAL.c.delivery == delivery)
        self._connection.execute(delete(CLEARANCE_DELIVERY).where(CLEARANCE_DELIVERY.c.id == delivery, ~some.exists()))
        return removed
