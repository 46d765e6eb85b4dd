# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a shared store from the command line: made by a desk, put back by the owner, counted before any hand-over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result

from tests.postgres import DESK, OWNER, Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Run = Callable[..., Result]
STAFF = ("--operator", "boss", "周測主", "supervisor", "--operator", "clerk-1", "林測一", "clerk")
BOSS = ("--as", "boss")


@pytest.fixture
def owner(cluster: Cluster) -> str:
    """Give the owner's address of an empty database."""
    name = f"copied_{uuid4().hex}"
    cluster.administer(f"CREATE DATABASE {name} OWNER {OWNER}")
    return cluster.address(name, OWNER)


@pytest.fixture
def shared(run: Run, owner: str, tmp_path: Path) -> Path:
    """Give the data folder of a desk on a shared store."""
    home = tmp_path / "shared"
    made = run("init", "--database", owner, "--role", DESK, *STAFF, home=home)
    assert made.exit_code == 0, made.output
    settings = home / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    # Nobody types here: the pass phrase that the command line was given stands in the settings.
    settings.write_text(text.replace("[desk]", '[desk]\ndemo = true\ndemo_phrase = "demo-1234"'), encoding="utf-8")
    return home


def test_a_desk_makes_a_backup_and_says_which_proof_was_possible(run: Run, shared: Path) -> None:
    result = run("backup", "--json", *BOSS, home=shared)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["proof"] == "compared"
    file = Path(told["file"])
    assert file.parent == shared / "backups"
    assert file.suffix == ".dump"
    drilled = run("restore", file, "--drill", home=shared)
    assert drilled.exit_code == 0, drilled.output
    assert "CREATEDB" in drilled.stdout
    checks = json.loads(run("doctor", "--json", home=shared).stdout)["checks"]
    assert next(check for check in checks if check["part"] == "backup")["detail"].endswith("MAIN 1")


def test_only_the_owner_puts_it_back_and_then_two_must_count(run: Run, shared: Path, owner: str) -> None:
    file = json.loads(run("backup", "--json", *BOSS, home=shared).stdout)["file"]
    by = BOSS
    refused = run("restore", file, *by, home=shared)
    assert refused.exit_code == 2
    assert "--database" in refused.stderr
    restored = run("restore", file, *by, "--database", owner, home=shared)
    assert restored.exit_code == 0, restored.output
    assert "replaced-" in restored.stdout
    checks = json.loads(run("doctor", "--json", home=shared).stdout)["checks"]
    assert "desk-app recount" in next(check for check in checks if check["part"] == "recount")["mend"]
    assert run("audit", "verify", home=shared).exit_code == 0
