# SPDX-License-Identifier: GPL-3.0-or-later
"""Pass phrases that are "hashed" at once: what makes a real hash slow is tried where it is made."""

from __future__ import annotations


class QuickPhrases:
    """Keeps a phrase backwards, so that a test sees that no phrase is kept as it is typed."""

    def hash(self, phrase: str) -> str:
        return f"hash:{phrase[::-1]}"

    def matches(self, phrase_hash: str, phrase: str) -> bool:
        return phrase_hash == self.hash(phrase)
