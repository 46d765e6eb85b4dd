# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk of the demonstration made once, and copies of it to work on from a command line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desk_app.bootstrap.desk import demo_desk
from desk_app.cli.root import cli
from desk_app.resources import resource

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the demonstration's data folder with its settings; copy it, never write to it."""
    folder = tmp_path_factory.mktemp("demo") / "desk"
    demo_desk(folder).close()
    shutil.copy(resource("demo", "settings.toml"), folder / "desk.toml")
    return folder


@pytest.fixture
def home(made_desk: Path, tmp_path: Path) -> Path:
    """Give a test its own data folder."""
    return shutil.copytree(made_desk, tmp_path / "desk")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command line as a person would, on a data folder."""

    def at(*arguments: object, home: Path | None = None, language: str = "en_US.UTF-8") -> Result:
        environment = {"DESK_HOME": str(home or tmp_path / "nothing"), "LANG": language, "LC_ALL": ""}
        environment |= {"DESK_PASSPHRASE": "demo-1234", "DESK_NEW_PASSPHRASE": "quite-new-5678"}
        return CliRunner(env=environment).invoke(cli, [str(argument) for argument in arguments])

    return at
