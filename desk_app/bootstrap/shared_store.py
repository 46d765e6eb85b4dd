# SPDX-License-Identifier: GPL-3.0-or-later
"""A store that several desks share: set up once by its owner, joined by every further desk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.storage.keys.cipher import FieldCipher
    from desk_app.storage.store import DeskStore

COPY_BEFORE_UPGRADE = "shared-store.before-upgrade.dump"
"""How the copy is called that an upgrade leaves in the data folder of the desk from which it is done."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a shared store is set up: its owner's address (a password in it is used and never kept), the desks' role.

    ``copy_made`` says that somebody has made the copy before an upgrade by hand.
    """

    address: str
    role: str = ""
    copy_made: bool = False

    def desk_address(self) -> str:
        """Give the address under which desks work, as settings may hold it: without a password."""
        from desk_app.storage.server.engine import shown

        return shown(self.address, self.role)


def is_set_up(sharing: Sharing) -> bool:
    """Tell whether the shared store is there already."""
    from desk_app.storage.server.store import server_revision

    return server_revision(sharing.address) is not None


def join_store(settings: Settings, sharing: Sharing) -> bool:
    """Join a shared store that is there, and bring it up to this program's schema; tell whether there was one.

    Raises :class:`StoreError` for a desk without the keys with which the other desks work.
    """
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.bootstrap.keys import desk_keys, key_place
    from desk_app.domain.errors import StoreError
    from desk_app.storage.keys.cipher import FieldCipher

    if not is_set_up(sharing):
        return False
    if not key_place(settings).there():
        raise StoreError("store_join_keys", path=str(settings.key_folder))
    keys = desk_keys(settings)
    _set_up(settings.data, sharing, FieldCipher(keys.fields))
    open_desk_store(settings, keys).close()  # proves that the keys are the store's
    return True


def new_store(settings: Settings, cipher: FieldCipher, sharing: Sharing | None) -> DeskStore:
    """Make the empty store of a new desk: its file, or the shared one on a server."""
    from desk_app.storage.store import create_store, open_store

    if sharing is None and settings.store_file.exists():  # what a setting up that broke off has left
        return open_store(settings.store_file, cipher, create=True, whole_file=settings.whole_file)
    if sharing is None:
        return create_store(settings.store_file, cipher, whole_file=settings.whole_file)
    from desk_app.storage.server.store import open_server_store

    _set_up(settings.data, sharing, cipher)
    return open_server_store(settings.database, cipher)


def require_unused(settings: Settings, sharing: Sharing | None) -> None:
    """Refuse to go on with the setting up of a store in which somebody has worked: it was finished, whatever a mark says.

    Raises :class:`StoreError`. Who could begin it again would be given the first supervisor's pass phrase.
    """
    from contextlib import closing

    from desk_app.domain.audit import AuditFilter
    from desk_app.domain.errors import StoreError
    from desk_app.domain.records import AuditKind

    found = _store_there(settings, sharing)
    if found is None:
        return
    with closing(found) as store, store.read() as records:
        others = [kind for kind in AuditKind if kind is not AuditKind.STAFF_EDIT]
        if any(records.audit_lines(AuditFilter(kind=kind.value), 1) for kind in others):
            raise StoreError("init_finished", store=settings.store_name, folder=str(settings.key_folder))


def _store_there(settings: Settings, sharing: Sharing | None) -> DeskStore | None:
    """Open what a setting up has made of a store, ``None`` where there is none yet."""
    from desk_app.bootstrap.keys import desk_keys, key_place
    from desk_app.storage.keys.cipher import FieldCipher
    from desk_app.storage.store import open_store

    file = settings.store_file
    made = is_set_up(sharing) if sharing is not None else file.exists() and file.stat().st_size > 0
    if not made or not key_place(settings).there():
        return None
    cipher = FieldCipher(desk_keys(settings).fields)
    if sharing is None:
        return open_store(file, cipher)
    from desk_app.storage.server.store import open_server_store

    return open_server_store(sharing.address, cipher)


def grants_to_run(sharing: Sharing) -> tuple[str, ...]:
    """Give what an administrator must still run, so that no desk can change history."""
    from desk_app.storage.server.setting_up import missing_grants

    return missing_grants(sharing.address, sharing.role)


def _set_up(data: Path, sharing: Sharing, cipher: FieldCipher) -> None:
    from desk_app.storage.server.setting_up import SetUp, set_up_server_store

    set_up_server_store(
        SetUp(sharing.address, sharing.role, None if sharing.copy_made else data / COPY_BEFORE_UPGRADE, cipher)
    )
