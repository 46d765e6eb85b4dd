# SPDX-License-Identifier: GPL-3.0-or-later
"""Lint finds what the specification lists, and nothing else in the shipped packs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from desk_app.policy.library import PolicyLibrary
from desk_app.policy.lint import LintCode, Severity, lint
from desk_app.policy.pack import read_pack

Spoil = Callable[[str, str, str], PolicyLibrary]

PHONES = {"GENERAL_AFFAIRS", "LIBRARY", "CURRICULUM", "ALUMNI", "OIA", "TEACHER_EDUCATION", "DEPARTMENT"}
NTNU = {("PHONE_MISSING", f"office.{office}.phone") for office in PHONES} | {("UNIT_NOT_ROUTED", "units.XXU")}
SHIPPED = {
    "ntnu-112-2": NTNU | {("SUMMER_BREAK_UNDATED", "closure")},
    "ntnu-113-1": NTNU | {("SWITCH_ON_DAY_OFF", "portal.credential[1]")},
    "ntnu-113-2": NTNU
    | {("SUSPECT", path) for path in ("portal.open", "portal.credential[0]", "portal.credential[1]")}
    | {("OUTSIDE_TERM", path) for path in ("portal.open", "portal.credential[0]", "portal.credential[1]")}
    | {(code, "portal.credential[1]") for code in ("SWITCH_ON_DAY_OFF", "SWITCH_NOT_AT_CUTOFF")}
    | {("CLOSURE_USELESS", "closure[0]"), ("SUMMER_BREAK_UNDATED", "closure")},
    "wmu-2017": {("PHONE_MISSING", "office.LIBRARY.phone"), ("PHONE_MISSING", "office.DEPARTMENT.phone")},
}


def _found(library: PolicyLibrary, pack: str = "ntnu-113-2") -> set[tuple[str, str]]:
    return {(one.code.value, one.path) for one in lint(library.result(pack))}


@pytest.mark.parametrize("pack", sorted(SHIPPED))
def test_shipped_packs(library: PolicyLibrary, pack: str) -> None:
    findings = lint(library.result(pack))
    assert {(one.code.value, one.path) for one in findings} == SHIPPED[pack]
    assert len(findings) == len(SHIPPED[pack])
    assert {one.code.severity for one in findings} == {Severity.WARNING}


def test_the_useless_day_is_named(library: PolicyLibrary) -> None:
    (finding,) = (one for one in lint(library.result("ntnu-113-2")) if one.code is LintCode.CLOSURE_USELESS)
    assert str(finding.problem.data["day"]) == "2025-07-12"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('rule = ["R2"]\nstatus = "confirmed"', 'rule = ["R2"]', ("SCHEMA", "edition.status")),
        ('rule = ["R2"]', "rule = []", ("RULE_UNKNOWN", "edition.rule")),
        ('rule = ["R2"]\n', "", ("RULE_UNKNOWN", "edition.rule")),
        ('rule = ["R2"]', 'rule = ["R135"]', ("RULE_UNKNOWN", "edition.rule")),
        ('rule = ["R2"]', 'rule = ["G1"]', ("RULE_UNKNOWN", "edition.rule")),
        ('rule = ["R2"]', 'rule = ["R0"]', ("RULE_UNKNOWN", "edition.rule")),
        ('rule = ["R2"]', 'rule = ["R2"]\ngap = ["G4c"]', ("RULE_UNKNOWN", "edition.gap")),
        ('rule = ["R2"]', 'rule = ["R2"]\nfact = ["F56"]', ("RULE_UNKNOWN", "edition.fact")),
        ('note = "Lies before the term and equals the date of edition 113-1."', 'note = " "', ("NOTE_MISSING", "portal.open.note")),
        ('date = 2025-06-02\nweekday = "Mon"', 'date = 2025-06-02\nweekday = "Tue"', ("WEEKDAY_TEXT", "pickup.open_from.weekday")),
        ('unit = "EOE"\ncounter = "GONGGUAN"', 'unit = "EOE"\ncounter = "MAIN"', ("UNIT_COUNTER_DIFFERS", "units.EOE")),
        ("date = 2025-06-02\nweekday", "date = 2019-06-02\nweekday", ("OFFICE_UNNAMED", "clearance.GA_GOWN.office")),
        ("term_to = 2025-07-31", "term_to = 9999-12-31", ("CALENDAR_SHORT", "pickup.calendar.table")),
        ("term_to = 2025-07-31", "term_to = 2027-12-31", ("CALENDAR_SHORT", "pickup.calendar.table")),
        ('reason = "AST"', 'reason = "SUMMER_LEAVE"', ("CLOSURE_USELESS", "closure[0]")),
        ("date = 2025-06-02\nweekday", "date = 2025-08-04\nweekday", ("OUTSIDE_TERM", "pickup.open_from")),
        ("date = 2025-06-02\nweekday", "date = 2025-08-04\nweekday", ("CLOSURE_USELESS", "closure[0]")),
    ],
)  # fmt: skip
def test_findings(spoil: Spoil, old: str, new: str, finding: tuple[str, str]) -> None:
    assert finding in _found(spoil("ntnu-113-2.toml", old, new))


def test_ids_at_the_ends_exist(spoil: Spoil) -> None:
    new = 'rule = ["R1", "R134"]\ngap = ["G1", "G4b", "G55"]\nfact = ["F1", "F55"]'
    assert _found(spoil("ntnu-113-2.toml", 'rule = ["R2"]', new)) == SHIPPED["ntnu-113-2"]


def test_offices_are_linted_too(spoil: Spoil) -> None:
    library = spoil("offices.toml", 'rule = ["R28", "R45"]', 'rule = ["R999"]')
    assert ("RULE_UNKNOWN", "office.REGISTRAR.rule") in _found(library)


def test_a_dated_summer_leave_is_enough(spoil: Spoil) -> None:
    library = spoil("ntnu-113-2.toml", 'reason = "AST"', 'reason = "SUMMER_LEAVE"')
    assert ("SUMMER_BREAK_UNDATED", "closure") not in _found(library)


def test_due_dates_need_a_calendar(folder: Path) -> None:
    path = folder / "wmu-2017.toml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + '[digital]\nfrom_graduation_ay = 2000\nworking_days = 3\nrule = ["R42"]\nstatus = "confirmed"\n',
        encoding="utf-8",
    )
    assert ("CALENDAR_SHORT", "pickup.calendar") in _found(PolicyLibrary(folder), "wmu-2017")


def _closures(library: PolicyLibrary, patch: Mapping[str, object], *closures: dict[str, object]) -> list[str]:
    raw = {**library.raw("ntnu-113-1"), "closure": list(closures), **patch}
    findings = lint(read_pack(raw, "ntnu-113-1", "", library))
    return [str(one.problem.data["day"]) for one in findings if one.code is LintCode.CLOSURE_USELESS]


def test_a_closure_with_hours_until_midnight_touches_one_day(library: PolicyLibrary) -> None:
    friday = {
        "from": datetime.fromisoformat("2025-01-10T09:00:00"),
        "to": datetime.fromisoformat("2025-01-11T00:00:00"),
        "reason": "DRILL",
    }
    assert _closures(library, {}, friday) == []


def test_closures_of_makeup_saturdays_are_useful_where_they_are_served(library: PolicyLibrary) -> None:
    saturday = {
        "from": datetime.fromisoformat("2025-02-08T09:00:00"),
        "to": datetime.fromisoformat("2025-02-08T10:00:00"),
        "reason": "DRILL",
    }
    pickup = library.raw("ntnu-113-1")["pickup"]
    assert isinstance(pickup, dict)
    served = {"pickup": {**pickup, "weekdays": {**pickup["weekdays"], "open_on_makeup_workdays": True}}}
    assert _closures(library, {}, saturday) == ["2025-02-08"]
    assert _closures(library, served, saturday) == []


def test_a_day_off_is_no_service_day(library: PolicyLibrary) -> None:
    new_year = {
        "from": datetime.fromisoformat("2025-01-01T09:00:00"),
        "to": datetime.fromisoformat("2025-01-01T10:00:00"),
        "reason": "DRILL",
    }
    assert _closures(library, {}, new_year) == ["2025-01-01"]
