# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cells of an office's column stand for: its words, and days, amounts, blanks where the profile names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from desk_app.domain.facts import ItemState
from desk_app.profile_tables import ProfileTable
from desk_app.sources.cells import day_of
from desk_app.sources.mapping.columns import require_once
from desk_app.sources.table import folded

STOPPING = (ItemState.OPEN, ItemState.PENDING, ItemState.UNKNOWN)
"""States that hand nothing over, from the worst; what a profile leaves open may stand for these alone."""

_AMOUNT = re.compile(r"(?:nt\$|ntd|twd|\$)? ?(?P<sum>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?) ?(?:元|圓)?")


class CellKind(StrEnum):
    """What a cell may hold that is none of the office's words; the value is its key in a profile."""

    BLANK = "blank"
    DAY = "day"
    AMOUNT = "amount"
    ZERO = "zero"
    OTHER = "other"


_EXAMPLES: Mapping[CellKind, str] = {CellKind.DAY: "114.6.3", CellKind.AMOUNT: "1,200", CellKind.ZERO: "0"}
_LONGEST_AGO = 20
"""Years since which nothing of a graduate can have been settled: a sum of 1,200 that a sheet shows as a day is of 1903."""
_ANY_STATE = (CellKind.BLANK, CellKind.DAY, CellKind.ZERO)


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell says nothing: the code of the finding, and what may stand there."""

    code: str
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class StateWords:
    """Which state a cell stands for: by its word, else by its kind."""

    words: Mapping[str, ItemState]
    kinds: Mapping[CellKind, ItemState] = field(default_factory=dict)

    @property
    def blank_passes(self) -> bool:
        """True when an empty cell says that nothing is open: then a cell that got lost must be found out otherwise."""
        return CellKind.BLANK in self.kinds and self.kinds[CellKind.BLANK] not in STOPPING

    def read(self, raw: str, timezone: ZoneInfo, latest: datetime) -> ItemState | CellFault:
        """Give what a cell stands for; a day after ``latest`` says that something will be done, and never that it is."""
        word = folded(raw)
        known = self.words.get(word)
        if known is not None:
            return known
        kinds = self._kinds_of(word, timezone)
        if len(kinds) > 1:
            return CellFault("cell_unclear")
        kind = kinds[0] if kinds else CellKind.OTHER
        state = self.kinds.get(kind)
        if state is None:
            return CellFault("value_unknown" if word else "value_missing", self._allowed())
        if kind is CellKind.DAY and state not in STOPPING:
            return _unlikely(day_of(raw, timezone), latest) or state
        return state

    def _kinds_of(self, word: str, timezone: ZoneInfo) -> list[CellKind]:
        """Tell what a text can be, of what the profile names."""
        if not word:
            return [CellKind.BLANK]
        kinds = []
        found = _AMOUNT.fullmatch(word) if {CellKind.AMOUNT, CellKind.ZERO} & self.kinds.keys() else None
        if found is not None:
            kinds.append(CellKind.AMOUNT if Decimal(found["sum"].replace(",", "")) else CellKind.ZERO)
        if CellKind.DAY in self.kinds and day_of(word, timezone) is not None:
            kinds.append(CellKind.DAY)
        return kinds

    def _allowed(self) -> str:
        return ", ".join([*self.words, *(example for kind, example in _EXAMPLES.items() if kind in self.kinds)])


def _unlikely(day: date | None, latest: datetime) -> CellFault | None:
    """Tell why nothing can have been settled on a day."""
    if day is None or day > latest.date():
        return CellFault("day_ahead")
    return CellFault("day_long_ago") if latest.year - day.year > _LONGEST_AGO else None


def read_states(states: ProfileTable, cells: ProfileTable) -> StateWords:
    """Read which words, and which kinds of cells, stand for which state; a word stands for one of them."""
    states.require_known(state.value for state in ItemState)
    cells.require_known(kind.value for kind in CellKind)
    words = {key: tuple(dict.fromkeys(map(folded, states.texts(key)))) for key in states.entries}
    kinds = {CellKind(key): ItemState(cells.choice(key, _states_for(CellKind(key)))) for key in cells.entries}
    if not words and not kinds:
        raise states.wrong(ItemState.CLEARED, '["…", "…"]')
    require_once(states, words)
    return StateWords({word: ItemState(key) for key, folds in words.items() for word in folds}, kinds)


def _states_for(kind: CellKind) -> tuple[str, ...]:
    """Give what a kind may stand for: an amount is owed, and a word that nobody has foreseen is never taken as cleared."""
    return tuple(state.value for state in (ItemState if kind in _ANY_STATE else STOPPING))
