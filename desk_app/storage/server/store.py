# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a shared store, and sets one up: made, brought up to date or joined, with the rights of the desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from desk_app.domain.errors import StoreError
from desk_app.storage.engine import BUSY_TIMEOUT_MS, desk_errors, readers, writers
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.proof import prove_key
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.server.engine import make_server_engine, server_engine
from desk_app.storage.server.roles import USUAL_ROLE, apply_grants, grants, owns_store, require_role, roles_at_work
from desk_app.storage.store import DeskStore


@dataclass(frozen=True, slots=True)
class SetUp:
    """How to set up: the owner's address, the desks' role ("" leaves rights alone), where the copy before an upgrade goes.

    ``copy`` ``None`` says that somebody has made the copy already. ``cipher`` enciphers what an older program has left
    open; an empty store needs none.
    """

    address: str
    role: str = ""
    copy: Path | None = None
    cipher: FieldCipher | None = None


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


def set_up_server_store(request: SetUp) -> None:
    """Make a shared store, or bring the one that is there up to this program's schema after a verified copy.

    The desks at work keep their rights, on what an upgrade has brought too. Raises :class:`StoreError` for a store of a
    newer program, and when the role of the address may not do it.
    """
    from desk_app.storage.migrate import bring_up_inside  # noqa: PLC0415 - loads Alembic

    with server_engine(request.address) as engine:
        with engine.begin() as connection:
            revision = found_revision(connection)
            if request.role:
                require_role(connection, request.role)
        if revision not in (None, HEAD):
            _prepare_upgrade(engine, request)
        # Schema and rights in one transaction: a store is set up as a whole, or there is none.
        with writers(engine).begin() as connection:
            bring_up_inside(connection, engine, request.cipher)
            if owns_store(connection):
                for role in sorted({request.role, *roles_at_work(connection)} - {""}):
                    apply_grants(connection, role)


def missing_grants(address: str, role: str) -> tuple[str, ...]:
    """Give the statements that somebody must still run, so that desks can work and none can change history."""
    with server_engine(address) as engine, engine.begin() as connection:
        at_work = roles_at_work(connection)
        done = role in at_work if role else bool(at_work)
        return () if done else grants(connection, role or USUAL_ROLE)


def _prepare_upgrade(engine: Engine, request: SetUp) -> None:
    from desk_app.storage.fitness import require_fit  # noqa: PLC0415 - loads Alembic

    with readers(engine).begin() as connection:
        require_fit(connection, engine, request.cipher)
    if request.copy is not None:
        _copy_before(engine, request.address, request.copy, request.cipher)


def _copy_before(engine: Engine, address: str, target: Path, cipher: FieldCipher | None) -> None:
    """Copy a store before an upgrade and prove the copy; without the desks' key it is compared, and not tried out."""
    from desk_app.storage.server import safekeeping  # noqa: PLC0415 - keeps copies of what this module opens

    if cipher is None:
        safekeeping.copy_and_compare(engine, address, target)
    else:
        safekeeping.ServerKeeper(address, cipher).copy_of(engine, target)


def _require_head(revision: str | None) -> None:
    if revision is None:
        raise StoreError("store_not_set_up")
    if revision == HEAD:
        return
    from desk_app.storage.migrate import known_revisions  # noqa: PLC0415 - loads Alembic

    code = "store_outdated" if revision in known_revisions() else "store_too_new"
    raise StoreError(code, revision=revision)
