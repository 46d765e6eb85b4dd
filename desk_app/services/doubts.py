# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong or doubtful in a pack, in an office's words: each doubt once, with everything that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desk_app.services.entry_words import entry_words
from desk_app.services.explain.names import Names, at_start
from desk_app.services.rules import RuleFinding


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt; ``about`` names the entries in words, ``paths`` by the keys by which an engineer finds them in the pack."""

    words: str
    about: tuple[str, ...]
    paths: tuple[str, ...]
    serious: bool


def doubts(names: Names, findings: Iterable[RuleFinding]) -> tuple[Doubt, ...]:
    """Put findings that say the same together, in the order of the findings."""
    alike: dict[tuple[str, bool], list[str]] = {}
    for one in findings:
        alike.setdefault((at_start(one.words.of(names.texts.language)), one.serious), []).append(one.path)
    return tuple(
        Doubt(words, tuple(entry_words(names, path) for path in paths), tuple(paths), serious)
        for (words, serious), paths in alike.items()
    )
