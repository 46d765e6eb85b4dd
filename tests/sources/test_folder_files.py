# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of an office as they come: any writing of days and words, every encoding, and what makes a row wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.clearance_sources import LONGEST_NOTE, ItemReport
from desk_app.domain.facts import CertDetail, ItemState
from desk_app.sources import table
from desk_app.sources.folder_files import Delivery
from tests.sources.office_files import (
    AT,
    HEAD,
    LIBRARY,
    TAIPEI,
    Office,
    codes_of,
    csv_of,
    new_office,
    read_list,
    read_rows,
)

pytestmark = pytest.mark.slow

ROW = ("41020901L", "本校", "已還清", "2025-06-03 09:58", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp950"])
def test_every_encoding_that_can_be_told_for_sure(office: Office, encoding: str) -> None:
    (report,) = read_rows(office, ("41020901L", "臺大", "未還", "114/6/3 09:58", "許功蓋"), encoding=encoding).reports
    assert (report.record.source, report.record.state, report.record.note) == ("NTU", ItemState.OPEN, "許功蓋")


def test_big5_is_not_guessed_where_the_words_do_not_show_it(office: Office) -> None:
    english = ("Student ID", "館", "Status", "資料", "備")
    assert codes_of(read_rows(office, ROW, encoding="cp950", head=english)) == [("encoding_undeclared", 1, "")]
    office.write_profile(LIBRARY.replace('"館別"', '"lib"').replace('"資料時間"', '"at"').replace('"備註"', '"note"'))
    ascii_only = ("Student ID", "lib", "Status", "at", "note")
    assert codes_of(read_rows(office, ROW, encoding="cp950", head=ascii_only)) == [("encoding_undeclared", 2, "")]
    office.write_profile()
    twice = read_rows(office, (*ROW, "x"), encoding="cp950", head=(*HEAD, "學號"))
    assert codes_of(twice) == [("encoding_undeclared", 1, "")]
    assert codes_of(read_rows(office, ROW, encoding="cp950", head=("a", "a"))) == [("encoding_undeclared", 2, "")]


@pytest.mark.parametrize("encoding", ["utf-8", "cp950"])
def test_an_empty_line_above_the_words_keeps_nothing_from_being_read(office: Office, encoding: str) -> None:
    path = office.drop("list.csv", f"\r\n{csv_of([ROW])}".encode(encoding))
    found = read_list(office, path)
    assert (len(found.reports), found.problems) == (1, ())


def test_a_character_that_big5_does_not_have_is_told_of_with_its_line(office: Office) -> None:
    """Offices have characters of their own, most of them in names that nobody here reads."""
    text = csv_of([("甲", *ROW), ("恒", *ROW)], head=("姓名", *HEAD)).encode("cp950")
    path = office.drop("list.csv", text.replace("恒".encode("cp950"), b"\xfa\x40"))
    assert codes_of(read_list(office, path)) == [("encoding_sign", 3, "")]


def test_a_head_with_other_words_is_shown(office: Office) -> None:
    path = office.drop("list.csv", csv_of([ROW]).replace(",", "\t").encode())
    (found,) = read_list(office, path).problems
    assert (found.code, found.line, found.value) == ("head_unlike", 1, "⇥".join(HEAD))
    office.write_profile(LIBRARY + '[file]\ndelimiter = "tab"\n')
    assert len(read_list(office, path).reports) == 1


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "utf-16"])
def test_a_declared_encoding_is_kept_to(office: Office, encoding: str) -> None:
    office.write_profile(LIBRARY + f'[file]\nencoding = "{encoding}"\n')
    assert len(read_rows(office, ROW, encoding={"big5": "cp950"}.get(encoding, encoding)).reports) == 1
    other = office.drop("list.csv", "學號".encode("utf-8" if encoding == "big5" else "cp950") + b"\xff\xff\n")
    assert codes_of(read_list(office, other))[0][0].startswith("encoding")


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-03 09:58", "2025-06-03T09:58:00+08:00", "2025-06-03T01:58:00Z", "2025/6/3 9:58", "2025.6.3 09:58:00",
        "114.6.3 09:58", "114/06/03 09:58", "民國114年6月3日 09:58", "114年6月3日 上午 9:58", "1140603 09:58",
        "20250603 09:58", "１１４／６／３　０９：５８",
    ],
)  # fmt: skip
def test_an_instant_in_either_calendar(office: Office, text: str) -> None:
    (report,) = read_rows(office, (*ROW[:3], text, "")).reports
    assert report.record.as_of == AT


