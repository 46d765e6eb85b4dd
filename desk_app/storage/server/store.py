# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a shared store, and asks its server what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine

from desk_app.domain.errors import StoreError
from desk_app.storage.engine import BUSY_TIMEOUT_MS
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.proof import prove_key
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.server.engine import make_server_engine
from desk_app.storage.store import DeskStore
from desk_app.storage.transactions import desk_errors


@contextmanager
def server_engine(address: str) -> Iterator[Engine]:
    """Give an engine for one act on a shared store; its errors come as :class:`StoreError`."""
    engine = make_server_engine(address, BUSY_TIMEOUT_MS)
    try:
        with desk_errors():
            yield engine
    finally:
        engine.dispose()


def open_server_store(address: str, cipher: FieldCipher, *, lock_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
    """Open a shared store; it is neither made nor changed here, because other desks work on it.

    Raises :class:`StoreError` when it cannot be reached, is not set up, is older or newer than this program, or when the
    key is another one than the store was written with.
    """
    engine = make_server_engine(address, lock_timeout_ms)
    try:
        with desk_errors(), engine.begin() as connection:
            _require_head(found_revision(connection))
        with desk_errors():
            prove_key(engine, cipher)
    except StoreError:
        engine.dispose()
        raise
    return DeskStore(engine, cipher)


def server_revision(address: str) -> str | None:
    """Give the schema revision of a shared store, ``None`` where there is none yet."""
    with server_engine(address) as engine, engine.begin() as connection:
        return found_revision(connection)


def server_version(address: str) -> str:
    """Give the name and version of the server; raise :class:`StoreError` for one that is unreachable or not safe."""
    with server_engine(address) as engine, engine.begin() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    return f"PostgreSQL {version}"


def server_clock_ahead(address: str, now: Callable[[], datetime]) -> timedelta:
    """Give by how much the server's clock is ahead of this machine's; ``now`` tells the latter."""
    with server_engine(address) as engine, engine.begin() as connection:
        asked = now()
        told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        # It was read somewhere between question and answer.
        return told - (asked + (now() - asked) / 2)


def _require_head(revision: str | None) -> None:
    if revision is None:
        raise StoreError("store_not_set_up")
    if revision == HEAD:
        return
    from desk_app.storage.migrate import known_revisions  # noqa: PLC0415 - loads Alembic

    code = "store_outdated" if revision in known_revisions() else "store_too_new"
    raise StoreError(code, revision=revision)
