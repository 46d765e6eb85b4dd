# SPDX-License-Identifier: GPL-3.0-or-later
"""No note of a shipped pack stands in English on a Chinese screen, and no rendering is left over."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_app.domain.papers import Language
from desk_app.resources import resource
from desk_app.services.pack_notes import note_in

PACKS = sorted(Path(resource("policy")).glob("*.toml"))


def _notes(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "note":
                yield str(inner)
            else:
                yield from _notes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _notes(inner)


def _found(pack: Path) -> set[str]:
    return set(_notes(tomllib.loads(pack.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_note_of_a_shipped_pack_has_its_chinese(pack: Path) -> None:
    assert [note for note in sorted(_found(pack)) if note_in(Language.ZH, note) == note] == []


def test_every_rendering_belongs_to_a_note_and_keeps_its_rule_numbers() -> None:
    rows = tomllib.loads(resource("policy_notes.toml").read_text(encoding="utf-8"))["note"]
    notes = {note for pack in PACKS for note in _found(pack)}
    assert {row["en"] for row in rows} == notes
    for row in rows:
        assert re.findall(r"[RGF]\d+b?", row["en"]) == re.findall(r"[RGF]\d+b?", row["zh"]), row["en"]


def test_english_and_an_offices_own_note_stand_as_they_are() -> None:
    assert note_in(Language.EN, "Inclusive (G37).") == "Inclusive (G37)."
    assert note_in(Language.ZH, "承辦單位自訂") == "承辦單位自訂"
