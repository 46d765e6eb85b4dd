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
                _places(row.settled or 0, len(keys)),
                _places(row.refused or 0, len(keys)),
                row.graduates,
            )
            for row in rows
        )


def _shares(counter: str, keys: Sequence[QueueKey], now: datetime) -> Select[Any]:
    """Each datum is a bit of a number; those whose numbers, groups and procedure are the same are counted together."""
    waiting = (
        select(HOLDING.c.student_no)
        .where(HOLDING.c.counter == counter, HOLDING.c.state == StockState.IN_BOX, HOLDING.c.released_by.is_(None))
        .distinct()
        .subquery()
    )
    settled = [(_datum(key), and_(_SETTLES, _ITEM.as_of > key.fresh_after, _ITEM.as_of <= now)) for key in keys]
    refused = [(_datum(key), _SAYS_NO) for key in keys]
    each = (
        select(
            waiting.c.student_no,
            func.sum(_bits(settled)).label("settled"),
            func.sum(_bits(refused)).label("refused"),
        )
        .select_from(waiting.outerjoin(CLEARANCE_ITEM, _ITEM.student_no == waiting.c.student_no))
        .group_by(waiting.c.student_no)
        .subquery()
    )
    alike = (each.c.settled, each.c.refused, STUDENT.c.groups, STUDENT.c.procedure_started)
    return (
        select(*alike, func.count().label("graduates"))
        .select_from(each.join(STUDENT, STUDENT.c.number == each.c.student_no))
        .group_by(*alike)
    )


def _datum(key: QueueKey) -> ColumnElement[bool]:
    return and_(_ITEM.item == key.item, _ITEM.source == key.source)


def _bits(said: Sequence[tuple[ColumnElement[bool], ColumnElement[bool]]]) -> ColumnElement[int]:
    """Give the bit of the datum of a row when it says what is asked for, else nothing."""
    return case(*((and_(datum, condition), 1 << place) for place, (datum, condition) in enumerate(said)), else_=0)


def _places(bits: int, count: int) -> frozenset[int]:
    return frozenset(place for place in range(count) if bits >> place & 1)
