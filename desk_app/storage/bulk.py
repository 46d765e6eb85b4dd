# SPDX-License-Identifier: GPL-3.0-or-later
"""Many new rows at once, handed to the driver as it wants them: going through a statement's parameters takes twice as long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table

from desk_app.storage.columns import POSTGRESQL

_Bind: TypeAlias = Callable[[Any], Any]


def add_many(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    """Insert rows of which none is there yet; every row holds every column."""
    columns = [column.name for column in table.columns]
    values = _bound(connection, table, rows)
    quoted = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == POSTGRESQL:
        from desk_app.storage.server.bulk import copy_in  # noqa: PLC0415 - for shared stores only

        copy_in(connection, f'"{table.name}" ({quoted})', values)
        return
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', values)  # noqa: S608 - own names


def _bound(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> list[tuple[object, ...]]:
    """Turn values into what the driver takes, as the types of the columns say."""
    kinds = [(column.name, _binding(column.type, connection)) for column in table.columns]
    return [tuple(bind(row[name]) if bind else row[name] for name, bind in kinds) for row in rows]


def _binding(kind: Any, connection: Connection) -> _Bind | None:
    bind: _Bind | None = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return bind
