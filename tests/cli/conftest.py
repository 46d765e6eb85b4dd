# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, on copies of the demonstration's desk, with pass phrases that cost no time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from desk_app.cli.root import cli
from desk_app.storage.pass_phrases import ArgonPhrases
from tests.postgres import DESK, OWNER, Cluster

Run = Callable[..., Result]
_STAFF = ("--operator", "boss", "周測主", "supervisor", "--operator", "clerk-1", "林測一", "clerk")


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash pass phrases with the real algorithm at the least cost; what it has to cost is tried where it is set."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(ArgonPhrases, "_hasher", lambda _phrases: cheap)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command line as a person would, on a data folder."""

    def at(*arguments: object, home: Path | None = None, language: str = "en_US.UTF-8") -> Result:
        environment = {"DESK_HOME": str(home or tmp_path / "nothing"), "LANG": language, "LC_ALL": ""}
        environment |= {"DESK_PASSPHRASE": "demo-1234", "DESK_NEW_PASSPHRASE": "quite-new-5678"}
        return CliRunner(env=environment).invoke(cli, [str(argument) for argument in arguments])

    return at


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
    made = run("init", "--database", owner, "--role", DESK, *_STAFF, home=home)
    assert made.exit_code == 0, made.output
    settings = home / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    # Nobody types here: the pass phrase that the command line was given stands in the settings.
    settings.write_text(text.replace("[desk]", '[desk]\ndemo = true\ndemo_phrase = "demo-1234"'), encoding="utf-8")
    return home
