# SPDX-License-Identifier: GPL-3.0-or-later
"""What every stage looks at: the rules, the facts, the local time, and who the graduate is by record and number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from desk_app.domain.calendar import closures_of, known_closures
from desk_app.domain.facts import Closure, Facts, Group, Level, StudentFacts
from desk_app.domain.policy import Policy
from desk_app.domain.student_number import StudentNumber

_WITHOUT_NATIONAL_ID = frozenset({Group.OVERSEAS_COMPATRIOT, Group.INTERNATIONAL, Group.MAINLAND})


@dataclass(frozen=True, slots=True)
class Situation:
    """One visit under one policy; ``instant`` is in UTC, ``local`` and ``today`` in the edition's time zone.

    ``closures`` are those that the desk knows of: the pack's, then those of the facts.
    """

    policy: Policy
    facts: Facts
    instant: datetime
    local: datetime
    today: date
    as_of: date
    closures: tuple[Closure, ...]

    def closures_at(self, counter: str) -> tuple[Closure, ...]:
        """Give the known closures of one counter."""
        return closures_of(self.closures, counter)

    def local_day(self, instant: datetime) -> date:
        """Give the day of an instant in the edition's time zone."""
        return instant.astimezone(self.policy.edition.timezone).date()


def situation_of(policy: Policy, facts: Facts) -> Situation:
    """Work out what the stages share."""
    local = facts.at.astimezone(policy.edition.timezone)
    instant = facts.at.astimezone(UTC)
    return Situation(
        policy=policy,
        facts=facts,
        instant=instant,
        local=local,
        today=local.date(),
        as_of=facts.calendar_as_of or local.date(),
        closures=policy.closures + known_closures(facts.closures, instant),
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """The graduate as the rules see one: the record first, the number fills its gaps."""

    student: StudentFacts
    number: StudentNumber
    level: Level
    entry_ay: int | None
    has_national_id: bool


def profile_of(student: StudentFacts, number: StudentNumber) -> Profile:
    """Put record and number together."""
    has_national_id = student.has_national_id
    if has_national_id is None:
        has_national_id = not (student.groups & _WITHOUT_NATIONAL_ID)
    return Profile(
        student=student,
        number=number,
        level=student.level or number.level or Level.BACHELOR,
        entry_ay=student.entry_ay if student.entry_ay is not None else number.entry_ay,
        has_national_id=has_national_id,
    )
