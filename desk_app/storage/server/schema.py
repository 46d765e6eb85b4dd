# SPDX-License-Identifier: GPL-3.0-or-later
"""What a schema on PostgreSQL is made of, told by the server's own catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from desk_app.storage.server.engine import without_lock
from desk_app.storage.server.guards import guard_statements
from desk_app.storage.tables import METADATA

_BOOKKEEPING = "alembic_version"
# Objects of one schema, named by its oid: that of the store, or the temporary one of the model.
_PARTS = """
WITH here AS (SELECT {schema} AS oid),
     mine AS (SELECT c.oid, c.relname FROM pg_class c, here
              WHERE c.relnamespace = here.oid AND c.relkind IN ('r', 'p') AND c.relname <> '{bookkeeping}')
SELECT 'column', m.relname, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' ||
       coalesce((SELECT collname FROM pg_collation l WHERE l.oid = a.attcollation), '') || ' ' || a.attnotnull || ' ' ||
       coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM mine m JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL SELECT 'constraint', m.relname, c.conname || ' ' || c.convalidated || ' ' || pg_get_constraintdef(c.oid)
  FROM mine m JOIN pg_constraint c ON c.conrelid = m.oid
UNION ALL SELECT 'index', m.relname, i.indisvalid || ' ' || pg_get_indexdef(i.indexrelid)
  FROM mine m JOIN pg_index i ON i.indrelid = m.oid
UNION ALL SELECT 'trigger', m.relname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
  FROM mine m JOIN pg_trigger t ON t.tgrelid = m.oid WHERE NOT t.tgisinternal
UNION ALL SELECT 'function', p.proname, p.prosecdef || ' ' || p.prosrc FROM pg_proc p, here
  WHERE p.pronamespace = here.oid AND p.prorettype = 'trigger'::regtype
"""


def server_schema_parts(connection: Connection, schema: str = "current_schema()::regnamespace::oid") -> tuple[str, ...]:
    """List columns, constraints, indexes with their conditions, triggers and their functions, in a fixed order."""
    rows = connection.exec_driver_sql(_PARTS.format(schema=schema, bookkeeping=_BOOKKEEPING)).all()
    own = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    return tuple(sorted(f"{kind} {table}: {_without_schema(text, own)}" for kind, table, text in rows))


def model_parts(engine: Engine) -> tuple[str, ...]:
    """List what tables and triggers of this program make."""

    def make(connection: Connection) -> None:
        _say_conditions()
        METADATA.create_all(connection, checkfirst=False)
        for statement in guard_statements("pg_temp.").values():
            connection.exec_driver_sql(statement)

    return made_parts(engine, make)


def _say_conditions() -> None:
    """Give the partial indexes of the tables their conditions for this kind of database too."""
    for table in METADATA.tables.values():
        for index in table.indexes:
            if (condition := index.dialect_kwargs.get("sqlite_where")) is not None:
                index.dialect_kwargs["postgresql_where"] = condition


def made_parts(engine: Engine, make: Callable[[Connection], None]) -> tuple[str, ...]:
    """List what ``make`` makes of nothing: done in the connection's temporary schema, and undone."""
    with without_lock(engine).connect() as connection:
        connection.exec_driver_sql("SET LOCAL search_path = pg_temp")
        make(connection)
        parts = server_schema_parts(connection, "pg_my_temp_schema()")
        connection.rollback()
    return parts


def _without_schema(text: str, schema: str | None) -> str:
    """Take the name of the schema out, in which alone the model differs."""
    return re.sub(rf'(?:"?pg_temp_\d+"?|pg_temp|"?{re.escape(schema or "public")}"?)\.', "", text)
