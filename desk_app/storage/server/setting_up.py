# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets a shared store up: made, brought up to date after a copy, or joined, with the rights of the desks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from desk_app.domain.errors import StoreError
from desk_app.storage.fitness import require_fit
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.migrate import bring_up_inside
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.server.roles import USUAL_ROLE, apply_grants, grants, owns_store, require_role, roles_at_work
from desk_app.storage.server.safekeeping import ServerKeeper, copy_and_compare
from desk_app.storage.server.store import server_engine
from desk_app.storage.tables import AUDIT
from desk_app.storage.transactions import readers, writers


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


def set_up_server_store(request: SetUp) -> None:
    """Make a shared store, or bring the one that is there up to this program's schema after a verified copy.

    The desks at work keep their rights, on what an upgrade has brought too. Raises :class:`StoreError` for a store of a
    newer program, when the role of the address may not do it, and when a desk has worked on since the copy.
    """
    with server_engine(request.address) as engine:
        with engine.begin() as connection:
            revision = found_revision(connection)
            if request.role:
                require_role(connection, request.role)
        copied = _prepare_upgrade(engine, request) if revision not in (None, HEAD) else None
        # Schema and rights in one transaction: a store is set up as a whole, or there is none.
        with writers(engine).begin() as connection:
            if copied is not None and _last_entry(connection) != copied:
                raise StoreError("store_upgrade_moved", path=str(request.copy))
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


def _prepare_upgrade(engine: Engine, request: SetUp) -> int | None:
    """Check a store and copy it; give the last entry of the log before the copy, ``None`` when somebody else has made it."""
    with readers(engine).begin() as connection:
        require_fit(connection, engine, request.cipher)
        last = _last_entry(connection)
    if request.copy is None:
        return None
    _copy_before(engine, request.address, request.copy, request.cipher)
    return last


def _last_entry(connection: Connection) -> int:
    """Give the number of the last entry of the log, which grows with all that a desk does."""
    last: int = connection.execute(select(func.coalesce(func.max(AUDIT.c.sequence), 0))).scalar_one()
    return last


def _copy_before(engine: Engine, address: str, target: Path, cipher: FieldCipher | None) -> None:
    """Copy a store before an upgrade and prove the copy; without the desks' key it is compared, and not tried out."""
    if cipher is None:
        copy_and_compare(engine, address, target)
    else:
        ServerKeeper(address, cipher).copy_of(engine, target)
