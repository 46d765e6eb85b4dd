# SPDX-License-Identifier: GPL-3.0-or-later
"""The key file: both ways to write it, and that no key is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.key_ring import KeyFileError, SecretKeys, load_key_ring

KEY = "0123456789AB"


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "cards.keys"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_keys_stand_under_their_names(tmp_path: Path) -> None:
    ring = load_key_ring(_file(tmp_path, f'# the card office, 2025\nschool = "{KEY}"\n\nOther = {KEY[::-1]}  # old\n'))
    assert ring["School"] == bytes.fromhex(KEY)
    assert sorted(ring) == ["other", "school"]


def test_an_environment_file_is_read_as_well(tmp_path: Path) -> None:
    assert dict(load_key_ring(_file(tmp_path, f"export CARD_KEY_SCHOOL={KEY}\n"))) == {"school": bytes.fromhex(KEY)}


def test_a_ring_never_shows_a_key(tmp_path: Path) -> None:
    ring = SecretKeys({"school": bytes.fromhex(KEY)})
    assert repr(ring) == "SecretKeys(['school'])"
    assert len(ring) == 1


@pytest.mark.parametrize("line", ["school = 0123", "school = 0123456789XY", f"school {KEY}", f"A={KEY}\na={KEY}", "x="])
def test_a_line_that_is_no_key_is_named_by_its_number_alone(tmp_path: Path, line: str) -> None:
    with pytest.raises(KeyFileError) as caught:
        load_key_ring(_file(tmp_path, f"# keys\n{line}\n"))
    assert (caught.value.code, caught.value.line) == ("card_keys_line", 2 + line.count("\n"))
    assert "0123" not in str(caught.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError) as caught:
        load_key_ring(_file(tmp_path, f"school = {KEY}\n", 0o644))
    assert caught.value.code == "card_keys_open"


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    for name in ("none", "binary"):
        with pytest.raises(KeyFileError) as caught:
            load_key_ring(tmp_path / name)
        assert (caught.value.code, caught.value.file) == ("card_keys_unreadable", str(tmp_path / name))
