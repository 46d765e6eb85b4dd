# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers that keep history as it was written; a migration recreates all of them from here."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.history import ADDED_ONLY_WHEN, CHANGES_REFUSED, HISTORY, HISTORY_BUT_VOID, VOID_COLUMNS
from desk_app.storage.purge.erasures import erased_delete, erased_update

_NO_BYTES = "x''"
_YEAR_OF = "CAST(substr({}, 1, 4) AS INTEGER)"
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{CHANGES_REFUSED}'); END"


def trigger_statements() -> dict[str, str]:
    """Give the statement of every trigger by its name."""
    statements: dict[str, str] = {}
    for table in HISTORY:
        statements |= _refuse_all(table)
    for table in HISTORY_BUT_VOID:
        statements |= _refuse_all_but_void(table)
    for table, allowed in ADDED_ONLY_WHEN.items():
        statements[f"{table.name}_of_purge"] = (
            f'CREATE TRIGGER {table.name}_of_purge BEFORE INSERT ON "{table.name}" WHEN NOT {allowed} {_REFUSE}'
        )
    statements["release_void_reaches_documents"] = (
        "CREATE TRIGGER release_void_reaches_documents AFTER UPDATE OF voided_at ON release BEGIN "
        "UPDATE released_document SET voided_at = NEW.voided_at WHERE release_id = NEW.id; END"
    )
    return statements


def recreate_triggers(connection: Connection) -> None:
    """Drop whatever triggers there are and create those of this program."""
    if connection.dialect.name == POSTGRESQL:
        from desk_app.storage.server.guards import recreate_guards  # noqa: PLC0415 - for shared stores only

        recreate_guards(connection)
        return
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for statement in trigger_statements().values():
        connection.exec_driver_sql(statement)


def _refuse_all(table: Table) -> dict[str, str]:
    """Refuse every change and deletion of a table's rows."""
    unless = _unless(erased_update(table, _NO_BYTES))
    return {
        f"{table.name}_no_update": (
            f'CREATE TRIGGER {table.name}_no_update BEFORE UPDATE ON "{table.name}" {unless}{_REFUSE}'
        ),
        **_refuse_delete(table),
    }


def _refuse_all_but_void(table: Table) -> dict[str, str]:
    """Refuse every change but setting the void columns, once."""
    fixed = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in VOID_COLUMNS)
    erased = erased_update(table, _NO_BYTES)
    once = "OLD.voided_at IS NOT NULL" + (f" AND NOT ({erased})" if erased else "")
    return {
        f"{table.name}_no_update": (
            f'CREATE TRIGGER {table.name}_no_update BEFORE UPDATE OF {fixed} ON "{table.name}" '
            f"{_unless(erased)}{_REFUSE}"
        ),
        f"{table.name}_void_once": (
            f'CREATE TRIGGER {table.name}_void_once BEFORE UPDATE ON "{table.name}" WHEN {once} {_REFUSE}'
        ),
        **_refuse_delete(table),
    }


def _refuse_delete(table: Table) -> dict[str, str]:
    name = f"{table.name}_no_delete"
    unless = _unless(erased_delete(table, _YEAR_OF))
    return {name: f'CREATE TRIGGER {name} BEFORE DELETE ON "{table.name}" {unless}{_REFUSE}'}


def _unless(allowed: str) -> str:
    return f"WHEN NOT ({allowed}) " if allowed else ""
