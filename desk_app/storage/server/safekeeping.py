# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a shared store: each proven as far as the server lets this role, tried out, or put in the store's place.

A copy is compared with the store as of the very instant that it shows. Where the role may make databases, it is also
restored into one that is thrown away, and the store there is proven as a whole.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy import table as sql_table
from sqlalchemy.exc import DBAPIError

from desk_app.domain.backups import BackupProof
from desk_app.domain.errors import StoreError
from desk_app.services.store_port import Ledger
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.ledger import Transaction
from desk_app.storage.migrate import bring_to_head, bring_up_inside, expected_fingerprint, require_known
from desk_app.storage.proof import LedgerProof
from desk_app.storage.revision import found_revision
from desk_app.storage.server.dump import dump_store
from desk_app.storage.server.dump_contents import DumpContents, dump_contents, pour_dump
from desk_app.storage.server.engine import TURN_LOCK, server_url, without_lock
from desk_app.storage.server.roles import apply_grants, roles_at_work
from desk_app.storage.server.store import open_server_store, server_engine
from desk_app.storage.store import DeskStore, prove_store
from desk_app.storage.tables import AUDIT, RELEASE
from desk_app.storage.transactions import desk_errors, readers, writers

_MAY_MAKE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
# What comes and goes with the copying itself must not end the transaction that holds its instant.
_HOLD_INSTANT = "SELECT set_config('idle_in_transaction_session_timeout', '0', true), pg_export_snapshot()"
_NO_HASTE = "SELECT set_config('idle_in_transaction_session_timeout', '0', true)"
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name = 'certificate-desk'"
)
_OWN_DRILLS = "SELECT 'desk_drill_' || oid || '_' FROM pg_database WHERE datname = current_database()"
_LEFT_DRILLS = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_has_role(datdba, 'USAGE')"
DRILL_LOCK = TURN_LOCK + 1
"""Shared by all who drill; held alone by whoever clears away what killed drills have left."""

_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
_FUNCTIONS = (
    "SELECT proname || '()' FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
)


