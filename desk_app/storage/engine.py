# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine of a store's file: only a sound one, always durable, writers take the lock first."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreBusyError, StoreError, StoreFullError, UnsoundEngineError
from desk_app.storage.keys.whole_file import key_pragmas

BUSY_TIMEOUT_MS = 5000
"""How long a desk waits for another desk's transaction; one takes milliseconds."""

_ASKED_AGAIN_MS = 8
"""The engine asks for a file's lock after 1, 3 and 8 milliseconds, and then ever more rarely: so it is begun anew then."""

TURN = "desk_turn"
"""The option of a connection that says how its transactions wait for their turn, where they do not have it already."""

_BEGIN = "desk_begin"
_TAKE_LOCK = "BEGIN IMMEDIATE"
_SOUND_SINCE = (3, 51, 3)
_SOUND_BACKPORTS = {(3, 50): 7, (3, 44): 6}


def require_sound_engine(version: tuple[int, int, int]) -> None:
    """Refuse an engine with the WAL-reset defect: 3.7.0 to 3.51.2 without the back-ports 3.50.7 and 3.44.6."""
    backport = _SOUND_BACKPORTS.get(version[:2])
    if version >= _SOUND_SINCE or (backport is not None and version[2] >= backport):
        return
    raise UnsoundEngineError(version=".".join(map(str, version)), needed=".".join(map(str, _SOUND_SINCE)))


def engine_version() -> str:
    """Give the version of the engine in use; raise :class:`UnsoundEngineError` for one with the defect."""
    require_sound_engine(dbapi2.sqlite_version_info)
    return str(dbapi2.sqlite_version)


def make_engine(path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS, file_key: bytes | None = None) -> Engine:
    """Make the engine for a store's file, with the key of one that is enciphered as a whole; nothing is opened yet."""
    require_sound_engine(dbapi2.sqlite_version_info)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        module=dbapi2,
        # The driver's own transaction control begins too late and without the lock: it is switched off.
        connect_args={"isolation_level": None},
        hide_parameters=True,  # what went wrong is told and logged, and statements carry persons
    )

    def prepare(connection: PoolProxiedConnection, _record: object) -> None:
        cursor = connection.cursor()
        for statement in key_pragmas(file_key) if file_key else ():
            cursor.execute(statement)
        for pragma in (
            f"busy_timeout={busy_timeout_ms:d}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # Lets REPLACE run into the triggers that protect history.
            "recursive_triggers=ON",
            # What a purge erases is overwritten, not only forgotten.
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", partial(_begin, busy_timeout_ms))
    return engine


def file_writers(engine: Engine) -> Engine:
    """Give the view of an engine whose transactions hold the file's lock from their beginning."""
    return engine.execution_options(**{_BEGIN: _TAKE_LOCK})


def _begin(busy_timeout_ms: int, connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement != _TAKE_LOCK:
        connection.exec_driver_sql(statement)
        return
    patient_until = time.monotonic() + busy_timeout_ms / 1000
    connection.exec_driver_sql(f"PRAGMA busy_timeout={min(_ASKED_AGAIN_MS, busy_timeout_ms):d}")
    try:
        while not _locked(connection, last=time.monotonic() >= patient_until):
            pass
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={busy_timeout_ms:d}")


def _locked(connection: Connection, *, last: bool) -> bool:
    """Try for a moment to take the file's lock; what hinders the last try is raised."""
    try:
        connection.exec_driver_sql(_TAKE_LOCK)
    except OperationalError as error:
        if last or not isinstance(file_trouble(str(error.orig)), StoreBusyError):
            raise
        return False
    return True


def file_trouble(message: str) -> StoreError:
    """Translate what the engine says, by its message: this driver gives no result codes."""
    if "readonly database" in message or "unable to open database file" in message:
        return StoreError("store_read_only", detail=message)
    if "locked" in message or "busy" in message:
        return StoreBusyError(detail=message)
    if "disk is full" in message:
        return StoreFullError(detail=message)
    if "malformed" in message:
        return StoreError("store_damaged", detail=message)
    if "not a database" in message:
        return StoreError("store_not_a_store", detail=message)
    return StoreError(detail=message)
