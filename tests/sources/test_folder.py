# SPDX-License-Identifier: GPL-3.0-or-later
"""A drop folder: each file is taken whole or refused with a report, once, and no other file waits for it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk_app.domain.clearance_sources import FileFinding
from desk_app.domain.errors import SourceError
from desk_app.domain.facts import ItemState
from desk_app.source_settings import FolderSettings
from desk_app.sources.folder import FolderSource
from desk_app.sources.folder_cursor import FolderCursor
from desk_app.sources.folder_places import SETTLED_SECONDS, DropFolder
from tests.sources.office_files import LIBRARY, NOW, TAIPEI, WALL, Cells, Office, csv_of, save_workbook, surroundings

ROW = ("41020901L", "本校", "已還清", "114/6/3 09:58", "")
OTHER = ("41020902L", "臺大", "Overdue", "2025-06-03 09:00", "總館三樓還書")


def test_a_file_is_taken_once_and_moved_away(office: Office) -> None:
    office.drop_rows("list.csv", [ROW, OTHER])
    reports, error = office.pull()
    assert error is None
    assert [(one.student_no, one.record.item, one.record.source, one.record.state) for one in reports] == [
        ("41020901L", "LIB_BOOKS", "NTNU", ItemState.CLEARED),
        ("41020902L", "LIB_BOOKS", "NTU", ItemState.OPEN),
    ]
    assert [one.record.as_of for one in reports] == [
        datetime(2025, 6, 3, 9, 58, tzinfo=TAIPEI),
        datetime(2025, 6, 3, 9, 0, tzinfo=TAIPEI),
    ]
    assert reports[1].record.note == "總館三樓還書"
    assert (office.names(), office.names("taken")) == ([], ["list.csv"])
    assert office.pull() == ([], None)


def test_the_same_bytes_again_change_nothing(office: Office) -> None:
    came = []
    for name in ("list.csv", "list.csv", "copy.csv"):
        office.drop_rows(name, [ROW])
        came.append(len(office.pull()[0]))
    assert came == [1, 0, 0]
    first, *others = office.names("taken")
    assert (office.names(), first, len(others)) == ([], "copy.csv", 2)


def test_after_everything_is_forgotten_a_file_is_read_again(office: Office) -> None:
    office.drop_rows("list.csv", [ROW])
    office.pull()
    office.drop_rows("list.csv", [ROW])
    office.cursor = ""
    assert len(office.pull()[0]) == 1


def test_a_mended_profile_reads_the_same_file_anew(office: Office) -> None:
    office.drop_rows("list.csv", [ROW])
    office.pull()
    office.write_profile(LIBRARY.replace('"處理中"', '"處理中"\nUNKNOWN = "不明"'))
    office.drop_rows("list.csv", [ROW])
    assert len(office.pull()[0]) == 1


def test_a_crash_before_the_file_was_moved_loses_and_doubles_nothing(office: Office) -> None:
    office.drop_rows("list.csv", [ROW])
    pages = office.source().changes("")
    kept = next(pages)
    pages.close()  # type: ignore[attr-defined]  # the generator ends where the program would have
    assert office.names() == ["list.csv"]
    office.cursor = kept.cursor
    assert office.pull() == ([], None)
    assert office.names("taken") == ["list.csv"]


def test_rows_that_were_not_kept_leave_their_file_where_it_is(office: Office) -> None:
    office.drop_rows("list.csv", [ROW])
    pages = office.source().changes("")
    next(pages)
    pages.close()  # type: ignore[attr-defined]  # the store could not keep the page
    assert len(office.pull()[0]) == 1


def test_a_wrong_file_is_refused_whole_with_every_place(office: Office) -> None:
    bad = [ROW, ("41020902L", "本校", "大概還了", "2025-13-01 09:00", ""), ("", "中研院", "未還", "", "")]
    office.drop_rows("bad.csv", bad)
    office.drop_rows("good.csv", [OTHER])
    reports, error = office.pull()
    assert [one.student_no for one in reports] == ["41020902L"]
    assert error is not None
    assert (error.code, error.data["file"], error.data["count"], error.data["line"]) == (
        "source_file_refused", "bad.csv", "5", "3",
    )  # fmt: skip
    said = office.report("bad.csv").splitlines()
    assert [line.partition(": ")[0] for line in said] == [
        "bad.csv, line 3, column 狀態",
        "bad.csv, line 3, column 資料時間",
        "bad.csv, line 4, column 學號",
        "bad.csv, line 4, column 館別",
        "bad.csv, line 4, column 資料時間",
    ]
    assert '"大概還了" is not known. Allowed: 已還清, cleared, 未還, overdue, 處理中.' in said[0]
    assert (office.names("refused"), office.names("taken")) == (["bad.csv", "bad.csv.report.txt"], ["good.csv"])


def test_no_personal_number_is_repeated_in_a_report(office: Office) -> None:
    office.drop_rows("bad.csv", [("41020901L", "本校", "Y190000016", "2025-06-03 09:00", "Y190000016\x00")])
    office.pull()
    assert "190000016" not in office.report("bad.csv")


def test_a_refusal_is_told_until_a_sound_file_comes(office: Office) -> None:
    office.drop_rows("bad.csv", [("41020901L", "本校", "?", "2025-06-03 09:00", "")])
    assert _code(office) == "source_file_refused"
    assert _code(office) == "source_file_awaited"
    office.drop_rows("good.csv", [ROW])
    assert _code(office) is None
    assert _code(office) is None


def test_a_mended_file_of_the_same_name_clears_the_report_away(office: Office) -> None:
    office.drop_rows("list.csv", [("41020901L", "本校", "?", "2025-06-03 09:00", "")])
    office.pull()
    office.drop_rows("list.csv", [ROW])
    assert _code(office) is None
    assert (office.names("refused"), office.names("taken")) == (["list.csv"], ["list.csv"])


def test_the_newest_report_is_told_of(office: Office) -> None:
    refused = office.folder / "refused"
    refused.mkdir()
    for name, ago in (("a.csv", 10), ("b.csv", 30)):
        office.date(office.drop(f"refused/{name}.report.txt", b""), ago)
    (refused / "gone.csv.report.txt").symlink_to("nowhere")
    office.cursor = "files:!"
    error = office.pull()[1]
    assert error is not None
    assert (error.code, error.data["file"]) == ("source_file_awaited", "a.csv")


def test_a_file_that_vanishes_while_the_folder_is_looked_through(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop_rows("list.csv", [ROW])

    class Gone:
        path = name = "gone.csv"

        def stat(self, *, follow_symlinks: bool) -> os.stat_result:
            raise FileNotFoundError(follow_symlinks)

    with os.scandir(office.folder) as there:
        entries = [*there, Gone()]
    monkeypatch.setattr(os, "scandir", lambda _: nullcontext(entries))
    assert len(office.source("list.*")._folder.ready()[0]) == 1


def test_a_report_that_cannot_be_cleared_away_is_told(office: Office) -> None:
    (office.folder / "refused" / "list.csv.report.txt").mkdir(parents=True)
    office.drop_rows("list.csv", [ROW])
    assert _code(office) == "source_folder_closed"


def test_who_clears_the_report_away_has_seen_it(office: Office) -> None:
    office.drop_rows("bad.csv", [("41020901L", "本校", "?", "2025-06-03 09:00", "")])
    office.pull()
    (office.folder / "refused" / "bad.csv.report.txt").unlink()
    assert _code(office) is None


def test_the_findings_of_a_refused_file_are_counted(office: Office) -> None:
    office.drop_rows("bad.csv", [("41020901L", "本校", "?", "2025-06-03 09:00", "")])
    page = next(office.source().changes(""))
    assert ([one.code for one in page.findings], page.reports) == (["value_unknown"], ())


@pytest.mark.parametrize("ago", [0.0, SETTLED_SECONDS - 1, -3.0])
def test_a_file_that_still_grows_is_left_alone(office: Office, ago: float) -> None:
    path = office.drop_rows("list.csv", [ROW])
    office.date(path, ago)
    assert office.pull() == ([], None)
    assert office.names() == ["list.csv"]
    office.date(path, SETTLED_SECONDS)
    assert len(office.pull()[0]) == 1


def test_a_file_that_changes_while_it_is_read_waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office.drop_rows("list.csv", [ROW])
    look: Callable[[Path], bytes] = Path.read_bytes

    def read_while_it_grows(file: Path) -> bytes:
        data = look(file)
        if file == path:
            office.date(path, 20)
        return data

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", read_while_it_grows)
        assert office.pull() == ([], None)
    assert len(office.pull()[0]) == 1


@pytest.mark.parametrize(
    "name",
    [
        ".list.csv",
        "~$list.xlsx",
        "list.csv.part",
        "list.TMP",
        "old.report.txt",
        "notes.txt",
        "Thumbs.db",
        "desktop.ini",
    ],
)
def test_what_is_no_delivery_is_not_touched(office: Office, name: str) -> None:
    office.drop(name, b"x")
    (office.folder / "sub.csv").mkdir()
    source = office.source("*.[ctx]*[vtxp]" if name == "list.TMP" else "*.csv" if name == "notes.txt" else "*.*")
    assert office.pull(source) == ([], None)
    assert office.names() == [name]


def test_a_link_names_no_file_of_this_machine(office: Office, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(csv_of([ROW]), encoding="utf-8")
    link = office.folder / "list.csv"
    link.symlink_to(secret)
    os.utime(link, (WALL - 60, WALL - 60), follow_symlinks=False)
    assert _code(office) == "source_file_unfit"
    assert secret.exists()
    assert "This is not a file" in office.report("list.csv")


def test_a_file_that_another_desk_takes_first_is_no_fault(office: Office) -> None:
    path = office.drop_rows("list.csv", [ROW])
    pages = office.source().changes("")
    page = next(pages)
    path.unlink()
    assert list(pages) == []
    assert len(page.reports) == 1


def test_a_file_that_goes_away_before_it_is_read_is_no_fault(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office.drop_rows("list.csv", [ROW])
    monkeypatch.setattr(DropFolder, "ready", lambda _: ((path.with_name("gone.csv"),), 0))
    assert office.pull() == ([], None)


def test_a_file_that_cannot_be_opened_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = office.drop_rows("locked.csv", [ROW])
    office.drop_rows("open.csv", [OTHER])
    read: Callable[[Path], bytes] = Path.read_bytes

    def read_what_is_open(path: Path) -> bytes:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", read_what_is_open)
        reports, error = office.pull()
    assert (len(reports), error is not None and error.code) == (1, "source_file_unreadable")
    assert office.names() == ["locked.csv"]
    assert len(office.pull()[0]) == 1


def test_a_missing_folder_is_told(office: Office) -> None:
    office.folder.rmdir()
    assert _code(office) == "source_folder"
    with pytest.raises(SourceError):
        office.source().health()


def test_a_folder_in_which_nothing_can_be_moved_is_told(office: Office) -> None:
    office.drop_rows("list.csv", [ROW])
    (office.folder / "taken").write_text("a file where a folder should be", encoding="utf-8")
    reports, error = office.pull(office.source("*.csv"))
    assert (len(reports), error is not None and error.code) == (1, "source_folder_closed")
    assert office.pull(office.source("*.csv"))[0] == []


@pytest.mark.parametrize("row", [ROW, ("", "本校", "?", "2025-06-03 09:00", "")], ids=["taken", "refused"])
def test_a_file_that_cannot_be_moved_keeps_no_other_one_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch, row: Cells
) -> None:
    """A spreadsheet that somebody has open can be read and not be moved on some systems."""
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if self.name == "held.csv":
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    office.drop_rows("held.csv", [row])
    office.date(office.drop_rows("later.csv", [("41020902L", *ROW[1:])]), 30)
    reports, error = office.pull()
    assert (reports[-1].student_no, error is not None and error.code) == ("41020902L", "source_folder_closed")
    assert (office.names(), office.names("taken")) == (["held.csv"], ["later.csv"])


def test_a_report_that_cannot_be_written_keeps_the_file(office: Office) -> None:
    office.drop_rows("bad.csv", [("", "本校", "?", "2025-06-03 09:00", "")])
    (office.folder / "refused").write_text("a file where a folder should be", encoding="utf-8")
    assert office.pull(office.source("*.csv"))[1].code == "source_folder_closed"  # type: ignore[union-attr]  # it is one
    assert "bad.csv" in office.names()


def test_health_reads_without_taking(office: Office) -> None:
    office.drop_rows("bad.csv", [("41020901L", "本校", "?", "2025-06-03 09:00", "")])
    office.drop_rows("good.csv", [ROW])
    office.drop_rows("late.csv", [OTHER])
    office.drop_rows("new.csv", [ROW])
    office.date(office.folder / "new.csv", 1)
    (office.folder / "refused").mkdir()
    (office.folder / "refused" / "old.csv.report.txt").touch()
    health = office.source().health()
    assert (health.rows, health.newest) == (2, NOW - timedelta(minutes=2))
    assert [remark.code for remark in health.remarks] == ["waiting", "on_their_way", "refused"]
    (problem,) = health.problems
    assert isinstance(problem, FileFinding)
    assert (problem.file, problem.finding.column) == ("bad.csv", "狀態")
    assert office.names() == ["bad.csv", "good.csv", "late.csv", "new.csv"]


def test_an_empty_folder_is_sound(office: Office) -> None:
    health = office.source().health()
    assert (health.rows, health.newest, health.problems) == (0, None, ())
    assert [(remark.code, remark.data["count"]) for remark in health.remarks] == [("waiting", "0")]


def test_health_tells_a_folder_that_cannot_be_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(SourceError) as refused:
        office.source().health()
    assert refused.value.code == "source_folder_closed"


def test_health_tells_of_items_that_the_rules_do_not_have(office: Office) -> None:
    settings = FolderSettings("library", office.folder, "library", office.base / "profiles")
    around = dataclasses.replace(surroundings(office.base / "shipped"), items={"LIB_FINES": ("NTNU", "NTU")})
    (problem,) = FolderSource(settings, around).health().problems
    assert (problem.file, problem.finding.code, problem.finding.value) == ("library.toml", "code_unknown", "LIB_BOOKS")


def test_an_unknown_profile_names_those_there_are(office: Office) -> None:
    with pytest.raises(SourceError) as refused:
        list(office.source(profile="librray").changes(""))
    assert (refused.value.code, refused.value.data["allowed"]) == ("source_profile_unknown", "library")


def test_the_office_s_own_profile_goes_before_a_shipped_one(office: Office) -> None:
    (office.base / "shipped" / "library.toml").write_text("nonsense", encoding="utf-8")
    office.drop_rows("list.csv", [ROW])
    assert len(office.pull()[0]) == 1


def test_a_folder_is_never_asked_about_one_graduate(office: Office) -> None:
    source = office.source()
    assert not source.answers_at_once
    assert source.student("41020901L", 2.0) == ()
    source.close()


@pytest.mark.parametrize("cursor", ["c1", "files:xyz", "view:0:s:1", "files:0123456789abcdef.!"])
def test_the_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(SourceError) as refused:
        FolderCursor.of(cursor, "library")
    assert refused.value.code == "source_cursor"


def test_only_so_many_files_are_remembered() -> None:
    cursor = FolderCursor()
    for place in range(300):
        cursor = cursor.taken(f"{place:016x}")
    assert FolderCursor.of(cursor.text, "library") == cursor
    assert len(cursor.digests) == 200
    assert FolderCursor.of(cursor.refused().text, "library").last_refused


def test_workbooks_are_taken_like_text(office: Office) -> None:
    path = office.folder / "list.xlsx"
    at = datetime(2025, 6, 3, 9, 58)  # noqa: DTZ001 - a workbook has no zones
    save_workbook(path, [("41020901L", "本校", "Cleared", at, None)])
    office.date(path, 60)
    ((report,), error) = office.pull()
    assert error is None
    assert report.record.as_of == at.replace(tzinfo=TAIPEI)


def _code(office: Office) -> str | None:
    error = office.pull()[1]
    return None if error is None else error.code
