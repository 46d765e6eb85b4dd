# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped packs, a copy of them that may be spoilt, and the commands over either."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desk_app.cli.policy import policy as command
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource
from tests.shipped_rules import shipped_library

Run = Callable[..., Result]
Spoil = Callable[[str, str, str], PolicyLibrary]


@pytest.fixture(scope="session")
def library() -> PolicyLibrary:
    return shipped_library()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the policy folder."""
    return Path(shutil.copytree(resource("policy"), tmp_path / "policy"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace a text of a file in the copy and give a library over it."""

    def replace(name: str, old: str, new: str) -> PolicyLibrary:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return PolicyLibrary(folder)

    return replace


@pytest.fixture
def run() -> Run:
    """Run ``desk-app policy`` with arguments."""

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(command, [str(one) for one in arguments])

    return invoke
