# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a store of an earlier program whole enough to be upgraded? What is damaged or altered stays as it is, and is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    Select,
    create_engine,
    exists,
    inspect,
    literal,
    select,
)
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreError
from desk_app.storage.audit import AuditReads
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.fingerprint import schema_parts
from desk_app.storage.keys.checks import known_checks, require_checks
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.migrate import require_known, run_revisions
from desk_app.storage.proof import KeyProof
from desk_app.storage.revision import found_revision
from desk_app.storage.tables import KEY_CHECK
from desk_app.storage.triggers import trigger_statements

_GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    POSTGRESQL: (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled <> 'D'"
        " AND NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    ),
}


def require_fit(connection: Connection, engine: Engine, cipher: FieldCipher | None) -> None:
    """Refuse to upgrade the store of a connection's transaction unless it is as the program before has left it.

    ``engine`` is that of the connection, from which what should be there is asked.
    Compared are the engine's own check, tables, guards, foreign keys, the key and the audit log. Raises
    :class:`StoreError` that names the first fault; nothing was changed.
    """
    revision = str(found_revision(connection))
    require_known(revision)
    _require_whole(connection)
    _require_shape(connection, engine, revision)
    _require_guards(connection)
    _require_references(connection)
    if cipher is not None:
        require_key(connection, cipher)
        _require_log(connection, cipher)


def require_key(connection: Connection, cipher: FieldCipher) -> None:
    """Refuse a key with which the store was not written, by its check values or its newest signature."""
    if inspect(connection).has_table(KEY_CHECK.name):
        require_checks(known_checks(connection), cipher.checks())
    KeyProof(connection, cipher).prove()


def _require_whole(connection: Connection) -> None:
    """Let the engine compare every page and index; a server answers for its own."""
    if connection.dialect.name == POSTGRESQL:
        return
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().first()
    if found != "ok":
        raise StoreError("store_damaged", detail=str(found))


def _require_shape(connection: Connection, engine: Engine, revision: str) -> None:
    differing = _shape(schema_parts(connection)) ^ _shape(_parts_of(engine, revision))
    if differing:
        raise StoreError("store_upgrade_altered", part=min(differing))


def _shape(parts: Iterable[str]) -> set[str]:
    """Leave the guards out, whose words every program makes its own."""
    guards = ("trigger ", "function ")
    return {part for part in parts if not part.startswith(guards) and " sequence_memory" not in part}


def _parts_of(engine: Engine, revision: str) -> tuple[str, ...]:
    """Give what the revisions up to this one make of nothing: in memory, or in the connection's temporary schema."""
    if engine.dialect.name == POSTGRESQL:
        from desk_app.storage.server.schema import made_parts  # noqa: PLC0415 - for shared stores only

        return made_parts(engine, lambda connection: run_revisions(connection, revision))
    model = create_engine("sqlite://", module=dbapi2)
    try:
        with model.begin() as connection:
            run_revisions(connection, revision)
            return schema_parts(connection)
    finally:
        model.dispose()


def _require_guards(connection: Connection) -> None:
    """Miss no trigger of a table that is there: each was made with its table."""
    tables = inspect(connection).get_table_names()
    there = set(connection.exec_driver_sql(_GUARDS[connection.dialect.name]).scalars())
    for name in _guard_names(connection):
        if name not in there and any(name.startswith(f"{table}_") for table in tables):
            raise StoreError("store_upgrade_altered", part=name)


def _guard_names(connection: Connection) -> tuple[str, ...]:
    if connection.dialect.name != POSTGRESQL:
        return tuple(trigger_statements())
    from desk_app.storage.server.guards import guard_statements  # noqa: PLC0415 - for shared stores only

    return tuple(name for name, statement in guard_statements().items() if statement.startswith("CREATE TRIGGER"))


def _require_references(connection: Connection) -> None:
    """Follow every foreign key, also where a server has been told not to."""
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        for key in table.foreign_key_constraints:
            if connection.execute(_orphan(key)).first() is not None:
                raise StoreError("store_upgrade_orphans", table=table.name, other=key.referred_table.name)


def _orphan(key: ForeignKeyConstraint) -> Select[Any]:
    """Ask for a row that refers to one that is not there; a part that is NULL refers to nothing."""
    referred = key.referred_table.alias()  # a table may refer to itself
    pairs = [(one.parent, referred.c[one.column.name]) for one in key.elements]
    found = exists().where(*(own == other for own, other in pairs))
    return select(literal(1)).where(*(own.is_not(None) for own, _ in pairs), ~found).limit(1)


def _require_log(connection: Connection, cipher: FieldCipher) -> None:
    bad = AuditReads(connection, cipher).first_bad_audit()
    if bad is not None:
        raise StoreError("store_upgrade_log", sequence=bad)
