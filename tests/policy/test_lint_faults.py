# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault that lint knows, planted into a copy of the shipped packs: exactly its finding, at its key path."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.policy.library import PolicyLibrary
from desk_app.policy.lint import LintCode, lint

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
Spoil = Callable[[str, str, str], PolicyLibrary]
Finding = tuple[str, str]

NTNU = "ntnu-113-2.toml"
WMU = "wmu-2017.toml"
REGISTRAR = 'phone = "02-7749-1077"\nrule = ["R28", "R45"]'
OPEN_FROM = 'date = 2025-06-02\nweekday = "Mon"'
LIBRARY = 'zh = "圖書館"\nfrom = 2010-01-01\n'
UNNAMED = [("OFFICE_UNNAMED", "clearance.LIB_BOOKS.office"), ("OFFICE_UNNAMED", "clearance.LIB_FINES.office")]
ENTRY = 'rule = ["R34"]\nstatus = "confirmed"\n'


def _closure(first: str, last: str, reason: str = "REPAIR", more: str = "") -> str:
    return f'[[closure]]\nfrom = {first}\nto = {last}\nreason = "{reason}"\n{more}{ENTRY}\n'


def _found(library: PolicyLibrary, pack: str) -> Counter[Finding]:
    return Counter((one.code.value, one.path) for one in lint(library.result(pack)))


