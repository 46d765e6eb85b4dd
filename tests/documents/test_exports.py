# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables for other programs: complete, readable, and never alive."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.documents import TableExporter
from desk_app.documents.exports import disarmed
from desk_app.domain.papers import Bilingual, DailyLogContent, DailyLogRow

LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "|calc", " =1", "\t=1", "＝1", "＋1", "－1", "＠x", "\ufeff=1", "=HYPERLINK(1)"]


@pytest.mark.parametrize("text", LIVE)
def test_live_beginnings_are_disarmed(text: str) -> None:
    assert disarmed(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "王○一", "M-0001", "2025-06-03", "'=1"])
def test_plain_texts_stay(text: str) -> None:
    assert disarmed(text) == text


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert disarmed(text).strip()[:1] not in tuple("=+-@|＝＋－＠｜")


def test_csv_is_quoted_with_mark_of_its_encoding(
    log_of: Callable[..., DailyLogContent], log_row_of: Callable[..., DailyLogRow]
) -> None:
    rows = (log_row_of(1, name_masked="=cmd|x"), log_row_of(2, voided=True, void_reason='寫錯 "名字"'))
    data = TableExporter().csv(log_of(rows))
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert table[0][2] == "簽領單號 Receipt"
    assert table[1][4] == "'=cmd|x"
    assert table[2][11] == '已沖正 reversed：寫錯 "名字"'
    assert all(line.startswith('"') and line.endswith('"') for line in data.decode("utf-8-sig").splitlines())


def test_workbook_holds_texts_and_numbers_only(
    log_of: Callable[..., DailyLogContent], log_row_of: Callable[..., DailyLogRow]
) -> None:
    rows = tuple(log_row_of(number, name_masked=text.strip("\t\ufeff")) for number, text in enumerate(LIVE, start=1))
    data = TableExporter().xlsx(log_of(rows))
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    assert page.title == "2025-06-03"
    assert page.max_row == len(LIVE) + 1
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    assert [page.cell(line, 1).value for line in (2, 3)] == [1, 2]
    assert page.cell(2, 5).value == "=1+1"
    assert page.cell(2, 3).value == "M-20250603-001"


def test_every_row_names_the_rules_that_decided(
    log_of: Callable[..., DailyLogContent], log_row_of: Callable[..., DailyLogRow]
) -> None:
    rows = (log_row_of(1), log_row_of(2, pack="ntnu-113-1", policy_digest="b" * 64))
    written = list(csv.reader(io.StringIO(TableExporter().csv(log_of(rows)).decode("utf-8-sig"))))
    page = openpyxl.load_workbook(io.BytesIO(TableExporter().xlsx(log_of(rows)))).worksheets[0]
    for line, pack, digest in ((1, "ntnu-113-2", "a91f" * 16), (2, "ntnu-113-1", "b" * 64)):
        assert [written[line][10], written[line][12]] == [f"{pack} {digest[:4]}", digest]
        assert [page.cell(line + 1, 11).value, page.cell(line + 1, 13).value] == [f"{pack} {digest[:4]}", digest]
    assert [written[0][10], written[0][12]] == ["規則 Rules", "規則指紋 Digest of the rules"]


def test_what_rests_on_a_call_has_a_column_of_its_own(
    log_of: Callable[..., DailyLogContent], log_row_of: Callable[..., DailyLogRow]
) -> None:
    books, fees = Bilingual("=臺大圖書", "NTU books"), Bilingual("學雜費", "fees")
    log = log_of((log_row_of(1, by_phone=(books, fees)), log_row_of(2)))
    written = list(csv.reader(io.StringIO(TableExporter().csv(log).decode("utf-8-sig"))))
    page = openpyxl.load_workbook(io.BytesIO(TableExporter().xlsx(log))).worksheets[0]
    assert [line[13] for line in written] == ["電話確認 Confirmed by phone", "'=臺大圖書、學雜費", ""]
    assert [page.cell(line, 14).value for line in (1, 2)] == ["電話確認 Confirmed by phone", "=臺大圖書、學雜費"]
    assert page.cell(2, 14).data_type == "s"
    assert "電話確認：=臺大圖書、學雜費" in written[1][11]


def test_empty_day_is_a_table_with_heads(log_of: Callable[..., DailyLogContent]) -> None:
    assert len(TableExporter().csv(log_of(0)).splitlines()) == 1
    assert openpyxl.load_workbook(io.BytesIO(TableExporter().xlsx(log_of(0)))).worksheets[0].max_row == 1
