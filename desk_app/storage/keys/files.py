# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of secrets that only their owner may read, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from desk_app.domain.errors import KeyTroubleError, StoreError
from desk_app.domain.store_keys import INDEX_KEY, STORE_KEY, StoreKeys, store_key_version

SEAL_KEYS = ("seal/seal.key", "seal/mark.key")
"""The private keys with which a desk seals papers; the root's key belongs off the machine and is none of them."""

_FOR_OTHERS = 0o077


class KeyFiles:
    """The plain way: each secret in a file of its own in the key folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def there(self) -> bool:
        """Tell whether there are keys."""
        return (self._folder / STORE_KEY).exists()

    def read(self) -> StoreKeys:
        """Give the keys; raise :class:`StoreError` when one is missing, cut off, or open to other accounts."""
        versions = [file.name for file in self._folder.glob("store-*.key") if store_key_version(file.name)]
        secrets = {name: read_secret(self._folder / name) for name in (STORE_KEY, INDEX_KEY, *versions)}
        for name in SEAL_KEYS:
            if (self._folder / name).exists():  # a missing one is told by whoever needs it
                secrets[name] = read_secret(self._folder / name)
        return StoreKeys(secrets)

    def prepare(self) -> None:
        """Need nothing: the folder is the desk's own."""

    def write(self, keys: StoreKeys) -> None:
        """Write every secret that is not there as it is."""
        # The store's first key last: where it is, all are.
        for name, secret in sorted(keys.secrets.items(), key=lambda one: one[0] == STORE_KEY):
            file = self._folder / name
            if not file.exists() or file.read_bytes() != secret:
                write_secret(file, secret)

    def remove(self) -> None:
        """Delete the files; what they held must lie elsewhere by now."""
        for name in self.names():
            (self._folder / name).unlink(missing_ok=True)

    def names(self) -> tuple[str, ...]:
        """Give the names of the files that are there."""
        versions = sorted(file.name for file in self._folder.glob("store-*.key") if store_key_version(file.name))
        return tuple(name for name in (STORE_KEY, INDEX_KEY, *versions, *SEAL_KEYS) if (self._folder / name).exists())


def read_secret(file: Path) -> bytes:
    """Give the bytes of a secret; raise :class:`StoreError` when it is missing or other accounts may read it."""
    try:
        mode = file.stat().st_mode
        if os.name == "posix" and mode & _FOR_OTHERS:
            raise KeyTroubleError("keys_open", path=str(file), mode=f"{mode & 0o777:o}")
        return file.read_bytes()
    except OSError as error:
        raise StoreError("store_key_missing", path=str(file)) from error


def write_secret(file: Path, secret: bytes) -> None:
    """Put a file in place that its owner alone may read, durable and whole; raise :class:`KeyTroubleError` if it cannot."""
    partial = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secret)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise KeyTroubleError("keys_unwritten", path=str(file), reason=error.strerror or "") from error


def sync_folder(folder: Path) -> None:
    """Make new names certain, where folders can be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
