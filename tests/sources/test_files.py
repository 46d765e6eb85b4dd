# SPDX-License-Identifier: GPL-3.0-or-later
"""Import files, whole and broken: what is read, what is put right with a note, what is refused and where."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.errors import ImportRefusedError
from desk_app.domain.facts import CardGeneration, CertDetail, Group, ItemState, Level, StockState
from desk_app.domain.findings import Finding
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, CardState, Graduate, Holding
from desk_app.resources import resource
from desk_app.services.import_files import Parsed
from desk_app.sources.cells import Cells, Notebook
from desk_app.sources.files import DeskFiles
from desk_app.sources.photos import LARGEST_BYTES, is_whole_picture
from desk_app.sources.table import BIG5, Line

TAIPEI = ZoneInfo("Asia/Taipei")
Write = Callable[..., Path]


def problems(parsed: Parsed[object]) -> list[tuple[str, int, str]]:
    return [(problem.code, problem.line, problem.column) for problem in parsed.problems]


def refusal(read: Callable[[Path], object], path: Path) -> Finding:
    with pytest.raises(ImportRefusedError) as caught:
        read(path)
    assert caught.value.data["file"] == path.name
    problems = caught.value.data["problems"]
    assert isinstance(problems, tuple)
    (finding,) = problems
    assert isinstance(finding, Finding)
    return finding


class TestRoster:
    def test_a_whole_row(self, files: DeskFiles, file: Write) -> None:
        header = (
            "number,name,name_romanised,unit,level,college,other_units,entry_ay,enrolled_on,graduation_ay,groups,"
            "has_national_id,procedure_started,email,loss_report_at,loss_reason,reissue_requested,"
            "overseas_applied_on,overseas_semesters,id_number"
        )
        row = (
            '41020901L,王測一,"WANG, TEST-ONE",CHU,bachelor,LIBERAL_ARTS,MAU;PHU,110,110.8.1,113,'
            "teacher_education studied_overseas,是,true,a@example.org,2025-06-20 11:20,graduate,false,"
            "114.4.15,1/4;0/0/suspended;2/2/summer/exempt,Y190000016"
        )
        parsed = files.students(file(f"{header}\n{row}\n"))
        assert (parsed.problems, parsed.notes) == ((), ())
        (placed,) = parsed.rows
        graduate = placed.row.graduate
        assert placed.line == 2
        assert (graduate.name_romanised, graduate.level, graduate.college) == (
            "WANG, TEST-ONE",
            Level.BACHELOR,
            "LIBERAL_ARTS",
        )
        assert (graduate.other_units, graduate.entry_ay, graduate.graduation_ay) == (("MAU", "PHU"), 110, 113)
        assert graduate.enrolled_on == date(2021, 8, 1)
        assert graduate.groups == {Group.TEACHER_EDUCATION, Group.STUDIED_OVERSEAS}
        assert (graduate.has_national_id, graduate.procedure_started, graduate.email_on_record) == (True, True, True)
        assert graduate.loss_report is not None
        assert graduate.loss_report.at == datetime(2025, 6, 20, 11, 20, tzinfo=TAIPEI)
        assert (graduate.loss_report.reason, graduate.loss_report.reissue) == ("graduate", False)
        assert graduate.overseas is not None
        assert graduate.overseas.applied_on == date(2025, 4, 15)
        assert [
            (one.subjects, one.credits, one.suspended, one.summer, one.exempt) for one in graduate.overseas.semesters
        ] == [
            (1, 4, False, False, False),
            (0, 0, True, False, False),
            (2, 2, False, True, True),
        ]
        assert (graduate.has_person_number, placed.row.blind) == (True, "hash of 10")
        assert "Y190000016" not in repr(parsed)

    def test_a_sparse_row_leaves_the_rest_to_the_number(self, files: DeskFiles, file: Write) -> None:
        (placed,) = files.students(file("number,name,unit,email\n41020901L,王測一,CHU,否\n")).rows
        assert placed.row.graduate == Graduate("41020901L", "王測一", "CHU", email_on_record=False)
        assert placed.row.blind is None

    def test_bom_crlf_quotes_full_width_small_letters_and_blanks(self, files: DeskFiles, file: Write) -> None:
        text = '學號,姓名,系所\r\n"４１０２０９０１l ",王測一　,CHU \r\n\r\n41020902L,"two\r\nlines",CHU\r\n41020903L,最後,CHU\r\n'
        parsed = files.students(file(text, encoding="utf-8-sig"))
        assert [(placed.line, placed.row.graduate.number) for placed in parsed.rows] == [
            (2, "41020901L"),
            (4, "41020902L"),
            (6, "41020903L"),
        ]
        assert parsed.rows[0].row.graduate.name == "王測一"
        assert [(note.code, note.line, note.value) for note in parsed.notes] == [("normalised", 2, "41020901L")]

    def test_names_are_never_exchanged_for_compatible_characters(self, files: DeskFiles, file: Write) -> None:
        (placed,) = files.students(file("number,name,unit\n41020901L,\uf9dc\U00020bb7,CHU\n")).rows
        assert placed.row.graduate.name == "\uf9dc\U00020bb7"

    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("number", "", "value_missing"),
            ("number", "S41020901", "number_malformed"),
            ("name", " ", "value_missing"),
            ("unit", "XYU", "unit_unknown"),
            ("level", "diploma", "value_unknown"),
            ("college", "MAGIC", "value_unknown"),
            ("other_units", "CHU XYU", "unit_unknown"),
            ("entry_ay", "百十", "number_wanted"),
            ("enrolled_on", "25.8.1", "day_ambiguous"),
            ("enrolled_on", "8/1/2025", "day_ambiguous"),
            ("enrolled_on", "2025-13-01", "day_malformed"),
            ("groups", "martian", "group_unknown"),
            ("has_national_id", "perhaps", "value_unknown"),
            ("loss_report_at", "yesterday", "instant_malformed"),
            ("loss_report_at", "2025-06-20", "instant_malformed"),
            ("loss_report_at", "2025-06-20 25:00", "instant_malformed"),
            ("loss_report_at", "25.6.20 10:00", "day_ambiguous"),
            ("overseas_semesters", "two", "semester_malformed"),
            ("id_number", "Y190000017", "person_number_wrong"),
        ],
    )
    def test_every_wrong_cell_is_named(self, files: DeskFiles, file: Write, column: str, value: str, code: str) -> None:
        cells = {"number": "41020901L", "name": "王測一", "unit": "CHU", column: value}
        parsed = files.students(file(f"{','.join(cells)}\n{','.join(cells.values())}\n"))
        assert problems(parsed) == [(code, 2, column)]
        if column == "id_number":
            assert "Y190000017" not in repr(parsed)

    def test_all_problems_are_told_at_once(self, files: DeskFiles, file: Write) -> None:
        text = "number,name,unit\n41020901L,王測一,XYU\n41020902L,,CHU\n41020903L,陳測,CHU\n41020903L,陳測,CHU,extra\n"
        assert problems(files.students(file(text))) == [
            ("too_many_cells", 5, ""),
            ("unit_unknown", 2, "unit"),
            ("value_missing", 3, "name"),
            ("duplicate", 5, "number"),
        ]

    def test_missing_columns_are_all_named_and_unknown_ones_told(self, files: DeskFiles, file: Write) -> None:
        parsed = files.students(file("number,nickname\n41020901L,x\n"))
        assert [(problem.code, problem.column) for problem in parsed.problems] == [
            ("column_missing", "name"),
            ("column_missing", "unit"),
        ]
        told = files.students(file("number,name,unit,nickname\n41020901L,王測一,CHU,x\n"))
        assert [(note.code, note.column) for note in told.notes] == [("column_ignored", "nickname")]


class TestFilesThatCannotBeRead:
    def test_a_big5_file_is_told_and_read_when_the_operator_says_so(
        self, files: DeskFiles, policy: Policy, file: Write
    ) -> None:
        path = file("number,name,unit\n41020901L,王測一,CHU\n", encoding=BIG5)
        assert refusal(files.students, path) == Finding("encoding_big5", 2, allowed="UTF-8")
        (placed,) = DeskFiles(policy, "MAIN", str, BIG5).students(path).rows
        assert placed.row.graduate.name == "王測一"

    def test_a_file_in_no_known_encoding(self, files: DeskFiles, tmp_path: Path, policy: Policy) -> None:
        path = tmp_path / "roster.csv"
        path.write_bytes(b"number,name,unit\n41020901L,\xff\xfe\xff,CHU\n")
        assert refusal(files.students, path).code == "encoding"
        assert refusal(DeskFiles(policy, "MAIN", str, BIG5).students, path) == Finding("encoding_sign", 2)

    def test_no_file_an_empty_one_a_torn_one(self, files: DeskFiles, file: Write, tmp_path: Path) -> None:
        assert refusal(files.students, tmp_path / "none.csv").code == "unreadable"
        assert refusal(files.students, file("")).code == "empty"
        assert refusal(files.students, file('number,name,unit\n41020901L,"王', "torn.csv")).code == "csv_broken"
        assert refusal(files.students, file("no workbook", "roster.xlsx")).code == "xlsx_broken"
        assert refusal(files.photos, tmp_path / "none").code == "no_folder"


class TestItems:
    HEADER = "number,code,source,state,as_of,note,window_closed,detail,certificate_date\n"

    def test_a_workbook_gives_what_the_csv_file_gives(self, files: DeskFiles, file: Write, tmp_path: Path) -> None:
        rows: list[list[Any]] = [
            ["number", "code", "source", "state", "as_of", "window_closed"],
            ["41020901L", "LIB_BOOKS", "NTU", "open", datetime(2025, 6, 3, 9, 58), True],  # noqa: DTZ001 - a workbook knows no zones
            ["41020901L", "CUR_SURVEY", None, "CLEARED", "114.6.3 09:58", None],
        ]
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "items.xlsx")
        from_book = files.items(tmp_path / "items.xlsx")
        text = (
            "number,code,source,state,as_of,window_closed\n"
            "41020901L,LIB_BOOKS,NTU,OPEN,2025-06-03T09:58:00+08:00,是\n"
            "41020901L,CUR_SURVEY,,CLEARED,民國114年6月3日 09:58,\n"
        )
        assert from_book.rows == files.items(file(text)).rows
        assert from_book.rows[0].row.record.state is ItemState.OPEN
        assert from_book.rows[0].row.record.window_closed
        assert from_book.rows[0].line == 2

    def test_numbers_days_and_blank_rows_of_a_workbook_read_like_texts(self, files: DeskFiles, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        row: list[Any] = ["41020901L", "王測一", "CHU", 110, date(2021, 8, 1)]
        for cells in (["number", "name", "unit", "entry_ay", "enrolled_on"], [None] * 5, row):
            book.active.append(cells)
        book.save(tmp_path / "roster.xlsx")
        (placed,) = files.students(tmp_path / "roster.xlsx").rows
        assert placed.line == 3
        assert (placed.row.graduate.entry_ay, placed.row.graduate.enrolled_on) == (110, date(2021, 8, 1))

    def test_details_are_kept_and_the_offices_note_is_not(self, files: DeskFiles, file: Write) -> None:
        line = "41020901L,DEPT_CERT,,OPEN,2025-06-03T01:58:00Z,owes 300,,not_notified,2021.5.10\n"
        parsed = files.items(file(self.HEADER + line))
        record = parsed.rows[0].row.record
        assert record.as_of == datetime(2025, 6, 3, 9, 58, tzinfo=TAIPEI)
        assert (record.detail, record.certificate_date) == (CertDetail.NOT_NOTIFIED, date(2021, 5, 10))
        assert "300" not in repr(parsed)

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("41020901L,GA_GWN,,CLEARED,2025-06-03 09:58", [("item_unknown", "code")]),
            ("41020901L,LIB_BOOKS,,CLEARED,2025-06-03 09:58", [("source_unknown", "source")]),
            ("41020901L,LIB_BOOKS,MIT,CLEARED,2025-06-03 09:58", [("source_unknown", "source")]),
            ("41020901L,GA_GOWN,,DONE,2025-06-03 09:58", [("value_unknown", "state")]),
            ("41020901L,GA_GOWN,,,2025-06-03 09:58", [("value_missing", "state")]),
            ("41020901L,GA_GOWN,,CLEARED,", [("value_missing", "as_of")]),
            (",GA_GOWN,,CLEARED,2025-06-03 09:58", [("value_missing", "number")]),
        ],
    )
    def test_every_wrong_datum_is_named(
        self, files: DeskFiles, file: Write, line: str, expected: list[tuple[str, str]]
    ) -> None:
        parsed = files.items(file(f"number,code,source,state,as_of\n{line}\n"))
        assert [(problem.code, problem.column) for problem in parsed.problems] == expected

    def test_two_data_of_one_source_are_refused_with_the_first_line(self, files: DeskFiles, file: Write) -> None:
        line = "41020901L,LIB_BOOKS,NTU,CLEARED,2025-06-03 09:58\n"
        parsed = files.items(file(f"number,code,source,state,as_of\n{line}{line}"))
        assert parsed.problems == (Finding("duplicate", 3, "code", "41020901L LIB_BOOKS NTU", "2"),)


class TestStockAndCards:
    def test_stock_without_a_counter_lies_here(self, files: DeskFiles, file: Write) -> None:
        text = (
            "number,document,serial,box,state,counter\n41020901L,DEGREE_CERTIFICATE,m-0001,M-001,in_box,\n"
            "41047901S,DEGREE_CERTIFICATE,G-0001,G-001,MISSING,GONGGUAN\n"
        )
        assert [placed.row for placed in files.stock(file(text)).rows] == [
            Holding("M-0001", "41020901L", "DEGREE_CERTIFICATE", "MAIN", "M-001", StockState.IN_BOX),
            Holding("G-0001", "41047901S", "DEGREE_CERTIFICATE", "GONGGUAN", "G-001", StockState.MISSING),
        ]

    def test_two_rows_for_one_certificate_and_one_serial_twice_are_refused(self, files: DeskFiles, file: Write) -> None:
        text = (
            "number,document,serial,box,state\n41020901L,DEGREE_CERTIFICATE,M-0001,M-001,IN_BOX\n"
            "41020901L,DEGREE_CERTIFICATE,M-0002,M-001,IN_BOX\n41020902L,DEGREE_CERTIFICATE,M-0001,M-001,IN_BOX\n"
            "41020903L,PARCHMENT,M-0003,M-001,LOST\n"
        )
        assert problems(files.stock(file(text))) == [
            ("document_unknown", 5, "document"),
            ("value_unknown", 5, "state"),
            ("duplicate", 3, "document"),
            ("duplicate", 4, "serial"),
        ]

    def test_an_unknown_counter_is_refused(self, files: DeskFiles, file: Write) -> None:
        text = "number,document,serial,box,state,counter\n41020901L,DEGREE_CERTIFICATE,M-0001,M-001,IN_BOX,MARS\n"
        assert problems(files.stock(file(text))) == [("counter_unknown", 2, "counter")]

    def test_cards_of_four_and_seven_bytes(self, files: DeskFiles, file: Write) -> None:
        text = "uid,student_no,generation,state,valid_from,valid_to\n58 23 77 14,41020901L,4k,active,110.8.1,\n"
        (placed,) = files.cards(file(text)).rows
        assert placed.row == CardRecord(
            "58237714", "41020901L", CardGeneration.FOUR_K, CardState.ACTIVE, date(2021, 8, 1)
        )

    def test_wrong_cards_are_named(self, files: DeskFiles, file: Write) -> None:
        text = (
            "uid,number,generation,state\n5823771,41020901L,4K,ACTIVE\n58237714,41020901L,5K,GOLD\n"
            "04580B102D9407,41020902L,OLD,LOST\n04580b102d9407,41020903L,OLD,LOST\n"
        )
        assert problems(files.cards(file(text))) == [
            ("uid_malformed", 2, "uid"),
            ("value_unknown", 3, "generation"),
            ("value_unknown", 3, "state"),
            ("duplicate", 5, "uid"),
        ]


def png(body: bytes = b"picture") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


class TestPhotos:
    def test_pictures_are_named_by_number_and_other_files_left_alone(self, files: DeskFiles, tmp_path: Path) -> None:
        (tmp_path / "41020901l.png").write_bytes(png())
        (tmp_path / "41020902L.JPG").write_bytes(b"\xff\xd8\xff picture \xff\xd9")
        (tmp_path / "readme.txt").write_text("no picture")
        parsed = files.photos(tmp_path)
        assert sorted(placed.row.student_no for placed in parsed.rows) == ["41020901L", "41020902L"]
        assert parsed.problems == ()

    def test_torn_and_huge_pictures_are_refused(self, files: DeskFiles, tmp_path: Path) -> None:
        (tmp_path / "41020901L.png").write_bytes(png()[:-6])
        (tmp_path / "41020902L.jpg").write_bytes(b"\xff\xd8\xff" + bytes(LARGEST_BYTES))
        (tmp_path / "41020903L.jpg").write_bytes(b"GIF89a")
        assert sorted((problem.code, problem.column) for problem in files.photos(tmp_path).problems) == [
            ("photo_too_large", "41020902L.jpg"),
            ("photo_unreadable", "41020901L.png"),
            ("photo_unreadable", "41020903L.jpg"),
        ]

    def test_a_folder_without_pictures_is_empty(self, files: DeskFiles, tmp_path: Path) -> None:
        assert refusal(files.photos, tmp_path).code == "empty"

    @given(st.data())
    def test_no_flipped_byte_inside_a_png_goes_unseen(self, data: st.DataObject) -> None:
        whole = png()
        place = data.draw(st.integers(8, len(whole) - 1))
        torn = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
        assert is_whole_picture(whole)
        assert not is_whole_picture(torn)


@given(st.dates(date(1921, 1, 1), date(2910, 12, 31)))
def test_a_day_reads_the_same_in_every_spelling(day: date) -> None:
    roc = day.year - 1911
    spellings = [day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"民國{roc}年{day.month}月{day.day}日"]
    if roc >= 100:
        spellings += [f"{roc}.{day.month}.{day.day}", f"{roc}/{day.month:02d}/{day.day:02d}"]
    for text in spellings:
        notebook = Notebook()
        assert Cells(Line(2, {"day": text}), notebook, TAIPEI).day("day") == day
        assert notebook.problems == []


def test_the_shipped_sample_files_are_whole(files: DeskFiles) -> None:
    for parsed in (
        files.students(resource("demo", "students.csv")),
        files.items(resource("demo", "items.csv")),
        files.stock(resource("demo", "stock.csv")),
        files.cards(resource("cards", "cards.csv")),
    ):
        assert (parsed.problems, parsed.notes) == ((), ())
        assert len(parsed.rows) >= 55
