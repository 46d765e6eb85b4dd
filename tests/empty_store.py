# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty stores for tests: the migrations make one for each key, every further one is a copy of it."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, create_store, open_store


def new_store_file(path: Path, key: bytes) -> Path:
    """Put an empty, up-to-date store into a new file."""
    path.write_bytes(_migrated(key))
    return path


def new_store(path: Path, key: bytes) -> DeskStore:
    """Open an empty, up-to-date store in a new file."""
    return open_store(new_store_file(path, key), FieldCipher(key))


@functools.cache
def _migrated(key: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        create_store(path, FieldCipher(key)).close()
        return path.read_bytes()
