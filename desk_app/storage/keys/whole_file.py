# SPDX-License-Identifier: GPL-3.0-or-later
"""A store whose whole file is enciphered by the engine: names too are unreadable to whoever carries the disk away.

The file says itself what it is: a plain one begins with the engine's name, an enciphered one with random bytes. So
backups, drills and restores need no setting. The key is given raw, derived from the store's first key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreError
from desk_app.storage.keys.cipher import FieldCipher

_PLAIN = b"SQLite format 3\x00"
_QUIET = "PRAGMA cipher_log_level=NONE"


def is_enciphered(path: Path) -> bool:
    """Tell whether a file is no plain store; an empty or missing one is nothing yet."""
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_PLAIN))
    except OSError:
        return False
    return beginning not in (_PLAIN, b"")


def file_key(path: Path, cipher: FieldCipher) -> bytes | None:
    """Give the key of a file, ``None`` for a plain one."""
    return cipher.file_key() if is_enciphered(path) else None


def key_pragmas(key: bytes) -> tuple[str, ...]:
    """Give what must be said first on every connection to an enciphered file."""
    # A file that is damaged is told by the error; the engine's own words on standard error would only add to it.
    return (_QUIET, f"PRAGMA key = \"x'{key.hex()}'\"")


def connect(path: Path, cipher: FieldCipher, **options: Any) -> Any:
    """Open a store's file by the bare driver, enciphered or not."""
    connection = dbapi2.connect(str(path), **options)
    key = file_key(path, cipher)
    for pragma in key_pragmas(key) if key else ():
        connection.execute(pragma)
    return connection


def encipher_copy(source: Any, target: Path, cipher: FieldCipher) -> None:
    """Write an enciphered copy of the plain store of an open connection; ``target`` must not be there.

    Raises :class:`StoreError` when it is not whole.
    """
    target.touch(mode=0o600, exist_ok=False)
    source.execute("ATTACH DATABASE ? AS enciphered KEY ?", (str(target), f"x'{cipher.file_key().hex()}'"))
    source.execute("SELECT sqlcipher_export('enciphered')")
    source.execute("DETACH DATABASE enciphered")
    copy = connect(target, cipher)
    try:
        whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        # Compares the checksum of every page, which reading the rows need not touch.
        whole = whole and copy.execute("PRAGMA cipher_integrity_check").fetchone() is None
    finally:
        copy.close()
    if not whole or not is_enciphered(target):
        raise StoreError("store_backup", path=str(target))
