# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are workbooks, and files that are no lists: each is read, or refused in words."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart

from desk_app.sources import table
from tests.sources.office_files import (
    AT,
    HEAD,
    LIBRARY,
    TAIPEI,
    Cells,
    Office,
    codes_of,
    read_list,
    read_rows,
    save_workbook,
)

ROW = ("41020901L", "本校", "已還清", "2025-06-03 09:58", "")


class TestWorkbooks:
    """Lists of spreadsheets, with the values that such a program makes of what was typed."""

    def _save(self, office: Office, *rows: Cells, sheet: str = "清冊") -> Path:
        path = office.folder / "list.xlsx"
        save_workbook(path, rows, sheet=sheet)
        return path

    def test_numbers_and_dates_are_read(self, office: Office) -> None:
        naive = AT.replace(tzinfo=None)
        rows = [(41020901, "本校", "Cleared", naive, None), ("41020902L", "臺大", "未還", naive.date(), 3)]
        first, second = read_list(office, self._save(office, *rows)).reports
        assert (first.student_no, first.record.as_of) == ("41020901", AT)
        assert (second.record.as_of, second.record.note) == (datetime(2025, 6, 3, tzinfo=TAIPEI), "3")

    def test_a_sheet_by_name(self, office: Office) -> None:
        office.write_profile(LIBRARY + '[file]\nsheet = "清冊"\n')
        assert len(read_list(office, self._save(office, ROW)).reports) == 1
        delivery = read_list(office, self._save(office, ROW, sheet="其他"))
        assert [(one.code, one.value, one.allowed) for one in delivery.problems] == [("sheet_missing", "清冊", "其他")]

    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_a_sheet_that_nobody_sees_is_not_the_list(self, office: Office, state: str) -> None:
        path = self._save(office, ROW)
        book = openpyxl.load_workbook(path)
        old = book.create_sheet("上學期", 0)
        old.append(list(HEAD))
        old.append(["41020902L", *ROW[1:]])
        old.sheet_state = state
        book.active = 1
        book.save(path)
        assert [one.student_no for one in read_list(office, path).reports] == ["41020901L"]

    def test_a_chart_before_the_list_is_passed_over(self, office: Office) -> None:
        path = self._save(office, ROW)
        book = openpyxl.load_workbook(path)
        book.create_chartsheet("圖", 0).add_chart(BarChart())
        book.save(path)
        assert len(read_list(office, path).reports) == 1

    def test_a_formula_without_a_value_is_no_state(self, office: Office) -> None:
        path = self._save(office, (*ROW[:2], '=IF(1=1,"已還清","未還")', *ROW[3:]))
        assert codes_of(read_list(office, path)) == [("value_missing", 2, "狀態")]

    def test_one_cell_far_away_is_not_laid_out(self, office: Office) -> None:
        path = office.folder / "list.xlsx"
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page["XFD1048576"] = "x"
        book.save(path)
        delivery = read_list(office, path)
        assert [(one.code, one.value) for one in delivery.problems] == [("too_many_places", str(16384 * 1048576))]

    @pytest.mark.parametrize("keep", [0, 1, 10, 500, 2000, -30])
    def test_half_a_workbook_is_none(self, office: Office, keep: int) -> None:
        path = self._save(office, ROW)
        path.write_bytes(path.read_bytes()[:keep])
        assert [code for code, _, _ in codes_of(read_list(office, path))] == ["xlsx_broken"]

    def test_a_bomb_is_not_unpacked(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        path = office.folder / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
        monkeypatch.setattr(table, "LARGEST_UNPACKED", 999_999)
        assert codes_of(read_list(office, path)) == [("too_large", 0, "")]

    def test_an_archive_without_a_workbook_is_none(self, office: Office) -> None:
        path = office.folder / "list.xlsx"
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("notes.txt", "no sheet")
        assert codes_of(read_list(office, path)) == [("xlsx_broken", 0, "")]

    def test_a_part_that_is_longer_than_it_says_is_not_unpacked(self, office: Office) -> None:
        path = self._save(office, ROW)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/liar.xml", b"0" * 100_000)
        data = path.read_bytes()
        assert data.count((100_000).to_bytes(4, "little")) == 2
        path.write_bytes(data.replace((100_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
        assert codes_of(read_list(office, path)) == [("xlsx_broken", 0, "")]

    def test_bytes_that_fell_over_are_refused_or_change_nothing(self, office: Office) -> None:
        """What falls over in what the rows are made of is found out; what does not reach them leaves them as they were."""
        path = self._save(office, ROW, ("41020902L", "臺大", "未還", "2025-06-03 09:58", "總館"))
        whole, sound = path.read_bytes(), read_list(office, path).reports
        outcomes: Counter[str] = Counter()
        for place in range(0, len(whole), len(whole) // 100):
            data = bytearray(whole)
            data[place] ^= 0x55
            path.write_bytes(data)
            delivery = read_list(office, path)
            assert delivery.reports in ((), sound)
            outcomes[delivery.problems[0].code if delivery.problems else "read"] += 1
        # A part may say of itself that it is too large; nothing else can come of it.
        assert set(outcomes) <= {"xlsx_broken", "read", "too_large"}
        assert outcomes["xlsx_broken"] > outcomes["read"] > 0


class TestHostileText:
    """Files that are no lists are refused in words."""

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty"),
            (b"\n\n\n", "empty"),
            (b"\x00" * 100, "head_unlike"),
            (b'"no end', "csv_broken"),
            (b"a," * 200_000, "head_unlike"),
            (b'"' + b"a" * 200_000 + b'"', "csv_broken"),
            (b"\xff\xfe\x00", "encoding"),
            (b"\x80\xff\x80", "encoding"),
            (b"%PDF-1.7\n1 0 obj", "head_unlike"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "workbook_old"),
            (b"PK\x03\x04" + bytes(512), "file_packed"),
        ],
        ids=["nothing", "blank", "nul", "no end", "wide", "long", "half", "bytes", "pdf", "old workbook", "packed"],
    )
    def test_it_is_refused(self, office: Office, data: bytes, code: str) -> None:
        assert codes_of(read_list(office, office.drop("list.csv", data)))[0][0] == code

    def test_a_workbook_under_a_pass_phrase_is_said_to_be_one(self, office: Office) -> None:
        data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
        assert codes_of(read_list(office, office.drop("list.xlsx", data))) == [("workbook_old", 0, "")]

    def test_a_huge_file_is_not_read(self, office: Office) -> None:
        path = office.folder / "list.csv"
        with path.open("wb") as file:
            file.truncate(2_000_000_000)
        assert codes_of(read_list(office, path)) == [("too_large", 0, "")]

    def test_headings_without_rows_are_an_empty_list(self, office: Office) -> None:
        delivery = read_rows(office)
        assert (delivery.reports, delivery.problems) == ((), ())
