# SPDX-License-Identifier: GPL-3.0-or-later
"""Many new rows at once, handed to the driver as it wants them: going through a statement's parameters takes twice as long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table

from desk_app.storage.columns import POSTGRESQL, JsonText

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
    return bind if bind is None or isinstance(kind, JsonText) else _Bound(bind).__getitem__


class _Bound(dict[Any, Any]):
    """What the driver takes for each value that a column has had: the rows of a file say the same again and again."""

    def __init__(self, bind: _Bind) -> None:
        super().__init__()
        self._bind = bind

    def __missing__(self, value: Any) -> Any:
        made = self[value] = self._bind(value)
        return made
