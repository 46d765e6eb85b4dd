# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds what is wrong or doubtful in a pack of the right format (policy-format, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from desk_app.domain.basis import EntryStatus
from desk_app.domain.closures import is_service_day, last_day
from desk_app.domain.engine.routing import counter_for
from desk_app.domain.policy import Policy
from desk_app.policy.entries import RawEntry
from desk_app.policy.pack import PackResult
from desk_app.policy.pack_reading import WEEKDAYS
from desk_app.policy.problems import Problem

_IDS = {
    "rule": re.compile(r"R(?:[1-9]|[1-9][0-9]|1[0-2][0-9]|13[0-4])"),
    "gap": re.compile(r"G(?:4b|[1-9]|[1-4][0-9]|5[0-5])"),
    "fact": re.compile(r"F(?:[1-9]|[1-4][0-9]|5[0-5])"),
}
_DAYS_AFTER_TERM = 30
_SUMMER = frozenset({"SUMMER_BREAK", "SUMMER_LEAVE"})


class Severity(StrEnum):
    """Whether the desk refuses a pack for a finding."""

    ERROR = "error"
    WARNING = "warning"


class LintCode(StrEnum):
    """Every finding."""

    SCHEMA = "SCHEMA"
    RULE_UNKNOWN = "RULE_UNKNOWN"
    NOTE_MISSING = "NOTE_MISSING"
    WEEKDAY_TEXT = "WEEKDAY_TEXT"
    ROUTING_CONFLICT = "ROUTING_CONFLICT"
    UNIT_COUNTER_DIFFERS = "UNIT_COUNTER_DIFFERS"
    WINDOWS_OVERLAP = "WINDOWS_OVERLAP"
    OFFICE_UNNAMED = "OFFICE_UNNAMED"
    CALENDAR_SHORT = "CALENDAR_SHORT"
    SUSPECT = "SUSPECT"
    OUTSIDE_TERM = "OUTSIDE_TERM"
    SWITCH_ON_DAY_OFF = "SWITCH_ON_DAY_OFF"
    SWITCH_NOT_AT_CUTOFF = "SWITCH_NOT_AT_CUTOFF"
    CLOSURE_USELESS = "CLOSURE_USELESS"
    SUMMER_BREAK_UNDATED = "SUMMER_BREAK_UNDATED"
    UNIT_NOT_ROUTED = "UNIT_NOT_ROUTED"
    PHONE_MISSING = "PHONE_MISSING"

    @property
    def severity(self) -> Severity:
        """Errors stand before the first warning, ``SUSPECT``."""
        codes = list(LintCode)
        return Severity.ERROR if codes.index(self) < codes.index(LintCode.SUSPECT) else Severity.WARNING


