# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a pack in an office's words: ``clearance.GA_FEES.office`` is "Clearance, Fees, office"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk_app.services.explain.names import Names, at_start, readable


def entry_words(names: Names, path: str) -> str:
    """Give the words of a key path; a key that the catalogues lack is made readable."""
    own_names = _own_names(names)
    parts = path.split(".")
    # What stands in a table is named by the table, and in an item's table of ages by the source.
    named = {1: own_names.get(parts[0]), 3: names.source if parts[2:3] == ["source_max_age_hours"] else None}
    words = [_part(names, part, named.get(place)) for place, part in enumerate(parts)]
    return at_start(names.texts("rules.entry_parts.join").join(words))


def _own_names(names: Names) -> Mapping[str, Callable[[str], str]]:
    """Tell who names what stands in a table: its keys are codes of items, counters, documents and offices."""
    return {
        "clearance": names.item,
        "counter": names.counter,
        "document": names.document,
        "office": names.office,
        "units": names.unit,
        "evidence": lambda code: _known(names, f"rules.entry_case.{code}", code),
    }


def _part(names: Names, part: str, named: Callable[[str], str] | None) -> str:
    key, _, index = part.rstrip("]").partition("[")
    word = named(key) if named else _known(names, f"rules.entry.{key}", key)
    return names.texts("rules.entry_parts.numbered", word=word, number=int(index) + 1) if index else word


def _known(names: Names, key: str, code: str) -> str:
    if names.texts.has(key):
        return names.texts(key)
    return code if code.isdecimal() else readable(code)