@pytest.mark.parametrize("text", ["114.6.3", "2025-06-03", "1140603", "民國１１４年６月３日"])
def test_a_day_alone_is_as_old_as_it_can_be(office: Office, text: str) -> None:
    (report,) = read_rows(office, (*ROW[:3], text, "")).reports
    assert report.record.as_of == datetime(2025, 6, 3, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "value_missing"),
        ("14/6/3 09:58", "day_ambiguous"),
        ("990603 09:58", "day_malformed"),
        ("2025-02-30 09:58", "day_malformed"),
        ("2025-06-03 下午 14:30", "instant_malformed"),
        ("2025-06-03 25:00", "instant_malformed"),
        ("yesterday", "day_malformed"),
        ("2025-06-03 10:03", "as_of_ahead"),
        ("9999-12-31 23:59-14:00", "instant_malformed"),
        ("9999-12-31", "as_of_ahead"),
        ("45811.415", "day_malformed"),
    ],
)
def test_an_instant_that_is_none(office: Office, text: str, code: str) -> None:
    assert codes_of(read_rows(office, (*ROW[:3], text, ""))) == [(code, 2, "資料時間")]


@pytest.mark.parametrize("word", ["已還清", " 已還清　", "cleared", "CLEARED", "Ｃｌｅａｒｅｄ"])
def test_a_word_in_any_writing(office: Office, word: str) -> None:
    (report,) = read_rows(office, ("４１０２０９０１ｌ", "臺大", word, "2025-06-03 09:58", "")).reports
    assert (report.student_no, report.record.state) == ("41020901L", ItemState.CLEARED)


@pytest.mark.parametrize("word", ["未還清", "clear", "已還", "OK", "NOT CLEARED", "=1+1", "#N/A", "true", ""])
def test_an_unknown_word_makes_its_row_wrong(office: Office, word: str) -> None:
    code = "value_unknown" if word else "value_missing"
    assert codes_of(read_rows(office, ROW, ("41020902L", "本校", word, "2025-06-03 09:58", ""))) == [(code, 3, "狀態")]


