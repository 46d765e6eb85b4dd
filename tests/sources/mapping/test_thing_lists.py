# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists with one row for each open thing: folded into one report for each item, and silent about all others or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.clearance_sources import LONGEST_NOTE, ChangePage, ItemReport
from desk_app.domain.facts import ItemState
from desk_app.domain.records import ItemRecord
from desk_app.sources.mapping.closing_line import ClosingLine
from desk_app.sources.mapping.folding import WORST_FIRST, folded_reports, joined_notes
from tests.sources.office_files import AT, TAIPEI, Cells, Office, csv_of, new_office, save_workbook

OVERDUE = """
[columns]
number = "學號"
note = "書名"
[fixed]
item = "LIB_BOOKS"
source = "NTNU"
[as_of]
name = "overdue_{day}_{time}"
[things]
state = "OPEN"
"""
COMPLETE = OVERDUE + 'absent = "CLEARED"\ngraduation_ay = [113]\n'
COUNTED = COMPLETE + '[file]\nend = "合計 {count} 筆"\n'
BILLS = """
[columns]
number = "學號"
item = "項目"
state = "繳費"
as_of = "時間"
note = "金額"
[words.item]
"規費" = "GA_FEES"
"學位袍" = "GA_GOWN"
[states]
CLEARED = "已繳"
PENDING = "處理中"
[cells]
blank = "OPEN"
[things]
"""
HEAD = ("學號", "書名")
BOOKS = [("41020902L", "樣本統計"), ("41020903L", "測試學導論"), ("41020902L", "測試學導論")]
NAME = "overdue_1140603_0958"


def _page(office: Office) -> ChangePage:
    """Give what the first file that lies ready says; a refused one says what is wrong."""
    return next(office.source().changes(office.cursor))


def _drop(office: Office, rows: Sequence[Cells], name: str = f"{NAME}.csv") -> Path:
    return office.drop_rows(name, rows, head=HEAD, encoding="cp950")


def _workbook(office: Office, rows: Sequence[Cells]) -> Path:
    path = office.folder / f"{NAME}.xlsx"
    save_workbook(path, rows, head=HEAD)
    return office.date(path, 60)


def test_all_rows_of_an_item_become_one_report(office: Office) -> None:
    office.write_profile(OVERDUE)
    _drop(office, BOOKS)
    page = _page(office)
    assert [(one.student_no, one.record) for one in page.reports] == [
        ("41020902L", ItemRecord("LIB_BOOKS", "NTNU", ItemState.OPEN, AT, note="樣本統計; 測試學導論")),
        ("41020903L", ItemRecord("LIB_BOOKS", "NTNU", ItemState.OPEN, AT, note="測試學導論")),
    ]
    assert page.remainders == ()


def test_rows_may_say_themselves_whether_they_are_still_open(office: Office) -> None:
    office.write_profile(BILLS)
    head = ("學號", "項目", "繳費", "時間", "金額")
    rows = [
        ("41020901L", "規費", "已繳", "114/6/3 09:00", "120"),
        ("41020901L", "規費", "", "114/6/3 08:00", "300"),
        ("41020901L", "學位袍", "已繳", "114/6/2", "900"),
        ("41020901L", "學位袍", "已繳", "114/6/3", ""),
    ]
    office.drop_rows("bills.csv", rows, head=head)
    fees, gown = (one.record for one in office.pull()[0])
    nine = AT.replace(hour=9, minute=0)
    assert (fees.item, fees.state, fees.as_of, fees.note) == ("GA_FEES", ItemState.OPEN, nine, "300")
    assert (gown.state, gown.as_of) == (ItemState.CLEARED, AT.replace(hour=0, minute=0))


def test_one_wrong_row_refuses_the_list(office: Office) -> None:
    office.write_profile(COUNTED)
    _drop(office, [*BOOKS, ("", "無主書"), ("合計", "4 筆")])
    page = _page(office)
    assert ([(one.code, one.line) for one in page.findings], page.remainders) == ([("value_missing", 5)], ())


