# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention of a shared store from the command line: every desk may count, only the owner of the store may erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.bootstrap.desk import build_desk
from desk_app.settings import load_settings
from tests.storage.samples import LIN, graduate

pytestmark = pytest.mark.postgres

Run = Callable[..., Result]
PURGE = ("retention", "purge", "--as", "boss", "--witness", "clerk-1", "--reason", "保存年限屆滿")


@pytest.fixture
def due(run: Run, shared: Path) -> Path:
    """Give a desk on a shared store whose roster holds somebody who never came, long ago."""
    with closing(build_desk(load_settings(shared / "desk.toml", shared))) as desk:
        with desk.store.write() as ledger:
            ledger.put_students([(graduate(LIN, graduation_ay=100), None)])
        desk.operators.switch("clerk-1")
        desk.staff.set_phrase("clerk-1", "quite-new-5678")
    text = (shared / "desk.toml").read_text(encoding="utf-8")
    # From now on nobody types, and both have the demonstration's pass phrase.
    (shared / "desk.toml").write_text(text.replace("demo-1234", "quite-new-5678"), encoding="utf-8")
    assert run("staff", "passphrase", "boss", home=shared).exit_code == 0
    return shared


def test_a_desk_counts_and_the_owner_erases(run: Run, due: Path, owner: str) -> None:
    counted = run("retention", "preview", "--as", "boss", "--json", home=due)
    assert counted.exit_code == 1, counted.output
    assert json.loads(counted.stdout)["roster"]["due"] == 1
    refused = run(*PURGE, home=due)
    assert refused.exit_code == 2
    assert "by its owner" in refused.stderr
    done = run(*PURGE, "--database", owner, "--json", home=due)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["purged"]["roster"], told["compacted"]) == (1, True)
    assert run("retention", "preview", "--as", "boss", home=due).exit_code == 0
    assert run("retention", "compact", "--database", owner, home=due).exit_code == 0
