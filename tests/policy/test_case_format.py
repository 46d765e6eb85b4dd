# SPDX-License-Identifier: GPL-3.0-or-later
"""Case files are strict: whatever is wrong is named with its key path, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.engine import decide
from desk_app.policy.cases import CaseReader
from desk_app.policy.library import PolicyLibrary
from tests.policy.case_text import HEAD

CASE = '[[case]]\nid = "A1"\n'
EXPECT = 'expect.verdict = "RELEASE_NOTICE"\n'


def _faults(library: PolicyLibrary, folder: Path, text: str, pack: str | None = None) -> list[tuple[str, str]]:
    file = folder / "a.toml"
    file.write_text(text, encoding="utf-8")
    reader = CaseReader(library, pack)
    reader.read(str(file))
    return [(fault.problem.place.replace(str(file), "FILE"), fault.problem.code) for fault in reader.faults]


def test_a_good_case_has_no_fault(library: PolicyLibrary, tmp_path: Path) -> None:
    assert _faults(library, tmp_path, HEAD + CASE + EXPECT) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("colour = 1", ("case A1.colour", "unknown_key")),
        ("title = 1", ("case A1.title", "wrong_type")),
        ("rules = [1]", ("case A1.rules[0]", "wrong_type")),
        ('request = "COFFEE"', ("case A1.request", "not_allowed")),
        ("at = 2025-06-03", ("case A1.at", "wrong_type")),
        ("at = 2025-06-03T10:00:00.5", ("case A1.at", "fraction")),
        ("at = 9999-12-31T23:59:59Z", ("case A1.at", "out_of_range")),
        ("started_at = 2025-06-03T10:00:01", ("case A1.started_at", "after_at")),
        ("started_at = 2025-06-03T02:00:01Z", ("case A1.started_at", "after_at")),
        ("at = 0001-01-01T00:00:00", ("case A1.at", "out_of_range")),
        ("at = '2025-06-03T10:00:00'", ("case A1.at", "wrong_type")),
        ("counter = ''", ("case A1.counter", "unknown_counter")),
        ("counter = 'main'", ("case A1.counter", "unknown_counter")),
        ("clock_skew_seconds = 1.5", ("case A1.clock_skew_seconds", "wrong_type")),
        ('counter = "MIAN"', ("case A1.counter", "unknown_counter")),
        ("calendar_as_of = 2025-06-03T00:00:00", ("case A1.calendar_as_of", "wrong_type")),
        ("clock_skew_seconds = true", ("case A1.clock_skew_seconds", "wrong_type")),
        ("mode = 1", ("case A1.mode", "wrong_type")),
        ("id_number_typed = 1", ("case A1.id_number_typed", "wrong_type")),
        ("closures = 1", ("case A1.closures", "wrong_type")),
        ("closures = [1]", ("case A1.closures[0]", "wrong_type")),
        ("closures = [{ from = 2025-06-03, reason = 'X' }]", ("case A1.closures[0].to", "missing_key")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-03 }]", ("case A1.closures[0].reason", "missing_key")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-02, reason = 'X' }]", ("case A1.closures[0].to", "span")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-04T10:00:00, reason = 'X' }]", ("case A1.closures[0].to", "wrong_type")),
        ("closures = [{ from = 2025-06-03T10:00:00, to = 2025-06-04, reason = 'X' }]", ("case A1.closures[0].to", "wrong_type")),
        ("closures = [{ to = 2025-06-03, reason = 'X' }]", ("case A1.closures[0].from", "missing_key")),
        ("closures = [{ from = 2025-06-03T10:00:00+08:00, to = 2025-06-03T02:00:00Z, reason = 'X' }]", ("case A1.closures[0].to", "span")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-03, reason = 'Typhoon' }]", ("case A1.closures[0].reason", "upper_snake")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-03, reason = '' }]", ("case A1.closures[0].reason", "upper_snake")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-03, reason = 'X', declared_at = 2025-06-03 }]", ("case A1.closures[0].declared_at", "wrong_type")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-03, reason = 'X', counters = ['MAIN', 'SCHOOL'] }]", ("case A1.closures[0].counters[1]", "unknown_counter")),
        ("closures = [{ from = 2025-06-03, to = 2025-06-03, reason = 'X', counts_as_working_day = 1 }]", ("case A1.closures[0].counts_as_working_day", "wrong_type")),
        (
            "closures = [{ from = 2025-06-03T09:00:00, to = 2025-06-03T09:00:00, reason = 'X' }]",
            ("case A1.closures[0].to", "span"),
        ),
        (
            "closures = [{ from = 2025-06-03, to = 2025-06-03, reason = 'X', why = 1 }]",
            ("case A1.closures[0].why", "unknown_key"),
        ),
        ("student.entry_ay = 3001", ("case A1.student.entry_ay", "too_large")),
        ("student.entry_ay = -1", ("case A1.student.entry_ay", "too_small")),
        ("student.level = 'phd'", ("case A1.student.level", "not_allowed")),
        ("student.groups = ['int']", ("case A1.student.groups[0]", "not_allowed")),
        ("student.other_units = [1]", ("case A1.student.other_units[0]", "wrong_type")),
        ("student.known = 1", ("case A1.student.known", "wrong_type")),
        ("student.nick = ''", ("case A1.student.nick", "unknown_key")),
        ("student.entry_ay = 109.0", ("case A1.student.entry_ay", "wrong_type")),
        ("student.entry_ay = true", ("case A1.student.entry_ay", "wrong_type")),
        ("student.number = 41020901", ("case A1.student.number", "wrong_type")),
        ("student.enrolled_on = '2025-06-03'", ("case A1.student.enrolled_on", "wrong_type")),
        ("student.has_national_id = 'yes'", ("case A1.student.has_national_id", "wrong_type")),
        ("student.groups = 'international'", ("case A1.student.groups", "wrong_type")),
        ("student.overseas = { semesters = { subjects = 1 } }", ("case A1.student.overseas.semesters", "wrong_type")),
        ("student.overseas = { applied_on = 2025-06-03T10:00:00 }", ("case A1.student.overseas.applied_on", "wrong_type")),
        ("student.overseas = { x = 1 }", ("case A1.student.overseas.x", "unknown_key")),
        ("student.overseas = { semesters = [{ x = 1 }] }", ("case A1.student.overseas.semesters[0].x", "unknown_key")),
        ("student.overseas = { semesters = [{ credits = -1 }] }", ("case A1.student.overseas.semesters[0].credits", "too_small")),
        ("items.GA_GWN = 'OPEN'", ("case A1.items.GA_GWN", "unknown_item")),
        ("items.GA_GOWN = 'LOST'", ("case A1.items.GA_GOWN", "not_allowed")),
        ("items.GA_GOWN = 1", ("case A1.items.GA_GOWN", "wrong_type")),
        ("items.GA_GOWN.NTNU = 'OPEN'", ("case A1.items.GA_GOWN.NTNU", "unknown_key")),
        ("items.GA_GOWN = { detail = 'NOT_NOTIFIED' }", ("case A1.items.GA_GOWN.detail", "unknown_key")),
        ("items.LIB_BOOKS.NTHU = 'OPEN'", ("case A1.items.LIB_BOOKS.NTHU", "unknown_source")),
        ("items.LIB_BOOKS = { NTU = 'OPEN', colour = 1 }", ("case A1.items.LIB_BOOKS.colour", "unknown_source")),
        ("items.GA_GOWN = { state = 'OPEN', colour = 1 }", ("case A1.items.GA_GOWN.colour", "unknown_key")),
        ("items.LIB_BOOKS = { state = 'OPEN', as_off = 1 }", ("case A1.items.LIB_BOOKS.as_off", "unknown_key")),
        ("items.DEPT_CERT = { state = 'OPEN', detial = 1 }", ("case A1.items.DEPT_CERT.detial", "unknown_key")),
        ("items.GA_FEES = { certificate_date = 2025-01-01 }", ("case A1.items.GA_FEES.certificate_date", "unknown_key")),
        ("items.GA_FEES = { as_of = 2025-06-03 }", ("case A1.items.GA_FEES.as_of", "wrong_type")),
        ("items.GA_FEES = { state = true }", ("case A1.items.GA_FEES.state", "wrong_type")),
        ("items.GA_FEES = { confirmed = { by = 'a', person = 'b', number = 1, at = 2025-06-03T10:00:00 } }", ("case A1.items.GA_FEES.confirmed.number", "wrong_type")),
        ("items.GA_FEES = { confirmed = { by = 'a', person = 'b', number = '1', at = 2025-06-03T10:00:00, who = 1 } }", ("case A1.items.GA_FEES.confirmed.who", "unknown_key")),
        ("items.GA_FEES = { as_of = 2025-06-03T10:00:00.25 }", ("case A1.items.GA_FEES.as_of", "fraction")),
        ("items.GA_FEES = ['OPEN']", ("case A1.items.GA_FEES", "wrong_type")),
        ("items.LIB_BOOKS = { NTNU = 'OPEN', state = 'OPEN' }", ("case A1.items.LIB_BOOKS.state", "unknown_source")),
        ("items.LIB_BOOKS.NTU = { color = 1 }", ("case A1.items.LIB_BOOKS.NTU.color", "unknown_key")),
        ("items.LIB_BOOKS.NTU = 1", ("case A1.items.LIB_BOOKS.NTU", "wrong_type")),
        ("items.GA_FEES = { confirmed = { by = 'a', person = 'b', number = 'c' } }", ("case A1.items.GA_FEES.confirmed.at", "missing_key")),
        ("items = 1", ("case A1.items", "wrong_type")),
        ("stock = 'GONE'", ("case A1.stock", "not_allowed")),
        ("stock = 1", ("case A1.stock", "wrong_type")),
        ("stock.DIPLOMA = 'IN_BOX'", ("case A1.stock.DIPLOMA", "unknown_document")),
        ("stock.DEGREE_CERTIFICATE = 'GONE'", ("case A1.stock.DEGREE_CERTIFICATE", "not_allowed")),
        ("card.generation = '5K'", ("case A1.card.generation", "not_allowed")),
        ("card.colour = 'red'", ("case A1.card.colour", "unknown_key")),
        ("card.report = {}", ("case A1.card.report.at", "missing_key")),
        ("card.report = { at = 2025-06-01T10:00:00, why = 'x' }", ("case A1.card.report.why", "unknown_key")),
        ("card.report = true", ("case A1.card.report", "wrong_type")),
        ("card.lost = 1", ("case A1.card.lost", "wrong_type")),
        ("card.second_generation = 'NEW'", ("case A1.card.second_generation", "not_allowed")),
        ("card.activated_at = 11:00:00", ("case A1.card.activated_at", "wrong_type")),
        ("letter = { signatures = ['ME'] }", ("case A1.letter.signatures[0]", "not_allowed")),
        ("letter = { graduates = -1 }", ("case A1.letter.graduates", "too_small")),
        ("letter = { seal = true }", ("case A1.letter.seal", "unknown_key")),
        ("proxy = { name = 'x' }", ("case A1.proxy.name", "unknown_key")),
        ("proxy.graduates_today = '5'", ("case A1.proxy.graduates_today", "wrong_type")),
        ("evidence = ['PASSPORT']", ("case A1.evidence[0]", "unknown_evidence")),
        ("evidence = ['GRAD_CARD']", ("case A1.evidence[0]", "unknown_evidence")),
        ("evidence = [1]", ("case A1.evidence[0]", "wrong_type")),
        ("evidence = [{}]", ("case A1.evidence[0].code", "missing_key")),
        ("evidence = [{ code = 'LETTER' }]", ("case A1.evidence[0].code", "unknown_evidence")),
        ("evidence = [{ code = 'TRANSCRIPT', expired = true }]", ("case A1.evidence[0].expired", "unknown_key")),
        ("evidence = [{ code = 'PROXY_ID', surrendered = true }]", ("case A1.evidence[0].surrendered", "unknown_key")),
        ("evidence = [{ code = 'PROXY_ID', kind = 'LIBRARY_CARD' }]", ("case A1.evidence[0].kind", "not_allowed")),
        ("flags.angry = true", ("case A1.flags.angry", "unknown_key")),
        ("history = [{ event = 'RELEASE' }]", ("case A1.history[0].at", "missing_key")),
        ("history = [{ at = 2025-06-03T10:00:00 }]", ("case A1.history[0].event", "missing_key")),
        (
            "history = [{ event = 'RELEASE', at = 2025-06-03T10:00:00, counter = 'X' }]",
            ("case A1.history[0].counter", "unknown_counter"),
        ),
        ("override = [{}]", ("case A1.override[0].reason", "missing_key")),
        ("override = [{ reason = 'NO:X' }]", ("case A1.override[0].reason", "unknown_code")),
        ("override = [{ reason = 'CLOSURE:X', role = 'boss' }]", ("case A1.override[0].role", "not_allowed")),
        ("policy = 'ntnu-113-3'", ("case A1.policy", "unknown_pack")),
        ("policy = ''", ("case A1.policy", "unknown_pack")),
        ("policy = '../policy/ntnu-113-2'", ("case A1.policy", "unknown_pack")),
        ("policy = 1", ("case A1.policy", "wrong_type")),
        ("policy_patch.edition.pack = 'mine'", ("case A1.policy_patch.edition.pack", "pack_name")),
        ("policy_patch.pickup.windows.list = [{ from = 08:00:00, to = 12:00:00 }, { from = 11:59:59, to = 17:00:00 }]", ("case A1.policy_patch.pickup.windows.list", "windows_overlap")),
        ("policy_patch.routing = [{ any = true, counter = 'MAIN' }, { any = true, counter = 'GONGGUAN' }]", ("case A1.policy_patch.routing[1]", "routing_conflict")),
        ("policy_patch.routing = [{ any = true, counter = 'MIAN' }]", ("case A1.policy_patch.routing[0].counter", "unknown_counter")),
        ("policy_patch.clearance.GA_GOWN.blocking = 'no'", ("case A1.policy_patch.clearance.GA_GOWN.blocking", "wrong_type")),
        ("policy_patch.clearance.GA_GOWN = 1", ("case A1.policy_patch.clearance.GA_GOWN", "wrong_type")),
        ("policy_patch.clearance.NEW = { order = 1, applies_to = [], blocking = true }", ("case A1.policy_patch.clearance.NEW.office", "missing_key")),
        ("policy_patch.evidence.IN_PERSON.need = ['ID']", ("case A1.policy_patch.evidence.IN_PERSON.need[0]", "unknown_evidence")),
        ("policy_patch.schema = 2", ("case A1.policy_patch.schema", "not_allowed")),
        ("policy_patch = 1", ("case A1.policy_patch", "wrong_type")),
        ("policy_patch.clearance.STE_CREDITS.blockin = 1", ("case A1.policy_patch.clearance.STE_CREDITS.blockin", "unknown_key")),
        ("expect = 1", ("case A1.expect", "wrong_type")),
        ("expect = {}", ("case A1.expect.verdict", "missing_key")),
        ("expect = { verdict = 'GO' }", ("case A1.expect.verdict", "not_allowed")),
        ("expect = { verdict = 'HOLD', reason = [] }", ("case A1.expect.reason", "unknown_key")),
        ("expect = { verdict = 'HOLD', reasons = ['X'] }", ("case A1.expect.reasons[0]", "unknown_code")),
        ("expect = { verdict = 'HOLD', reasons = [], reasons_include = [] }", ("case A1.expect.reasons_include", "both")),
        ("expect = { verdict = 'HOLD', notices_exclude = ['MISSING'] }", ("case A1.expect.notices_exclude[0]", "unknown_code")),
        ("expect = { verdict = 'HOLD', missing_evidence = ['LETTER|X'] }", ("case A1.expect.missing_evidence[0]", "unknown_evidence")),
        ("expect = { verdict = 'HOLD', prints = ['P13'] }", ("case A1.expect.prints[0]", "not_allowed")),
        ("expect = { verdict = 'HOLD', digital_due = true }", ("case A1.expect.digital_due", "wrong_type")),
        ("expect = { verdict = 'HOLD', next_opening = 2025-06-03 }", ("case A1.expect.next_opening", "wrong_type")),
        ("expect = { verdict = 'HOLD', send_to = 'X' }", ("case A1.expect.send_to", "unknown_counter")),
        ("expect = { verdict = 'HOLD', send_to = true }", ("case A1.expect.send_to", "wrong_type")),
        ("expect = { verdict = 'HOLD', reasons = 'WEEKDAY' }", ("case A1.expect.reasons", "wrong_type")),
        ("expect = { verdict = 'HOLD', reasons_include = ['APPS_CLOSED'] }", ("case A1.expect.reasons_include[0]", "unknown_code")),
        ("expect = { verdict = 'HOLD', notices = ['IN_FLIGT'] }", ("case A1.expect.notices[0]", "unknown_code")),
        ("expect = { verdict = 'HOLD', notices_include = [1] }", ("case A1.expect.notices_include[0]", "wrong_type")),
        ("expect = { verdict = 'HOLD', prints_include = ['P0'] }", ("case A1.expect.prints_include[0]", "not_allowed")),
        ("expect = { verdict = 'HOLD', digital_due = 2025-06-03T00:00:00 }", ("case A1.expect.digital_due", "wrong_type")),
        ("expect = { verdict = 'HOLD', next_opening = 2025-06-03T08:30:00.5 }", ("case A1.expect.next_opening", "fraction")),
        ("expect = { verdict = 'HOLD', verdicts = [] }", ("case A1.expect.verdicts", "unknown_key")),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_case(library: PolicyLibrary, tmp_path: Path, line: str, problem: tuple[str, str]) -> None:
    assert _faults(library, tmp_path, HEAD + CASE + line + "\n") == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ("schema", "missing_key")),
        (HEAD.replace("schema = 1", "schema = 2") + CASE, ("schema", "not_allowed")),
        (HEAD.replace("schema = 1", "schema = 1\nauthor = 'x'") + CASE, ("author", "unknown_key")),
        (HEAD, ("case", "missing_key")),
        (HEAD.replace("schema = 1", "schema = 1\ncase = []"), ("case", "empty")),
        (HEAD + "id = 'X'\n" + CASE, ("base.id", "base_key")),
        (HEAD + "expect.verdict = 'HOLD'\n" + CASE, ("base.expect", "base_key")),
        (HEAD.replace("[base]", "[case_base]") + CASE, ("case A1.at", "missing_key")),
        ("schema = 1\npolicy = 'wmu-2017'\nbase = 1\n" + CASE, ("base", "wrong_type")),
        (HEAD + "[[case]]\n", ("case[0].id", "missing_key")),
        (HEAD + "[[case]]\nid = 1\n", ("case[0].id", "wrong_type")),
        (HEAD + "[[case]]\nid = 'a b'\n", ("case[0].id", "case_id")),
        (HEAD + CASE + CASE, ("case A1.id", "duplicate")),
        (HEAD.replace('policy = "ntnu-113-2"\n', "") + CASE, ("case A1.policy", "no_pack")),
        (HEAD + "items.LIB_BOOKS.NTNU = 'OPEN'\n" + CASE + "items.LIB_BOOKS = { state = 'OPEN' }\n", ("case A1.items.LIB_BOOKS.state", "unknown_source")),
        ("schema = 1\n\nx = = 1\n", ("FILE:3", "syntax")),
        ("schema = 1\nschema = 1\n", ("FILE:2", "syntax")),
        (HEAD + CASE + "id = 'A2'\n", ("FILE:9", "syntax")),
        (HEAD + CASE + "at = 2025-02-30T10:00:00\n", ("FILE:9", "syntax")),
        ("schema = 1\ncase = [", ("FILE:2", "syntax")),
        ("schema = 1" + "0" * 5000, ("", "syntax")),
        ("x = " + "[" * 5000, ("", "syntax")),
        (HEAD + CASE + "policy_patch." + "a." * 5000 + "a = 1", ("", "syntax")),
        ("", ("case", "missing_key")),
        ("schema = '1'\n" + CASE, ("schema", "wrong_type")),
        ("schema = true\n" + CASE, ("schema", "wrong_type")),
        ("schema = 1\npolicy = 'ntnu-113-2'\n[case]\nid = 'A1'\n", ("case", "wrong_type")),
        (HEAD.replace("ntnu-113-2", "ntnu-113-9") + CASE, ("policy", "unknown_pack")),
        (HEAD.replace("ntnu-113-2", "") + CASE, ("policy", "unknown_pack")),
        (HEAD.replace('"ntnu-113-2"', "2") + CASE, ("policy", "wrong_type")),
        (HEAD + "title = 'base'\n" + CASE, ("base.title", "base_key")),
        (HEAD + "colour = 1\n" + CASE, ("case A1.colour", "unknown_key")),
        (HEAD + "[[case]]\nid = ''\n", ("case[0].id", "case_id")),
        (HEAD + "[[case]]\nid = '一'\n", ("case[0].id", "case_id")),
        (HEAD + CASE + "[[case]]\nid = 'A2'\n" + CASE, ("case A1.id", "duplicate")),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file(library: PolicyLibrary, tmp_path: Path, text: str, problem: tuple[str, str]) -> None:
    assert problem in _faults(library, tmp_path, text)


def test_a_file_that_is_not_there(library: PolicyLibrary) -> None:
    reader = CaseReader(library)
    assert reader.read("absent.toml") == []
    assert [(fault.label, fault.problem.code) for fault in reader.faults] == [("absent.toml", "unreadable")]


def test_every_problem_is_named_at_once(library: PolicyLibrary, tmp_path: Path) -> None:
    text = HEAD + CASE + "items.X = 'OPEN'\nflags.y = true\n" + CASE.replace("A1", "A2") + "mode = 'Z'\n"
    assert _faults(library, tmp_path, text) == [
        ("case A1.items.X", "unknown_item"),
        ("case A1.flags.y", "unknown_key"),
        ("case A2.mode", "not_allowed"),
    ]


def test_a_pack_that_all_cases_miss_is_named_once(library: PolicyLibrary, tmp_path: Path) -> None:
    text = HEAD.replace("ntnu-113-2", "absent") + CASE + CASE.replace("A1", "A2")
    assert _faults(library, tmp_path, text) == [("policy", "unknown_pack")]


def test_the_deepest_nesting_that_is_read(library: PolicyLibrary, tmp_path: Path) -> None:
    deepest = "student.other_units = " + "[" * 59 + "]" * 59 + "\n"
    assert _faults(library, tmp_path, HEAD + CASE + deepest) == [("case A1.student.other_units[0]", "wrong_type")]
    deeper = deepest.replace("[", "[[").replace("]", "]]")
    assert _faults(library, tmp_path, HEAD + CASE + deeper) == [("", "syntax")]


def test_a_file_in_another_encoding(library: PolicyLibrary, tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    for content, line in ((b"\xef\xbb\xbf" + HEAD.encode(), 1), (HEAD.encode() + b"# \xc2\xf7\xae\xd5\n", 7)):
        file.write_bytes(content + CASE.encode())
        reader = CaseReader(library)
        assert reader.read(str(file)) == []
        assert [(one.label, one.problem.place, one.problem.code) for one in reader.faults] == [
            (str(file), f"{file}:{line}", "encoding")
        ]


def test_a_folder_is_no_file(library: PolicyLibrary, tmp_path: Path) -> None:
    reader = CaseReader(library)
    assert reader.read(str(tmp_path)) == []
    assert [fault.problem.code for fault in reader.faults] == ["unreadable"]


def test_a_broken_pack_is_named_once(library: PolicyLibrary, folder: Path, tmp_path: Path) -> None:
    (folder / "ntnu-113-2.toml").write_text("schema = 1\nx = ", encoding="utf-8")
    text = HEAD + CASE + CASE.replace("A1", "A2")
    assert _faults(PolicyLibrary(folder), tmp_path, text) == [("ntnu-113-2.toml:2", "syntax")]


def test_a_pack_named_for_all_cases_that_is_not_there(library: PolicyLibrary, tmp_path: Path) -> None:
    assert _faults(library, tmp_path, HEAD + CASE, "absent") == [("", "pack_not_found")]


def test_the_pack_on_the_command_line_beats_all_others(library: PolicyLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEAD + CASE + "policy = 'absent'\n", encoding="utf-8")
    (case,) = CaseReader(library, "ntnu-113-1").read(str(tmp_path / "a.toml"))
    assert case.policy.edition.pack == "ntnu-113-1"


def test_a_patch_needs_no_rule_and_no_right_weekday(library: PolicyLibrary, tmp_path: Path) -> None:
    patch = "policy_patch = { pickup = { open_from = { weekday = 'Sun' } }, routing = [{ any = true, counter = 'MAIN' }] }\n"
    assert _faults(library, tmp_path, HEAD + CASE + patch) == []


def test_tables_are_merged_and_arrays_replaced(library: PolicyLibrary, tmp_path: Path) -> None:
    base = "evidence = ['APP_SCREEN']\nflags.deceased = true\nitems.LIB_BOOKS.NTNU = 'OPEN'\nletter = { date = 2025-06-01 }\n"
    case = "evidence = []\nflags.name_differs = true\nitems.LIB_BOOKS.NTU = 'PENDING'\nitems.DEPT_CERT = {}\n"
    (tmp_path / "a.toml").write_text(HEAD + base + CASE + case, encoding="utf-8")
    (read,) = CaseReader(library).read(str(tmp_path / "a.toml"))
    assert read.facts.evidence == ()
    assert read.facts.flags.deceased
    assert read.facts.flags.name_differs
    assert sorted(read.facts.items["LIB_BOOKS"]) == ["NTNU", "NTU"]
    assert read.expectation is None


@pytest.mark.parametrize(
    ("expect", "fields"),
    [
        ("verdict = 'HOLD'", ["verdict"]),
        ("verdict = 'RELEASE_NOTICE', reasons = ['WEEKDAY']", ["reasons"]),
        ("verdict = 'RELEASE_NOTICE', reasons_include = ['WEEKDAY']", ["reasons_include"]),
        ("verdict = 'RELEASE_NOTICE', notices = []", ["notices"]),
        ("verdict = 'RELEASE_NOTICE', notices_include = ['APPS_CLOSED', 'IN_FLIGHT']", ["notices_include"]),
        ("verdict = 'RELEASE_NOTICE', notices_exclude = ['OTHER_UNIT']", ["notices_exclude"]),
        ("verdict = 'RELEASE_NOTICE', notices_exclude = ['OTHER_UNIT:EOE']", ["notices_exclude"]),
        ("verdict = 'RELEASE_NOTICE', notices_exclude = ['OTHER_UNIT:CHU', 'IN_FLIGHT']", []),
        ("verdict = 'RELEASE_NOTICE', missing_evidence = ['LETTER']", ["missing_evidence"]),
        ("verdict = 'RELEASE_NOTICE', prints = ['P7', 'P1']", []),
        ("verdict = 'RELEASE_NOTICE', prints = ['P1']", ["prints"]),
        ("verdict = 'RELEASE_NOTICE', prints_include = ['P1']", []),
        ("verdict = 'RELEASE_NOTICE', prints_include = ['P8']", ["prints_include"]),
        ("verdict = 'RELEASE_NOTICE', digital_due = false", ["digital_due"]),
        ("verdict = 'RELEASE_NOTICE', digital_due = 2025-06-06", []),
        ("verdict = 'RELEASE_NOTICE', next_opening = 2025-06-03T13:30:00", ["next_opening"]),
        ("verdict = 'RELEASE_NOTICE', send_to = 'GONGGUAN'", ["send_to"]),
        ("verdict = 'RELEASE_NOTICE', send_to = false, next_opening = false", []),
    ],
)
def test_differences(library: PolicyLibrary, tmp_path: Path, expect: str, fields: list[str]) -> None:
    text = HEAD + CASE + f"student.other_units = ['EOE']\nexpect = {{ {expect} }}\n"
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    (case,) = CaseReader(library).read(str(tmp_path / "a.toml"))
    assert case.expectation is not None
    differences = list(case.expectation.differences(decide(case.policy, case.facts)))
    assert [difference.field for difference in differences] == fields


def test_an_instant_is_compared_whatever_its_offset(library: PolicyLibrary, tmp_path: Path) -> None:
    text = (
        HEAD
        + CASE
        + "at = 2025-06-03T12:00:00\nexpect = { verdict = 'NOT_NOW', next_opening = 2025-06-03T05:30:00Z }\n"
    )
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    (case,) = CaseReader(library).read(str(tmp_path / "a.toml"))
    assert case.expectation is not None
    assert list(case.expectation.differences(decide(case.policy, case.facts))) == []
