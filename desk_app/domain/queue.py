# SPDX-License-Identifier: GPL-3.0-or-later
"""What a queue of everybody whose certificate lies at a counter would look like now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.facts import Group


@dataclass(frozen=True, slots=True)
class QueueKey:
    """A datum that is looked at: item and source; what is not newer than ``fresh_after`` is known no longer."""

    item: str
    source: str
    fresh_after: datetime


@dataclass(frozen=True, slots=True)
class QueueShare:
    """How many graduates are alike: groups, procedure, and by the place of the key which data settle and which say no."""

    groups: frozenset[Group]
    procedure_started: bool
    settled: frozenset[int]
    refused: frozenset[int]
    count: int


@dataclass(frozen=True, slots=True)
class OfficeQueue:
    """How many graduates one office holds: with something open or pending, and with something that nobody knows."""

    office: str
    refused: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue at one instant; a graduate whom several offices hold stands with each of them, and in ``held`` once."""

    at: datetime
    ready: int
    held: int
    not_started: int
    offices: tuple[OfficeQueue, ...]
