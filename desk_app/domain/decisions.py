# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions of two persons on one reason of one visit: who proved to be there, and why the reason was lifted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk_app.domain.facts import OverrideFact
from desk_app.domain.records import Operator
from desk_app.domain.verdict import OverrideClass

DECIDED_FOR = timedelta(minutes=30)
"""How long a decision opens the hand-over for which it was taken."""

_SECOND = (OverrideClass.SUPERVISOR_SECOND, OverrideClass.SUPERVISOR_SECOND_INCIDENT)
_INCIDENT = (OverrideClass.SUPERVISOR_INCIDENT, OverrideClass.SUPERVISOR_SECOND_INCIDENT)


@dataclass(frozen=True, slots=True)
class Credential:
    """Who says to be here, and the pass phrase that proves it."""

    operator_id: str
    phrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OverrideDecision:
    """A supervisor's decision, kept for good; ``reason`` and ``verdict`` stand as they were reported of the visit.

    It opens one hand-over of this visit within :data:`DECIDED_FOR`, never another one.
    """

    id: str
    visit: str
    student_no: str
    reason: str
    verdict: str
    by: Operator
    second: Operator | None
    why: str
    incident: str
    at: datetime

    def fact(self) -> OverrideFact:
        """Give the decision as the engine sees it."""
        second = self.second.id if self.second else ""
        return OverrideFact(self.reason, self.by.id, self.by.role.value, second, self.why, self.incident)

    def holds_at(self, now: datetime) -> bool:
        """Tell whether the decision is still fresh."""
        return self.at <= now <= self.at + DECIDED_FOR


def may_be_lifted(needed: OverrideClass) -> bool:
    """Tell whether persons can lift a reason of a class at all: never an office's item, and nothing that is a fact."""
    return needed not in (OverrideClass.NEVER, OverrideClass.PHONE)


def needs_second(needed: OverrideClass, *, decides_alone: bool) -> bool:
    """Tell whether a second person must prove to be there: by class, or when the supervisor works at the desk alone."""
    return needed in _SECOND or decides_alone


def needs_incident(needed: OverrideClass) -> bool:
    """Tell whether the class asks for a note of what has happened."""
    return needed in _INCIDENT
