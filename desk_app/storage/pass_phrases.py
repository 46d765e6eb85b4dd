# SPDX-License-Identifier: GPL-3.0-or-later
"""Pass phrases as Argon2id hashes with a salt of their own each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True, slots=True)
class ArgonPhrases:
    """Hashes and checks pass phrases; the costs default to the library's (RFC 9106, low memory): about 0.1 s each."""

    time_cost: int = 3
    memory_kib: int = 65_536

    def hash(self, phrase: str) -> str:
        """Give the salted hash of a phrase, with its costs."""
        return self._hasher().hash(phrase)

    def matches(self, phrase_hash: str, phrase: str) -> bool:
        """Tell whether a phrase is the one of a hash; what is no hash matches nothing."""
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - needed to sign in only

        try:
            return self._hasher().verify(phrase_hash, phrase)
        except (VerificationError, InvalidHashError):
            return False

    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # noqa: PLC0415 - needed to sign in only

        return PasswordHasher(time_cost=self.time_cost, memory_cost=self.memory_kib)
