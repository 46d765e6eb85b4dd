# SPDX-License-Identifier: GPL-3.0-or-later
"""Text in columns: nothing is lost, nothing stands out, and marks stay where Chinese and English have them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.cli.columns import ColumnFormatter, columns, wrapped

TEXTS = st.text(alphabet="發證櫃檯，。、（）「」ab-/ ", max_size=80)


def test_a_wide_character_takes_two_columns() -> None:
    assert columns("CSV 檔，") == 8


@settings(max_examples=60)
@given(text=TEXTS, width=st.integers(10, 40))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines if columns(line) > width and len(wrapped(line, 1)) > 1] == []


@settings(max_examples=60)
@given(text=TEXTS, width=st.integers(10, 40))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str, width: int) -> None:
    lines = wrapped(" ".join(text.split()), width)
    glued = "".join(text.split())
    begun = [line for line in lines[1:] if line[0] in "，。、）」" and f" {line[0]}" not in text]
    ended = [line for line in lines[:-1] if line[-1] in "（「" and f"{line[-1]} " not in text]
    assert (begun, ended) == ([], []), glued


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("櫃檯已建立，請妥善保管。", ["櫃檯已建", "立，請妥", "善保管。"]),
        ("以 desk-app 執行", ["以", "desk-app", "執行"]),
        ("請先看（設定）", ["請先看", "（設定）"]),
        ("one two three", ["one two", "three"]),
        ("a-word-that-is-long x", ["a-word-that-is-long", "x"]),
        ("", []),
    ],
)
def test_lines_end_where_a_reader_expects_it(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines


def test_terms_stand_beside_their_meanings() -> None:
    formatter = ColumnFormatter(width=30)
    formatter.write_dl([("--at 時間", "現在"), ("-x", ""), ("--a-very-long-option-name", "名稱很長")], col_max=10)
    assert formatter.getvalue().splitlines() == [
        "--at 時間   現在",
        "-x",
        "--a-very-long-option-name",
        "            名稱很長",
    ]


def test_a_usage_line_goes_on_under_its_arguments() -> None:
    formatter = ColumnFormatter(width=30)
    formatter.write_usage("desk-app log", "[選項] 檔案 檔案 檔案", "用法：")
    assert formatter.getvalue() == "用法：desk-app log [選項] 檔案\n                   檔案 檔案\n"
