# SPDX-License-Identifier: GPL-3.0-or-later
"""The fingerprint of a schema: what it is made of, whatever statements have made it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from sqlalchemy import Connection

from desk_app.storage.columns import POSTGRESQL

_BOOKKEEPING = "alembic_version"


def schema_parts(connection: Connection) -> tuple[str, ...]:
    """List tables, columns, keys, indexes with their conditions, and triggers, in a fixed order."""
    if connection.dialect.name == POSTGRESQL:
        from desk_app.storage.server.schema import server_schema_parts  # noqa: PLC0415 - for shared stores only

        return server_schema_parts(connection)
    parts: list[str] = []
    objects = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    ).all()
    for kind, name, table, statement in objects:
        if table == _BOOKKEEPING or name.startswith("sqlite_"):
            continue
        if kind == "table":
            parts += _table_parts(connection, name)
        else:
            parts.append(f"{kind} {name} on {table}: {_normal(statement)}")
    return tuple(parts)


def fingerprint(connection: Connection) -> str:
    """Give the hash of :func:`schema_parts`."""
    return digest(schema_parts(connection))


def digest(parts: Iterable[str]) -> str:
    """Give the hash of the parts of a schema."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _table_parts(connection: Connection, name: str) -> list[str]:
    def rows(pragma: str) -> list[tuple[object, ...]]:
        return sorted((tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {pragma}")), key=repr)

    (_, _, _, _, without_rowid, strict), *_rest = rows(f'table_list("{name}")')
    parts = [f"table {name} without_rowid={without_rowid} strict={strict}"]
    parts += [f"column {name}.{row[1:]}" for row in rows(f'table_xinfo("{name}")')]
    # The first two columns number the keys in the order of the statement.
    parts += [f"foreign key {name} {row[2:]}" for row in rows(f'foreign_key_list("{name}")')]
    unique = [row[1:] for row in rows(f'index_list("{name}")') if row[3] == "u"]
    return parts + [f"unique {name} {row}" for row in unique]


def _normal(statement: str) -> str:
    """Take blanks, quotes and the table's own prefix out, in which generators of statements differ."""
    return re.sub(r'[\s"()]+', " ", statement).strip()