@dataclass(frozen=True, slots=True)
class ServerKeeper:
    """Keeps copies of one shared store, reached under ``address``; ``role`` is granted what desks do after a restore."""

    address: str
    cipher: FieldCipher
    role: str = ""

    def copy(self, store: DeskStore, target: Path) -> BackupProof:
        """Copy an open store into a file and prove the copy; raise :class:`StoreError` when it cannot be trusted."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("store_backup", path=str(target)) from error
        return self.copy_of(store._engine, target)  # noqa: SLF001 - both are the store

    def copy_of(self, engine: Engine, target: Path) -> BackupProof:
        """Copy and prove a store of any revision of this program."""
        return self._proven(target, copy_and_compare(engine, self.address, target))

    def drill(self, file: Path) -> BackupProof:
        """Prove a copy and replace nothing: restored where the role may make a database, else against the store's log."""
        contents = dump_contents(file)
        with server_engine(self.address) as engine, readers(engine).begin() as connection:
            if found_revision(connection) is not None:
                _require_same_log(connection, contents, file)
        return self._proven(file, contents)

    def restore(
        self, file: Path, at: datetime, note: Callable[[Ledger, BackupProof], None]
    ) -> tuple[BackupProof, Path | None]:
        """Put a proven copy in the place of what the database holds; give the proof and where the old store's copy is.

        All of it is one transaction, ``note`` too, which writes into the restored store before anybody can work with
        it. Raises :class:`StoreError` while a desk has the store open, and when the copy cannot be trusted; then nothing
        was changed.
        """
        contents = dump_contents(file)
        proof = self._proven(file, contents)
        with server_engine(self.address) as engine:
            with without_lock(engine).begin() as connection:
                _require_alone(connection)
                standing = found_revision(connection) is not None
            aside = file.with_name(f"replaced-{at:%Y%m%d-%H%M%S}.dump") if standing else None
            if aside is not None:
                dump_store(self.address, aside)
            with writers(engine).begin() as connection:
                connection.exec_driver_sql(_NO_HASTE)
                _require_alone(connection)
                self._replace(connection, engine, file, standing=standing)
                ledger = Transaction(connection, self.cipher)
                _require_sound(ledger)
                LedgerProof(connection, self.cipher).prove(expected_fingerprint(engine))
                note(ledger, proof)
        return replace(proof, restored=True), aside

    def _replace(self, connection: Connection, engine: Engine, file: Path, *, standing: bool) -> None:
        roles = {self.role, *(roles_at_work(connection) if standing else ())} - {""}
        for kind, statement in (("TABLE", _TABLES), ("FUNCTION", _FUNCTIONS)):
            found = connection.exec_driver_sql(statement).scalars().all()
            if found:
                connection.exec_driver_sql(f"DROP {kind} {', '.join(found)} CASCADE")
        pour_dump(connection, file)
        require_known(str(found_revision(connection)))
        bring_up_inside(connection, engine, self.cipher)
        for role in sorted(roles):
            apply_grants(connection, role)

    def _proven(self, file: Path, contents: DumpContents) -> BackupProof:
        with server_engine(self.address) as engine:
            with engine.begin() as connection:
                may_make = bool(connection.exec_driver_sql(_MAY_MAKE).scalar_one())
            if may_make:
                self._try_out(engine, file)
        try:
            with file.open("rb") as dumped:
                digest = hashlib.file_digest(dumped, "sha256").hexdigest()
        except OSError as error:
            raise StoreError("store_backup_unreadable", path=str(file), reason=error.strerror or "") from error
        return BackupProof(
            file=str(file),
            sha256=digest,
            entries=contents.entries,
            end=contents.end,
            releases=contents.counts[RELEASE.name],
            newest_receipt=contents.newest_receipt,
            newest_at=contents.newest_at,
            prefixes=tuple(sorted(contents.prefixes)),
            restored=may_make,
            keys=contents.keys,
        )

    def _try_out(self, engine: Engine, file: Path) -> None:
        """Restore a copy into a database of its own and prove the store there; the database is dropped in any case."""
        with _drilling(engine) as (administering, beginning):
            name = f"{beginning}{secrets.token_hex(6)}"
            address = server_url(self.address).set(drivername=POSTGRESQL, database=name)
            administering.exec_driver_sql(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            )
            try:
                spot = address.render_as_string(hide_password=False)
                with server_engine(spot) as trial, without_lock(trial).begin() as connection:
                    pour_dump(connection, file)
                    require_known(str(found_revision(connection)))
                with server_engine(spot) as trial:
                    bring_to_head(trial, self.cipher)
                with closing(open_server_store(spot, self.cipher)) as store:
                    prove_store(store)
            finally:
                administering.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _drilling(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """Give a connection that makes databases, and how those of this store's drills begin.

    Whoever drills alone drops before what was left by drills that were killed: a whole store lies open in each.
    """
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as administering:
        beginning = administering.exec_driver_sql(_OWN_DRILLS).scalar_one()
        if administering.exec_driver_sql(f"SELECT pg_try_advisory_lock({DRILL_LOCK})").scalar_one():
            for left in administering.exec_driver_sql(_LEFT_DRILLS, (beginning,)).scalars().all():
                with suppress(DBAPIError):  # a database in which an administrator looks about is dropped another day
                    administering.exec_driver_sql(f"DROP DATABASE {left} WITH (FORCE)")
            administering.exec_driver_sql(f"SELECT pg_advisory_unlock({DRILL_LOCK})")
        administering.exec_driver_sql(f"SELECT pg_advisory_lock_shared({DRILL_LOCK})")
        try:
            yield administering, beginning
        finally:
            administering.exec_driver_sql(f"SELECT pg_advisory_unlock_shared({DRILL_LOCK})")


def copy_and_compare(engine: Engine, address: str, target: Path) -> DumpContents:
    """Copy a store and compare the copy with what the store holds at the very instant that the copy shows."""
    with desk_errors(), _one_instant(engine) as (connection, instant):
        dump_store(address, target, instant)
        contents = dump_contents(target)
        _require_same(connection, contents, target)
    return contents


@contextmanager
def _one_instant(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """Hold an instant of the store for as long as the context lasts, and give the name by which others see the same."""
    with readers(engine).begin() as connection:
        _, name = connection.exec_driver_sql(_HOLD_INSTANT).one()
        yield connection, name


def _require_same(connection: Connection, contents: DumpContents, file: Path) -> None:
    """Compare the number of rows of every table and the end of the log with the store as of the copy's instant."""
    tables = connection.exec_driver_sql(_TABLES).scalars().all()
    counted = {
        name: connection.execute(select(func.count()).select_from(sql_table(name))).scalar_one() for name in tables
    }
    for name in sorted(counted.keys() | contents.counts.keys()):
        if counted.get(name) != contents.counts.get(name):
            raise StoreError("store_backup_differs", path=str(file), table=name)
    _require_same_log(connection, contents, file)


def _require_same_log(connection: Connection, contents: DumpContents, file: Path) -> None:
    """See that the log of a copy is the beginning of this store's log; a store that was set back knows less and is asked no more."""
    kept = connection.execute(select(AUDIT.c.hash).where(AUDIT.c.sequence == contents.entries)).scalar_one_or_none()
    if kept is not None and kept != contents.end:
        raise StoreError("store_backup_differs", path=str(file), table=AUDIT.name)


def _require_sound(ledger: Transaction) -> None:
    bad = ledger.first_bad_audit()
    if bad is not None:
        raise StoreError("store_audit_broken", sequence=bad)


def _require_alone(connection: Connection) -> None:
    if connection.exec_driver_sql(_OTHERS).scalar_one():
        database = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        raise StoreError("store_in_use", path=database)
