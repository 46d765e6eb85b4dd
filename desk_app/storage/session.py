# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of the store share inside one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, func
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.dml import Insert

from desk_app.storage.cipher import FieldCipher

BATCH = 5000
"""Rows handed to the driver at once: large enough for speed, small enough for memory."""

_T = TypeVar("_T")


class Session:
    """One open transaction: its connection and the cipher of its protected fields."""

    def __init__(self, connection: Connection, cipher: FieldCipher) -> None:
        self._connection = connection
        self._cipher = cipher


def batches(rows: Iterable[_T], size: int = BATCH) -> Iterator[list[_T]]:
    """Cut rows into lists of at most ``size``."""
    stream = iter(rows)
    while batch := list(itertools.islice(stream, size)):
        yield batch


def upsert(table: Table, columns: Sequence[str], *, newer_by: str = "", keep: Sequence[str] = ()) -> Insert:
    """Build the statement that inserts rows or updates those whose primary key is there.

    With ``newer_by`` a row is left alone whose value in that column is newer; a column of ``keep`` is not
    overwritten by NULL.
    """
    statement = insert(table)
    key = [column.name for column in table.primary_key]
    new = statement.excluded
    changes: dict[str, ColumnElement[object]] = {name: new[name] for name in columns if name not in key}
    for name in keep:
        changes[name] = func.coalesce(new[name], table.c[name])
    where = new[newer_by] >= table.c[newer_by] if newer_by else None
    return statement.on_conflict_do_update(index_elements=key, set_=changes, where=where)


def execute_many(connection: Connection, statement: Insert, rows: Iterable[Mapping[str, object]]) -> int:
    """Run a statement for all rows, batch by batch; give their count."""
    count = 0
    for batch in batches(rows):
        connection.execute(statement, batch)
        count += len(batch)
    return count
