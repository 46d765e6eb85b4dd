# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists with one row for each graduate and a column for each item: words, ticks, days, amounts and nothing at all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.facts import ItemState
from desk_app.sources.folder_files import Delivery
from desk_app.sources.mapping.states import CellFault, CellKind, StateWords
from tests.sources.office_files import AT, LATEST, NOW, TAIPEI, Office, codes_of, new_office, read_rows, save_workbook

WIDE = """
[columns]
number = "學號"
as_of = "資料時間"
[[items]]
column = ["圖書館", "Library"]
item = "LIB_BOOKS"
source = "NTNU"
note = "說明"
[[items]]
column = "規費"
item = "GA_FEES"
cells = { zero = "CLEARED", amount = "OPEN" }
[[items]]
column = "學位袍"
item = "GA_GOWN"
states = { OPEN = ["V", "○"] }
cells = { blank = "CLEARED" }
[states]
CLEARED = ["✓", "已還清"]
OPEN = "未還"
[cells]
day = "CLEARED"
"""
HEAD = ("學號", "資料時間", "圖書館", "規費", "學位袍", "說明")
ROW = ("41020901L", "114/6/3 09:58", "✓", "0", "", "")
OWING = ("41020902L", "114/6/3 09:58", "未還", '"1,200"', "V", "總館三樓還書")


@pytest.fixture
def wide(office: Office) -> Office:
    office.write_profile(WIDE)
    return office


def _read(office: Office, *rows: tuple[str, ...], encoding: str = "utf-8") -> Delivery:
    return read_rows(office, *rows, head=HEAD, encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp950"])
def test_a_row_says_something_of_each_item(wide: Office, encoding: str) -> None:
    cleared = (*ROW[:2], "已還清", *ROW[3:])
    reports = _read(wide, cleared, OWING, encoding=encoding).reports
    assert [(one.student_no, one.record.item, one.record.source, one.record.state.value) for one in reports] == [
        ("41020901L", "LIB_BOOKS", "NTNU", "CLEARED"),
        ("41020901L", "GA_FEES", "", "CLEARED"),
        ("41020901L", "GA_GOWN", "", "CLEARED"),
        ("41020902L", "LIB_BOOKS", "NTNU", "OPEN"),
        ("41020902L", "GA_FEES", "", "OPEN"),
        ("41020902L", "GA_GOWN", "", "OPEN"),
    ]
    assert {one.record.as_of for one in reports} == {AT}
    assert [one.record.note for one in reports[3:]] == ["總館三樓還書", "", ""]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "value_missing"),
        ("大概", "value_unknown"),
        ("X", "value_unknown"),
        ("114/6/4", "day_ahead"),
        ("2025-06-04 00:00:00", "day_ahead"),
        ("1200", "value_unknown"),
    ],
)
def test_one_cell_that_is_not_foreseen_refuses_the_list_with_its_place(wide: Office, cell: str, code: str) -> None:
    assert codes_of(_read(wide, OWING, (*ROW[:2], cell, *ROW[3:]))) == [(code, 3, "圖書館")]


def test_every_wrong_cell_is_named(wide: Office) -> None:
    wrong = ("41020903L", "yesterday", "?", "much", "✗", "a\u202eb")
    assert codes_of(_read(wide, OWING, wrong)) == [
        ("value_unknown", 3, "圖書館"),
        ("value_unknown", 3, "規費"),
        ("value_unknown", 3, "學位袍"),
        ("day_malformed", 3, "資料時間"),
        ("note_control", 3, "說明"),
    ]


def test_a_graduate_stands_in_one_row(wide: Office) -> None:
    assert {code for code, _, _ in codes_of(_read(wide, ROW, OWING, ROW))} == {"duplicate"}


@pytest.mark.parametrize("day", ["114/5/20", "2025-05-20", "1140520", "民國114年5月20日", "114/6/3 23:59"])
def test_a_day_of_clearing_is_no_instant_of_the_data(wide: Office, day: str) -> None:
    first, *_ = _read(wide, (*ROW[:2], day, *ROW[3:]), OWING).reports
    assert (first.record.state, first.record.as_of) == (ItemState.CLEARED, AT)


def test_a_row_that_ends_early_is_not_taken_as_cleared(wide: Office) -> None:
    assert codes_of(_read(wide, OWING, ROW[:4])) == [("too_few_cells", 3, "")]
    assert read_rows(wide, OWING, ROW, head=(*HEAD, "", " ")).problems == ()


def test_a_column_that_may_have_got_lost_is_not_taken_as_cleared(wide: Office) -> None:
    assert codes_of(_read(wide, ROW)) == [("column_blank", 0, "學位袍")]
    assert codes_of(_read(wide, ROW, (*OWING[:4], "　", ""))) == [("column_blank", 0, "學位袍")]
    assert _read(wide).problems == ()


def test_a_column_that_is_not_there_is_said_once(wide: Office) -> None:
    found = codes_of(read_rows(wide, ROW[:3], OWING[:3], head=HEAD[:3]))
    assert found == [("column_missing", 0, "說明"), ("column_missing", 0, "規費"), ("column_missing", 0, "學位袍")]


