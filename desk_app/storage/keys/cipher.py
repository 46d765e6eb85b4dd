# SPDX-License-Identifier: GPL-3.0-or-later
"""Enciphers single fields so that a value cannot be read without the key nor moved to another row.

What lies enciphered: signatures, photos, archived papers and papers in the print queue. Names and student numbers stay
readable inside the store, because people search by parts of names; whole-file encryption protects those at rest. Person
numbers are not kept at all, only their keyed hashes (``services/keyed_index.py``).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desk_app.domain.errors import StoreError
from desk_app.domain.store_keys import KEY_BYTES, StoreKeys, store_key_name

FIRST_VERSION = 1
_NONCE_BYTES = 12
_CHECK_BYTES = 10
_SIGNED_BYTES = 16


class FieldCipher:
    """AES-256-GCM per field; the associated data name table, column, row and key version.

    A sealed field is one byte of key version, 12 bytes of nonce, then ciphertext and tag. ``keys`` is the first version
    of the key, or all versions: the newest enciphers, every one still opens what it has enciphered.
    """

    def __init__(self, keys: bytes | Mapping[int, bytes]) -> None:
        self._keys = {FIRST_VERSION: keys} if isinstance(keys, bytes) else dict(keys)
        for version, key in self._keys.items():
            if len(key) != KEY_BYTES:
                raise StoreError("store_key", key=store_key_name(version), expected=KEY_BYTES, found=len(key))
        self.newest = max(self._keys)
        self._aeads = {version: AESGCM(key) for version, key in self._keys.items()}

    def seal(self, field: str, row: str, plain: bytes) -> bytes:
        """Encipher a field (``table.column``) of the row with this primary key."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._aeads[self.newest].encrypt(nonce, plain, _associated(field, row, self.newest))
        return bytes([self.newest]) + nonce + sealed

    def open(self, field: str, row: str, sealed: bytes) -> bytes:
        """Decipher a field; raise :class:`StoreError` when key, field, row or bytes are not those of the sealing."""
        version, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        aead = self._aeads.get(int.from_bytes(version))
        try:
            if aead is None:
                raise ValueError(version)
            return aead.decrypt(nonce, body, _associated(field, row, int.from_bytes(version)))
        except (InvalidTag, ValueError) as error:
            raise StoreError("store_cipher", field=field, row=row) from error

    def sign(self, said: bytes) -> bytes:
        """Give one byte of key version and the first half of a keyed hash (HMAC-SHA-256) of what is said."""
        signing = self._signing[self.newest].copy()
        signing.update(said)
        return bytes([self.newest]) + signing.digest()[:_SIGNED_BYTES]

    def has_signed(self, said: bytes, seal: bytes | None) -> bool:
        """Tell whether this is what :meth:`sign` has given, with whatever version of the key, for what is said."""
        known = self._signing.get(seal[0]) if seal else None
        if seal is None or known is None:
            return False
        signing = known.copy()
        signing.update(said)
        return hmac.compare_digest(signing.digest()[:_SIGNED_BYTES], seal[1:])

    @cached_property
    def _signing(self) -> dict[int, hmac.HMAC]:
        """Keyed hashes that have not been told anything yet: copying one is faster than making it."""
        purpose = b"certificate-desk seals of rows"
        return {v: hmac.new(_derived(key, purpose, KEY_BYTES), digestmod="sha256") for v, key in self._keys.items()}

    def checks(self) -> dict[str, str]:
        """Give the check value of every version of the key, by the key's name."""
        return {store_key_name(version): key_check(store_key_name(version), key) for version, key in self._keys.items()}

    def file_key(self) -> bytes:
        """Give the key for the store's whole file; it stays the same when a newer version enciphers fields."""
        return _derived(self._keys[min(self._keys)], b"certificate-desk whole file", KEY_BYTES)

    @cached_property
    def subject_key(self) -> bytes:
        """The key of the keyed index of persons in the audit log; it stays the same as :meth:`file_key` does."""
        return _derived(self._keys[min(self._keys)], b"certificate-desk persons of the log", KEY_BYTES)


def key_check(name: str, key: bytes) -> str:
    """Give what may be known of a key to tell it from others: 80 bits derived from it, in hexadecimal."""
    return _derived(key, f"certificate-desk check of {name}".encode(), _CHECK_BYTES).hex()


def key_checks(keys: StoreKeys) -> dict[str, str]:
    """Give the check value of every secret of a desk, by name."""
    return {name: key_check(name, secret) for name, secret in keys.secrets.items()}


def _derived(key: bytes, purpose: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt=None, info=purpose).derive(key)


def _associated(field: str, row: str, version: int) -> bytes:
    return f"{field}|{row}|{version}".encode()
