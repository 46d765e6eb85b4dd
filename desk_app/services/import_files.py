# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading an import file gives: typed rows with their lines, what is wrong, and what was tacitly put right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.findings import Finding
from desk_app.domain.records import CardRecord, Graduate, Holding

RowT_co = TypeVar("RowT_co", covariant=True)


class ImportKind(StrEnum):
    """What can be imported."""

    STUDENTS = "students"
    ITEMS = "items"
    STOCK = "stock"
    CARDS = "cards"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Placed(Generic[RowT_co]):
    """A row with the line of the file on which it begins."""

    line: int
    row: RowT_co


@dataclass(frozen=True, slots=True)
class Parsed(Generic[RowT_co]):
    """A file as read; it must not be used when there are problems, notes only inform."""

    file: str
    sha256: str
    rows: tuple[Placed[RowT_co], ...] = ()
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A graduate of the roster with the keyed hash of the person number; ``blind`` ``None`` when none was given."""

    graduate: Graduate
    blind: str | None = None


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo and whose it is."""

    student_no: str
    image: bytes


class ImportFiles(Protocol):
    """Reads import files; raises :class:`~desk_app.domain.errors.ImportRefusedError` for one that cannot be opened."""

    def students(self, path: Path) -> Parsed[RosterRow]:
        """Read a roster."""
        ...

    def items(self, path: Path) -> Parsed[ItemReport]:
        """Read clearance data."""
        ...

    def stock(self, path: Path) -> Parsed[Holding]:
        """Read the list of printed certificates."""
        ...

    def cards(self, path: Path) -> Parsed[CardRecord]:
        """Read the list of cards."""
        ...

    def photos(self, folder: Path) -> Parsed[PhotoRow]:
        """Read a folder of photos named by student number."""
        ...
