# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of the store share inside one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import sqlite

from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.transactions import take_turn

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

BATCH = 5000
"""Rows handed to the driver at once: large enough for speed, small enough for memory."""

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
"""An insert that can say what to do about rows that are there; each database has its own, of one form."""

_T = TypeVar("_T")


class Session:
    """One open transaction: its connection and the cipher of its protected fields."""

    def __init__(self, connection: Connection, cipher: FieldCipher) -> None:
        self._connection = connection
        self._cipher = cipher
        self._has_turn = False

    def _take_turn(self) -> None:
        """Be the only transaction from here on that draws numbers and appends entries."""
        if not self._has_turn:
            take_turn(self._connection)
            self._has_turn = True

    def _upsert(
        self,
        table: Table,
        columns: Sequence[str],
        *,
        newer_by: str = "",
        only: ColumnElement[bool] | None = None,
    ) -> Insert:
        """Give the statement that inserts rows or updates those whose primary key is there.

        With ``newer_by`` a row is left alone whose value in that column is newer, with ``only`` one that is not so.
        """
        return upsert(self._connection.dialect.name, table, tuple(columns), newer_by, only)


def insert_or(table: Table, dialect: str) -> Insert:
    """Begin an insert of a database, which may then say what to do about rows that are there."""
    if dialect == POSTGRESQL:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - a file's start need not wait for it

        return postgresql.insert(table)
    return sqlite.insert(table)


@cache
def upsert(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    newer_by: str = "",
    only: ColumnElement[bool] | None = None,
) -> Insert:
    """Give the statement of a database that inserts rows or updates those whose primary key is there."""
    statement = insert_or(table, dialect)
    key = [column.name for column in table.primary_key]
    new = statement.excluded
    changes: dict[str, ColumnElement[object]] = {name: new[name] for name in columns if name not in key}
    where = new[newer_by] >= table.c[newer_by] if newer_by else only
    return statement.on_conflict_do_update(index_elements=key, set_=changes, where=where)


def batches(rows: Iterable[_T], size: int = BATCH) -> Iterator[list[_T]]:
    """Cut rows into lists of at most ``size``."""
    stream = iter(rows)
    while batch := list(itertools.islice(stream, size)):
        yield batch
