# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads rosters: one graduate a row. A person number leaves this module as a keyed hash only."""

from __future__ import annotations

import re
from collections.abc import Callable

from desk_app.domain.facts import Group, Level, LossReport, OverseasFacts, OverseasSemester
from desk_app.domain.person_number import person_number_kind
from desk_app.domain.policy import Policy
from desk_app.domain.records import Graduate
from desk_app.domain.student_number import normalise_number
from desk_app.services.import_files import RosterRow
from desk_app.sources.cells import Cells

STUDENT_COLUMNS = (
    "number", "name", "name_romanised", "unit", "level", "college", "other_units", "entry_ay", "enrolled_on",
    "graduation_ay", "groups", "has_national_id", "procedure_started", "email", "loss_report_at", "loss_reason",
    "reissue_requested", "overseas_applied_on", "overseas_semesters", "id_number",
)  # fmt: skip
STUDENT_REQUIRED = ("number", "name", "unit")

_SEPARATOR = re.compile(r"[;、|\s]+")
_SEMESTER = re.compile(r"(?P<subjects>[0-9]{1,3})/(?P<credits>[0-9]{1,3})(?P<marks>(?:/(?:exempt|suspended|summer))*)")


class RosterReader:
    """Turns rows into graduates by the units and number forms of a policy."""

    def __init__(self, policy: Policy, blind: Callable[[str], str]) -> None:
        self._policy = policy
        self._blind = blind

    def row(self, cells: Cells) -> RosterRow | None:
        """Give a graduate, or ``None`` when the row lacks what every graduate has."""
        number = cells.number("number", self._policy.student_no.pattern)
        name = cells.required_name("name")
        unit = cells.one_of("unit", self._policy.units, "unit_unknown")
        if number is None or name is None or unit is None:
            return None
        graduate = Graduate(
            number=number,
            name=name,
            unit=unit,
            name_romanised=cells.name("name_romanised"),
            level=cells.choice("level", Level, fold=False) if cells.text("level") else None,
            college=self._college(cells),
            other_units=self._other_units(cells),
            entry_ay=cells.integer("entry_ay"),
            enrolled_on=cells.day("enrolled_on"),
            graduation_ay=cells.integer("graduation_ay"),
            groups=_groups(cells),
            has_national_id=cells.truth("has_national_id", default=None),
            procedure_started=cells.truth("procedure_started", default=True) is not False,
            email_on_record=_email_on_record(cells),
            loss_report=_loss_report(cells),
            overseas=_overseas(cells),
            has_person_number=bool(cells.text("id_number")),
        )
        return RosterRow(graduate, self._blinded(cells))

    def _college(self, cells: Cells) -> str | None:
        text = cells.text("college")
        return cells.one_of("college", self._policy.colleges) if text else None

    def _other_units(self, cells: Cells) -> tuple[str, ...]:
        keys = tuple(key for key in _SEPARATOR.split(cells.text("other_units")) if key)
        for key in keys:
            if key not in self._policy.units:
                cells.refuse("unit_unknown", "other_units", key, ", ".join(sorted(self._policy.units)))
        return keys

    def _blinded(self, cells: Cells) -> str | None:
        """Check a person number and hash it; a wrong one is told of without being repeated."""
        number = normalise_number(cells.text("id_number"))
        if not number:
            return None
        if person_number_kind(number) is None:
            cells.refuse("person_number_wrong", "id_number")
            return None
        return self._blind(number)


def _groups(cells: Cells) -> frozenset[Group]:
    known = {group.value for group in Group}
    named = [key for key in _SEPARATOR.split(cells.text("groups")) if key]
    for key in named:
        if key not in known:
            cells.refuse("group_unknown", "groups", key, ", ".join(sorted(known)))
    return frozenset(Group(key) for key in named if key in known)


def _email_on_record(cells: Cells) -> bool:
    """Tell whether there is an address; the address itself is not kept, because no step of the desk needs it."""
    return "@" in cells.text("email") or cells.truth("email", default=True) is True


def _loss_report(cells: Cells) -> LossReport | None:
    at = cells.instant("loss_report_at")
    if at is None:
        return None
    return LossReport(at, cells.text("loss_reason") or None, cells.truth("reissue_requested", default=False) is True)


def _overseas(cells: Cells) -> OverseasFacts | None:
    """Read ``subjects/credits`` of each semester abroad, with marks: ``1/4;0/0/suspended``."""
    applied_on = cells.day("overseas_applied_on")
    semesters = []
    for text in (part for part in _SEPARATOR.split(cells.text("overseas_semesters")) if part):
        found = _SEMESTER.fullmatch(text)
        if found is None:
            cells.refuse("semester_malformed", "overseas_semesters", text)
            continue
        marks = found["marks"].split("/")
        semesters.append(
            OverseasSemester(
                subjects=int(found["subjects"]),
                credits=int(found["credits"]),
                exempt="exempt" in marks,
                suspended="suspended" in marks,
                summer="summer" in marks,
            )
        )
    return OverseasFacts(applied_on, tuple(semesters)) if applied_on or semesters else None