def test_a_workbook_has_days_and_amounts_of_its_own(wide: Office) -> None:
    path = wide.folder / "list.xlsx"
    naive = AT.replace(tzinfo=None)
    rows = [
        ("41020901L", naive, naive.date(), 0, None, None),
        ("41020902L", naive, "✓", 1200.5, "○", None),
        ("41020903L", naive, naive - timedelta(days=3), 12, None, None),
    ]
    save_workbook(path, rows, head=HEAD)
    wide.date(path, 60)
    reports, error = wide.pull()
    assert error is None
    assert [one.record.state.value[0] for one in reports] == ["C", "C", "C", "C", "O", "O", "C", "O", "C"]


def test_columns_by_position(office: Office) -> None:
    office.write_profile(
        '[columns]\nnumber = 1\n[[items]]\ncolumn = 3\nitem = "GA_GOWN"\ncells = { blank = "CLEARED" }\n'
        '[states]\nOPEN = "V"\n[as_of]\nname = "{day}"\n[file]\nheader = 0\n'
    )
    office.drop("1140603.csv", b"41020901L,x,\n41020902L,,V,more\n")
    assert [one.record.state.value for one in office.pull()[0]] == ["CLEARED", "OPEN"]
    office.drop("1140602.csv", b"41020901L,x\n41020902L,,V\n")
    office.pull()
    assert "fewer cells than the table has columns (2 < 3)" in office.report("1140602.csv")


KINDS = {CellKind.DAY: ItemState.CLEARED, CellKind.AMOUNT: ItemState.OPEN, CellKind.ZERO: ItemState.CLEARED}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("0", "CLEARED"),
        ("0.00", "CLEARED"),
        ("NT$0", "CLEARED"),
        ("1", "OPEN"),
        ("０．５", "OPEN"),
        ("1,200元", "OPEN"),
        ("NT$ 12,345,678", "OPEN"),
        ("114.6.3", "CLEARED"),
    ],
)
def test_an_amount_is_owed_and_nought_is_not(text: str, state: str) -> None:
    assert StateWords({}, KINDS).read(text, TAIPEI, LATEST) == ItemState(state)


@pytest.mark.parametrize(
    ("text", "code"),
    [("1140603", "cell_unclear"), ("20250603", "cell_unclear"), ("-5", "value_unknown"), ("1,2", "value_unknown")],
)
def test_what_could_be_a_day_or_an_amount_is_no_guess(text: str, code: str) -> None:
    found = StateWords({}, KINDS).read(text, TAIPEI, LATEST)
    assert isinstance(found, CellFault)
    assert found.code == code


def test_any_other_text_may_mean_that_something_is_open() -> None:
    words = StateWords({"ok": ItemState.CLEARED}, {CellKind.OTHER: ItemState.OPEN})
    assert words.read("測試學導論", TAIPEI, LATEST) is ItemState.OPEN
    assert words.read("ＯＫ", TAIPEI, LATEST) is ItemState.CLEARED
    assert isinstance(words.read(" ", TAIPEI, LATEST), CellFault)


@settings(max_examples=60)
@given(
    text=st.one_of(st.text(max_size=12), st.dates().map(str), st.integers(-5, 5000).map(str)),
    kinds=st.dictionaries(
        st.sampled_from([CellKind.OTHER, CellKind.AMOUNT]),
        st.sampled_from([ItemState.OPEN, ItemState.PENDING, ItemState.UNKNOWN]),
    ),
    day=st.sampled_from([None, ItemState.CLEARED]),
)
def test_nothing_but_a_word_of_the_profile_or_a_day_that_is_over_is_cleared(
    text: str, kinds: dict[CellKind, ItemState], day: ItemState | None
) -> None:
    words = StateWords({"已還清": ItemState.CLEARED}, {**kinds, **({CellKind.DAY: day} if day else {})})
    state = words.read(text, TAIPEI, NOW)
    if state is ItemState.CLEARED:
        assert text == "已還清" or (day is not None and datetime.fromisoformat(text).date() <= NOW.date())


GOOD = (("✓", "未還", "114/5/20"), ("0", "1,200", "NT$5"), ("", "V", "○"))
BAD = ("?", "-1", "114/6/9")


@settings(max_examples=40)
@given(
    grid=st.lists(st.tuples(*(st.sampled_from((*good, *BAD)) for good in GOOD)), min_size=1, max_size=6),
)
def test_a_grid_gives_all_its_cells_or_names_all_bad_ones(
    grid: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = new_office(tmp_path_factory.mktemp("office") / "office")
    office.write_profile(WIDE)
    rows = [(f"4102{place:04}L", "114/6/3", *(f'"{cell}"' for cell in row), "") for place, row in enumerate(grid)]
    # One gown is out, so that the column cannot be taken for one that got lost.
    delivery = _read(office, *rows, ("41029999L", "114/6/3", "✓", "0", "V", ""))
    wrong = {
        (line, HEAD[2 + column])
        for line, row in enumerate(grid, start=2)
        for column, cell in enumerate(row)
        if cell not in GOOD[column]
    }
    assert {(one.line, one.column) for one in delivery.problems} == wrong
    assert len(delivery.reports) == (0 if wrong else 3 * len(grid) + 3)
