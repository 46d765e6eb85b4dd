# SPDX-License-Identifier: GPL-3.0-or-later
"""Triggers that keep history as it was written, in PostgreSQL's words; a migration recreates all of them from here."""

from __future__ import annotations

from sqlalchemy import Connection, Table

from desk_app.storage.history import ADDED_ONLY_WHEN, CHANGES_REFUSED, HISTORY, HISTORY_BUT_VOID, VOID_COLUMNS
from desk_app.storage.purge.erasures import erased_delete, erased_update
from desk_app.storage.tables import AUDIT, RELEASE

MEMORY = "sequence_memory"
"""What SQLite keeps by itself: the highest number ever used, which shows a tail that was cut off."""

REMEMBER = "remember_sequence"
"""The one function that runs with its owner's rights: desks write into the memory by it alone."""

_NO_BYTES = "''::bytea"
_YEAR_OF = "extract(year FROM {})"
_REFUSE = f"RAISE EXCEPTION '{CHANGES_REFUSED}';"

_FOUND = (
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
)


def guard_statements(home: str = "") -> dict[str, str]:
    """Give what makes functions, memory and triggers, by name and in order; ``home`` is the functions' schema, with a dot.

    The functions that write for the desks run with their owner's rights, so that a desk needs none of those rights itself;
    :func:`memory_rights` must follow.
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
        **{f"{table.name}_of_purge": _of_purge(table, home) for table in ADDED_ONLY_WHEN},
        "release_void_reaches_documents": (
            f"CREATE TRIGGER release_void_reaches_documents AFTER UPDATE OF voided_at ON {RELEASE.name}"
            f" FOR EACH ROW EXECUTE FUNCTION {home}void_reaches_documents()"
        ),
        "audit_is_remembered": (
            f"CREATE TRIGGER audit_is_remembered AFTER INSERT ON {AUDIT.name}"
            f" FOR EACH ROW EXECUTE FUNCTION {home}{REMEMBER}()"
        ),
    }


def recreate_guards(connection: Connection) -> None:
    """Drop whatever triggers there are and create those of this program."""
    for table, name in connection.exec_driver_sql(_FOUND).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for statement in (*guard_statements().values(), *memory_rights(schema)):
        connection.exec_driver_sql(statement)


def memory_rights(schema: str) -> tuple[str, ...]:
    """Give what lets nobody but the audit log's own trigger work with the rights of the store's owner.

    A path that does not name the temporary schema begins with it: a table that a desk makes there under the name of the
    memory would run the desk's own triggers as the owner, who may undo every guard.
    """
    return (
        f"ALTER FUNCTION {schema}.{REMEMBER}() SET search_path = {schema}, pg_temp",
        f"REVOKE ALL ON FUNCTION {schema}.{REMEMBER}() FROM PUBLIC",
    )


def _functions(home: str) -> dict[str, str]:
    return {
        "refuse_change": _function(home, "refuse_change", _REFUSE),
        **_asking_functions(home),
        "void_reaches_documents": _function(
            home,
            "void_reaches_documents",
            "UPDATE released_document SET voided_at = NEW.voided_at WHERE release_id = NEW.id; RETURN NULL;",
        ),
        REMEMBER: _function(
            home,
            REMEMBER,
            "INSERT INTO sequence_memory AS kept (name, seq) VALUES ('audit', NEW.sequence)"
            " ON CONFLICT (name) DO UPDATE SET seq = greatest(kept.seq, EXCLUDED.seq); RETURN NULL;",
            "SECURITY DEFINER SET search_path FROM CURRENT",
        ),
    }


def _asking_functions(home: str) -> dict[str, str]:
    """Give the functions that let a purge pass: a trigger's own condition must not ask other tables here."""
    asked: dict[str, tuple[str, str]] = {}
    for table in (*HISTORY, *HISTORY_BUT_VOID):
        asked[_asks(table, "update")] = erased_update(table, _NO_BYTES), "NEW"
        asked[_asks(table, "delete")] = erased_delete(table, _YEAR_OF), "OLD"
    for table, allowed in ADDED_ONLY_WHEN.items():
        asked[_asks(table, "insert")] = allowed, "NEW"
    return {
        name: _function(home, name, f"IF {allowed} THEN RETURN {row}; END IF; {_REFUSE}")
        for name, (allowed, row) in asked.items()
        if allowed
    }


def _asks(table: Table, act: str) -> str:
    """Name the function that asks whether a change of a table is part of a purge."""
    return f"ask_{table.name}_{act}"


def _refuser(table: Table, act: str) -> str:
    """Give the function that refuses a change: one that asks first where a purge may do it."""
    allowed = erased_update(table, _NO_BYTES) if act == "update" else erased_delete(table, _YEAR_OF)
    return _asks(table, act) if allowed else "refuse_change"


def _of_purge(table: Table, home: str) -> str:
    name = f"{table.name}_of_purge"
    return (
        f'CREATE TRIGGER {name} BEFORE INSERT ON "{table.name}"'
        f" FOR EACH ROW EXECUTE FUNCTION {home}{_asks(table, 'insert')}()"
    )


def _function(home: str, name: str, body: str, rights: str = "") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {home}{name}() RETURNS trigger LANGUAGE plpgsql {rights} AS $$BEGIN {body} END$$"
    )


def _refuse_all(table: Table, home: str) -> dict[str, str]:
    """Refuse every change and deletion of a table's rows."""
    name = f"{table.name}_no_update"
    return {name: _refusal(name, "UPDATE", table, home), **_refuse_delete(table, home)}


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
    refuser = _refuser(table, "delete" if act == "DELETE" else "update")
    return f'CREATE TRIGGER {name} BEFORE {act} ON "{table.name}" FOR EACH ROW {when}EXECUTE FUNCTION {home}{refuser}()'
