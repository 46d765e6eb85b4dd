# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a store as one set of secrets, each under the name of the file in which it lies when none is wrapped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from desk_app.domain.errors import StoreError

KEY_BYTES = 32
SHORTEST_KEY_PHRASE = 12
"""Whoever has copied a wrapped file may guess for years, without a lock after five attempts."""

SEAL_FOLDER = "seal"
STORE_KEY, INDEX_KEY = "store.key", "index.key"
_STORE_NAME = re.compile(r"store(?:-([2-9]|[1-9][0-9]+))?\.key")


def store_key_name(version: int) -> str:
    """Give the name of a version of the key that enciphers fields: ``store.key``, then ``store-2.key``."""
    return STORE_KEY if version == 1 else f"store-{version}.key"


def store_key_version(name: str) -> int | None:
    """Give the version that a name stands for, ``None`` for other names."""
    found = _STORE_NAME.fullmatch(name)
    return None if found is None else int(found[1] or 1)


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The secrets of a desk: the store's keys of every version, the index key, and the private keys of the seal.

    Raises :class:`StoreError` for a store or index key of another length.
    """

    secrets: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        for name, secret in self.secrets.items():
            if (name == INDEX_KEY or store_key_version(name)) and len(secret) != KEY_BYTES:
                raise StoreError("store_key", key=name, expected=KEY_BYTES, found=len(secret))

    @property
    def fields(self) -> dict[int, bytes]:
        """The keys that encipher fields, by version."""
        found = {store_key_version(name): secret for name, secret in self.secrets.items()}
        return {version: secret for version, secret in sorted(found.items(), key=lambda one: one[0] or 0) if version}

    @property
    def index(self) -> bytes:
        """The key of the keyed index of person numbers."""
        return self.secrets[INDEX_KEY]

    @property
    def seal(self) -> dict[str, bytes]:
        """The private keys of the seal, by the name of their file."""
        beginning = f"{SEAL_FOLDER}/"
        return {name.removeprefix(beginning): key for name, key in self.secrets.items() if name.startswith(beginning)}

    @property
    def newest(self) -> int:
        """The version with which new rows are enciphered."""
        return max(self.fields)

    def with_version(self, version: int, key: bytes) -> StoreKeys:
        """Give the set with one more version of the store's key."""
        return StoreKeys({**self.secrets, store_key_name(version): key})


class KeyPhrase(Protocol):
    """Asks a person for the pass phrase that wraps the keys; raises :class:`KeyTroubleError` when nobody answers.

    ``opened`` keeps what was opened with it, by the hash of the wrapped file: hashing a phrase is slow on purpose.
    """

    opened: dict[str, StoreKeys]

    def known(self, *, wrong: bool) -> str:
        """Give the pass phrase of keys that are there; ``wrong`` tells that the one given before does not fit."""
        ...

    def new(self) -> str:
        """Give the pass phrase that is to wrap the keys from now on."""
        ...
