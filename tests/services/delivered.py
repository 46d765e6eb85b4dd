# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for the imports that have been read already."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.facts import CardGeneration, ItemState, StockState
from desk_app.domain.findings import Finding
from desk_app.domain.records import CardRecord, CardState, Graduate, Holding, ItemRecord
from desk_app.services.import_files import Parsed, PhotoRow, Placed, RosterRow
from tests.plain_desk import TAIPEI

NUMBER = "41020901L"
AS_OF = datetime(2025, 6, 3, 9, 58, tzinfo=TAIPEI)
GRADUATE = Graduate(NUMBER, "測\ue000", "CHU", "WANG, TEST-ONE", has_person_number=True)
PNG = b"\x89PNG picture"


class Delivered:
    """Files that have been read already."""

    def __init__(self, number: str = NUMBER, as_of: datetime = AS_OF, problems: tuple[Finding, ...] = ()) -> None:
        self.number = number
        self.as_of = as_of
        self.problems = problems

    def students(self, path: Path) -> Parsed[RosterRow]:
        return Parsed(path.name, "0" * 64, (Placed(2, RosterRow(GRADUATE, "hash")),), self.problems)

    def items(self, path: Path) -> Parsed[ItemReport]:
        row = ItemReport(self.number, ItemRecord("GA_GOWN", "", ItemState.CLEARED, self.as_of))
        return Parsed(path.name, "1" * 64, (Placed(2, row),), self.problems)

    def stock(self, path: Path) -> Parsed[Holding]:
        row = Holding("M-0001", self.number, "DEGREE_CERTIFICATE", "MAIN", "M-001", StockState.IN_BOX)
        return Parsed(path.name, "2" * 64, (Placed(2, row),), self.problems)

    def cards(self, path: Path) -> Parsed[CardRecord]:
        row = CardRecord("58237714", self.number, CardGeneration.FOUR_K, CardState.ACTIVE)
        return Parsed(path.name, "3" * 64, (Placed(2, row),), self.problems)

    def photos(self, folder: Path) -> Parsed[PhotoRow]:
        return Parsed(folder.name, "4" * 64, (Placed(1, PhotoRow(self.number, PNG)),), self.problems)