# The file, what stands there, what is planted; the findings that come and those that go.
FAULTS: list[tuple[str, str, str, list[Finding], list[Finding]]] = [
    # entries
    (NTNU, 'rule = ["R26"]\ngap = ["G4b"]\nstatus = "default"', 'rule = ["R26"]\ngap = ["G4b"]', [("SCHEMA", "pickup.grace.status")], []),
    (NTNU, 'rule = ["R26"]\ngap = ["G4b"]\nstatus = "default"', 'gap = ["G4b"]\nstatus = "default"', [("RULE_UNKNOWN", "pickup.grace.rule")], []),
    (NTNU, 'rule = ["R11"]', 'rule = ["R11", "R135"]', [("RULE_UNKNOWN", "clearance.GA_GOWN.rule")], []),
    (NTNU, 'rule = ["R11"]', 'rule = ["r11", "R011", "R"]', [("RULE_UNKNOWN", "clearance.GA_GOWN.rule")] * 3, []),
    (NTNU, 'gap = ["G37"]', 'gap = ["G56"]', [("RULE_UNKNOWN", "notice.easycard.gap")], []),
    (NTNU, 'gap = ["G37"]', 'gap = ["G4a", "G4b"]', [("RULE_UNKNOWN", "notice.easycard.gap")], []),
    (NTNU, 'fact = ["F25"]', 'fact = ["F0"]', [("RULE_UNKNOWN", "clearance.REG_FINAL.fact")], []),
    (NTNU, 'note = "Carried over from edition 113-1."\n', "", [("NOTE_MISSING", "portal.credential[0].note")], []),
    (WMU, 'note = "One counter for everybody."', 'note = "\\t"', [("NOTE_MISSING", "routing[0].note")], []),
    ("offices.toml", REGISTRAR, REGISTRAR.replace("R45", "R1000"), [("RULE_UNKNOWN", "office.REGISTRAR.rule")], []),
    # days
    (NTNU, OPEN_FROM, OPEN_FROM.replace("Mon", "Sun"), [("WEEKDAY_TEXT", "pickup.open_from.weekday")], []),
    (NTNU, 'from = 2024-12-16\nweekday = "Mon"', 'from = 2024-12-16\nweekday = "Fri"', [("WEEKDAY_TEXT", "portal.open.weekday")], []),
    (NTNU, "from = 2025-01-31\n", 'from = 2025-01-31\nweekday = "Thu"\n', [("WEEKDAY_TEXT", "portal.credential[1].weekday")], []),
    (NTNU, "from = 2025-01-31\n", 'from = 2025-01-31\nweekday = "Fri"\n', [], []),
    (NTNU, 'reason = "AST"\n', 'reason = "AST"\nweekday = "Sat"\n', [("WEEKDAY_TEXT", "closure[0].weekday")], []),
    (WMU, "date = 2017-06-30\nescalate", 'date = 2017-06-30\nweekday = "Sat"\nescalate', [("WEEKDAY_TEXT", "pickup.open_to.weekday")], []),
    # routing
    (NTNU, '[[routing]]\nunit = "PEU"\ncounter = "MAIN"', '[[routing]]\nunit = "PEU"\ncounter = "GONGGUAN"', [("UNIT_COUNTER_DIFFERS", "units.PEU")], []),
    ("units.csv", "EDUCATION,MAIN,R29", "EDUCATION,GONGGUAN,R29", [("UNIT_COUNTER_DIFFERS", "units.EDU")], []),
    ("units.csv", "XXU,99,Z,測試跨域學程,Test Interdisciplinary Program,,,", "XXU,99,Z,測試跨域學程,Test Interdisciplinary Program,,MAIN,", [("UNIT_COUNTER_DIFFERS", "units.XXU")], []),
    ("units.csv", "SPORTS,MAIN,R31", "SPORTS,,R31", [("UNIT_COUNTER_DIFFERS", "units.PEU")], []),
    ("units.csv", "XXU,99,Z,測試跨域學程,Test Interdisciplinary Program,,,", "XXU,99,Z,測試跨域學程,Test Interdisciplinary Program,ARTS,MAIN,", [], [("UNIT_NOT_ROUTED", "units.XXU")]),
    ("units.csv", "XXU,99,Z", "YYU,98,Z,新學程,New Program,,,,default,new\nXXU,99,Z", [("UNIT_NOT_ROUTED", "units.YYU")], []),
    # offices
    ("offices.toml", LIBRARY, LIBRARY.replace("2010-01-01", "2025-06-03"), UNNAMED, []),
    ("offices.toml", LIBRARY, LIBRARY.replace("2010-01-01", "2025-06-02"), [], []),
    ("offices.toml", LIBRARY, f"{LIBRARY}to = 2025-06-02\n", UNNAMED, []),
    ("offices.toml", LIBRARY, f"{LIBRARY}to = 2025-06-03\n", [], []),
    (NTNU, 'office = "CURRICULUM"', 'office = "LIBRARY"', [], [("PHONE_MISSING", "office.CURRICULUM.phone")]),
    ("offices.toml", 'phone = "02-7749-1077"\n', "", [("PHONE_MISSING", "office.REGISTRAR.phone")], []),
    ("offices.toml", 'phone = "02-7749-1077"', 'phone = ""', [("PHONE_MISSING", "office.REGISTRAR.phone")], []),
    # calendar
    (NTNU, "term_to = 2025-07-31", "term_to = 2027-12-01", [], []),
    (NTNU, "term_to = 2025-07-31", "term_to = 2027-12-02", [("CALENDAR_SHORT", "pickup.calendar.table")], []),
    ("calendar-tw-2019-2027.csv", "2025-08-30,1,0,,2024-07-09\n", "", [("CALENDAR_SHORT", "pickup.calendar.table")], []),
    ("calendar-tw-2019-2027.csv", "2025-08-31,1,0,,2024-07-09\n", "", [], []),
    ("calendar-tw-2019-2027.csv", "2025-06-02,0,0,,2024-07-09\n", "", [("CALENDAR_SHORT", "pickup.calendar.table")], []),
    ("calendar-tw-2019-2027.csv", "2025-06-01,1,0,,2024-07-09\n", "", [], []),
    # doubtful entries
    (NTNU, 'rule = ["R25"]\nstatus = "confirmed"', 'rule = ["R25"]\nstatus = "suspect"\nnote = "why"', [("SUSPECT", "pickup.open_from")], []),
    (NTNU, 'status = "suspect"\nnote = "Lies', 'status = "confirmed"\nnote = "Lies', [], [("SUSPECT", "portal.open")]),
    # the term
    (NTNU, 'from = 2024-12-16\nweekday = "Mon"', "from = 2025-02-01", [], [("OUTSIDE_TERM", "portal.open")]),
    (NTNU, 'from = 2024-12-16\nweekday = "Mon"', "from = 2025-08-01", [], [("OUTSIDE_TERM", "portal.open")]),
    (NTNU, 'from = 2024-12-16\nweekday = "Mon"', "from = 2025-08-02", [], []),
    (NTNU, OPEN_FROM, "date = 2025-08-01", [("CLOSURE_USELESS", "closure[0]")], []),
    (NTNU, OPEN_FROM, "date = 2025-08-02", [("OUTSIDE_TERM", "pickup.open_from"), ("CLOSURE_USELESS", "closure[0]")], []),
    # the switch of the credential
    (NTNU, "from = 2025-01-31\n", "from = 2025-08-01\n", [], [("OUTSIDE_TERM", "portal.credential[1]"), ("SWITCH_ON_DAY_OFF", "portal.credential[1]"), ("SWITCH_NOT_AT_CUTOFF", "portal.credential[1]")]),
    (NTNU, "from = 2025-01-31\n", "from = 2025-02-03\n", [], [("OUTSIDE_TERM", "portal.credential[1]"), ("SWITCH_ON_DAY_OFF", "portal.credential[1]")]),
    (NTNU, "portal_closed_from = 2025-08-01", "portal_closed_from = 2025-01-31", [], [("SWITCH_NOT_AT_CUTOFF", "portal.credential[1]")]),
    # closures
    (NTNU, "to = 2025-07-12", "to = 2025-07-11", [], [("CLOSURE_USELESS", "closure[0]")]),
    (NTNU, "to = 2025-07-12", "to = 2025-07-14", [("CLOSURE_USELESS", "closure[0]")], []),
    (NTNU, "[[closure]]\n", _closure("2025-05-30", "2025-06-02") + "[[closure]]\n", [("CLOSURE_USELESS", "closure[0]")] * 2 + [("CLOSURE_USELESS", "closure[1]")], []),
    (NTNU, "[[closure]]\n", _closure("2025-07-18", "2025-07-18", "SUMMER_LEAVE") + "[[closure]]\n", [("CLOSURE_USELESS", "closure[1]")], [("SUMMER_BREAK_UNDATED", "closure"), ("CLOSURE_USELESS", "closure[0]")]),
    (NTNU, "[[closure]]\n", _closure("2025-07-18", "2025-07-18", "SUMMER_BREAK") + "[[closure]]\n", [("CLOSURE_USELESS", "closure[1]")], [("SUMMER_BREAK_UNDATED", "closure"), ("CLOSURE_USELESS", "closure[0]")]),
    (NTNU, "[[closure]]\n", _closure("2025-07-17T22:00:00", "2025-07-18T00:00:00") + "[[closure]]\n", [("CLOSURE_USELESS", "closure[1]")], [("CLOSURE_USELESS", "closure[0]")]),
    (NTNU, "[[closure]]\n", _closure("2025-07-18T22:00:00", "2025-07-19T00:00:01") + "[[closure]]\n", [("CLOSURE_USELESS", "closure[1]")], []),
    (NTNU, 'institution = "NTNU"', 'institution = "NTU"', [], [("SUMMER_BREAK_UNDATED", "closure")]),
    (NTNU, "semester = 2", "semester = 1", [], [("SUMMER_BREAK_UNDATED", "closure")]),
    (WMU, "[counter.SCHOOL]", _closure("2017-06-29", "2017-07-01") + "[counter.SCHOOL]", [("CLOSURE_USELESS", "closure[0]")] * 2, []),
]  # fmt: skip


