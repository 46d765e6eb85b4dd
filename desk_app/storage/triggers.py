# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers that keep history as it was written; a migration recreates all of them from here."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from desk_app.storage.tables import (
    ANNOUNCED_CLOSURE,
    ARCHIVED_PAPER,
    AUDIT,
    CLOSURE_WITHDRAWAL,
    RELEASE,
    RELEASED_DOCUMENT,
    SIGNATURE,
)

_VOID_COLUMNS = frozenset({"voided_at", "void_reason"})
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'history is never changed'); END"


def trigger_statements() -> dict[str, str]:
    """Give the statement of every trigger by its name."""
    statements: dict[str, str] = {}
    for table in (AUDIT, SIGNATURE, ARCHIVED_PAPER, ANNOUNCED_CLOSURE, CLOSURE_WITHDRAWAL):
        statements |= _refuse_all(table)
    for table in (RELEASE, RELEASED_DOCUMENT):
        statements |= _refuse_all_but_void(table)
    statements["release_void_reaches_documents"] = (
        "CREATE TRIGGER release_void_reaches_documents AFTER UPDATE OF voided_at ON release BEGIN "
        "UPDATE released_document SET voided_at = NEW.voided_at WHERE release_id = NEW.id; END"
    )
    return statements


def recreate_triggers(connection: Connection) -> None:
    """Drop whatever triggers there are and create those of this program."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for statement in trigger_statements().values():
        connection.exec_driver_sql(statement)


def _refuse_all(table: Table) -> dict[str, str]:
    """Refuse every change and deletion of a table's rows."""
    return {
        f"{table.name}_no_update": f'CREATE TRIGGER {table.name}_no_update BEFORE UPDATE ON "{table.name}" {_REFUSE}',
        **_refuse_delete(table),
    }


def _refuse_all_but_void(table: Table) -> dict[str, str]:
    """Refuse every change but setting the void columns, once."""
    fixed = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in _VOID_COLUMNS)
    return {
        f"{table.name}_no_update": (
            f'CREATE TRIGGER {table.name}_no_update BEFORE UPDATE OF {fixed} ON "{table.name}" {_REFUSE}'
        ),
        f"{table.name}_void_once": (
            f'CREATE TRIGGER {table.name}_void_once BEFORE UPDATE ON "{table.name}" '
            f"WHEN OLD.voided_at IS NOT NULL {_REFUSE}"
        ),
        **_refuse_delete(table),
    }


def _refuse_delete(table: Table) -> dict[str, str]:
    name = f"{table.name}_no_delete"
    return {name: f'CREATE TRIGGER {name} BEFORE DELETE ON "{table.name}" {_REFUSE}'}
