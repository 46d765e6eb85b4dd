# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schema a store has, told without loading the migration tool."""

from __future__ import annotations

from sqlalchemy import Connection

from desk_app.storage.columns import POSTGRESQL

HEAD = "0012"
"""The newest revision in ``migrations/versions``; a test compares."""

_HAS_REVISION = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    POSTGRESQL: "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}


def found_revision(connection: Connection) -> str | None:
    """Give the schema revision of a store, ``None`` for an empty file or database."""
    if connection.exec_driver_sql(_HAS_REVISION[connection.dialect.name]).first() is None:
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
