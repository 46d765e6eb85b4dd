# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands: what they print, where, and with which exit code they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.policy.problems import where
from tests.policy.case_text import HEAD

CASES = Path(__file__).parent / "cases"
Run = Callable[..., Result]

BROKEN = """schema = 1
policy = "ntnu-113-2"
[[case]]
id = "C5"
at = 2025-06-03T10:00:00
counter = "MAIN"
items.GA_GWN = "OPEN"
"""
DIFFERS = (
    HEAD
    + """[[case]]
id = "A"
expect = { verdict = "HOLD", reasons = ["WEEKDAY"] }
[[case]]
id = "B"
"""
)


@pytest.fixture
def differs(tmp_path: Path) -> Path:
    path = tmp_path / "differs.toml"
    path.write_text(DIFFERS, encoding="utf-8")
    return path


def test_check_counts_the_cases_that_hold(run: Run) -> None:
    result = run("check", CASES / "a-time.toml", CASES / "own-time.toml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "43 cases, 43 hold, 0 fail\n", "")


def test_check_names_every_difference(run: Run, differs: Path) -> None:
    result = run("check", differs)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f'FAIL {differs} A verdict: expected "HOLD", got "RELEASE_NOTICE"',
        f'FAIL {differs} A reasons: expected ["WEEKDAY"], got []',
        f"FAIL {differs} B expect: missing",
        "2 cases, 0 hold, 2 fail",
    ]


def test_check_in_json(run: Run, differs: Path) -> None:
    result = run("check", differs, CASES / "g-second-institution.toml", "--format", "json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert lines[0] == {
        "file": str(differs),
        "id": "A",
        "ok": False,
        "failures": [
            {"field": "verdict", "expected": "HOLD", "actual": "RELEASE_NOTICE"},
            {"field": "reasons", "expected": ["WEEKDAY"], "actual": []},
        ],
    }
    assert lines[1]["failures"][0]["field"] == "expect"
    assert lines[2]["ok"] is True
    assert lines[-1] == {"cases": 7, "hold": 5, "fail": 2}


def test_an_invalid_file_stops_all(run: Run, tmp_path: Path) -> None:
    broken, wrong = tmp_path / "broken.toml", tmp_path / "wrong.toml"
    broken.write_text(BROKEN, encoding="utf-8")
    wrong.write_text("schema = 1\n\n[", encoding="utf-8")
    for command in ("check", "evaluate"):
        result = run(command, CASES / "a-time.toml", broken, wrong, tmp_path / "absent.toml")
        assert result.exit_code == 2
        assert result.stdout == ""
        lines = result.stderr.splitlines()
        assert lines[0].startswith(f"{broken}: case C5.items.GA_GWN: unknown clearance item")
        assert lines[0].endswith("; did you mean GA_GOWN?")
        assert lines[1].startswith(f"{wrong}:3: ")
        assert lines[2].startswith(f"{tmp_path / 'absent.toml'}: ")


def test_a_broken_pack_is_named_with_its_key_path(run: Run, folder: Path) -> None:
    path = folder / "ntnu-113-2.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[clearance.GA_GOWN]", "[clearance.GA_GOWN]\nblockin = 1"))
    result = run("check", CASES / "a-time.toml", "--policy-dir", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith("policy ntnu-113-2: clearance.GA_GOWN.blockin: unknown key")
    assert len(result.stderr.splitlines()) == 1


def test_evaluate_gives_the_outcome(run: Run) -> None:
    result = run("evaluate", CASES / "a-time.toml", CASES / "x-format.toml")
    outcomes = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert outcomes[0] == {
        "id": "C1",
        "verdict": "RELEASE_NOTICE",
        "reasons": [],
        "notices": ["APPS_CLOSED", "EASYCARD_UNTIL", "DIGITAL_DUE"],
        "missing_evidence": [],
        "prints": ["P1", "P7"],
        "digital_due": "2025-06-05",
        "next_opening": None,
        "send_to": None,
    }
    assert outcomes[1]["next_opening"] == "2025-06-02T08:30:00+08:00"
    assert len(outcomes) == 16 + 26


def test_evaluate_for_people(run: Run) -> None:
    result = run("evaluate", CASES / "g-second-institution.toml", "--format", "text")
    assert result.stdout.startswith(
        "C136: RELEASE\n  prints: P1\nC137: NEED_EVIDENCE\n  reasons: MISSING:LEAVING_FORM\n"
    )


def test_another_pack_for_all_cases(run: Run) -> None:
    result = run("evaluate", CASES / "a-time.toml", "--policy", "ntnu-112-2")
    assert json.loads(result.stdout.splitlines()[0])["prints"] == ["P1", "P7"]
    assert run("evaluate", CASES / "a-time.toml", "--policy", "wmu-2017").exit_code == 2
    assert run("evaluate", CASES / "a-time.toml", "--policy", "x").stderr.startswith("policy x: ")


def test_no_file_is_a_wrong_use(run: Run) -> None:
    assert run("check").exit_code == 2


def test_lint_of_all_packs(run: Run) -> None:
    result = run("lint")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert {row[1] for row in rows} == {"warning"}
    assert ["ntnu-113-2", "warning", "CLOSURE_USELESS", "closure[0]", "2025-07-12 is no service day anyway"] in rows


def test_lint_in_json(run: Run) -> None:
    result = run("lint", "wmu-2017", "--format", "json")
    assert json.loads(result.stdout.splitlines()[0]) == {
        "pack": "wmu-2017",
        "severity": "warning",
        "code": "PHONE_MISSING",
        "key path": "office.LIBRARY.phone",
        "message": "no telephone number",
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("schema = 1", "schema = 1\nscheme = 1", "SCHEMA"),
        ("to = 12:00:00", "to = 14:00:00", "WINDOWS_OVERLAP"),
        ('college = "ARTS"', 'college = "MUSIC"', "ROUTING_CONFLICT"),
        ('rule = ["R2"]', "rule = []", "RULE_UNKNOWN"),
    ],
)
def test_lint_errors(run: Run, folder: Path, old: str, new: str, code: str) -> None:
    path = folder / "ntnu-113-2.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result = run("lint", "ntnu-113-2", "wmu-2017", "--policy-dir", folder)
    assert result.exit_code == 1
    assert ["ntnu-113-2", "error", code] in [line.split("\t")[:3] for line in result.stdout.splitlines()]


