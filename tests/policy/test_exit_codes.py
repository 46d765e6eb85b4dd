# SPDX-License-Identifier: GPL-3.0-or-later
"""How each ``policy`` command ends when several things are true of its files at once, and what it has said by then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.policy.case_text import HEAD

pytestmark = pytest.mark.slow

Run = Callable[..., Result]

FILES = {
    "good.toml": HEAD + '[[case]]\nid = "G"\nexpect.verdict = "RELEASE_NOTICE"\n',
    "fails.toml": HEAD + '[[case]]\nid = "F"\nexpect.verdict = "HOLD"\nexpect.digital_due = false\n',
    "bare.toml": HEAD + '[[case]]\nid = "B"\n',
    "empty.toml": "",
    "invalid.toml": HEAD + '[[case]]\nid = "I"\nexpect.verdict = "HELD"\n',
    "syntax.toml": HEAD + "[[case]\n",
    "nul.toml": HEAD + '[[case]]\nid = "\0"\n',
}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return lambda name: tmp_path / f"{name}.toml"


@pytest.mark.parametrize(
    ("names", "checked", "evaluated"),
    [
        (["good"], 0, 0),
        (["good", "good"], 0, 0),
        (["fails"], 1, 0),
        (["bare"], 1, 0),
        (["good", "bare", "fails"], 1, 0),
        (["good", "invalid"], 2, 2),
        (["fails", "syntax"], 2, 2),
        (["nul"], 2, 2),
        (["empty", "good"], 2, 2),
        (["good", "absent"], 2, 2),
    ],
)
def test_check_and_evaluate(
    run: Run, file: Callable[[str], Path], names: list[str], checked: int, evaluated: int
) -> None:
    for command, code in (("check", checked), ("evaluate", evaluated)):
        for form in ("text", "json"):
            result = run(command, *(file(name) for name in names), "--format", form)
            assert result.exit_code == code
            assert (result.stdout == "") is (code == 2)
            assert (result.stderr != "") is (code == 2)


def test_every_problem_of_every_file_stands_on_a_line_of_its_own(run: Run, file: Callable[[str], Path]) -> None:
    lines = run("check", file("syntax"), file("invalid"), file("empty"), file("good")).stderr.splitlines()
    starts = [
        f"{file('syntax')}:7: ",
        f"{file('invalid')}: case I.expect.verdict: ",
        f"{file('empty')}: schema: ",
        f"{file('empty')}: case: ",
    ]
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))
    assert '"HELD" is not allowed (allowed: DUPLICATE, ' in lines[1]
    assert lines[1].endswith("; did you mean HOLD?")


def test_a_file_whose_name_is_no_text(file: Callable[[str], Path]) -> None:
    name = os.fsencode(file("good").parent) + b"/\xff.toml"
    for arguments, code in ((["check"], 2), (["check", "--format", "json"], 2), (["evaluate"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "desk_app", "policy", *arguments, name], capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (code, b"")
        assert done.stderr.startswith(name + b": cannot be read")


def test_a_failure_in_both_formats(run: Run, file: Callable[[str], Path]) -> None:
    path = file("fails")
    assert run("check", path).stdout.splitlines() == [
        f'FAIL {path} F verdict: expected "HOLD", got "RELEASE_NOTICE"',
        f'FAIL {path} F digital_due: expected null, got "2025-06-06"',
        "1 cases, 0 hold, 1 fail",
    ]
    case, last = (json.loads(line) for line in run("check", path, "--format", "json").stdout.splitlines())
    assert case == {
        "file": str(path),
        "id": "F",
        "ok": False,
        "failures": [
            {"field": "verdict", "expected": "HOLD", "actual": "RELEASE_NOTICE"},
            {"field": "digital_due", "expected": None, "actual": "2025-06-06"},
        ],
    }
    assert last == {"cases": 1, "hold": 0, "fail": 1}


def test_an_outcome_has_exactly_its_keys_in_their_types(run: Run, file: Callable[[str], Path]) -> None:
    first, second = (json.loads(line) for line in run("evaluate", file("bare"), file("fails")).stdout.splitlines())
    assert list(first) == [
        "id", "verdict", "reasons", "notices", "missing_evidence", "prints", "digital_due", "next_opening", "send_to",
    ]  # fmt: skip
    assert (first["id"], second["id"]) == ("B", "F")
    assert (first["next_opening"], first["send_to"], first["digital_due"]) == (None, None, "2025-06-06")


@pytest.mark.parametrize(
    ("change", "arguments", "code"),
    [
        ("", ["ntnu-113-2"], 0),
        ('rule = ["R2"]|rule = ["R200"]', ["ntnu-113-2"], 1),
        ('rule = ["R2"]|rule = ["R200"]', ["wmu-2017"], 0),
        ('rule = ["R2"]|rule = ["R200"]', [], 1),
        ('rule = ["R2"]|rule = ["R200"]', ["ntnu-113-2", "absent"], 2),
        ("schema = 1|schema = ", ["ntnu-113-2"], 2),
        ("schema = 1|schema = ", [], 2),
        ("schema = 1|schema = 3", [], 1),
    ],
)
def test_lint(run: Run, folder: Path, change: str, arguments: list[str], code: int) -> None:
    path = folder / "ntnu-113-2.toml"
    old, _, new = change.partition("|")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result = run("lint", *arguments, "--policy-dir", folder)
    assert result.exit_code == code
    assert (result.stderr != "") is (code == 2)
    assert ("\terror\t" in result.stdout) is (code == 1 or "absent" in arguments)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ntnu-113-1", "ntnu-113-2"], 1),
        (["ntnu-112-2", "ntnu-113-2"], 0),
        (["ntnu-112-2", "ntnu-112-2"], 1),
        (["ntnu-112-2", "absent"], 2),
        (["absent", "gone"], 2),
    ],
)
def test_compare(run: Run, arguments: list[str], code: int) -> None:
    for form in ("text", "json"):
        result = run("compare", *arguments, "--format", form)
        assert result.exit_code == code
        assert ("NOT_UPDATED" in result.stdout) is (code == 1)
        assert len(result.stderr.splitlines()) == (arguments.count("absent") + arguments.count("gone"))


def test_a_pack_with_errors_can_be_compared_but_not_shown(run: Run, folder: Path) -> None:
    path = folder / "ntnu-113-2.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("minutes = 10", "minuts = 10"), encoding="utf-8")
    result = run("compare", "ntnu-113-1", "ntnu-113-2", "--policy-dir", folder)
    assert result.exit_code == 1
    assert "ONLY_A\tpickup.grace.minutes\t10\t\n" in result.stdout
    assert "ONLY_B\tpickup.grace.minuts\t\t10\n" in result.stdout
    shown = run("show", "ntnu-113-2", "--policy-dir", folder)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert [line.partition(" (")[0] for line in shown.stderr.splitlines()] == [
        "policy ntnu-113-2: pickup.grace.minutes: missing",
        "policy ntnu-113-2: pickup.grace.minuts: unknown key",
    ]


def test_no_file_is_taken_for_another_s_pack(run: Run, file: Callable[[str], Path], folder: Path) -> None:
    (folder / "ntnu-113-2.toml").unlink()
    result = run("check", file("good"), "--policy-dir", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith(f'{file("good")}: policy: unknown policy pack "ntnu-113-2" (known: ntnu-112-2, ')
    named = run("check", file("good"), "--policy", "ntnu-113-2", "--policy-dir", folder)
    assert named.stderr.startswith(f"policy ntnu-113-2: no such pack in {folder} (there: ntnu-112-2, ")