class TestSilence:
    """A list says nothing of those whom it does not name, unless all that the profile asks for is there."""

    def _said(self, office: Office) -> tuple[list[str], int]:
        page = _page(office)
        return [one.code for one in page.findings], len(page.remainders)

    def test_a_workbook_shows_that_it_is_whole(self, office: Office) -> None:
        office.write_profile(COMPLETE)
        _workbook(office, BOOKS)
        page = _page(office)
        (remainder,) = page.remainders
        assert remainder.record == ItemRecord("LIB_BOOKS", "NTNU", ItemState.CLEARED, AT)
        assert remainder.graduation_ay == {113}

    def test_text_shows_it_by_its_last_line(self, office: Office) -> None:
        office.write_profile(COMPLETE)
        _drop(office, BOOKS)
        assert self._said(office) == (["list_unproven"], 0)
        office.write_profile(COUNTED)
        _drop(office, [*BOOKS, ("合計", "3 筆")])
        assert self._said(office) == ([], 1)

    @pytest.mark.parametrize(
        ("rows", "code", "line"),
        [
            (BOOKS, "end_missing", 4),
            ([*BOOKS[:2], ("合計", "3 筆")], "end_count", 4),
            ([*BOOKS, ("合計", "3 筆"), BOOKS[0]], "end_missing", 6),
            ([], "end_missing", 1),
        ],
    )
    def test_a_list_that_was_cut_short_is_refused(
        self, office: Office, rows: Sequence[Cells], code: str, line: int
    ) -> None:
        office.write_profile(COUNTED)
        _drop(office, rows)
        page = _page(office)
        assert [(one.code, one.line) for one in page.findings if one.code.startswith("end")] == [(code, line)]
        assert page.remainders == ()

    def test_an_empty_list_must_say_that_it_is_empty(self, office: Office) -> None:
        office.write_profile(COMPLETE)
        _workbook(office, [])
        assert self._said(office) == (["list_empty"], 0)
        office.write_profile(COUNTED)
        _drop(office, [("合計", "0 筆")])
        assert self._said(office) == ([], 1)

    def test_each_source_for_which_it_is_complete_is_named(self, office: Office) -> None:
        text = COUNTED.replace('source = "NTNU"\n', "").replace("[fixed]", 'source = "館別"\n[fixed]')
        office.write_profile(text.replace("[113]", '[112, 113]\nsources = ["NTNU", "NTU"]'))
        rows = [("41020902L", "測試學導論", "NTUST"), ("合計", "1 筆", "")]
        office.drop_rows(f"{NAME}.csv", rows, head=(*HEAD, "館別"))
        page = _page(office)
        assert [one.record.source for one in page.remainders] == ["NTNU", "NTU"]
        assert page.remainders[0].graduation_ay == {112, 113}

    def test_whoever_tries_it_out_is_told(self, office: Office) -> None:
        office.write_profile(COUNTED)
        _drop(office, [*BOOKS, ("合計", "3 筆")])
        health = office.source().health()
        remark = next(one for one in health.remarks if one.code == "absent")
        assert (health.problems, remark.data) == ((), {"count": "1", "years": "113"})


