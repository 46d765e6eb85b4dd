# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration's folder: its own is made anew, anybody else's is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.cli.demo import fresh_folder
from desk_app.domain.errors import SettingsError


def test_an_earlier_demonstration_is_cleared_away(tmp_path: Path) -> None:
    folder = fresh_folder(tmp_path / "demo-output")
    (folder / "old.pdf").write_text("old")
    assert [path.name for path in fresh_folder(folder).iterdir()] == [".certificate-desk-demo"]


def test_a_folder_with_other_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not lose")
    with pytest.raises(SettingsError) as caught:
        fresh_folder(tmp_path)
    assert caught.value.code == "demo_folder"
    assert (tmp_path / "thesis.txt").read_text() == "do not lose"
