# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app staff``: accounts from a shell, with pass phrases from the environment where nobody types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from desk_app.bootstrap.desk import build_desk
from desk_app.settings import load_settings
from tests.cli.test_commands import last_audit

Run = Callable[..., Result]


@pytest.fixture
def new_home(run: Run, tmp_path: Path) -> Path:
    """A desk made by ``init`` with one supervisor and one clerk."""
    home = tmp_path / "new"
    staff = ("--operator", "clerk-1", "林測一", "clerk", "--operator", "boss", "周測主", "supervisor")
    assert run("init", *staff, home=home).exit_code == 0
    return home


def entries(home: Path) -> list[dict[str, Any]]:
    desk = build_desk(load_settings(home / "desk.toml", home))
    with desk.store.read() as records:
        end = records.last_audit()
    desk.close()
    assert end is not None
    return [json.loads(end.body)]


def test_init_gives_the_first_supervisor_the_phrase_and_nobody_else(run: Run, new_home: Path) -> None:
    listed = run("staff", "list", home=new_home).stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["boss", "clerk-1"]
    assert [line.split("\t")[3] for line in listed] == ["may sign in", "no pass phrase yet"]
    (body,) = entries(new_home)
    assert (body["kind"], body["operator"], body["payload"]["action"]) == ("STAFF_EDIT", "boss", "begin")


def test_the_supervisor_gives_the_others_theirs(run: Run, new_home: Path) -> None:
    done = run("staff", "passphrase", "clerk-1", home=new_home)
    assert done.exit_code == 0, done.output
    assert "clerk-1" in done.stdout
    assert "quite-new-5678" not in done.output
    assert "no pass phrase yet" not in run("staff", "list", home=new_home).stdout


def test_an_account_is_opened_and_closed(run: Run, home: Path) -> None:
    add = ("staff", "add", "verifier-1", "高測查", "verifier", "--as", "super-m")
    assert run(*add, home=home).exit_code == 0
    assert run(*add, home=home).exit_code == 2
    closed = run("staff", "disable", "verifier-1", "--as", "super-m", home=home)
    assert closed.exit_code == 0
    assert last_audit(home)["kind"] == "LOGOUT"
    line = next(line for line in run("staff", "list", home=home).stdout.splitlines() if line.startswith("verifier-1"))
    assert line.endswith("closed")


def test_who_acts_must_be_known_and_prove_it(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = run("staff", "disable", "clerk-g1", home=home)
    assert nobody.exit_code == 2
    assert "super-m | super-g" in nobody.stderr or "super-g | super-m" in nobody.stderr
    clerk = run("staff", "disable", "clerk-g1", "--as", "clerk-m1", home=home)
    assert clerk.exit_code == 2
    assert "clerk-m1" in clerk.stderr
    own = run("staff", "passphrase", "clerk-m1", "--as", "clerk-m1", home=home)
    assert own.exit_code == 0, own.output
    wrong = run("staff", "disable", "clerk-g1", "--as", "clerk-m1", home=home)
    assert wrong.exit_code == 2
    assert "Attempts left: 4" in wrong.stderr


def test_where_nobody_types_the_variable_is_named(new_home: Path, run: Run) -> None:
    from click.testing import CliRunner

    from desk_app.cli.root import cli

    environment = {"DESK_HOME": str(new_home), "LANG": "en_US.UTF-8", "LC_ALL": "", "DESK_PASSPHRASE": ""}
    result = CliRunner(env=environment).invoke(cli, ["staff", "disable", "clerk-1"])
    assert result.exit_code == 2
    assert "DESK_PASSPHRASE" in result.stderr


def test_init_without_a_phrase_makes_nothing(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from desk_app.cli.root import cli

    environment = {"DESK_HOME": str(tmp_path / "none"), "LANG": "en_US.UTF-8", "LC_ALL": "", "DESK_PASSPHRASE": ""}
    result = CliRunner(env=environment).invoke(cli, ["init", "--operator", "boss", "周測主", "supervisor"])
    assert result.exit_code == 2
    assert not (tmp_path / "none" / "desk.db").exists()
