# SPDX-License-Identifier: GPL-3.0-or-later
"""What the office knows of an entry of its rules: on which words it rests, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntryStatus(StrEnum):
    """How sure the office is of an entry."""

    CONFIRMED = "confirmed"
    SUSPECT = "suspect"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where an entry comes from: rule, gap and fact ids, status, the office's note."""

    rule: tuple[str, ...] = ()
    gap: tuple[str, ...] = ()
    fact: tuple[str, ...] = ()
    status: EntryStatus = EntryStatus.CONFIRMED
    note: str = ""
    permanent: bool = False
