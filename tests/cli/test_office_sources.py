# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app sources`` with a drop folder and a view: pulled into the store, listed, and said what to mend."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from desk_app.resources import resource
from tests.cli.conftest import Run

LONG_AGO = 1_700_000_000
HEAD = "學號,館別,借書狀態,資料時間,備註\n"
CHINESE = "zh_TW.UTF-8"


@pytest.fixture
def inbox(home: Path) -> Path:
    folder = home / "inbox"
    folder.mkdir()
    _add(home, 'name = "library"\nkind = "folder"\nfolder = "inbox"\nprofile = "sample-library"\n')
    return folder


def _add(home: Path, table: str) -> None:
    with (home / "desk.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[[source]]\n{table}")


def _drop(inbox: Path, name: str, *rows: str) -> None:
    path = inbox / name
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO))


def _say(run: Run, home: Path, *arguments: object, language: str = "en_US.UTF-8") -> tuple[int, str]:
    result = run(*arguments, home=home, language=language)
    return result.exit_code, result.output


def test_a_list_is_pulled_once(run: Run, home: Path, inbox: Path) -> None:
    assert _say(run, home, "lookup", "41020901L")[0] == 0
    _drop(inbox, "list.csv", "41020901L,本校,未還,114/6/3 09:59,總館", "41099999L,本校,未還,114/6/3 09:59,")
    code, said = _say(run, home, "pull")
    assert code == 0
    assert said.startswith("library: 1 row taken over.\n  1 time: The roster does not have 41099999L.")
    assert _say(run, home, "lookup", "41020901L")[0] == 1
    assert (inbox / "taken" / "list.csv").is_file()
    assert _say(run, home, "pull") == (0, "library: 0 rows taken over.\n")
    listed = _say(run, home, "sources", "list")[1]
    assert listed.startswith("library (files): last success just now")
    assert "newest datum 1 min ago" in listed


def test_a_list_that_was_put_in_just_now_is_told_of(run: Run, inbox: Path, home: Path) -> None:
    _drop(inbox, "list.csv", "41020901L,本校,未還,114/6/3 09:59,總館")
    os.utime(inbox / "list.csv")
    result = run("pull", home=home)
    assert result.exit_code == 0
    assert "1 file was changed a moment ago" in result.stdout
    assert (inbox / "list.csv").is_file()


def test_an_older_list_changes_nothing(run: Run, home: Path, inbox: Path) -> None:
    _drop(inbox, "new.csv", "41020901L,本校,未還,114/6/3 09:59,")
    _say(run, home, "pull")
    _drop(inbox, "old.csv", "41020901L,本校,已還清,114/6/3 08:00,")
    assert _say(run, home, "pull")[0] == 0
    assert _say(run, home, "lookup", "41020901L")[0] == 1


@pytest.mark.parametrize(
    ("language", "first", "place"),
    [
        (
            "en_US.UTF-8",
            "library can be reached, but 2 places are wrong:",
            'line 2, column 借書狀態: "大概" is not known.',
        ),
        (CHINESE, "連得上「library」，但有 2 處有誤：", "第 2 行，欄位 借書狀態"),
    ],
)
def test_trying_out_says_every_place_and_takes_nothing(
    run: Run, home: Path, inbox: Path, language: str, first: str, place: str
) -> None:
    _drop(inbox, "list.csv", "41020901L,本校,大概,114/6/3 09:59,", ",本校,未還,114/6/3 09:59,")
    code, said = _say(run, home, "sources", "test", "library", language=language)
    assert code == 1
    assert first in said
    assert place in said
    assert (inbox / "list.csv").is_file()


def test_a_refused_list_fails_the_pull_and_is_reported(run: Run, home: Path, inbox: Path) -> None:
    _drop(inbox, "list.csv", "41020901L,本校,大概,114/6/3 09:59,")
    code, said = _say(run, home, "sources", "pull", "library")
    report = inbox / "refused" / "list.csv.report.txt"
    assert code == 1
    assert "list.csv of library was refused as a whole: 1 place is wrong, the first in line 2." in said
    assert str(report) in said
    assert "借書狀態" in report.read_text(encoding="utf-8-sig")
    assert "was refused as a whole" in _say(run, home, "sources", "list")[1]
    assert "no sound file has come since" in _say(run, home, "pull")[1]


def test_many_wrong_places_are_counted(run: Run, home: Path, inbox: Path) -> None:
    _drop(inbox, "list.csv", *(f"4102{place:04}L,本校,大概,114/6/3 09:59," for place in range(60)))
    assert "… and 10 more." in _say(run, home, "sources", "test")[1]


def test_a_wrong_profile_keeps_no_desk_from_starting(run: Run, home: Path, inbox: Path) -> None:
    own = home / "clearance_profiles"
    own.mkdir()
    text = resource("clearance_profiles", "sample-library.toml").read_text(encoding="utf-8")
    (own / "sample-library.toml").write_text(text.replace("CLEARED =", "CLEAR ="), encoding="utf-8")
    code, said = _say(run, home, "sources", "test")
    assert code == 1
    assert "unknown key states.CLEAR; did you mean: CLEARED?" in said
    assert _say(run, home, "lookup", "41020901L")[0] == 0


def test_a_view_is_pulled_and_tried_out(run: Run, home: Path) -> None:
    with sqlite3.connect(home / "affairs.db") as base:
        base.execute("CREATE TABLE list (student_no, item, office, state, as_of, note, updated_at)")
        base.execute(
            "INSERT INTO list VALUES ('41020901L', 'LIB_BOOKS', 'NTNU', 'N', '2025-06-03 09:59', '', '2025-06-03 09:59')"
        )
    base.close()
    _add(
        home,
        f'name = "affairs"\nkind = "view"\ndatabase = "sqlite:///{home}/affairs.db"\nview = "list"\nprofile = "sample-view"\n',
    )
    assert _say(run, home, "sources", "test") == (0, "affairs works. It holds 1 row.\n")
    assert _say(run, home, "pull") == (0, "affairs: 1 row taken over.\n")
    assert _say(run, home, "sources", "list")[1].startswith("affairs (database view): last success just now")
