# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose copying paused for so long that they were read in the middle of it: all of their rows come in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk_app.sources import folder_growth
from tests.sources.office_files import Cells, Office, csv_of

FIRST: Cells = ("41020901L", "本校", "已還清", "114/6/3 09:58", "")
SECOND: Cells = ("41020902L", "臺大", "未還", "114/6/3 09:58", "")
BROKEN_OFF = "41020902L,臺大,未"
"""A row in the middle of which the copying paused."""


def _go_on(office: Office, place: str, text: str) -> None:
    """Write the whole list, as whoever still has the file open where it was moved to."""
    path = office.folder / place / "list.csv"
    path.write_bytes(text.encode())
    office.date(path, 20)


@pytest.mark.parametrize(("rest", "place"), [("", "taken"), (BROKEN_OFF, "refused")])
def test_a_list_that_went_on_growing_comes_back_and_is_read_as_a_whole(office: Office, rest: str, place: str) -> None:
    source = office.source()
    office.drop("list.csv", (csv_of([FIRST]) + rest).encode())
    office.pull(source)
    assert (office.names(), "list.csv" in office.names(place)) == ([], True)
    assert not source.has_come()
    _go_on(office, place, csv_of([FIRST, SECOND]))
    assert source.has_come()
    reports, error = office.pull(source)
    assert ([one.student_no for one in reports], error) == (["41020901L", "41020902L"], None)
    assert (office.names(), office.names("taken")) == ([], ["list.csv"])
    assert office.pull(source) == ([], None)


def test_it_is_left_alone_until_it_rests(office: Office) -> None:
    source = office.source()
    office.drop("list.csv", csv_of([FIRST]).encode())
    office.pull(source)
    _go_on(office, "taken", csv_of([FIRST, SECOND]))
    office.date(office.folder / "taken" / "list.csv", 1)
    assert (office.pull(source), office.names()) == (([], None), ["list.csv"])


def test_a_look_beside_a_pull_may_bring_it_back_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    source = office.source()
    office.drop("list.csv", csv_of([FIRST]).encode())
    office.pull(source)
    _go_on(office, "taken", csv_of([FIRST, SECOND]))
    moved = Path.replace

    def beside(file: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", moved)
        there = moved(file, target)
        assert source.has_come()
        return there

    monkeypatch.setattr(Path, "replace", beside)
    assert [one.student_no for one in office.pull(source)[0]] == ["41020901L", "41020902L"]


def test_a_newer_list_in_its_place_stays(office: Office) -> None:
    source = office.source()
    office.drop("list.csv", csv_of([FIRST]).encode())
    office.pull(source)
    _go_on(office, "taken", csv_of([FIRST, SECOND]))
    office.drop("list.csv", csv_of([SECOND]).encode())
    assert [one.student_no for one in office.pull(source)[0]] == ["41020902L"]


def test_only_the_newest_are_remembered_and_one_that_was_cleared_away_is_forgotten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_growth, "_REMEMBERED", 1)
    source, taken = office.source(), office.folder / "taken"
    for name, row in (("old.csv", FIRST), ("list.csv", SECOND)):
        office.drop(name, csv_of([row]).encode())
        office.pull(source)
    (taken / "list.csv").unlink()
    assert not source.has_come()
    for name in ("old.csv", "list.csv"):
        (taken / name).write_bytes(b"x")
    assert (source.has_come(), office.names()) == (False, [])


def test_a_share_that_is_away_is_waited_for(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = office.source()
    office.drop("list.csv", csv_of([FIRST]).encode())
    office.pull(source)
    away = office.folder.rename(tmp_path / "away")
    assert not source.has_come()
    away.rename(office.folder)
    _go_on(office, "taken", csv_of([FIRST, SECOND]))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _refuse)
        assert not source.has_come()
    assert source.has_come()


def _refuse(_path: Path, _target: Path) -> Path:
    raise PermissionError(13, "in use")
