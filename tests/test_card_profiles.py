# SPDX-License-Identifier: GPL-3.0-or-later
"""Card profiles: the shipped ones load, a wrong one names file, key, and what would be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk_app.card_profiles import load_profile
from desk_app.profile_tables import ProfileError
from hardware.apdu import KeyType, storage_card_atr
from hardware.api import CardKind
from hardware.profile import CardField, CardProfile, UidRule

GOOD = {
    "sector": "10", "blocks": "[0, 1]", "key": '"school"', "key_type": '"B"', "slot": "32", "codec": '"ascii"', "length": "9"
}  # fmt: skip


def _write(folder: Path, *, before: str = "", after: str = "", **changes: str) -> Path:
    lines = "\n".join(f"{key} = {value}" for key, value in (GOOD | changes).items() if value)
    path = folder / "school.toml"
    path.write_text(f'id = "school"\n{before}\n[number]\n{lines}\n{after}\n', encoding="utf-8")
    return path


def _number(profile: CardProfile) -> CardField:
    assert profile.number is not None
    return profile.number


def test_the_shipped_profiles_load(project_root: Path) -> None:
    profiles = {path.stem: load_profile(path) for path in (project_root / "resources/card_profiles").glob("*.toml")}
    assert {name: profile.id for name, profile in profiles.items()} == {"demo-4k": "demo-4k", "uid-only": "uid-only"}
    assert profiles["uid-only"].number is None
    assert profiles["uid-only"].key_names == ()


def test_everything_that_the_profile_to_copy_names_can_be_said(project_root: Path, tmp_path: Path) -> None:
    text = (project_root / "resources/card_profiles/demo-4k.toml").read_text(encoding="utf-8")
    said = re.sub(r"(?m)^# (?=\[|\w+ = )", "", text)
    of_a_value_block = re.sub(r"(?m)^digits = .*\n", "", said)
    assert said.count("\n#") < text.count("\n#") - 20
    assert said != of_a_value_block
    path = tmp_path / "school.toml"
    path.write_text(of_a_value_block, encoding="utf-8")
    profile = load_profile(path)
    assert profile.issued is not None
    assert profile.checks.required
    assert dict(profile.generations) == dict(CardProfile("usual").generations)


def test_a_profile_says_which_blocks_are_read(tmp_path: Path) -> None:
    field = _number(load_profile(_write(tmp_path, sector="33", blocks="[14, 0]")))
    assert field.blocks_from(33) == (158, 144)
    assert (field.key, field.key_type, field.slot, field.codec, field.length) == ("school", KeyType.B, 32, "ascii", 9)


def test_a_field_may_be_found_by_the_cards_directory(tmp_path: Path) -> None:
    field = _number(load_profile(_write(tmp_path, sector="", application='"4801"')))
    assert (field.sector, field.application) == (None, 0x4801)


def test_a_value_block_is_filled_up_with_zeros(tmp_path: Path) -> None:
    field = _number(load_profile(_write(tmp_path, codec='"value"', blocks="[1]", length="", digits="9")))
    assert (field.length, field.digits) == (16, 9)


def test_what_a_profile_does_not_say_is_usual() -> None:
    profile = CardProfile("any")
    assert profile.uid == UidRule((4, 7))
    assert profile.kind_of(storage_card_atr(0x0002)) is CardKind.FOUR_K
    assert [profile.kind_of(storage_card_atr(name)) for name in (0x0001, 0x0036, 0x0037)] == [CardKind.OLD] * 3
    assert profile.kind_of(b"\x3b\x00") is CardKind.UNKNOWN


def test_a_school_names_its_own_generations_and_uids(tmp_path: Path) -> None:
    own = '[uid]\nsizes = [7]\norder = "reversed"\n[generation]\n0037 = "4K"\n'
    profile = load_profile(_write(tmp_path, before=own))
    assert profile.uid == UidRule((7,), reversed=True)
    assert profile.kind_of(storage_card_atr(0x0037)) is CardKind.FOUR_K
    assert profile.kind_of(storage_card_atr(0x0001)) is CardKind.OLD


def test_a_profile_says_what_a_number_looks_like(tmp_path: Path) -> None:
    after = '[checks]\npattern = "[0-9]{8}[A-Z]"\ndigit = "luhn"\nrequired = true\n'
    checks = load_profile(_write(tmp_path, after=after)).checks
    assert checks.pattern is not None
    assert checks.pattern.fullmatch("41020901L")
    assert (checks.digit, checks.required) == ("luhn", True)


def test_the_keys_that_a_profile_needs_are_named_once(tmp_path: Path) -> None:
    issued = (
        '[issued]\nsector = 11\nblocks = [0]\nkey = "school"\nkey_type = "A"\nslot = 0\ncodec = "bcd"\nlength = 4\n'
    )
    profile = load_profile(_write(tmp_path, after=issued))
    assert profile.key_names == ("school",)
    assert profile.issued is not None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sector", "40"),
        ("sector", "-1"),
        ("sector", "true"),
        ("sector", '"10"'),
        ("sector", ""),
        ("blocks", "[]"),
        ("blocks", "[3]"),
        ("blocks", "[0, 0]"),
        ("blocks", "[true]"),
        ("blocks", "[-1]"),
        ("blocks", "[1.0]"),
        ("blocks", "0"),
        ("key", ""),
        ("key", '""'),
        ("key_type", '"C"'),
        ("slot", "256"),
        ("codec", '"rot13"'),
        ("length", "33"),
        ("length", "0"),
        ("offset", "32"),
        ("digits", "9"),
    ],
)
def test_a_wrong_value_is_named_with_file_key_and_what_is_allowed(tmp_path: Path, key: str, value: str) -> None:
    path = _write(tmp_path, **{key: value})
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert (caught.value.fault, caught.value.file, caught.value.key) == (
        "value",
        str(path),
        f"number.{key}",
    )
    assert caught.value.data["allowed"]


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("[numbr]", "numbr", "number"),
        ("[uid]\nsize = [4]", "uid.size", "sizes"),
        ("[checks]\npatern = 'x'", "checks.patern", "pattern"),
        ("[issued]\nsectr = 1", "issued.sectr", "sector"),
        ("[generation]\n4K = '4K'", "generation.4K", "0001, 0002, 0037"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path: Path, text: str, key: str, nearest: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(_write(tmp_path, after=text))
    assert (caught.value.fault, caught.value.key, caught.value.data["nearest"]) == ("key", key, nearest)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[uid]\nsizes = [5]", "uid.sizes"),
        ("[uid]\norder = 'middle'", "uid.order"),
        ("[checks]\npattern = '['", "checks.pattern"),
        ("[checks]\ndigit = 'mod7'", "checks.digit"),
        ("[checks]\nrequired = 1", "checks.required"),
        ("[generation]\n0001 = '2K'", "generation.0001"),
    ],
)
def test_a_wrong_value_of_another_table_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(_write(tmp_path, after=text))
    assert (caught.value.fault, caught.value.key) == ("value", key)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"application": '"4801"'}, "number.sector"),
        ({"sector": "", "application": '"48"'}, "number.application"),
        ({"sector": "", "application": '"0001"'}, "number.application"),
        ({"sector": "", "application": '"4801"', "blocks": "[3]"}, "number.blocks"),
        ({"sector": "0", "blocks": "[0]"}, "number.blocks"),
    ],
)
def test_an_impossible_place_is_refused(tmp_path: Path, changes: dict[str, str], key: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(_write(tmp_path, **changes))
    assert caught.value.key == key


def test_a_date_has_eight_digits(tmp_path: Path) -> None:
    issued = '[issued]\nsector = 1\nblocks = [0]\nkey = "k"\nkey_type = "A"\nslot = 0\ncodec = "value"\ndigits = 6\n'
    with pytest.raises(ProfileError) as caught:
        load_profile(_write(tmp_path, after=issued))
    assert caught.value.key == "issued.digits"


def test_checks_without_a_number_check_nothing(tmp_path: Path) -> None:
    path = tmp_path / "school.toml"
    path.write_text('id = "school"\n[checks]\nrequired = true\n')
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert caught.value.key == "checks"


@pytest.mark.parametrize(("content", "key"), [("id = 1", "id"), ("", "id"), ('id = "x"\nnumber = 5', "number")])
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, content: str, key: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert (caught.value.file, caught.value.key) == (str(path), key)


def test_a_missing_or_broken_file_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id =")
    for name in ("none.toml", "broken.toml"):
        with pytest.raises(ProfileError) as caught:
            load_profile(tmp_path / name)
        assert (caught.value.fault, caught.value.file) == ("file", str(tmp_path / name))
        assert caught.value.data["detail"]
