# SPDX-License-Identifier: GPL-3.0-or-later
"""Calibrating: one known card gives format and byte order, and what is learnt reads every other card."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hardware.wedge.formats import FORMATS
from hardware.wedge.layout import Cut, Layout, UidPart, find_layouts, load_layout, save_layout

UIDS = st.binary(min_size=4, max_size=4) | st.binary(min_size=7, max_size=7)
LAYOUTS = st.builds(Layout, st.sampled_from(sorted(FORMATS)), st.booleans(), st.sampled_from(Cut))
FOUR, SEVEN = bytes.fromhex("5A0B0C0D"), bytes.fromhex("04A1B2C3D4E5F6")


@pytest.mark.parametrize(
    ("typed", "uid", "layout"),
    [
        ("1510673421", FOUR, Layout("8H10D")),
        ("0218893146", FOUR, Layout("8H10D", reversed=True)),
        ("0077705923", SEVEN, Layout("8H10D", cut=Cut.FIRST)),
        ("5a0b0c0d", FOUR, Layout("hex")),
        ("005A0B0C0D", FOUR, Layout("10H")),
        ("23051,03085", FOUR, Layout("4H4H")),
        ("00723981", FOUR, Layout("6H8D", cut=Cut.LAST)),
        ("011,03085", FOUR, Layout("2H4H", cut=Cut.LAST)),
        ("F6E5D4C3B2A104", SEVEN, Layout("hex", reversed=True)),
    ],
)
def test_a_known_card_teaches_format_and_byte_order(typed: str, uid: bytes, layout: Layout) -> None:
    assert find_layouts(typed, [uid]) == (layout,)


@given(LAYOUTS, UIDS)
def test_what_a_layout_types_is_found_again_and_fits_the_card(layout: Layout, uid: bytes) -> None:
    typed = layout.typed_for(uid)
    assume(typed is not None)
    assert typed is not None
    part = layout.part_of(typed)
    assert part is not None
    assert part.fits(uid.hex().upper())
    found = find_layouts(typed, [uid])
    assert found
    assert all(candidate.typed_for(uid) == typed for candidate in found)


@given(LAYOUTS, UIDS, UIDS)
def test_a_whole_uid_is_never_taken_for_another_card(layout: Layout, uid: bytes, other: bytes) -> None:
    assume(uid != other)
    typed = layout.typed_for(uid)
    part = layout.part_of(typed) if typed is not None else None
    assume(part is not None)
    assert part is not None
    if part.place is Cut.WHOLE:
        assert not part.fits(other.hex().upper())


def test_the_same_bytes_from_both_ends_teach_no_order() -> None:
    assert len(find_layouts("1516002394", [bytes.fromhex("5A5C5C5A")])) == 2


@pytest.mark.parametrize("typed", ["", "hello", "0000000001", "41020901L", "5A0B0C"])
def test_a_text_that_is_not_of_the_card_teaches_nothing(typed: str) -> None:
    assert find_layouts(typed, [FOUR, SEVEN]) == ()


def test_a_layout_learnt_from_a_short_uid_reads_no_longer_one() -> None:
    assert Layout("8H10D").typed_for(SEVEN) is None
    assert Layout("10H", cut=Cut.LAST).typed_for(FOUR) is None
    assert Layout("10H").part_of("01026F6C3A") is None


def test_a_part_fits_where_it_stands() -> None:
    assert UidPart("0B0C0D", Cut.LAST).fits("5A0B0C0D")
    assert not UidPart("0B0C0D", Cut.FIRST).fits("5A0B0C0D")
    assert not UidPart("5A0B0C0D").fits("5A0B0C0D112233")


@pytest.mark.parametrize(("name", "backwards", "cut"), list(product(FORMATS, [False, True], Cut)))
def test_what_was_learnt_is_kept(tmp_path: Path, name: str, backwards: bool, cut: Cut) -> None:
    path = tmp_path / "keyboard-reader.toml"
    save_layout(path, Layout("hex"))
    save_layout(path, Layout(name, backwards, cut))
    assert load_layout(path) == Layout(name, backwards, cut)
    assert [file.name for file in tmp_path.iterdir()] == ["keyboard-reader.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "format =",
        'format = "9H"\nreversed = true\ncut = "whole"',
        'format = "hex"\nreversed = 1\ncut = "whole"',
        'format = "hex"\nreversed = true\ncut = "middle"',
    ],
)
def test_what_cannot_be_trusted_must_be_learnt_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keyboard-reader.toml"
    path.write_text(text)
    assert load_layout(path) is None
    assert load_layout(tmp_path / "none") is None
