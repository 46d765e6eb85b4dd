# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that somebody broke on purpose or by bad luck: each is refused with words, none ends the program."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from desk_app.domain.errors import ImportRefusedError
from desk_app.domain.findings import Finding
from desk_app.sources import table
from desk_app.sources.files import DeskFiles

Read = Callable[[str, str], tuple[Finding, ...]]
HEAD = "number,name,unit"
WHO = "41020901L,王測一,CHU"


@pytest.fixture
def refused(files: DeskFiles, tmp_path: Path) -> Callable[..., list[tuple[str, str]]]:
    """Give code and column of every problem of a roster."""

    def read(head: str, row: str) -> list[tuple[str, str]]:
        path = tmp_path / "students.csv"
        path.write_text(f"{head}\n{row}\n", encoding="utf-8", newline="")
        try:
            found = files.students(path).problems
        except ImportRefusedError as error:
            found = error.data["problems"]  # type: ignore[assignment] # the findings of an import
        return [(finding.code, finding.column) for finding in found]

    return read


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("entry_ay", "9" * 20, "number_wanted"),
        ("entry_ay", "9" * 5000, "number_wanted"),
        ("overseas_semesters", "9" * 5000 + "/1", "semester_malformed"),
        ("loss_report_at", "9999-12-31 23:59-14:00", "instant_malformed"),
        ("loss_report_at", "9999-12-31 23:59+99:99", "instant_malformed"),
        ("name_romanised", '"WANG\nTEST"', "name_control"),
        ("name_romanised", "W" * 5000, "name_too_long"),
    ],
)
def test_an_absurd_value_is_named(
    refused: Callable[..., list[tuple[str, str]]], column: str, value: str, code: str
) -> None:
    assert refused(f"{HEAD},{column}", f"{WHO},{value}") == [(code, column)]


@pytest.mark.parametrize(
    ("name", "code"),
    [("王\0測", "name_control"), ("王\u202e測", "name_control"), ("王Y190000016", "name_holds_number")],
)
def test_a_name_that_is_none_is_refused(refused: Callable[..., list[tuple[str, str]]], name: str, code: str) -> None:
    assert refused(HEAD, f"41020901L,{name},CHU") == [(code, "name")]


def test_one_column_twice_is_no_guess(refused: Callable[..., list[tuple[str, str]]]) -> None:
    assert refused(f"{HEAD},姓名", f"{WHO},李換") == [("column_twice", "name")]


def test_a_personal_number_in_a_wrong_column_is_not_repeated(files: DeskFiles, tmp_path: Path) -> None:
    path = tmp_path / "students.csv"
    path.write_text(f"{HEAD}\nY190000016,王測一,CHU\n", encoding="utf-8")
    (problem,) = files.students(path).problems
    assert problem.code == "number_malformed"
    assert "190000016" not in problem.value


def test_a_pipe_and_a_file_without_end_are_no_tables(
    files: DeskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    large = tmp_path / "large.csv"
    large.write_text(HEAD + "\n" + WHO)
    monkeypatch.setattr(table, "LARGEST_BYTES", 10)
    for path, code in ((pipe, "no_file"), (tmp_path, "no_file"), (large, "too_large")):
        with pytest.raises(ImportRefusedError) as caught:
            files.students(path)
        assert caught.value.data["problems"][0].code == code  # type: ignore[index] # the findings of an import


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(
    files: DeskFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    monkeypatch.setattr(table, "LARGEST_UNPACKED", 999_999)
    with pytest.raises(ImportRefusedError) as caught:
        files.students(bomb)
    assert caught.value.data["problems"][0].code == "too_large"  # type: ignore[index] # the findings of an import


def test_a_photo_that_is_no_file_is_named(files: DeskFiles, tmp_path: Path) -> None:
    (tmp_path / "41020901L.png").mkdir()
    (tmp_path / "41020902L.png").symlink_to(tmp_path / "none.png")
    problems = files.photos(tmp_path).problems
    assert [(problem.code, problem.column) for problem in problems] == [
        ("photo_unreadable", "41020901L.png"),
        ("photo_unreadable", "41020902L.png"),
    ]
