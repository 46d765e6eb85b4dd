# SPDX-License-Identifier: GPL-3.0-or-later
"""How long each kind of record is kept, on which day it is due, and what a purge leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from desk_app.domain.basis import Basis
from desk_app.domain.records import AuditKind

LONGEST_YEARS = 100
"""More years than this are meant to be for ever, and are written so."""

_DAY = timedelta(days=1)
_ROC_YEARS = 1911


class RecordKind(StrEnum):
    """The kinds of records that have a period of their own, in the order in which they are purged."""

    PRINTS = "prints"
    VISITS = "visits"
    CLEARANCE = "clearance"
    CARDS = "cards"
    PHOTOS = "photos"
    SIGNATURES = "signatures"
    RECEIPTS = "receipts"
    PROXIES = "proxies"
    DECISIONS = "decisions"
    TRAIL = "trail"
    ROSTER = "roster"
    LEDGER = "ledger"


class PeriodSource(StrEnum):
    """Who has set a period: the office in its own file, the rules of the edition, or nobody yet."""

    OFFICE = "office"
    POLICY = "policy"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Period:
    """For how many whole years a kind of record is kept; ``years`` ``None`` is for ever."""

    kind: RecordKind
    years: int | None
    source: PeriodSource
    basis: Basis = field(default_factory=Basis)

    def cut_off(self, today: date) -> date | None:
        """Give the day before which records are due today, ``None`` when they are kept for ever."""
        return None if self.years is None else cut_off(today, self.years)


@dataclass(frozen=True, slots=True)
class DueRecords:
    """What is due of one kind: how many, from which day the oldest is, and how many more are old enough but held back.

    ``undated`` are those of which nobody knows since when they are kept: they are never due by themselves.
    """

    kind: RecordKind
    cut_off: date
    count: int
    oldest: date | None = None
    held: int = 0
    undated: int = 0


@dataclass(frozen=True, slots=True)
class PurgedSlice:
    """What one transaction of a purge erases: kind, cut-off, how many, and the digest of its tombstones."""

    kind: RecordKind
    cut_off: date
    count: int
    tombstones: str

    def facts(self) -> dict[str, object]:
        """Give what the audit log says of it; no person is named."""
        return {"record": self.kind.value, "before": self.cut_off, "count": self.count, "tombstones": self.tombstones}


def kept_until(day: date, years: int) -> date:
    """Give the last day on which a record of ``day`` is kept.

    The day itself is not counted (Civil Code, Art. 120); the period ends with the day before the one in the last year
    that corresponds to its first day, or with the end of the month where there is none (Art. 121).
    """
    first = day + _DAY
    try:
        return first.replace(year=first.year + years) - _DAY
    except ValueError:
        return date(first.year + years, 2, 28)


def cut_off(today: date, years: int) -> date:
    """Give the first day whose records are still kept today; all before it are due."""
    if years >= today.year - 1:
        return date.min
    day = date(today.year - years, today.month, min(today.day, 28)) - _DAY
    while kept_until(day, years) < today:
        day += _DAY
    return day


def end_of_academic_year(year: int) -> date:
    """Give the last day of an academic year of the Republic's count: 113 ends on 31 July 2025."""
    return date(year + _ROC_YEARS + 1, 7, 31)


_KEPT_WITH: Mapping[AuditKind, RecordKind] = {
    AuditKind.RELEASE: RecordKind.LEDGER,
    AuditKind.REVERSAL: RecordKind.LEDGER,
    AuditKind.PRINT: RecordKind.LEDGER,
    AuditKind.OVERRIDE: RecordKind.DECISIONS,
    AuditKind.INCIDENT: RecordKind.DECISIONS,
}


def kept_with(kind: AuditKind) -> RecordKind:
    """Tell with which kind of record the personal part of an audit entry is kept: what is no hand-over is a trail of use."""
    return _KEPT_WITH.get(kind, RecordKind.TRAIL)
