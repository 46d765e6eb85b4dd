# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that read well and say something else than their office meant: nobody is cleared by accident, or by a trick."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from desk_app.domain.facts import ItemState
from desk_app.sources.folder_files import Delivery
from tests.sources.office_files import AT, WALL, Office, codes_of, new_office, read_list

WIDE = """
[columns]
number = "學號"
[as_of]
name = "affairs_{day}_{time}"
[[items]]
column = "學位袍"
item = "GA_GOWN"
[[items]]
column = "圖書館"
item = "LIB_BOOKS"
source = "NTNU"
[states]
CLEARED = "V"
OPEN = "未還"
[cells]
blank = "CLEARED"
day = "CLEARED"
amount = "OPEN"
zero = "CLEARED"
"""
COMPLETE = """
[columns]
number = "學號"
note = "書名"
[fixed]
item = "LIB_BOOKS"
source = "NTNU"
[as_of]
name = "affairs_{day}_{time}"
[things]
state = "OPEN"
absent = "CLEARED"
graduation_ay = [113]
"""
COUNTED = COMPLETE + '[file]\nend = "TOTAL {count}"\n'
NAME = "affairs_1140603_0958"
OWING = {("41020901L", "LIB_BOOKS"), ("41020902L", "GA_GOWN"), ("41020903L", "LIB_BOOKS")}
HEAD, FIRST = "學號,學位袍,圖書館,備註\r\n", "41020901L,V,未還,\r\n"


@pytest.fixture
def wide(office: Office) -> Office:
    office.write_profile(WIDE)
    return office


def text_list(office: Office, text: str) -> Delivery:
    return read_list(office, office.drop(f"{NAME}.csv", text.encode()))


def workbook(office: Office, write: Callable[[Worksheet], object], *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (("學號", "學位袍", "圖書館", "備註"), ("41020901L", "V", "未還", ""), *rows):
        sheet.append(list(row))
    write(sheet)
    path = office.folder / f"{NAME}.xlsx"
    book.save(path)
    book.close()
    return office.date(path, 60)


@pytest.mark.parametrize(
    "row",
    [pytest.param("41020902L,V,", id="behind a delimiter"), pytest.param("41020902L,V,未還", id="behind a cell")],
)
def test_a_last_line_without_an_end_may_be_cut_short(wide: Office, row: str) -> None:
    head = HEAD.replace(",備註", "")
    assert codes_of(text_list(wide, f"{head}41020901L,V,未還\r\n{row}")) == [("line_unended", 3, "")]
    assert text_list(wide, f"{head}41020901L,V,未還\r\n{row}\n").problems == ()


@settings(max_examples=30)
@given(data=st.data())
def test_cut_anywhere_a_wide_list_clears_nobody_who_owes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = new_office(tmp_path_factory.mktemp("office") / "office")
    office.write_profile(WIDE)
    whole = f"{HEAD}{FIRST}41020902L,未還,V,\r\n41020903L,V,未還,x\r\n".encode()
    kept = whole[: data.draw(st.integers(0, len(whole)))]
    found = read_list(office, office.drop(f"{NAME}.csv", kept)).reports
    assert {one.record.state for one in found if (one.student_no, one.record.item) in OWING} <= {ItemState.OPEN}


def test_a_comma_too_many_moves_no_cell_under_another_heading(wide: Office) -> None:
    assert codes_of(text_list(wide, f"{HEAD}{FIRST}41020902L,,V,未還,\r\n")) == [("too_many_cells", 3, "")]


def test_a_delimiter_behind_every_row_is_nothing_but_a_habit(wide: Office) -> None:
    habit = text_list(wide, f"{HEAD}41020901L,未還,V,,\r\n41020902L,V,未還,,\r\n")
    assert (habit.problems, len(habit.reports)) == ((), 4)


def test_a_fault_and_a_formula_that_was_never_worked_out_are_no_empty_cells(wide: Office) -> None:
    def write(sheet: Worksheet) -> None:
        sheet["C3"].data_type = "e"

    path = workbook(wide, write, ("41020902L", "V", "#N/A", ""), ("41020903L", "=1/0", "V", "=1/0"))
    assert codes_of(read_list(wide, path)) == [
        ("cell_without_result", 3, "圖書館"),
        ("cell_without_result", 4, "學位袍"),
    ]


@pytest.mark.parametrize("lost", ["#REF!", "=A99"])
@pytest.mark.parametrize("profile", [WIDE, COMPLETE])
def test_a_row_whose_number_was_never_worked_out_is_no_empty_row(office: Office, profile: str, lost: str) -> None:
    """Left out, it would be silent about somebody who still owes a book."""
    office.write_profile(profile.replace('note = "書名"\n', ""))
    path = workbook(office, lambda _sheet: None, (lost, lost, lost, None))
    found = read_list(office, path)
    assert (codes_of(found), found.remainders) == ([("row_without_result", 3, "學號")], ())


def test_faults_below_the_last_number_are_no_row(wide: Office) -> None:
    """A formula that was drawn further down than there are graduates."""
    assert read_list(wide, workbook(wide, lambda _sheet: None, (None, None, None, "#N/A"))).problems == ()


def test_a_formula_that_gives_an_empty_text_is_worked_out(wide: Office) -> None:
    """As spreadsheets save it: the type says that the result is a text, the value that it is empty."""
    path = workbook(wide, lambda _sheet: None, ("41020902L", "V", '=""', ""))
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[part], count = re.subn(rb'(<c r="C3")([^>]*>)', rb'\1 t="str"\2', parts[part])
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    found = read_list(wide, wide.date(path, 60))
    assert (count, found.problems, found.reports[-1].record.state) == (1, (), ItemState.CLEARED)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ("C2:C3", [("cells_merged", 2, "圖書館")]),
        ("B3:C3", [("cells_merged", 3, "學位袍"), ("cells_merged", 3, "圖書館")]),
        ("D2:D3", []),
    ],
)
def test_the_empty_part_of_merged_cells_is_not_taken_as_cleared(
    wide: Office, cells: str, found: list[tuple[str, int, str]]
) -> None:
    path = workbook(wide, lambda sheet: sheet.merge_cells(cells), ("41020902L", "未還", "V", ""))
    assert [(one.code, one.line, one.column) for one in read_list(wide, path).problems] == found


