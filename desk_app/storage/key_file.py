# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that hold one random key each, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from desk_app.domain.errors import StoreError

KEY_BYTES = 32


def make_key(file: Path) -> bytes:
    """Write a new random key; one that is there is left and given, because data depend on it."""
    if file.exists():
        return read_key(file)
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(key)
    return key


def read_key(file: Path) -> bytes:
    """Give the key of a file; raise :class:`StoreError` when it cannot be read or is no whole key."""
    try:
        key = file.read_bytes()
    except OSError as error:
        raise StoreError("store_key_missing", path=str(file)) from error
    if len(key) != KEY_BYTES:
        raise StoreError("store_key", expected=KEY_BYTES, found=len(key))
    return key
