# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two packs for whoever writes the next edition (policy-format, section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_LEFT_OUT = frozenset({"rule", "gap", "fact", "status", "note", "weekday", "source_text"})
_ABSENT = object()


class ChangeKind(StrEnum):
    """How a value stands in the two packs; ``NOT_UPDATED`` is a date that is the same in both."""

    CHANGED = "CHANGED"
    NOT_UPDATED = "NOT_UPDATED"
    ONLY_A = "ONLY_A"
    ONLY_B = "ONLY_B"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; a value that a pack does not have is ``None``."""

    kind: ChangeKind
    path: str
    a: object
    b: object


def compare_packs(a: Mapping[str, object], b: Mapping[str, object]) -> list[Change]:
    """Give the differences: the keys of A in A's order, then those of B alone."""
    left, right = dict(_flatten(a, "")), dict(_flatten(b, ""))
    changes = [change for path, value in left.items() if (change := _change(path, value, right.get(path, _ABSENT)))]
    changes += [Change(ChangeKind.ONLY_B, path, None, value) for path, value in right.items() if path not in left]
    return changes


def _change(path: str, a: object, b: object) -> Change | None:
    if b is _ABSENT:
        return Change(ChangeKind.ONLY_A, path, a, None)
    if type(a) is not type(b) or a != b:
        return Change(ChangeKind.CHANGED, path, a, b)
    return Change(ChangeKind.NOT_UPDATED, path, a, b) if isinstance(a, date) else None


def _flatten(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Give the values of a table with their key paths; an array of plain values is one value."""
    if isinstance(value, Mapping):
        if value.get("permanent") is True:
            return
        for key, inner in value.items():
            if key not in _LEFT_OUT:
                yield from _flatten(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for index, inner in enumerate(value):
            yield from _flatten(inner, f"{path}[{index}]")
    else:
        yield path, value
