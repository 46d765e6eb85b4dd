# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a shared store from the command line: made by a desk, put back by the owner, counted before any hand-over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Run = Callable[..., Result]
BOSS = ("--as", "boss")


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
