# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as offices deliver them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desk_app.domain.policy import Policy
from desk_app.sources.files import DeskFiles
from tests.shipped_rules import shipped_library
from tests.sources.office_files import Office, new_office


@pytest.fixture(scope="session")
def policy() -> Policy:
    return shipped_library().load("ntnu-113-2")


@pytest.fixture
def files(policy: Policy) -> DeskFiles:
    return DeskFiles(policy, "MAIN", lambda number: f"hash of {len(number)}")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Give an office with the library's profile and an empty drop folder."""
    return new_office(tmp_path / "office")
