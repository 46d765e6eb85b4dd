# SPDX-License-Identifier: GPL-3.0-or-later
"""Card profiles: the shipped ones load, a wrong one names file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.apdu import KeyType
from hardware.profile import CardProfileError, load_profile

GOOD = {
    "sector": "10", "blocks": "[0, 1]", "key": '"school"', "key_type": '"B"', "slot": "32", "codec": '"ascii"', "length": "9"
}  # fmt: skip


def _write(folder: Path, **changes: str) -> Path:
    lines = "\n".join(f"{key} = {value}" for key, value in (GOOD | changes).items() if value)
    path = folder / "school.toml"
    path.write_text(f'id = "school"\n[number]\n{lines}\n', encoding="utf-8")
    return path


def test_the_shipped_profiles_load(project_root: Path) -> None:
    profiles = {path.stem: load_profile(path) for path in (project_root / "resources/card_profiles").glob("*.toml")}
    assert {name: profile.id for name, profile in profiles.items()} == {"demo-4k": "demo-4k", "uid-only": "uid-only"}
    assert profiles["uid-only"].number is None


def test_a_profile_says_which_blocks_are_read(tmp_path: Path) -> None:
    field = load_profile(_write(tmp_path, sector="33", blocks="[14, 0]")).number
    assert field is not None
    assert field.numbers == (158, 144)
    assert (field.key, field.key_type, field.slot, field.codec, field.length) == ("school", KeyType.B, 32, "ascii", 9)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sector", "40"),
        ("sector", '"10"'),
        ("blocks", "[]"),
        ("blocks", "[3]"),
        ("blocks", "0"),
        ("key", ""),
        ("key", '""'),
        ("key_type", '"C"'),
        ("slot", "256"),
        ("codec", '"rot13"'),
        ("length", "33"),
        ("length", "0"),
    ],
)
def test_a_wrong_profile_names_file_and_key(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(CardProfileError) as caught:
        load_profile(_write(tmp_path, **{key: value}))
    assert (caught.value.file, caught.value.key) == ("school.toml", f"number.{key}")


def test_the_makers_block_is_no_place_for_a_number(tmp_path: Path) -> None:
    with pytest.raises(CardProfileError) as caught:
        load_profile(_write(tmp_path, sector="0", blocks="[0]"))
    assert caught.value.key == "number.blocks"


@pytest.mark.parametrize(
    ("content", "key"), [("id = 1", "id"), ("", "id"), ('id = "x"\nnumber = 5', "number"), ("id =", "")]
)
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, content: str, key: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CardProfileError) as caught:
        load_profile(path)
    assert (caught.value.file, caught.value.key) == ("bad.toml", key)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CardProfileError) as caught:
        load_profile(tmp_path / "none.toml")
    assert str(caught.value) == "none.toml: "
