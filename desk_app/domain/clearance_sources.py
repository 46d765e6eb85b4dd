# SPDX-License-Identifier: GPL-3.0-or-later
"""What the offices deliver about clearance: reports on items, pages of changes, and how each source is doing.

A *source* here is where the program asks (a portal, a drop folder, a database view). The source of an item in the
policy (NTNU, NTU, NTUST …) is ``record.source``: one portal may deliver the items of several libraries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desk_app.domain.findings import Finding
from desk_app.domain.records import ItemRecord

LONGEST_NOTE = 500
"""Characters of a note for the graduate; what an office writes beyond them helps nobody at a counter."""

STOPPED = "source_stopped"
"""The code of a pull that a person, or the end of the program, has ended: no fault of the source."""


class SourceKind(StrEnum):
    """In which way an office delivers."""

    PORTAL = "portal"
    FILES = "files"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class ItemReport:
    """What a source says about one item of one graduate, not yet compared with roster and policy."""

    student_no: str
    record: ItemRecord


@dataclass(frozen=True, slots=True)
class Remainder:
    """What a complete list says of those whom it does not name: the graduates on the roster of some graduation years.

    ``record`` holds for each of them of whom nothing as new is known, and for nobody else.
    """

    record: ItemRecord
    graduation_ay: frozenset[int]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes of a source, in its order; all of them are kept together with ``cursor``, or none is.

    ``cursor`` is where the next page begins, in the source's own words; a source that must be taken whole gives the
    cursor of before on all pages but the last. ``remaining`` counts the rows still to come, ``None`` when the source
    does not say. ``findings`` are rows that the source itself could not read. ``remainders`` speak of graduates whom
    ``reports`` do not name.
    """

    reports: tuple[ItemReport, ...]
    cursor: str
    remaining: int | None = None
    findings: tuple[Finding, ...] = ()
    remainders: tuple[Remainder, ...] = ()


@dataclass(frozen=True, slots=True)
class RemovedLists:
    """How many files of an office were removed because they had been kept for ``days``."""

    days: int
    count: int


@dataclass(frozen=True, slots=True)
class SourceFault:
    """Why a source could not be used: ``code`` names the text ``error.<code>``, ``data`` fills its placeholders."""

    code: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceRemark:
    """Something that a person who sets a source up should know: the text is ``sources.remark.<code>``."""

    code: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileFinding:
    """A place of a file, or of a view, that is wrong."""

    file: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a source says of itself when it is asked whether it works; ``None`` where it does not say.

    ``problems`` are places of what lies ready that would keep it from being taken.
    """

    newest: datetime | None = None
    rows: int | None = None
    remarks: tuple[SourceRemark, ...] = ()
    problems: tuple[FileFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source has been doing, as the store keeps it for all desks.

    ``newest`` is the instant of the newest datum that it has ever delivered, ``rows`` and ``skipped`` (by the code of
    the finding) count the last pull that reached its end, ``failures`` those in a row since. ``next_try`` is when the
    schedule asks again.
    """

    name: str
    cursor: str = ""
    last_try: datetime | None = None
    last_success: datetime | None = None
    newest: datetime | None = None
    rows: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    failures: int = 0
    fault: SourceFault | None = None
    next_try: datetime | None = None

    @property
    def stopped(self) -> bool:
        """True when the last pull was stopped before its end."""
        return self.fault is not None and self.fault.code == STOPPED

    @property
    def fails(self) -> bool:
        """True when the last pull failed."""
        return self.fault is not None and not self.stopped

    def is_due(self, now: datetime) -> bool:
        """Tell whether the schedule asks this source now."""
        return self.next_try is None or self.next_try <= now
