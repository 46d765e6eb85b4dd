# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rows at once, handed to the driver as it wants them: going through a statement's parameters takes twice as long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, LargeBinary, Table

from desk_app.storage.columns import POSTGRESQL, JsonText
from desk_app.storage.session import Insert, batches, insert_or

_Row: TypeAlias = Mapping[str, object]
_Bind: TypeAlias = Callable[[Any], Any]


def execute_many(connection: Connection, statement: Insert, rows: Iterable[_Row]) -> int:
    """Run a statement for all rows, batch by batch; every row holds the same columns. Give their count."""
    count = 0
    for batch in batches(rows):
        written = statement.compile(dialect=connection.dialect, column_keys=list(batch[0]))
        names = written.positiontup or list(written.params)
        kinds = {name: written.binds[name].type for name in names}
        values: Iterable[Any] = _bound(connection.dialect, kinds, batch, written.params)
        if written.positiontup is None:
            values = (dict(zip(names, one, strict=True)) for one in values)
        connection.exec_driver_sql(str(written), list(values))
        count += len(batch)
    return count


def add_many(connection: Connection, table: Table, rows: Iterable[_Row]) -> None:
    """Insert rows of which none is there yet; every row holds every column."""
    if connection.dialect.name != POSTGRESQL:
        execute_many(connection, insert_or(table, connection.dialect.name), rows)
        return
    from desk_app.storage.server.bulk import copy_in  # noqa: PLC0415 - for shared stores only

    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    kinds = {column.name: column.type for column in table.columns}
    for batch in batches(rows):
        copy_in(connection, f'"{table.name}" ({columns})', _bound(connection.dialect, kinds, batch))


def _bound(
    dialect: Dialect, kinds: Mapping[str, Any], rows: Sequence[_Row], fixed: _Row | None = None
) -> Iterator[tuple[object, ...]]:
    """Turn values into what the driver takes, as their types say; what the rows do not hold is the same in all of them."""
    return zip(
        *(_column(_binding(kind, dialect), name, rows, fixed or {}) for name, kind in kinds.items()), strict=False
    )


def _column(bind: _Bind | None, name: str, rows: Sequence[_Row], fixed: _Row) -> Iterable[object]:
    values = map(itemgetter(name), rows) if name in rows[0] else repeat(fixed[name])
    return values if bind is None else map(bind, values)


def _binding(kind: Any, dialect: Dialect) -> _Bind | None:
    if isinstance(kind, LargeBinary):
        return None  # bytes are what both drivers take, and hardly any come twice
    bind: _Bind | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return bind if bind is None or isinstance(kind, JsonText) else _Bound(bind).__getitem__


class _Bound(dict[Any, Any]):
    """What the driver takes for each value that a column has had: the rows of a file say the same again and again."""

    def __init__(self, bind: _Bind) -> None:
        super().__init__()
        self._bind = bind

    def __missing__(self, value: Any) -> Any:
        made = self[value] = self._bind(value)
        return made
