# SPDX-License-Identifier: GPL-3.0-or-later
"""One value of a settings file is changed, and every other line stays as its owner wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.domain.errors import KeyTroubleError
from desk_app.settings import KeyKind
from desk_app.settings_edit import changed_settings, put_settings

OWN = '# ours\n[desk]\ncounter = "MAIN" # the hall\n\n[[operator]]\nid = "a"\nname = "測"\nrole = "clerk"\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OWN, OWN + '\n[keys]\nkind = "phrase"\n'),
        ("[keys]\n" + OWN, '[keys]\nkind = "phrase"\n' + OWN),
        ('[keys]\n kind="file"  # plain\n' + OWN, '[keys]\nkind = "phrase"\n' + OWN),
        (OWN + "[ keys ] # last", OWN + '[ keys ] # last\nkind = "phrase"\n'),
        ("", '\n[keys]\nkind = "phrase"\n'),
    ],
)
def test_the_value_is_set_where_it_belongs(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(before, encoding="utf-8")
    text, settings = changed_settings(file, tmp_path, "keys.kind", '"phrase"')
    assert text == after
    assert settings.keys is KeyKind.PHRASE
    assert file.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("text", ["[keys", 'keys = { kind = "file" }', "[keys]\nkindd = 1\n"])
def test_a_file_that_does_not_take_it_is_left_to_its_owner(tmp_path: Path, text: str) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KeyTroubleError) as refused:
        changed_settings(file, tmp_path, "keys.kind", '"phrase"')
    assert refused.value.data == {"file": str(file), "key": "keys.kind", "value": '"phrase"'}


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyTroubleError, match="keys_settings"):
        changed_settings(tmp_path / "desk.toml", tmp_path, "keys.kind", '"phrase"')


def test_the_file_is_replaced_as_a_whole_with_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    put_settings(file, "new")
    assert file.read_text(encoding="utf-8") == "new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyTroubleError, match="keys_unwritten"):
        put_settings(tmp_path / "nowhere" / "desk.toml", "new")
