# SPDX-License-Identifier: GPL-3.0-or-later
"""The notes of the shipped packs in Chinese: the packs stay as their specification has them, in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from desk_app.domain.papers import Language
from desk_app.resources import resource


def note_in(language: Language, note: str) -> str:
    """Give a note in a language; one that an office has written into its own pack stands as it is."""
    return _chinese().get(note, note) if language is Language.ZH else note


@cache
def _chinese() -> Mapping[str, str]:
    table = tomllib.loads(resource("policy_notes.toml").read_text(encoding="utf-8"))
    return {row["en"]: row["zh"] for row in table["note"]}
