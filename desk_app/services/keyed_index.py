# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns person numbers into keyed hashes: without the desk's key nobody can try all numbers against them."""

from __future__ import annotations

import hashlib
import hmac


class KeyedIndex:
    """HMAC-SHA256 of a normalised person number under the key of the desk's store."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def blind(self, number: str) -> str:
        """Give the keyed hash in hexadecimal."""
        return hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest()
