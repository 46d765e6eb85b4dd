# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read about packs of rules: which there are, how two differ, what is doubtful; behind one interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from desk_app.domain.papers import Bilingual


@dataclass(frozen=True, slots=True)
class PackName:
    """A pack that may be chosen; one that cannot be read has only its id, and ``readable`` is false."""

    pack: str
    title: Bilingual
    readable: bool = True


@dataclass(frozen=True, slots=True)
class PackDifference:
    """One value that differs, or a date that does not (``NOT_UPDATED``); "" where a pack does not have it."""

    kind: str
    path: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One fault or doubt of a pack, in words; ``serious`` ones keep a desk from using it."""

    code: str
    path: str
    words: Bilingual
    serious: bool


class RuleShelf(Protocol):
    """The packs that this desk can read, its own before the shipped ones; every call reads their files anew."""

    def packs(self) -> tuple[PackName, ...]:
        """Give all packs, sorted by id."""
        ...

    def compare(self, a: str, b: str) -> tuple[PackDifference, ...]:
        """Compare two packs; raise :class:`~desk_app.domain.errors.PolicyError` for one that cannot be read."""
        ...

    def findings(self, pack: str) -> tuple[RuleFinding, ...]:
        """Give what is wrong or doubtful in a pack; raise like :meth:`compare`."""
        ...