def test_lint_of_a_pack_that_cannot_be_read(run: Run, folder: Path) -> None:
    (folder / "wmu-2017.toml").write_text("[", encoding="utf-8")
    result = run("lint", "--policy-dir", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith("policy wmu-2017: wmu-2017.toml:1: ")
    assert "ntnu-113-2\twarning" in result.stdout
    assert run("lint", "absent").exit_code == 2


def test_compare_finds_the_three_dates_that_were_not_updated(run: Run) -> None:
    result = run("compare", "ntnu-113-1", "ntnu-113-2")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [row for row in rows if row[0] == "NOT_UPDATED"] == [
        ["NOT_UPDATED", "portal.open.from", "2024-12-16", "2024-12-16"],
        ["NOT_UPDATED", "portal.credential[0].from", "2024-12-16", "2024-12-16"],
        ["NOT_UPDATED", "portal.credential[1].from", "2025-01-31", "2025-01-31"],
    ]
    assert ["CHANGED", "edition.semester", "1", "2"] in rows
    assert ["ONLY_B", "closure[0].counts_as_working_day", "", "true"] in rows
    assert ["ONLY_A", "evidence.PROXY_REPORTED.need", '["PROXY_ID", "LETTER", "LOSS_REPORT"]', ""] in rows
    assert rows[0][1] == "edition.pack"
    kinds = [row[0] for row in rows]
    assert "ONLY_B" not in kinds[: kinds.index("ONLY_B")]
    assert set(kinds[kinds.index("ONLY_B") :]) == {"ONLY_B"}


def test_compare_leaves_out_what_does_not_change_with_the_edition(run: Run) -> None:
    paths = [line.split("\t")[1] for line in run("compare", "ntnu-113-2", "wmu-2017").stdout.splitlines()]
    assert not any(path.startswith("card.") for path in paths)
    assert not any(path.rpartition(".")[2] in {"rule", "status", "note", "weekday", "source_text"} for path in paths)
    assert "pickup.windows.list[0].to" in paths


def test_compare_with_itself_and_in_json(run: Run, folder: Path) -> None:
    result = run("compare", "ntnu-113-1", "ntnu-113-2", "--format", "json")
    assert json.loads(result.stdout.splitlines()[0]) == {
        "kind": "CHANGED",
        "key path": "edition.pack",
        "value in A": "ntnu-113-1",
        "value in B": "ntnu-113-2",
    }
    kinds = {line.split("\t")[0] for line in run("compare", "wmu-2017", "wmu-2017").stdout.splitlines()}
    assert kinds == {"NOT_UPDATED"}


def test_compare_without_stale_dates_ends_well(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("x = 1\ny = true\nt = 08:30:00\ns = 'a\tb'\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text("x = 2\ny = 1\nt = 08:30:00\ns = 'a'\n", encoding="utf-8")
    result = run("compare", "a", "b", "--policy-dir", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "CHANGED\tx\t1\t2\nCHANGED\ty\ttrue\t1\nCHANGED\ts\ta b\ta\n")


def test_compare_with_a_pack_that_is_not_there(run: Run) -> None:
    result = run("compare", "absent", "ntnu-113-2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("policy absent: ")


def test_show_says_what_applies(run: Run) -> None:
    lines = run("show", "ntnu-113-2", "--at", "2025-07-11T10:00:00").stdout.splitlines()
    assert "Closed now: Announced closure today (Advanced Subjects Test)" in lines
    assert "Next opening: 2025-07-14 (Mon), 08:30" in lines
    assert "Closed from 2025-07-11 to 2025-07-12: Advanced Subjects Test" in lines
    assert "In person with the student card: student card" in lines
    assert "EasyCard student fare: last day 2025-10-31 (Fri)" in lines


def test_show_an_open_counter_in_chinese(run: Run) -> None:
    lines = run(
        "show", "ntnu-113-2", "--counter", "GONGGUAN", "--at", "2025-08-04T10:00:00", "--language", "zh-TW"
    ).stdout.splitlines()
    assert "目前服務中" in lines
    assert lines[2].startswith("公館校區教務組")
    assert not any("分科測驗" in line for line in lines)


def test_show_without_calendar_and_rules(run: Run) -> None:
    lines = run("show", "wmu-2017", "--at", "2020-01-01T10:00:00").stdout.splitlines()
    assert "No calendar: every day is a working day" in lines
    assert "No further opening is known" in lines
    assert "By proxy with the student card: no rule; a supervisor decides" in lines


def test_show_now(run: Run) -> None:
    assert run("show", "wmu-2017").exit_code == 0


def test_show_hours_that_are_closed(run: Run, folder: Path) -> None:
    path = folder / "ntnu-113-2.toml"
    closure = '[[closure]]\nfrom = 2025-06-03T09:00:00\nto = 2025-06-03T11:00:00\nreason = "DRILL"\nrule = ["R34"]\nstatus = "confirmed"\n'
    path.write_text(path.read_text(encoding="utf-8") + closure, encoding="utf-8")
    for at, shown in (("2025-06-03T10:00:00", True), ("2025-06-03T11:00:00", False), ("2025-06-01T11:00:00", True)):
        lines = run("show", "ntnu-113-2", "--at", at, "--policy-dir", folder).stdout
        assert ("DRILL" in lines) is shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2025-06-03", "2025-06-03 (Tue), 00:00"),
        ("2025-06-03T09:30", "2025-06-03 (Tue), 09:30"),
        ("2025-06-03 09:30:15", "2025-06-03 (Tue), 09:30"),
        ("2025-06-03T02:00:00Z", "2025-06-03 (Tue), 10:00"),
        ("2025-06-02T20:00:00-0500", "2025-06-03 (Tue), 09:00"),
        ("0001-01-02T00:00:00", "0001-01-02 (Tue), 00:00"),
        ("9999-12-31T23:59:59", "9999-12-31 (Fri), 23:59"),
    ],
)
def test_show_at_any_instant(run: Run, at: str, shown: str) -> None:
    for pack in ("ntnu-113-2", "wmu-2017"):
        result = run("show", pack, "--at", at)
        assert (result.exit_code, result.stderr) == (0, "")
        assert shown in result.stdout.splitlines()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-0100"])
def test_show_refuses_an_instant_outside_the_calendar(run: Run, at: str) -> None:
    result = run("show", "ntnu-113-2", "--at", at)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "policy ntnu-113-2: --at: this time lies outside the calendar\n"


def test_show_says_when_the_desk_opens_again(run: Run) -> None:
    lines = run("show", "ntnu-113-2", "--at", "2025-06-03T12:00:00").stdout.splitlines()
    assert "Hours: 08:30-12:00, 13:30-17:00" in lines
    assert "Next opening: 2025-06-03 (Tue), 13:30" in lines
    assert "Digital certificate for a release today: by 2025-06-06 (Fri)" in lines


@pytest.mark.parametrize("command", [["lint"], ["check", CASES / "a-time.toml"], ["evaluate", CASES / "a-time.toml"]])
def test_a_policy_folder_that_is_not_there_is_a_wrong_use(run: Run, tmp_path: Path, command: list[str]) -> None:
    result = run(*command, "--policy-dir", tmp_path / "absent")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "absent" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["lint", "--format", "xml"], ["compare", "wmu-2017"], ["show"], ["show", "wmu-2017", "--at", "noon"], ["guess"]],
)
def test_a_wrong_use_ends_with_two(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_show_refuses_an_unknown_counter_and_an_unsound_pack(run: Run, folder: Path) -> None:
    assert "unknown counter" in run("show", "ntnu-113-2", "--counter", "X").stderr
    path = folder / "ntnu-113-2.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('rule = ["R2"]', "rule = []"), encoding="utf-8")
    result = run("show", "ntnu-113-2", "--policy-dir", folder)
    assert (result.exit_code, result.stderr) == (2, "policy ntnu-113-2: edition.rule: no rule is named\n")


def test_no_command_writes_or_shows_a_stack_trace(run: Run, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for arguments in (["lint"], ["compare", "wmu-2017", "wmu-2017"], ["show", "wmu-2017"]):
        assert "Traceback" not in run(*arguments, "--policy-dir", folder).output
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_places() -> None:
    assert where("a.toml", "") == "a.toml"
    assert where("a.toml", "a.toml:3") == "a.toml:3"
    assert where("a.toml", "case X") == "a.toml: case X"
