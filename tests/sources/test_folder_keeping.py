# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in taken/ and refused/: read again when everything is asked for, and removed when its time is over."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.facts import ItemState
from desk_app.source_settings import FolderSettings
from desk_app.sources.folder import FolderSource
from tests.sources.office_files import LIBRARY, WALL, Office, new_office, surroundings

DAY = 86_400
HEAD = ("學號", "館別", "狀態", "備註")
STAMPED = LIBRARY.replace('as_of = "資料時間"', "") + '[as_of]\nname = "library_{day}_{time}"\n'


def _row(number: str = "41020901L", state: str = "已還清", time: str = "09:58") -> tuple[str, ...]:
    return (number, "本校", state, f"114/6/3 {time}", "")


def _source(office: Office, keep_days: int, wall: float = WALL, pattern: str = "*.*") -> FolderSource:
    settings = FolderSettings(
        "library", office.folder, "library", office.base / "profiles", pattern, keep_days=keep_days
    )
    around = dataclasses.replace(surroundings(office.base / "shipped"), wall=lambda: wall)
    return FolderSource(settings, around)


def _put(office: Office, place: str, name: str, days_ago: float) -> Path:
    (office.folder / place).mkdir(exist_ok=True)
    return office.drop(f"{place}/{name}", b"x", days_ago * DAY)


class TestAnew:
    """Who asks for everything gets the lists that were taken before, too."""

    def test_lists_that_were_taken_are_read_again_before_those_that_wait(self, office: Office) -> None:
        office.drop_rows("b.csv", [_row(state="未還", time="09:00")], head=(*HEAD[:3], "資料時間", "備註"))
        office.pull()
        for place, (name, ago) in enumerate((("c.csv", 100), ("a.csv", 80))):
            office.date(office.drop_rows(name, [_row(f"4102090{place}L")]), ago)
            office.pull()
        office.drop_rows("d.csv", [_row("41020909L")])
        pages = list(office.source().changes(""))
        assert [[one.student_no for one in page.reports] for page in pages] == [
            ["41020900L"],
            ["41020901L"],
            ["41020901L"],
            [],
            ["41020909L"],
        ]
        assert [page.cursor for page in pages[:3]] == ["", "", ""]
        assert pages[3].cursor.count(".") == 2
        assert (office.names(), office.names("taken")) == ([], ["a.csv", "b.csv", "c.csv", "d.csv"])

    def test_what_is_broken_off_begins_anew(self, office: Office) -> None:
        for number in ("41020901L", "41020902L"):
            office.drop_rows(f"{number}.csv", [_row(number)])
            office.pull()
        pages = office.source().changes("")
        office.cursor = next(pages).cursor
        pages.close()  # type: ignore[attr-defined]  # the generator ends where the program would have
        assert [one.student_no for one in office.pull()[0]] == ["41020901L", "41020902L"]
        assert office.pull() == ([], None)

    def test_the_same_list_taken_twice_is_read_once(self, office: Office) -> None:
        office.write_profile(STAMPED)
        for _ in range(2):
            office.drop_rows("library_1140603_0958.csv", [(*_row()[:3], "")], head=HEAD)
            office.pull()
        first, second = office.names("taken")
        assert len(second) - len(first) in (17, -17)
        office.cursor = ""
        assert len(office.pull()[0]) == 1

    def test_two_lists_of_one_name_are_both_read(self, office: Office) -> None:
        office.write_profile(STAMPED)
        for number in ("41020901L", "41020902L"):
            office.drop_rows("library_1140603_0958.csv", [(number, *_row()[1:3], "")], head=HEAD)
            office.pull(office.source("library_*_0958.csv"))
        office.cursor = ""
        assert len(office.pull(office.source("library_*_0958.csv"))[0]) == 2

    def test_files_of_another_source_are_left_alone(self, office: Office) -> None:
        office.drop_rows("library_1.csv", [_row()])
        office.drop_rows("dorm_1.csv", [_row("41020902L")])
        for pattern in ("library_*", "dorm_*"):
            office.pull(office.source(pattern))
        office.cursor = ""
        assert [one.student_no for one in office.pull(office.source("library_*"))[0]] == ["41020901L"]

    def test_a_list_that_no_longer_fits_the_profile_is_told_of_and_stays(self, office: Office) -> None:
        office.drop_rows("old.csv", [_row(state="已還清")])
        office.pull()
        office.write_profile(LIBRARY.replace('"已還清", ', ""))
        office.drop_rows("new.csv", [_row(state="Cleared")])
        pages = list(office.source().changes(""))
        assert [(one.code, one.value) for one in pages[0].findings] == [("taken_unfit", "old.csv")]
        assert (pages[1].cursor, len(pages[-1].reports)) == ("files:", 1)
        assert office.names("taken") == ["new.csv", "old.csv"]
        assert office.names("refused") == []

    def test_without_a_word_for_everything_nothing_is_read_again(self, office: Office) -> None:
        office.drop_rows("list.csv", [_row()])
        office.pull()
        assert office.pull() == ([], None)


