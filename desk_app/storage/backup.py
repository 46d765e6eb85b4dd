# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole copy of the store, taken while desks work and checked before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreError
from desk_app.storage.keys.whole_file import key_pragmas
from desk_app.storage.transactions import desk_errors


def back_up(engine: Engine, target: Path, file_key: bytes | None = None) -> None:
    """Copy the store into ``target`` in one step and check the copy; an older copy there is replaced at the end.

    A store that is enciphered as a whole is copied enciphered, under the same key, which must be given.
    Raises :class:`StoreError` when the copy cannot be made or is not whole.
    """
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
    except OSError as error:
        raise StoreError("store_backup", path=str(target)) from error
    try:
        _copy(engine, partial, target, file_key)
    except (StoreError, dbapi2.Error):
        partial.unlink()  # a disk that is full needs the space
        raise
    try:
        partial.replace(target)
    except OSError as error:
        raise StoreError("store_backup", path=str(target)) from error


def _copy(engine: Engine, partial: Path, target: Path, file_key: bytes | None) -> None:
    copy = dbapi2.connect(str(partial))
    try:
        for pragma in key_pragmas(file_key) if file_key else ():
            copy.execute(pragma)
        with desk_errors(), engine.connect() as connection:
            source: Any = connection.connection.driver_connection
            # Small steps would begin anew whenever a desk writes between them.
            source.backup(copy, pages=-1)
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            # The copy stands alone: without side files it can be carried away as one file.
            copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    if not whole:
        raise StoreError("store_backup", path=str(target))
