# SPDX-License-Identifier: GPL-3.0-or-later
"""Enciphers single fields so that a value cannot be read without the key nor moved to another row."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desk_app.domain.errors import StoreError

KEY_BYTES = 32
KEY_VERSION = 1
_NONCE_BYTES = 12


class FieldCipher:
    """AES-256-GCM per field; the associated data name table, column, row and key version.

    A sealed field is one byte of key version, 12 bytes of nonce, then ciphertext and tag.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise StoreError("store_key", expected=KEY_BYTES, found=len(key))
        self._aead = AESGCM(key)

    def seal(self, field: str, row: str, plain: bytes) -> bytes:
        """Encipher a field (``table.column``) of the row with this primary key."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._aead.encrypt(nonce, plain, _associated(field, row, KEY_VERSION))
        return bytes([KEY_VERSION]) + nonce + sealed

    def open(self, field: str, row: str, sealed: bytes) -> bytes:
        """Decipher a field; raise :class:`StoreError` when key, field, row or bytes are not those of the sealing."""
        version, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, _associated(field, row, int.from_bytes(version)))
        except (InvalidTag, ValueError) as error:
            raise StoreError("store_cipher", field=field, row=row) from error


def _associated(field: str, row: str, version: int) -> bytes:
    return f"{field}|{row}|{version}".encode()
