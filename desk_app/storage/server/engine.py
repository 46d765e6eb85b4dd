# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine on PostgreSQL: only a durable server, bounded waiting, one writer at a time, errors in the desk's words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from desk_app.domain.errors import StoreBusyError, StoreError, StoreFullError, StoreLostError, UnsoundEngineError
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.engine import TURN

OLDEST_MAJOR = 15
CONNECT_SECONDS = 5
SILENCE_SECONDS = 15
"""So long a desk waits for a server that has fallen silent, before it calls the connection lost."""

STANDSTILL_SECONDS = 10
"""So long a desk may stand still inside a transaction; then the server ends it, and the other desks go on."""

_BEGIN = "desk_begin"
# One store to a database: whoever writes takes this lock first, as a writer to a file takes the file's lock. The rules
# are then asked about facts that no other desk can change, numbers have no gaps and the audit chain has one end.
_STORE = 1129530691
_WRITERS_LOCK = f"SELECT pg_advisory_xact_lock({_STORE})"
# Waiting for the disk with the lock in hand would let one desk at a time wait. So the lock ends with the transaction, and
# the desk waits afterwards, together with the others: until then nobody is told. What the server writes down comes in
# order, so that nothing can be kept whose predecessor was lost.
_WAIT_LATER = "set_config('synchronous_commit', 'off', true)"
# Desks that hand over to different persons decide side by side: each shares the store's lock, which keeps everybody away
# who may change anything else, and holds that of its person. Only numbers and entries are given one after the other.
_PERSONS = 1129530692
TURN_LOCK = _STORE + 2
_TAKE_TURN = f"SELECT pg_advisory_xact_lock({TURN_LOCK})"
# Sent as one, like all that could be two questions: each would let the others wait for another way there and back.
_BEGIN_WITH = "BEGIN ISOLATION LEVEL READ COMMITTED; "
# Sent as one: the server gives the locks back at the first half and answers after the second.
_COMMIT_AND_WAIT = "COMMIT; SELECT pg_logical_emit_message(true, 'certificate-desk', '')"
_BUSY = frozenset({"55P03", "40P01", "40001"})
_NOT_ALLOWED = "42501"
_UNREACHABLE_CLASSES = frozenset({"08", "28", "3D", "57"})
_TOO_MANY_CONNECTIONS = "53300"
_DISK_FULL = "53100"
_PREPARE = (
    "SELECT set_config('lock_timeout', %(wait)s, false), set_config('TimeZone', 'UTC', false),"
    " set_config('idle_in_transaction_session_timeout', %(standstill)s, false),"
    " set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'"
    " ELSE current_setting('synchronous_commit') END, false)"
)
_REQUIRED = {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"}
_SETTINGS = "SELECT " + ", ".join(f"current_setting('{name}')" for name in _REQUIRED)


def server_url(address: str) -> URL:
    """Give the address of a store; raise :class:`StoreError` for one that names no PostgreSQL database."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreError("store_address", address=address.rpartition("@")[2]) from error
    if url.drivername not in (POSTGRESQL, "postgres"):
        raise StoreError("store_address", address=address.rpartition("@")[2])
    return url.set(drivername="postgresql+psycopg")


def shown(address: str, role: str = "") -> str:
    """Give an address as people and files may see it: without a password; under another role if one is named."""
    url = server_url(address).difference_update_query(["password"])
    return URL.create(
        POSTGRESQL, role or url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()


def make_server_engine(address: str, lock_timeout_ms: int) -> Engine:
    """Make the engine for a shared store; nothing is connected yet."""
    if find_spec("psycopg") is None:
        raise StoreError("store_driver_missing")
    engine = create_engine(
        server_url(address),
        hide_parameters=True,  # what went wrong is told and logged, and statements carry persons
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": SILENCE_SECONDS,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": SILENCE_SECONDS * 1000,
            "application_name": "certificate-desk",
        },
    )

    def prepare(connection: PoolProxiedConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        waits = {"wait": f"{lock_timeout_ms:d}ms", "standstill": f"{STANDSTILL_SECONDS}s"}
        cursor.execute(_PREPARE, waits)
        _require_durable(cursor.execute(_SETTINGS).fetchone(), cursor.connection.info.server_version)
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkout", _require_alive)
    event.listen(engine, "begin", _begin)
    return engine


def server_readers(engine: Engine) -> Engine:
    """Give the view of an engine whose transactions see one instant and change nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def server_writers(engine: Engine) -> Engine:
    """Give the view of an engine whose transactions hold the store's lock from their beginning."""
    # Read committed: a statement after the lock sees all that its last holder has written.
    return engine.execution_options(isolation_level="READ COMMITTED", **{_BEGIN: _WRITERS_LOCK})


def server_desks(engine: Engine) -> Engine:
    """Give the view of an engine for :func:`durable_desk`, which begins and ends the transactions itself."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def durable_desk(engine: Engine, about: Collection[str]) -> Iterator[Connection]:
    """Open a transaction of a desk, alone or beside those about other persons; it is durable when the context ends.

    On a synchronous standby too. ``engine`` is the view that :func:`server_desks` gives.
    """
    with engine.begin() as connection:
        if about:
            connection.execution_options(**{TURN: _TAKE_TURN})
        connection.exec_driver_sql(_BEGIN_WITH + _desk_locks(about))
        yield connection
        connection.exec_driver_sql(_COMMIT_AND_WAIT)


def _desk_locks(about: Collection[str]) -> str:
    """Give the statement that takes the locks of a desk, those of several persons always in the same order."""
    if not about:
        return f"SELECT pg_advisory_xact_lock({_STORE}), {_WAIT_LATER}"
    persons = sorted({int.from_bytes(sha256(one.encode()).digest()[:4], signed=True) for one in about})
    locks = ", ".join(f"pg_advisory_xact_lock({_PERSONS}, {person})" for person in persons)
    return f"SELECT pg_advisory_xact_lock_shared({_STORE}), {locks}, {_WAIT_LATER}"


def without_lock(engine: Engine) -> Engine:
    """Give the view of an engine whose transactions wait for nobody: for what no desk will ever see."""
    return engine.execution_options(**{_BEGIN: None})


def require_server_version(version: int) -> None:
    """Refuse a server before PostgreSQL 15, given as PostgreSQL counts: 150004 for 15.4."""
    if version < OLDEST_MAJOR * 10000:
        raise UnsoundEngineError("store_server_old", version=version // 10000, needed=OLDEST_MAJOR)


def _require_durable(found: tuple[str, ...], version: int) -> None:
    require_server_version(version)
    for (name, wanted), value in zip(_REQUIRED.items(), found, strict=True):
        if value != wanted:
            raise UnsoundEngineError("store_server_unsafe", setting=name, value=value, needed=wanted)


def _require_alive(connection: Any, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Have a connection made anew about which the server has said something unasked: that it has ended.

    Asking it would cost every transaction a way there and back.
    """
    with DefaultSelector() as selector:
        if not connection.closed:
            selector.register(connection.fileno(), EVENT_READ)
        if connection.closed or selector.select(0):
            raise InvalidatePoolError("the server has ended the connection")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN)
    if statement is not None:
        connection.exec_driver_sql(statement)


def server_trouble(error: DBAPIError) -> StoreError:
    """Translate what driver or server say, by the server's code; without one the server was not there to give it."""
    code: str = getattr(error.orig, "sqlstate", None) or ""
    detail = str(error.orig).strip().split("\n")[0]
    if error.connection_invalidated:
        return StoreLostError(detail=detail)
    if code in _BUSY:
        return StoreBusyError(detail=detail)
    if code == _DISK_FULL:
        return StoreFullError(detail=detail)
    if code == _NOT_ALLOWED:
        return StoreError("store_not_allowed", detail=detail)
    # No statement: it failed while connecting.
    if error.statement is None and (not code or code[:2] in _UNREACHABLE_CLASSES or code == _TOO_MANY_CONNECTIONS):
        return StoreLostError("store_unreachable", detail=detail)
    return StoreError(detail=detail)