def test_a_sum_that_a_sheet_shows_as_a_day_settles_nothing(wide: Office) -> None:
    def write(sheet: Worksheet) -> None:
        sheet["C3"].number_format = "yyyy/m/d"

    assert codes_of(read_list(wide, workbook(wide, write, ("41020902L", "V", 1200, "")))) == [
        ("day_long_ago", 3, "圖書館")
    ]


@pytest.mark.parametrize("profile", [WIDE, COMPLETE])
def test_an_older_list_under_a_newer_name_is_refused(office: Office, profile: str) -> None:
    """Whoever copies or renames a file keeps the instant of its last change."""
    office.write_profile(profile.replace('note = "書名"\n', ""))
    path = workbook(office, lambda _sheet: None)
    office.date(path, WALL - (AT - timedelta(minutes=11)).timestamp())
    assert [one.code for one in read_list(office, path).problems] == ["name_too_new"]
    office.date(path, WALL - (AT - timedelta(minutes=9)).timestamp())
    assert "name_too_new" not in {one.code for one in read_list(office, path).problems}


@pytest.mark.parametrize(
    ("part", "old", "new", "refused"),
    [
        pytest.param("xl/_rels/workbook.xml.rels", b"/xl/worksheets/", b"worksheets/", False, id="as Excel writes it"),
        pytest.param("xl/workbook.xml", b"<sheets>", b"<sheets><!-- <sheet/> -->", True, id="not beyond doubt"),
    ],
)
def test_faults_on_a_sheet_that_is_not_read_refuse_no_list(
    wide: Office, part: str, old: bytes, new: bytes, refused: bool
) -> None:
    """An evaluation on another sheet, whose formulas were saved without their results."""

    def write(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        second = sheet.parent.create_sheet("統計 & 圖", 0)
        for _row in range(5):
            second.append(["=COUNTA(工作表!A:A)", "#N/A", "#N/A"])
        second.sheet_state = "hidden"

    path = workbook(wide, write, ("41020902L", "V", "未還", ""))
    assert read_list(wide, path).problems == ()
    _rewrite(path, part, old, new)
    assert bool(read_list(wide, wide.date(path, 60)).problems) is refused


def _rewrite(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)


def test_silence_of_a_workbook_with_a_second_filled_sheet_says_nothing(office: Office) -> None:
    """Exports that are too long for one sheet go on on the next one."""
    office.write_profile(COMPLETE.replace('note = "書名"\n', ""))

    def write(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("續").append(["學號"])

    path = workbook(office, write)
    assert [(one.code, one.value) for one in read_list(office, path).problems] == [("sheets_several", "Sheet, 續")]
    office.write_profile(COMPLETE.replace('note = "書名"\n', "") + '[file]\nsheet = "Sheet"\n')
    assert len(read_list(office, path).remainders) == 1


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("41020901L,a\nTOTAL,2\nTOTAL,2\n", id="doubled in place of a row"),
        pytest.param("41020901L,a\nTOTAL,1\n41020902L,b\nTOTAL,3\n", id="two lists, counted together"),
    ],
)
def test_a_closing_line_is_never_counted_as_a_row(office: Office, rows: str) -> None:
    office.write_profile(COUNTED)
    found = text_list(office, f"學號,書名\n{rows}")
    assert [(one.code, one.line) for one in found.problems] == [("end_twice", 3)]
    assert found.remainders == ()


def test_a_cell_full_of_blanks_is_refused_and_keeps_nobody_waiting(wide: Office) -> None:
    """A cell may have as many characters as the reader of the text lets through."""
    cell = f"1{' ' * 130_000}x"
    found = text_list(wide, f"{HEAD}{FIRST}41020902L,V,{cell},\r\n")
    assert [(one.code, one.line, len(one.value)) for one in found.problems] == [("value_unknown", 3, 61)]