@given(data=st.data())
@settings(max_examples=40)
def test_a_list_cut_anywhere_never_speaks_of_others(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = new_office(tmp_path_factory.mktemp("office") / "office")
    office.write_profile(COUNTED)
    whole = csv_of([*BOOKS, ("合計", "3 筆")], HEAD).encode()
    keep = data.draw(st.integers(0, len(whole) - len("筆\r\n".encode())))
    office.drop(f"{NAME}.csv", whole[:keep])
    page = _page(office)
    assert (page.reports, page.remainders, bool(page.findings)) == ((), (), True)


ROWS = [(line, ["41020902L", "測試學導論"]) for line in range(2, 14)]


class TestClosingLine:
    """The last line in any writing."""

    @pytest.mark.parametrize(
        "texts", [["合計", "", "12 筆"], ["合計：共１２筆"], ["合計 12筆", "", ""], ["合計", "0,012", "筆"]]
    )
    def test_it_is_found(self, texts: list[str]) -> None:
        closing = ClosingLine.of("合計*{count} 筆")
        assert closing is not None
        assert list(closing.faults((14, texts), ROWS)) == []

    def test_it_counts_the_rows(self) -> None:
        closing = ClosingLine.of("Total {count}")
        assert closing is not None
        (fault,) = closing.faults((13, ["TOTAL", "12"]), ROWS[:11])
        assert (fault.code, fault.line, fault.value) == ("end_count", 13, "12 ≠ 11")

    def test_a_line_that_has_no_end_is_none_and_keeps_nobody_waiting(self) -> None:
        closing = ClosingLine.of("*{count}*筆*")
        assert closing is not None
        endless = (13, ["12,3 " * 100_000 + "筆"])
        assert [one.code for one in closing.faults(endless, ROWS[:11])] == ["end_missing"]

    @pytest.mark.parametrize("pattern", ["合計", "{count} {count}"])
    def test_it_must_say_one_number(self, pattern: str) -> None:
        assert ClosingLine.of(pattern) is None


NUMBERS = st.sampled_from(["41020901L", "41020902L"])
RECORDS = st.builds(
    ItemRecord,
    st.sampled_from(["LIB_BOOKS", "LIB_FINES"]),
    st.sampled_from(["NTNU", "NTU"]),
    st.sampled_from(list(ItemState)),
    st.integers(0, 90).map(lambda minutes: AT - timedelta(minutes=minutes)),
    window_closed=st.booleans(),
    note=st.text("書卷冊 ", max_size=200).map(str.strip),
)
REPORTS = st.lists(st.builds(ItemReport, NUMBERS, RECORDS), max_size=12)


class TestFolding:
    """Whatever rows come, in whatever order: the worst counts, and nothing gets lost."""

    @given(reports=REPORTS, data=st.data())
    def test_the_order_makes_no_difference(self, reports: list[ItemReport], data: st.DataObject) -> None:
        assert folded_reports(data.draw(st.permutations(reports))) == folded_reports(reports)

    @given(reports=REPORTS)
    def test_the_worst_state_and_the_newest_instant_of_each_item_stay(self, reports: list[ItemReport]) -> None:
        def key(report: ItemReport) -> tuple[str, str, str]:
            return report.student_no, report.record.item, report.record.source

        folded = {key(one): one.record for one in folded_reports(reports)}
        assert set(folded) == {key(one) for one in reports}
        for mine, record in folded.items():
            rows = [one.record for one in reports if key(one) == mine]
            assert record.state == min((one.state for one in rows), key=WORST_FIRST.index)
            assert record.as_of == max(one.as_of for one in rows)
            assert record.window_closed == any(one.window_closed for one in rows)
            assert len(record.note) <= LONGEST_NOTE

    @given(reports=REPORTS)
    def test_folding_again_changes_nothing(self, reports: list[ItemReport]) -> None:
        once = folded_reports(reports)
        assert folded_reports(once) == once

    @given(reports=REPORTS)
    def test_only_what_is_cleared_in_every_row_is_cleared(self, reports: list[ItemReport]) -> None:
        passing = {ItemState.CLEARED, ItemState.NOT_APPLICABLE}
        for folded in folded_reports(reports):
            rows = [one for one in reports if one.student_no == folded.student_no]
            mine = [
                one.record.state
                for one in rows
                if one.record.item == folded.record.item and one.record.source == folded.record.source
            ]
            assert (folded.record.state in passing) == (set(mine) <= passing)

    def test_an_open_thing_is_worse_than_one_of_which_nothing_is_known(self) -> None:
        assert set(WORST_FIRST) == set(ItemState)
        assert WORST_FIRST.index(ItemState.OPEN) < WORST_FIRST.index(ItemState.UNKNOWN)

    def test_notes_that_find_no_room_are_counted(self) -> None:
        notes = [f"第{place:03}冊：{'長' * 40}" for place in range(30)]
        joined = joined_notes(notes)
        assert len(joined) <= LONGEST_NOTE
        assert joined.startswith(notes[0])
        assert joined.endswith(f"; (+{30 - joined.count('冊')})")

    def test_the_note_of_what_is_settled_is_left_out(self) -> None:
        rows = [
            ItemReport("41020901L", ItemRecord("LIB_BOOKS", "NTNU", state, AT.astimezone(TAIPEI), note=note))
            for state, note in ((ItemState.CLEARED, "已還"), (ItemState.OPEN, "未還"))
        ]
        (folded,) = folded_reports(rows)
        assert folded.record.note == "未還"