class TestKeeping:
    """Persons' data do not lie about for ever."""

    def test_what_came_too_long_ago_goes(self, office: Office) -> None:
        for place in ("taken", "refused"):
            _put(office, place, "old.csv", 8)
            _put(office, place, "new.csv", 6)
            (office.folder / place / "own").mkdir()
        _put(office, "refused", "old.csv.report.txt", 8)
        removed = _source(office, 7).remove_old_lists()
        assert (removed.days, removed.count) == (7, 3)
        assert (office.names("taken"), office.names("refused")) == (["new.csv"], ["new.csv"])
        assert _source(office, 7).remove_old_lists().count == 0

    def test_a_link_goes_and_what_it_names_stays(self, office: Office, tmp_path: Path) -> None:
        named = tmp_path / "named.csv"
        named.touch()
        (office.folder / "refused").mkdir()
        link = office.folder / "refused" / "link.csv"
        link.symlink_to(named)
        os.utime(link, (WALL - 8 * DAY, WALL - 8 * DAY), follow_symlinks=False)
        assert _source(office, 7).remove_old_lists().count == 1
        assert named.exists()

    def test_a_list_that_a_wrong_clock_has_dated_ahead_is_not_kept_for_ever(self, office: Office) -> None:
        path = _put(office, "taken", "ahead.csv", -3650)
        moved = path.lstat().st_ctime
        for days, count in ((6.9, 0), (7.1, 1)):
            assert _source(office, 7, moved + days * DAY).remove_old_lists().count == count

    def test_what_is_not_of_this_source_is_not_its_to_remove(self, office: Office) -> None:
        """Two sources share a folder, somebody has put notes there, and a hidden file belongs to the file server."""
        for name in ("dorm_1.csv", "notes.docx", ".library_1.csv"):
            _put(office, "taken", name, 400)
        for name in ("dorm_1.csv.report.txt", "notes.txt"):
            _put(office, "refused", name, 400)
        for name in ("library_1.csv.report.txt", ".library_2.csv.report.txt"):
            _put(office, "refused", name, 8)
        _put(office, "taken", "library_1-0123456789abcdef.csv", 8)
        source = _source(office, 7, pattern="library_*.csv")
        assert source.remove_old_lists().count == 3
        assert office.names("taken") == [".library_1.csv", "dorm_1.csv", "notes.docx"]
        assert office.names("refused") == ["dorm_1.csv.report.txt", "notes.txt"]
        assert office.pull(source) == ([], None)

    @pytest.mark.parametrize("place", ["taken", "refused"])
    def test_a_link_in_place_of_a_folder_is_neither_emptied_nor_filled(
        self, office: Office, tmp_path: Path, place: str
    ) -> None:
        """Whoever may write into the drop folder could name any folder of this machine."""
        other = tmp_path / "keys"
        other.mkdir()
        kept = other / "root.csv"
        kept.touch()
        os.utime(kept, (0, 0))
        (office.folder / place).symlink_to(other, target_is_directory=True)
        source = _source(office, 1, kept.lstat().st_ctime + 400 * DAY)
        assert source.remove_old_lists().count == 0
        office.drop_rows("root.csv", [_row(state="已還清" if place == "taken" else "?")])
        error = office.pull()[1]
        assert error is not None
        assert (error.code, str(other) in str(error.data["detail"])) == ("source_folder_closed", True)
        assert (kept.read_bytes(), list(other.iterdir()), office.names()) == (b"", [kept], ["root.csv"])

    def test_a_list_that_was_old_when_it_came_is_kept_as_long(self, office: Office) -> None:
        """The system's own note of when a file was moved counts, where it is later than the change of its text."""
        path = _put(office, "taken", "list.csv", 0)
        os.utime(path, (0, 0))
        moved = path.lstat().st_ctime
        for days, count in ((6.9, 0), (7.1, 1)):
            assert _source(office, 7, moved + days * DAY).remove_old_lists().count == count

    def test_what_waits_is_never_removed(self, office: Office) -> None:
        office.drop("list.csv", b"x", 400 * DAY)
        assert _source(office, 1).remove_old_lists().count == 0
        assert office.names() == ["list.csv"]

    def test_without_folders_there_is_nothing_to_remove(self, office: Office) -> None:
        assert _source(office, 1).remove_old_lists().count == 0

    def test_what_cannot_be_removed_is_told(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        _put(office, "taken", "old.csv", 8)
        source = _source(office, 7)

        def refuse(path: Path, *, missing_ok: bool = False) -> None:
            raise PermissionError(13, "Permission denied", str(path), missing_ok)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            assert source.remove_old_lists().count == 0
        error = office.pull(source)[1]
        assert error is not None
        assert (error.code, error.data["count"], error.data["days"]) == ("source_lists_left", "1", "7")
        assert source.remove_old_lists().count == 1
        assert office.pull(source) == ([], None)

    def test_a_file_that_another_desk_removes_first_is_no_fault(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = _put(office, "taken", "old.csv", 8)
        look = Path.lstat

        def gone(file: Path) -> os.stat_result:
            if file == path:
                raise FileNotFoundError(str(file))
            return look(file)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "lstat", gone)
            assert _source(office, 7).remove_old_lists().count == 0
        path.unlink()
        assert _source(office, 7).remove_old_lists().count == 0


@settings(max_examples=25)
@given(data=st.data())
def test_everything_anew_ends_in_the_state_of_before(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However the lists came: read again from taken/, the newest datum of each graduate is the same."""
    office = new_office(tmp_path_factory.mktemp("office") / "office")
    kept: dict[str, tuple[str, ItemState]] = {}
    again: dict[str, tuple[str, ItemState]] = {}

    def keep(into: dict[str, tuple[str, ItemState]]) -> None:
        for report in office.pull()[0]:
            said = (report.record.as_of.isoformat(), report.record.state)
            if said[0] >= into.get(report.student_no, ("", said[1]))[0]:
                into[report.student_no] = said

    minutes = data.draw(st.lists(st.integers(10, 59), min_size=1, max_size=4, unique=True))
    for minute in minutes:
        numbers = data.draw(st.sets(st.sampled_from(["41020901L", "41020902L"]), min_size=1))
        state = data.draw(st.sampled_from(["已還清", "未還"]))
        office.drop_rows("list.csv", [_row(number, state, f"09:{minute - 1}") for number in sorted(numbers)])
        keep(kept)
    office.cursor = ""
    keep(again)
    assert again == kept
