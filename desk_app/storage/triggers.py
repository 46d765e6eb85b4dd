# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers that keep history as it was written; a migration recreates all of them from here."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.tables import (
    ANNOUNCED_CLOSURE,
    ARCHIVED_PAPER,
    AUDIT,
    CLOSURE_WITHDRAWAL,
    KEY_CHECK,
    OVERRIDE_DECISION,
    OVERRIDE_USE,
    RELEASE,
    RELEASED_DOCUMENT,
    SIGNATURE,
)

HISTORY = (
    AUDIT,
    SIGNATURE,
    ARCHIVED_PAPER,
    ANNOUNCED_CLOSURE,
    CLOSURE_WITHDRAWAL,
    OVERRIDE_DECISION,
    OVERRIDE_USE,
    KEY_CHECK,
)
"""Tables to whose rows nothing is ever done once they are there."""

HISTORY_BUT_VOID = (RELEASE, RELEASED_DOCUMENT)
"""Tables whose rows may be marked as void, once, and nothing else."""

VOID_COLUMNS = frozenset({"voided_at", "void_reason"})
CHANGES_REFUSED = "history is never changed"
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{CHANGES_REFUSED}'); END"


def trigger_statements() -> dict[str, str]:
    """Give the statement of every trigger by its name."""
    statements: dict[str, str] = {}
    for table in HISTORY:
        statements |= _refuse_all(table)
    for table in HISTORY_BUT_VOID:
        statements |= _refuse_all_but_void(table)
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
    return {
        f"{table.name}_no_update": f'CREATE TRIGGER {table.name}_no_update BEFORE UPDATE ON "{table.name}" {_REFUSE}',
        **_refuse_delete(table),
    }


def _refuse_all_but_void(table: Table) -> dict[str, str]:
    """Refuse every change but setting the void columns, once."""
    fixed = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in VOID_COLUMNS)
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