@settings(max_examples=50)
@given(word=st.text(max_size=12))
def test_no_word_but_the_profile_s_own_is_cleared(word: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    office = new_office(tmp_path_factory.mktemp("office") / "office")
    path = office.folder / "list.csv"
    quoted = '"' + word.replace('"', '""').replace("\0", "") + '"'
    path.write_text(csv_of([(*ROW[:2], quoted, *ROW[3:])]), encoding="utf-8", errors="replace", newline="")
    delivery = read_list(office, path)
    cleared = any(report.record.state is ItemState.CLEARED for report in delivery.reports)
    assert cleared == (table.folded(word) in {"已還清", "cleared"})


def test_codes_from_columns(office: Office) -> None:
    office.write_profile(
        '[columns]\nnumber = "no"\nitem = "item"\nsource = "from"\nstate = "state"\nas_of = "at"\nwindow_closed = "shut"\n'
        'detail = "detail"\ncertificate_date = "date"\n[words.item]\n"學位袍" = "GA_GOWN"\n[states]\nOPEN = "n"\n'
    )
    head = ("no", "item", "from", "state", "at", "shut", "detail", "date")
    detail = next(iter(CertDetail)).value
    (first, second) = read_rows(
        office,
        ("41020901L", "學位袍", "", "n", "1140603", "是", detail, "114.6.1"),
        ("41020901L", " 學位袍", "ntnu", "N", "1140603", "", "", ""),
        head=head,
    ).reports
    assert (first.record.item, first.record.source, first.record.window_closed) == ("GA_GOWN", "", True)
    assert (first.record.detail, str(first.record.certificate_date)) == (CertDetail(detail), "2025-06-01")
    assert (second.record.source, second.record.detail, second.record.certificate_date) == ("NTNU", None, None)
    assert codes_of(read_rows(office, ("1", "帽", "N TU", "n", "1140603", "?", "?", "?"), head=head)) == [
        ("value_unknown", 2, "item"),
        ("value_unknown", 2, "from"),
        ("value_unknown", 2, "shut"),
        ("value_unknown", 2, "detail"),
        ("day_malformed", 2, "date"),
    ]
    assert codes_of(read_rows(office, ("1", "", "", "n", "1140603", "", "", ""), head=head)) == [
        ("value_missing", 2, "item")
    ]


def test_a_note_is_one_line_and_never_repeated_when_it_is_wrong(office: Office) -> None:
    (report,) = read_rows(office, (*ROW[:4], '"請於 6/10 前\n  還書"')).reports
    assert report.record.note == "請於 6/10 前 還書"
    for note, code in (("書" * (LONGEST_NOTE + 1), "note_too_long"), ("a\u202eb", "note_control")):
        delivery = read_rows(office, (*ROW[:4], note))
        assert codes_of(delivery) == [(code, 2, "備註")]
        assert delivery.problems[0].value == ""


def test_the_same_item_twice_is_no_guess(office: Office) -> None:
    other = ("41020901L", "臺大", *ROW[2:])
    delivery = read_rows(office, ROW, other, ("41020901l", *ROW[1:]))
    assert codes_of(delivery) == [("duplicate", 4, "學號")]
    assert delivery.problems[0].allowed == "2"


def test_columns_that_are_missing_are_said_once(office: Office) -> None:
    delivery = read_rows(office, ("41020901L", "x"), ("41020902L", "x"), head=("學號", "身分證字號"))
    assert [(code, column) for code, _, column in codes_of(delivery)] == [
        ("column_missing", column) for column in ("館別", "狀態", "資料時間", "備註")
    ]
    assert delivery.problems[1].allowed == "狀態, Status"


def test_what_the_profile_does_not_name_is_left_out(office: Office) -> None:
    head = (*HEAD, "身分證字號", "身分證字號", "number")
    assert len(read_rows(office, (*ROW, "Y190000016", "", "1"), head=head).reports) == 1
    assert codes_of(read_rows(office, ROW, head=(*HEAD[:4], "學號"))) == [("column_twice", 0, "學號")]


def test_a_table_without_words_over_it(office: Office) -> None:
    office.write_profile(
        '[columns]\nnumber = 3\nstate = 1\nas_of = 2\n[fixed]\nitem = "GA_GOWN"\nsource = "NTNU"\n[states]\nCLEARED = "Y"\n'
        '[file]\nheader = 0\ndelimiter = "bar"\n'
    )
    path = office.drop("list.txt", b"Y|1140603|41020901L|more|and more\nY|1140603|41020902L\n")
    assert [one.student_no for one in read_list(office, path).reports] == ["41020901L", "41020902L"]
    assert codes_of(read_list(office, office.drop("list.txt", b"Y|1140603\n"))) == [("column_missing", 0, "3")]


def test_lines_above_the_words_are_left_out(office: Office) -> None:
    office.write_profile(LIBRARY + "[file]\nheader = 3\n")
    path = office.drop("list.csv", f"圖書館清冊,,\n\n{csv_of([ROW])}".encode())
    assert len(read_list(office, path).reports) == 1
    assert codes_of(read_list(office, office.drop("list.csv", "學號\n".encode()))) == [("empty", 0, "")]


class TestStamp:
    """The instant of the data in the file's own name, or its last change."""

    @pytest.fixture
    def stamped(self, office: Office) -> Office:
        office.write_profile(LIBRARY.replace('as_of = "資料時間"', "") + '[as_of]\nname = "library*_{day}_{time}"\n')
        return office

    def _of(self, office: Office, name: str) -> Delivery:
        return read_list(office, office.drop_rows(name, [(*ROW[:3], "")], head=(*HEAD[:3], HEAD[4])))

    @pytest.mark.parametrize(
        "name",
        [
            "library_1140603_0958.csv",
            "LIBRARY-all_20250603_095800.csv",
            "library_114-6-3_09-58.csv",
            "library_114.6.3_0958.csv",
        ],
    )
    def test_a_name_tells(self, stamped: Office, name: str) -> None:
        (report,) = self._of(stamped, name).reports
        assert report.record.as_of == AT

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("library.csv", "name_without_stamp"),
            ("library_1141303_0958.csv", "day_malformed"),
            ("library_1140603_2558.csv", "instant_malformed"),
            ("library_1140604_0958.csv", "as_of_ahead"),
            ("library_11-6-3_0958.csv", "day_ambiguous"),
        ],
    )
    def test_a_name_that_does_not(self, stamped: Office, name: str, code: str) -> None:
        assert [one for one, _, _ in codes_of(self._of(stamped, name))] == [code]

    def test_a_day_in_a_name_is_enough(self, office: Office) -> None:
        office.write_profile(LIBRARY.replace('as_of = "資料時間"', "") + '[as_of]\nname = "{day}"\n')
        (report,) = self._of(office, "1140603.csv").reports
        assert report.record.as_of == datetime(2025, 6, 3, tzinfo=TAIPEI)

    def test_the_same_rows_under_a_newer_name_are_news(self, stamped: Office) -> None:
        digests = {self._of(stamped, f"library_1140603_{time}.csv").digest for time in ("0957", "0958")}
        assert len(digests) == 2

    def test_the_last_change_may_count(self, office: Office) -> None:
        office.write_profile(LIBRARY.replace('as_of = "資料時間"', "") + "[as_of]\nmodified = true\n")
        path = office.drop_rows("list.csv", [(*ROW[:3], "")], head=(*HEAD[:3], HEAD[4]))
        assert codes_of(read_list(office, path)) == [("as_of_ahead", 0, "")]
        office.date(path, 2_000_000_000 - AT.timestamp())
        (report,) = read_list(office, path).reports
        assert report.record.as_of == AT


