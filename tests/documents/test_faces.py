# SPDX-License-Identifier: GPL-3.0-or-later
"""Which face prints which character, and what is printed when none can."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.documents.embedding import to_unicode_map
from desk_app.documents.faces import RARE, REGULAR, FaceChain
from desk_app.documents.lines import wrap
from desk_app.domain.errors import DocumentError, GlyphMissingError

MARK = "〔見證書 {code}〕"


@pytest.fixture(scope="module")
def chain() -> FaceChain:
    return FaceChain(Path("resources/fonts").resolve())


def test_rare_characters_come_from_the_rare_face(chain: FaceChain) -> None:
    runs = chain.runs("𠮷測堃ʉ", False)
    assert [(Path(run.font).name, run.text) for run in runs] == [(RARE, "𠮷"), (REGULAR, "測堃"), (RARE, "ʉ")]


def test_both_weights_hold_all_of_ascii(chain: FaceChain) -> None:
    text = "".join(map(chr, range(0x20, 0x7F)))
    for weight in ("Regular", "Bold"):
        assert all(chain._chains[weight == "Bold"][0].has(char) for char in text), weight


def test_character_that_no_face_has_is_named(chain: FaceChain) -> None:
    assert chain.missing("測\ue000試\U0003001f\ue000") == ("\ue000", "\U0003001f")
    with pytest.raises(GlyphMissingError) as caught:
        chain.runs("測\ue000", False)
    assert caught.value.data == {"point": "U+E000"}


def test_mark_stands_in_its_place(chain: FaceChain) -> None:
    assert chain.printable("測\ue000試", MARK) == "測〔見證書 U+E000〕試"


def test_compatibility_ideographs_stay_what_they_are(chain: FaceChain) -> None:
    name = "陳\uf9dc"
    assert unicodedata.normalize("NFC", name) != name
    assert chain.printable(name, MARK) in (name, "陳〔見證書 U+F9DC〕")


def test_variation_sequence_is_marked(chain: FaceChain) -> None:
    assert chain.missing("葛\U000e0100") == ("\U000e0100",)


@given(st.text(max_size=40))
def test_what_is_printable_can_be_printed(text: str) -> None:
    chain = FaceChain(Path("resources/fonts").resolve())
    printed = chain.printable(text, MARK)
    assert "".join(run.text for run in chain.runs(printed, True)) == printed


def test_face_of_the_extra_folder_comes_last(tmp_path: Path) -> None:
    extra = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    source = extra if extra.exists() else Path("resources/fonts") / RARE
    shutil.copy(source, tmp_path / "more.ttf")
    chain = FaceChain(Path("resources/fonts").resolve(), tmp_path)
    assert Path(chain.runs("測", False)[0].font).name == REGULAR
    assert [face.font_name for face in chain._chains[False]][-1] == str((tmp_path / "more.ttf").resolve())


def test_damaged_face_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0 no font at all")
    chain = FaceChain(Path("resources/fonts").resolve(), tmp_path)
    with pytest.raises(DocumentError) as caught:
        chain.missing("\U0003001f")
    assert caught.value.code == "face_unreadable"


def test_copy_map_writes_surrogates_and_short_blocks() -> None:
    text = to_unicode_map("F", [0, 0x41, 0x20BB7, *range(0x4E00, 0x4E00 + 150)])
    assert "<01> <0041>" in text
    assert "<02> <D842DFB7>" in text
    assert "<00> <0000>" not in text
    assert text.count("100 beginbfchar") == 1
    assert "52 beginbfchar" in text


def units(text: str) -> float:
    return float(sum(2 if ord(char) > 0x2E80 else 1 for char in text))


def test_lines_keep_words_whole_and_marks_in_their_place() -> None:
    assert wrap("return to the Library", 12, units) == ["return to", "the Library"]
    assert wrap("請到圖書館，還書。", 10, units) == ["請到圖書", "館，還書。"]
    assert wrap("打電話（圖書館）", 8, units) == ["打電話", "（圖書", "館）"]


def test_over_long_word_is_cut() -> None:
    assert wrap("aaaaaaaaaaaa", 5, units) == ["aaaaa", "aaaaa", "aa"]


@given(st.text(alphabet="ab 測試，（）. ", max_size=60), st.integers(4, 30))
def test_lines_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width, units)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(units(line) <= width for line in lines)
