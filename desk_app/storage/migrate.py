# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a store to this program's schema: one transaction, triggers anew, checks, then commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreError
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.fingerprint import digest, fingerprint
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.tables import METADATA
from desk_app.storage.transactions import writers
from desk_app.storage.triggers import recreate_triggers, trigger_statements


def require_known(revision: str) -> None:
    """Refuse a store that a newer program has made."""
    if revision not in known_revisions():
        raise StoreError("store_too_new", revision=revision)


def bring_to_head(engine: Engine, cipher: FieldCipher | None = None) -> None:
    """Run the missing revisions in one transaction: all of it or nothing."""
    with schema_transaction(engine) as connection:
        bring_up_inside(connection, engine, cipher)


def bring_up_inside(connection: Connection, engine: Engine, cipher: FieldCipher | None = None) -> None:
    """Run the missing revisions inside a connection's transaction; ``engine`` is that of the connection.

    Raises :class:`StoreError` for a store that does not say its revision: somebody has taken that away.
    """
    # Another desk may have done it while this one waited for the lock.
    revision = found_revision(connection)
    if revision is None and not METADATA.tables.keys().isdisjoint(inspect(connection).get_table_names()):
        raise StoreError("store_schema_altered")
    if revision != HEAD:
        run_revisions(connection, HEAD, cipher)
        recreate_triggers(connection)
        _require_sound(connection, engine)


def run_revisions(connection: Connection, target: str, cipher: FieldCipher | None = None) -> None:
    """Run the revisions up or down to ``target`` inside the connection's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["cipher"] = cipher
    current = found_revision(connection)
    known = [None, *known_revisions()]
    if target == "base" or (target in known and known.index(target) < known.index(current)):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def known_revisions() -> tuple[str, ...]:
    """Give all revisions of this program, the oldest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(reversed([revision.revision for revision in script.walk_revisions()]))


def expected_fingerprint(engine: Engine | None = None) -> str:
    """Give the fingerprint of the schema that the tables and triggers of this program make, in this kind of database."""
    if engine is not None and engine.dialect.name == POSTGRESQL:
        from desk_app.storage.server.schema import model_parts  # noqa: PLC0415 - for shared stores only

        return digest(model_parts(engine))
    model = create_engine("sqlite://", module=dbapi2)
    with model.begin() as connection:
        METADATA.create_all(connection)
        for statement in trigger_statements().values():
            connection.exec_driver_sql(statement)
        made = fingerprint(connection)
    model.dispose()
    return made


@contextmanager
def schema_transaction(engine: Engine) -> Iterator[Connection]:
    """Open a writing transaction; in a file without foreign keys, which would let a rebuilt table delete its children."""
    if engine.dialect.name == POSTGRESQL:
        with writers(engine).begin() as connection:
            yield connection
        return
    with writers(engine).connect() as connection:
        # What a revision enciphers or drops must not stay readable in pages that are free.
        _set(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            _set(connection, "foreign_keys=ON", "wal_checkpoint(TRUNCATE)")


def _set(connection: Connection, *pragmas: str) -> None:
    """Switch something outside any transaction, where alone the engine heeds it."""
    cursor = connection.connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}").fetchall()
    cursor.close()


def _require_sound(connection: Connection, engine: Engine) -> None:
    # PostgreSQL has kept its foreign keys all the while.
    orphan = (
        None if engine.dialect.name == POSTGRESQL else connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    )
    if orphan is not None:
        raise StoreError("store_migration", detail=f"foreign key of {orphan[0]}")
    if fingerprint(connection) != expected_fingerprint(engine):
        raise StoreError("store_migration", detail="schema fingerprint")


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).resolve().parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