NUMBERS = st.sampled_from(["41020901L", "41020902L", "４１０２０９０３l", "", "A/B", "41020904L"])
STATES = st.sampled_from(["已還清", "Overdue", "處理中", "", "大概"])
TIMES = st.sampled_from(["114/6/3 09:58", "2025-06-02", "2025-13-01", "", "114.6.4 10:00"])
PLACES = st.sampled_from(["本校", "臺大", "中研院", ""])
GRID = st.lists(st.tuples(NUMBERS, PLACES, STATES, TIMES, st.sampled_from(["", "說明", "\u202e"])), max_size=8)


@given(grid=GRID)
def test_a_grid_gives_exactly_its_rows_or_names_all_bad_ones(
    grid: list[tuple[str, str, str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = new_office(tmp_path_factory.mktemp("office") / "office")
    delivery = read_rows(office, *grid)
    wrong: set[int] = set()
    seen: set[tuple[str, str]] = set()
    rows = [(line, row) for line, row in enumerate(grid, start=2) if any(row)]
    for line, (number, place, state, at, note) in rows:
        key = (number, place)
        bad = number in ("", "A/B") or place == "中研院" or state in ("", "大概") or note == "\u202e"
        if bad or at in ("2025-13-01", "", "114.6.4 10:00") or key in seen:
            wrong.add(line)
        else:
            seen.add(key)
    assert {problem.line for problem in delivery.problems} == wrong
    assert len(delivery.reports) == (0 if wrong else len(rows))


@settings(max_examples=25)
@given(data=st.data())
def test_files_in_any_order_end_in_the_same_state(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The newest datum wins, as the store has it; each file has an instant of its own, as exports do."""
    minutes = data.draw(st.lists(st.integers(0, 500), min_size=1, max_size=5, unique=True))
    files = {
        f"{place}.csv": [
            (
                number,
                "本校",
                data.draw(st.sampled_from(["已還清", "未還"])),
                (AT - timedelta(minutes=ago)).isoformat(" "),
                "",
            )
            for number in data.draw(st.sets(st.sampled_from(["41020901L", "41020902L", "41020903L"])))
        ]
        for place, ago in enumerate(minutes)
    }
    ends = []
    for order in (list(files), data.draw(st.permutations(list(files)))):
        office, kept = new_office(tmp_path_factory.mktemp("office") / "office"), dict[str, ItemReport]()
        for name in (*order, *order[:1]):
            office.drop_rows(name, files[name])
            reports, error = office.pull()
            assert error is None
            for report in reports:
                before = kept.get(report.student_no)
                if before is None or report.record.as_of >= before.record.as_of:
                    kept[report.student_no] = report
        ends.append(kept)
    assert ends[0] == ends[1]


def test_a_list_in_which_every_row_has_its_own_instant(office: Office) -> None:
    rows = [
        (f"4{place:07}L", "本校", "未還", (AT - timedelta(minutes=place)).isoformat(" "), "") for place in range(1200)
    ]
    reports = read_rows(office, *rows).reports
    assert [AT - report.record.as_of for report in reports] == [timedelta(minutes=place) for place in range(1200)]


def test_the_instant_is_kept_in_the_desk_s_own_zone(office: Office) -> None:
    (report,) = read_rows(office, (*ROW[:3], "2025-06-03T01:58:00Z", "")).reports
    assert report.record.as_of.astimezone(UTC) == AT
    assert report.record.as_of.tzinfo == TAIPEI
