# SPDX-License-Identifier: GPL-3.0-or-later
"""How each source of clearance data is doing, and where its next page begins; one row for all desks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from desk_app.domain.clearance_sources import SourceFault, SourceStatus
from desk_app.storage.session import Session
from desk_app.storage.tables import CLEARANCE_SOURCE

_ALL = select(CLEARANCE_SOURCE).order_by(CLEARANCE_SOURCE.c.name)
_ONE = select(CLEARANCE_SOURCE).where(CLEARANCE_SOURCE.c.name == bindparam("name"))
_COLUMNS = tuple(column.name for column in CLEARANCE_SOURCE.columns)


class ClearanceSourceReads(Session):
    """Reads how sources are doing."""

    def source_statuses(self) -> tuple[SourceStatus, ...]:
        """Give how every source is doing that was ever asked, by name."""
        return tuple(_status(row) for row in self._connection.execute(_ALL))

    def source_status(self, name: str) -> SourceStatus:
        """Give how a source is doing; one that was never asked has no past."""
        row = self._connection.execute(_ONE, {"name": name}).one_or_none()
        return SourceStatus(name) if row is None else _status(row)


class ClearanceSourceWrites(Session):
    """Keeps how sources are doing."""

    def put_source_status(self, status: SourceStatus) -> None:
        """Keep how a source is doing and its cursor, together with whatever else this transaction writes."""
        values = {
            "name": status.name,
            "cursor": status.cursor,
            "last_try": status.last_try,
            "last_success": status.last_success,
            "newest": status.newest,
            "rows": status.rows,
            "skipped": dict(status.skipped),
            "failures": status.failures,
            "fault_code": status.fault and status.fault.code,
            "fault_data": status.fault and dict(status.fault.data),
            "next_try": status.next_try,
        }
        self._connection.execute(self._upsert(CLEARANCE_SOURCE, _COLUMNS), values)


def _status(row: Row[Any]) -> SourceStatus:
    return SourceStatus(
        name=row.name,
        cursor=row.cursor,
        last_try=row.last_try,
        last_success=row.last_success,
        newest=row.newest,
        rows=row.rows,
        skipped=row.skipped,
        failures=row.failures,
        fault=None if row.fault_code is None else SourceFault(row.fault_code, row.fault_data),
        next_try=row.next_try,
    )