def _pack(file: str) -> str:
    return Path(file).stem if file in (NTNU, WMU) else "ntnu-113-2"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_gives_exactly_its_finding(
    library: PolicyLibrary, spoil: Spoil, fault: tuple[str, str, str, list[Finding], list[Finding]]
) -> None:
    file, old, new, come, go = fault
    before, after = _found(library, _pack(file)), _found(spoil(file, old, new), _pack(file))
    assert after - before == Counter(come)
    assert before - after == Counter(go)


# A breach of the format: its finding alone, the others may be left out.
BREACHES = [
    (NTNU, "[pickup.grace]\nminutes = 10", "[pickup.grace]\nminutes = 10\nminuts = 5", "SCHEMA", "pickup.grace.minuts"),
    (NTNU, 'pack = "ntnu-113-2"', 'pack = "ntnu-113-3"', "SCHEMA", "edition.pack"),
    (NTNU, "blocking = true", "", "SCHEMA", "clearance.REG_GRADES.blocking"),
    (NTNU, "grace]\nminutes = 10", "grace]\nminutes = true", "SCHEMA", "pickup.grace.minutes"),
    (NTNU, 'office = "CURRICULUM"', 'office = "CURICULUM"', "SCHEMA", "clearance.CUR_SURVEY.office"),
    (NTNU, 'unit = "FPU"', 'unit = "EOE"', "ROUTING_CONFLICT", "routing[9]"),
    (NTNU, 'college = "MUSIC"', 'college = "ARTS"', "ROUTING_CONFLICT", "routing[5]"),
    (WMU, "[clearance_rules]", '[[routing]]\nany = true\ncounter = "SCHOOL"\n[clearance_rules]', "ROUTING_CONFLICT", "routing[1]"),
    (NTNU, "to = 12:00:00", "to = 13:30:01", "WINDOWS_OVERLAP", "pickup.windows.list"),
    (NTNU, "to = 12:00:00", "to = 08:30:00", "WINDOWS_OVERLAP", "pickup.windows.list"),
    (NTNU, "to = 12:00:00", "to = 08:00:00", "WINDOWS_OVERLAP", "pickup.windows.list"),
    ("units.csv", "PCU,01,E", "PCU,01", "SCHEMA", "tables.units: units.csv:3"),
    ("offices.toml", "schema = 1", "schema = 1\nx = 1", "SCHEMA", "tables.offices: x"),
]  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_the_format_is_the_only_finding(
    run: Run, folder: Path, spoil: Spoil, breach: tuple[str, str, str, str, str]
) -> None:
    file, old, new, code, path = breach
    spoil(file, old, new)
    pack = _pack(file)
    result = run("lint", pack, "--format", "json", "--policy-dir", folder)
    (finding,) = (json.loads(line) for line in result.stdout.splitlines())
    assert (finding["pack"], finding["severity"], finding["code"], finding["key path"]) == (pack, "error", code, path)
    assert (result.exit_code, result.stderr) == (1, "")


def test_every_finding_is_planted_somewhere() -> None:
    planted = {code for *_, come, _ in FAULTS for code, _ in come} | {code for *_, code, _ in BREACHES}
    gone = {code for *_, go in FAULTS for code, _ in go}
    assert planted | gone == {code.value for code in LintCode}
