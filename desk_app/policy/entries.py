# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a pack: the parts that carry a rule, a status and a note beside their own keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.basis import Basis, EntryStatus
from desk_app.domain.policy import PolicyEntry
from desk_app.policy.table_reader import TableReader

BASIS_KEYS = ("rule", "gap", "fact", "status", "note", "permanent")
"""The keys that any entry may carry."""

_INNER_ENTRIES = frozenset({"cohort"})


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as it is written, with its key path and its basis."""

    path: str
    values: Mapping[str, object]
    basis: Basis


class EntryLog:
    """Collects the entries of a file while it is read."""

    def __init__(self) -> None:
        self.raw: list[RawEntry] = []

    def basis(self, reader: TableReader) -> Basis:
        """Read where an entry comes from, and remember the entry."""
        basis = Basis(
            rule=reader.texts_or_none("rule") or (),
            gap=reader.texts_or_none("gap") or (),
            fact=reader.texts_or_none("fact") or (),
            status=reader.choice_or_none("status", EntryStatus) or EntryStatus.CONFIRMED,
            note=reader.text_or_none("note") or "",
            permanent=reader.flag("permanent", default=False),
        )
        self.raw.append(RawEntry(reader.path, reader.values, basis))
        return basis

    def shown(self) -> tuple[PolicyEntry, ...]:
        """Give the entries as they are shown to people: their own values apart from their basis."""
        return tuple(PolicyEntry(one.path, _own_values(one.values), one.basis) for one in self.raw)


def _own_values(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key not in BASIS_KEYS and key not in _INNER_ENTRIES}