_FORMAT_CODES = {"routing_conflict": LintCode.ROUTING_CONFLICT, "windows_overlap": LintCode.WINDOWS_OVERLAP}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with its key path; ``problem`` names the message and its data."""

    code: LintCode
    path: str
    problem: Problem = field(compare=False)


def _finding(code: LintCode, path: str, message: str = "", **data: object) -> Finding:
    return Finding(code, path, Problem(message or f"lint_{code.value.lower()}", path, data))


def findings_of_problems(problems: tuple[Problem, ...]) -> list[Finding]:
    """Turn breaches of the format into findings."""
    return [Finding(_FORMAT_CODES.get(one.code, LintCode.SCHEMA), one.place, one) for one in problems]


def lint(result: PackResult) -> list[Finding]:
    """Give all findings of a pack of the right format: the errors first, then the warnings."""
    found = [*_errors(result), *_warnings(result)]
    return sorted(found, key=lambda one: one.code.severity)


def errors_of(result: PackResult) -> tuple[Problem, ...]:
    """Give the errors of a pack, for which the desk refuses it."""
    return tuple(one.problem for one in _errors(result) if one.code.severity is Severity.ERROR)


def _errors(result: PackResult) -> Iterator[Finding]:
    for entry in result.entries:
        yield from _lint_entry(entry)
        yield from _lint_weekday(entry)
    for entry in result.office_entries:
        yield from _lint_entry(entry)
    yield from _lint_units(result.policy)
    yield from _lint_offices(result.policy)
    yield from _lint_calendar(result.policy)


def _lint_entry(entry: RawEntry) -> Iterator[Finding]:
    if "status" not in entry.values:
        yield _finding(LintCode.SCHEMA, f"{entry.path}.status", "missing_key")
    if not entry.basis.rule:
        yield _finding(LintCode.RULE_UNKNOWN, f"{entry.path}.rule", "lint_rule_missing")
    for key, form in _IDS.items():
        for found in getattr(entry.basis, key):
            if not form.fullmatch(found):
                yield _finding(LintCode.RULE_UNKNOWN, f"{entry.path}.{key}", found=found)
    if entry.basis.status is not EntryStatus.CONFIRMED and not entry.basis.note.strip():
        yield _finding(LintCode.NOTE_MISSING, f"{entry.path}.note", status=entry.basis.status.value)
    if entry.basis.status is EntryStatus.SUSPECT:
        yield _finding(LintCode.SUSPECT, entry.path, note=entry.basis.note)


def _lint_weekday(entry: RawEntry) -> Iterator[Finding]:
    stored: Any = entry.values.get("weekday")
    day = entry.values.get("date", entry.values.get("from"))
    if stored is not None and isinstance(day, date) and WEEKDAYS[day.weekday()] != stored:
        yield _finding(
            LintCode.WEEKDAY_TEXT, f"{entry.path}.weekday", found=stored, expected=WEEKDAYS[day.weekday()], day=day
        )


def _lint_units(policy: Policy) -> Iterator[Finding]:
    for unit in policy.units.values():
        routed = counter_for(policy, unit.key)
        if (routed or "") != unit.counter:
            yield _finding(
                LintCode.UNIT_COUNTER_DIFFERS, f"units.{unit.key}", table=unit.counter or "-", rules=routed or "-"
            )
        if routed is None:
            yield _finding(LintCode.UNIT_NOT_ROUTED, f"units.{unit.key}")


def _lint_offices(policy: Policy) -> Iterator[Finding]:
    first = policy.pickup.open_from
    for item in policy.clearance:
        if policy.offices[item.office].name_on(first) is None:
            yield _finding(LintCode.OFFICE_UNNAMED, f"clearance.{item.code}.office", office=item.office, day=first)


def _lint_calendar(policy: Policy) -> Iterator[Finding]:
    calendar, known_on = policy.calendar, policy.edition.recorded_on
    if calendar is None:
        if policy.digital is not None:
            yield _finding(LintCode.CALENDAR_SHORT, "pickup.calendar", "lint_calendar_none")
        return
    last = min(policy.edition.term_to.toordinal() + _DAYS_AFTER_TERM, date.max.toordinal())
    for ordinal in range(policy.pickup.open_from.toordinal(), last + 1):
        day = date.fromordinal(ordinal)
        if calendar.row(day, known_on) is None:
            yield _finding(LintCode.CALENDAR_SHORT, "pickup.calendar.table", day=day)
            return


def _warnings(result: PackResult) -> Iterator[Finding]:
    policy = result.policy
    yield from _lint_term(policy)
    yield from _lint_switch(policy)
    for index, _ in enumerate(policy.closures):
        yield from _lint_closure(policy, index)
    named = {closure.reason for closure in policy.closures}
    edition = policy.edition
    if edition.institution == "NTNU" and edition.semester == 2 and named.isdisjoint(_SUMMER):
        yield _finding(LintCode.SUMMER_BREAK_UNDATED, "closure")
    for code in dict.fromkeys(item.office for item in policy.clearance):
        if not policy.offices[code].phone:
            yield _finding(LintCode.PHONE_MISSING, f"office.{code}.phone")


def _lint_term(policy: Policy) -> Iterator[Finding]:
    days = {"portal.open": policy.portal.open_from}
    days |= {f"portal.credential[{place}]": one.start for place, one in enumerate(policy.portal.credentials)}
    days["pickup.open_from"] = policy.pickup.open_from
    first, last = policy.edition.term_from, policy.edition.term_to
    for path, day in days.items():
        # The day after the term is allowed: the next one begins with it.
        if day < first or day.toordinal() > last.toordinal() + 1:
            yield _finding(LintCode.OUTSIDE_TERM, path, day=day, first=first, last=last)


def _lint_switch(policy: Policy) -> Iterator[Finding]:
    place, day = len(policy.portal.credentials) - 1, policy.portal.credentials[-1].start
    row = policy.calendar.row(day, policy.edition.recorded_on) if policy.calendar else None
    if row is not None and row.day_off:
        yield _finding(LintCode.SWITCH_ON_DAY_OFF, f"portal.credential[{place}]", day=day)
    if policy.lost_card is not None and day != policy.lost_card.portal_closed_from:
        yield _finding(
            LintCode.SWITCH_NOT_AT_CUTOFF,
            f"portal.credential[{place}]",
            day=day,
            cutoff=policy.lost_card.portal_closed_from,
        )


def _lint_closure(policy: Policy, index: int) -> Iterator[Finding]:
    closure = policy.closures[index]
    for ordinal in range(closure.start.toordinal(), last_day(closure).toordinal() + 1):
        day = date.fromordinal(ordinal)
        if not is_service_day(policy, day, policy.edition.recorded_on):
            yield _finding(LintCode.CLOSURE_USELESS, f"closure[{index}]", day=day)
