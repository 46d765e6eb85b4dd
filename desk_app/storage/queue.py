# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts those whose certificate waits at a counter by what their clearance data say: one pass, no person is read out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from desk_app.domain.facts import ItemState, StockState
from desk_app.domain.queue import QueueKey, QueueShare
from desk_app.storage.clearance.arrivals import OFFICE_SAYS_NO
from desk_app.storage.session import Session
from desk_app.storage.tables import CLEARANCE_ITEM, HOLDING, STUDENT

_ITEM = CLEARANCE_ITEM.c
_SETTLES = or_(_ITEM.state == ItemState.CLEARED, _ITEM.state == ItemState.NOT_APPLICABLE)
_SAYS_NO = or_(*(_ITEM.state == state for state in OFFICE_SAYS_NO))


class QueueReads(Session):
    """Reads how the queue of a day would look."""

    def queue_shares(self, counter: str, keys: Sequence[QueueKey], now: datetime) -> tuple[QueueShare, ...]:
        """Count the graduates alike whose certificate lies in a box of a counter; ``now`` is later than no datum that counts."""
        rows = self._connection.execute(_shares(counter, keys, now))
        return tuple(
            QueueShare(
                frozenset(row.groups),
                row.procedure_started,
                _places(row.settled, len(keys)),
                _places(row.refused, len(keys)),
                row.graduates,
            )
            for row in rows
        )


def _shares(counter: str, keys: Sequence[QueueKey], now: datetime) -> Select[Any]:
    """Each datum is a bit of a number; those whose numbers, groups and procedure are the same are counted together."""
    waiting = select(HOLDING.c.student_no).where(
        HOLDING.c.counter == counter, HOLDING.c.state == StockState.IN_BOX, HOLDING.c.released_by.is_(None)
    )
    # What a row says is looked at first: only then, and once, is looked for its datum among all of them.
    settled = case((and_(_SETTLES, _ITEM.as_of <= now), _bits([_fresh(key) for key in keys])), else_=0)
    refused = case((_SAYS_NO, _bits([_datum(key) for key in keys])), else_=0)
    each = (
        select(
            func.sum(settled).label("settled"),
            func.sum(refused).label("refused"),
            STUDENT.c.groups,
            STUDENT.c.procedure_started,
        )
        .select_from(STUDENT.outerjoin(CLEARANCE_ITEM, _ITEM.student_no == STUDENT.c.number))
        .where(STUDENT.c.number.in_(waiting))
        .group_by(STUDENT.c.number)
        .subquery()
    )
    return select(each, func.count().label("graduates")).group_by(*each.c)


def _datum(key: QueueKey) -> ColumnElement[bool]:
    return and_(_ITEM.item == key.item, _ITEM.source == key.source)


def _fresh(key: QueueKey) -> ColumnElement[bool]:
    return and_(_datum(key), _ITEM.as_of > key.fresh_after)


def _bits(data: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    """Give the bit of the datum that a row is, else nothing."""
    return case(*((datum, 1 << place) for place, datum in enumerate(data)), else_=0)


def _places(bits: int, count: int) -> frozenset[int]:
    return frozenset(place for place in range(count) if bits >> place & 1)
