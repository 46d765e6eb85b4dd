# SPDX-License-Identifier: GPL-3.0-or-later
"""How the rows of a list are laid out: one for each item, one for each graduate, or one for each open thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.facts import ItemState
from desk_app.profile_tables import ProfileTable
from desk_app.sources.mapping.columns import ColumnKey, code_of, is_code
from desk_app.sources.mapping.states import STOPPING, StateWords, read_states

ONE_FOR_EACH_ITEM = (
    "number", "item", "source", "state", "as_of", "note", "window_closed", "detail", "certificate_date",
)  # fmt: skip
ONE_FOR_EACH_GRADUATE = ("number", "as_of")
ONE_FOR_EACH_THING = ("number", "item", "source", "state", "as_of", "note", "window_closed")

_ITEM_KEYS = ("column", "item", "source", "note", "states", "cells")
_THING_KEYS = ("state", "absent", "graduation_ay", "sources")
_FIRST_YEAR, _LAST_YEAR = 80, 999


@dataclass(frozen=True, slots=True)
class Statement:
    """What a row says about one item: in which columns, and what stands in them.

    ``item`` is "" where a column names it; ``source`` is ``None`` where a column may. ``state`` and ``note`` are columns, ""
    where there is none; without a column every row says ``always``.
    """

    state: str = "state"
    note: str = ""
    item: str = ""
    source: str | None = None
    states: StateWords | None = None
    always: ItemState = ItemState.UNKNOWN


@dataclass(frozen=True, slots=True)
class Absence:
    """Of whom a list is complete: those of them whom it does not name have nothing open at these sources."""

    item: str
    sources: tuple[str, ...]
    graduation_ay: frozenset[int]


@dataclass(frozen=True, slots=True)
class Things:
    """A list in which every row is an open thing; without ``absence`` it says nothing of those whom it does not name."""

    absence: Absence | None = None


def item_columns(items: tuple[ProfileTable, ...]) -> list[ColumnKey]:
    """Give the columns that the tables ``[[items]]`` name."""
    found = []
    for item in items:
        item.require_known(_ITEM_KEYS)
        found += [
            ColumnKey(f"{item.path}.{key}", item, key) for key in ("column", "note") if key == "column" or item.has(key)
        ]
    return found


def wide_statements(root: ProfileTable, items: tuple[ProfileTable, ...]) -> tuple[Statement, ...]:
    """Read ``[[items]]``: one column each; an item has words of its own or those of the whole list."""
    if root.has("states") or root.has("cells"):
        # What no item needs must be right all the same.
        read_states(root.optional("states"), root.optional("cells"))
    taken: set[tuple[str, str]] = set()
    found = []
    for item in items:
        code = code_of(item, "item", item=True)
        source = code_of(item, "source", item=False) if item.has("source") else ""
        if (code, source) in taken:
            raise item.wrong("item", f"≠ {code}")
        taken.add((code, source))
        note = f"{item.path}.note" if item.has("note") else ""
        found.append(Statement(f"{item.path}.column", note, code, source, _states_of(root, item)))
    return tuple(found)


def _states_of(root: ProfileTable, item: ProfileTable) -> StateWords:
    """Give the words of one item; what it does not name itself is that of the whole list."""
    states = item if item.has("states") else root
    cells = item if item.has("cells") else root
    return read_states(states.optional("states"), cells.optional("cells"))


def plain_statement(root: ProfileTable, columns: ProfileTable, fixed: Mapping[str, str]) -> Statement:
    """Read what a row says where there is one for each item."""
    cells = root.optional("cells")
    states = read_states(root.optional("states") if cells.entries else root.required("states"), cells)
    return Statement("state", "note" if columns.has("note") else "", fixed.get("item", ""), fixed.get("source"), states)


def thing_statement(root: ProfileTable, columns: ProfileTable, fixed: Mapping[str, str]) -> Statement:
    """Read what a row says where there is one for each open thing: what its state says, or that it is open."""
    things = root.required("things")
    if columns.has("state"):
        if things.has("state"):
            raise things.wrong("state", "columns.state | things.state")
        return plain_statement(root, columns, fixed)
    for key in ("states", "cells"):
        if root.has(key):
            raise root.wrong(key, "columns.state")
    always = ItemState(things.choice("state", [state.value for state in STOPPING]))
    note = "note" if columns.has("note") else ""
    return Statement("", note, fixed.get("item", ""), fixed.get("source"), None, always)


def read_things(root: ProfileTable, columns: ProfileTable, fixed: Mapping[str, str]) -> Things:
    """Read what a list of open things says of those whom it does not name: nothing, unless the profile says so in full.

    It must then be about one item, tell of when it is by its name, and say of which graduation years it is complete.
    """
    things = root.required("things")
    things.require_known(_THING_KEYS)
    if not things.has("absent"):
        for key in ("graduation_ay", "sources"):
            if things.has(key):
                raise things.wrong(key, f'absent = "{ItemState.CLEARED}"')
        return Things()
    things.choice("absent", [ItemState.CLEARED.value])
    stamp = root.optional("as_of")
    if not stamp.has("name"):
        raise stamp.wrong("name", '"overdue_{day}_{time}"')
    if "item" not in fixed:
        raise root.optional("fixed").wrong("item", '"LIB_BOOKS"')
    return Things(Absence(fixed["item"], _complete_sources(things, columns, fixed), _years(things)))


def _years(things: ProfileTable) -> frozenset[int]:
    value = things.entries.get("graduation_ay")
    years = value if isinstance(value, list) else []
    if not years or not all(type(year) is int and _FIRST_YEAR <= year <= _LAST_YEAR for year in years):
        raise things.wrong("graduation_ay", "[113]")
    return frozenset(years)


def _complete_sources(things: ProfileTable, columns: ProfileTable, fixed: Mapping[str, str]) -> tuple[str, ...]:
    """Give the sources for which a list is complete; one whose rows name theirs must say so of each."""
    if not columns.has("source"):
        if things.has("sources"):
            raise things.wrong("sources", "fixed.source")
        return (fixed.get("source", ""),)
    codes = things.texts("sources")
    if not all(map(is_code, codes)):
        raise things.wrong("sources", '["NTNU", "NTU"]')
    return codes
