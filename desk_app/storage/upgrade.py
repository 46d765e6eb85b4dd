# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrades a store in a file: only a sound one, and only after a copy beside it that was compared with it row by row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect

from desk_app.domain.errors import StoreError
from desk_app.storage.backup import back_up
from desk_app.storage.fingerprint import schema_parts
from desk_app.storage.fitness import require_fit, require_key
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.keys.files import sync_folder
from desk_app.storage.keys.whole_file import connect
from desk_app.storage.migrate import bring_up_inside, schema_transaction
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.transactions import desk_errors


def upgrade(engine: Engine, path: Path, cipher: FieldCipher, key: bytes | None) -> None:
    """Bring the store in a file to this program's schema; no other desk writes from the copy to the end.

    ``key`` is that of a file that is enciphered as a whole. To ask the file itself would let go of the locks on it.

    A file without anything becomes an empty store. Raises :class:`StoreError` for a store that a newer program has made, one that
    is damaged or altered, a copy that cannot be proven, and an outcome that is not what it must be: then the store is as
    it was.
    """
    with schema_transaction(engine) as connection:
        # Another desk may have done it while this one waited for the lock.
        if found_revision(connection) not in (None, HEAD):
            require_fit(connection, engine, cipher)
            _copy_beside(connection, engine, path, cipher, key)
        bring_up_inside(connection, engine, cipher)


def _copy_beside(connection: Connection, engine: Engine, path: Path, cipher: FieldCipher, key: bytes | None) -> None:
    """Copy the store and prove the copy, then let it take the place of an older one."""
    target = path.with_name(f"{path.name}.before-{HEAD}.bak")
    made = target.with_name(f"{target.name}.new")
    back_up(engine, made, key)
    try:
        _prove_copy(connection, made, cipher)
        _put_in_place(made, target)
    except StoreError:
        made.unlink(missing_ok=True)
        raise


def _put_in_place(made: Path, target: Path) -> None:
    try:
        made.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StoreError("store_backup", path=str(target)) from error


def _prove_copy(store: Connection, file: Path, cipher: FieldCipher) -> None:
    """Open a copy with the key and compare all that it holds with the store; raise ``store_upgrade_copy`` otherwise."""
    opened = create_engine(
        "sqlite://", creator=lambda: connect(file, cipher, isolation_level=None, check_same_thread=False)
    )
    try:
        with desk_errors(), opened.connect() as copy:
            differing = next(_differences(store, copy), "")
            if not differing:
                require_key(copy, cipher)
    except StoreError as error:
        raise StoreError("store_upgrade_copy", path=str(file), what=error.code) from error
    finally:
        opened.dispose()
    if differing:
        raise StoreError("store_upgrade_copy", path=str(file), what=differing)


def _differences(store: Connection, copy: Connection) -> Iterator[str]:
    """Give what a copy holds otherwise than the store: the schema, or the names of tables."""
    if schema_parts(store) != schema_parts(copy):
        yield "schema"
    for table in inspect(store).get_table_names():
        rows = zip_longest(*(_rows(one, table) for one in (store, copy)))
        if any(kept != copied for kept, copied in rows):
            yield table


def _rows(connection: Connection, table: str) -> Any:
    """Give the rows as the driver reads them, in the order of the file."""
    driver: Any = connection.connection.driver_connection
    return driver.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name that the database itself has given
