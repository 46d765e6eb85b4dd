# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, on copies of the demonstration's desk, with pass phrases that cost no time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from desk_app.cli.root import cli
from desk_app.storage.pass_phrases import ArgonPhrases

Run = Callable[..., Result]


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
