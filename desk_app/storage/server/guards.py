# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers that keep history as it was written, in PostgreSQL's words; a migration recreates all of them from here."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from desk_app.storage.tables import AUDIT, RELEASE
from desk_app.storage.triggers import CHANGES_REFUSED, HISTORY, HISTORY_BUT_VOID, VOID_COLUMNS

MEMORY = "sequence_memory"
"""What SQLite keeps by itself: the highest number ever used, which shows a tail that was cut off."""

_FOUND = (
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
)


def guard_statements(home: str = "") -> dict[str, str]:
    """Give what makes functions, memory and triggers, by name and in order; ``home`` is the functions' schema, with a dot.

    The functions that write for the desks run with their owner's rights and a fixed search path, so that a desk needs
    none of those rights itself.
    """
    return {
        **_functions(home),
        MEMORY: f"CREATE TABLE IF NOT EXISTS {MEMORY} (name text PRIMARY KEY, seq integer NOT NULL)",
        **{name: statement for table in HISTORY for name, statement in _refuse_all(table, home).items()},
        **{
            name: statement
            for table in HISTORY_BUT_VOID
            for name, statement in _refuse_all_but_void(table, home).items()
        },
        "release_void_reaches_documents": (
            f"CREATE TRIGGER release_void_reaches_documents AFTER UPDATE OF voided_at ON {RELEASE.name}"
            f" FOR EACH ROW EXECUTE FUNCTION {home}void_reaches_documents()"
        ),
        "audit_is_remembered": (
            f"CREATE TRIGGER audit_is_remembered AFTER INSERT ON {AUDIT.name}"
            f" FOR EACH ROW EXECUTE FUNCTION {home}remember_sequence()"
        ),
    }


def recreate_guards(connection: Connection) -> None:
    """Drop whatever triggers there are and create those of this program."""
    for table, name in connection.exec_driver_sql(_FOUND).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')
    for statement in guard_statements().values():
        connection.exec_driver_sql(statement)


def _functions(home: str) -> dict[str, str]:
    return {
        "refuse_change": _function(home, "refuse_change", f"RAISE EXCEPTION '{CHANGES_REFUSED}';"),
        "void_reaches_documents": _function(
            home,
            "void_reaches_documents",
            "UPDATE released_document SET voided_at = NEW.voided_at WHERE release_id = NEW.id; RETURN NULL;",
        ),
        "remember_sequence": _function(
            home,
            "remember_sequence",
            "INSERT INTO sequence_memory AS kept (name, seq) VALUES ('audit', NEW.sequence)"
            " ON CONFLICT (name) DO UPDATE SET seq = greatest(kept.seq, EXCLUDED.seq); RETURN NULL;",
            "SECURITY DEFINER SET search_path FROM CURRENT",
        ),
    }


def _function(home: str, name: str, body: str, rights: str = "") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {home}{name}() RETURNS trigger LANGUAGE plpgsql {rights} AS $$BEGIN {body} END$$"
    )


def _refuse_all(table: Table, home: str) -> dict[str, str]:
    """Refuse every change and deletion of a table's rows."""
    return {
        f"{table.name}_no_update": _refusal(f"{table.name}_no_update", "UPDATE", table, home),
        **_refuse_delete(table, home),
    }


def _refuse_all_but_void(table: Table, home: str) -> dict[str, str]:
    """Refuse every change but setting the void columns, once."""
    fixed = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in VOID_COLUMNS)
    update, once = f"{table.name}_no_update", f"{table.name}_void_once"
    return {
        update: _refusal(update, f"UPDATE OF {fixed}", table, home),
        once: _refusal(once, "UPDATE", table, home, "WHEN (OLD.voided_at IS NOT NULL) "),
        **_refuse_delete(table, home),
    }


def _refuse_delete(table: Table, home: str) -> dict[str, str]:
    delete, truncate = f"{table.name}_no_delete", f"{table.name}_no_truncate"
    return {
        delete: _refusal(delete, "DELETE", table, home),
        truncate: (
            f'CREATE TRIGGER {truncate} BEFORE TRUNCATE ON "{table.name}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {home}refuse_change()"
        ),
    }


def _refusal(name: str, act: str, table: Table, home: str, when: str = "") -> str:
    return (
        f'CREATE TRIGGER {name} BEFORE {act} ON "{table.name}"'
        f" FOR EACH ROW {when}EXECUTE FUNCTION {home}refuse_change()"
    )
