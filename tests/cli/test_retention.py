# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app retention``: what is shown, who purges, what is left in the file, and that the doctor tells a purge from a theft."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.bootstrap.desk import build_desk
from desk_app.bootstrap.retention import store_copies
from desk_app.domain.records import ReleaseRecord
from desk_app.settings import load_settings
from desk_app.storage.store import DeskStore
from tests.cli.data_folder import NUMBER, edit

pytestmark = pytest.mark.slow

Run = Callable[..., Result]

PURGE = ("retention", "purge", "--as", "super-m", "--witness", "clerk-m1", "--reason", "保存年限屆滿")
_OFFICE = 'schema = 1\n[ledger]\nyears = 5\nsource = "測試決議"\n'


@pytest.fixture
def aged(home: Path) -> Path:
    """Let six years pass over the sample day, in an office that has decided to forget names too."""
    settings = home / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    assert "2025-06-03T10:00" in text
    settings.write_text(text.replace("2025-06-03T10:00", "2031-07-01T10:00"), encoding="utf-8")
    (home / "retention.toml").write_text(_OFFICE, encoding="utf-8")
    return home


def released(home: Path) -> ReleaseRecord:
    desk = build_desk(load_settings(home / "desk.toml", home))
    with closing(desk), desk.store.read() as records:
        found = records.release_by_receipt(NUMBER)
    assert found is not None
    return found


def store_check(run: Run, home: Path) -> tuple[bool, str]:
    """Say what the doctor finds in the store; years later other parts are over, such as the edition."""
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    check = next(one for one in checks if one["part"] == "store")
    return check["ok"], check["detail"]


def holding(home: Path, *texts: bytes) -> list[str]:
    """Name the files of the store in which a text can be read."""
    files = [file for file in home.glob("desk.db*") if file.is_file()]
    assert files
    return [file.name for file in files if any(text in file.read_bytes() for text in texts)]


def test_the_periods_are_shown_with_what_they_rest_on(run: Run, aged: Path) -> None:
    lines = run("retention", "show", home=aged).stdout.splitlines()
    assert "Names in the ledger: kept for 5 years (the office: 測試決議)" in lines
    assert "Trail of look-ups and verdicts: kept for 5 years (the edition's rules (to be confirmed))" in lines
    assert "Cards: kept for 1 year (a default, for the office to decide)" in lines
    told = json.loads(run("retention", "show", "--json", home=aged).stdout)
    assert told["ledger"] == {"years": 5, "source": "office"}
    assert (
        "簽領紀錄的姓名：保存 5 年（本校訂定：測試決議）"
        in run("retention", "show", home=aged, language="zh_TW.UTF-8").stdout
    )


def test_a_wrong_file_of_the_office_is_refused_with_its_place(run: Run, aged: Path) -> None:
    (aged / "retention.toml").write_text(_OFFICE + "[photo]\nyears = 1\n", encoding="utf-8")
    refused = run("retention", "show", home=aged)
    assert refused.exit_code == 2
    assert "retention.toml: photo: unknown key" in refused.stderr


def test_nothing_is_due_on_the_day_itself(run: Run, home: Path) -> None:
    done = run("retention", "preview", "--as", "super-m", home=home)
    assert done.exit_code == 0
    told = json.loads(run("retention", "preview", "--as", "super-m", "--json", home=home).stdout)
    assert {one["due"] for one in told.values()} == {0}


def test_a_clerk_may_neither_look_nor_purge(run: Run, aged: Path) -> None:
    for command in (("retention", "preview", "--as", "clerk-m1"), (*PURGE, "--as", "clerk-m1")):
        refused = run(*command, home=aged)
        assert refused.exit_code == 2
        assert "supervisor" in refused.stderr


def test_after_a_purge_names_are_in_no_file_of_the_store(run: Run, aged: Path) -> None:
    record = released(aged)
    traces = (record.graduate_name.encode(), record.content[:60].encode())
    assert holding(aged, *traces)
    assert run("retention", "preview", "--as", "super-m", home=aged).exit_code == 1
    done = run(*PURGE, home=aged)
    assert done.exit_code == 0, done.output
    assert "Purged" in done.stdout
    assert holding(aged, *traces) == []
    left = released(aged)
    assert (left.student_no, left.documents, left.graduate_name) == (record.student_no, record.documents, "")
    assert left.purged_at is not None
    assert store_check(run, aged)[0]
    assert run("audit", "verify", home=aged).exit_code == 0
    again = json.loads(run(*PURGE, "--json", home=aged).stdout)
    assert set(again["purged"].values()) == {0}


def test_older_copies_are_named_or_deleted(run: Run, aged: Path) -> None:
    assert run("backup", "--as", "super-m", home=aged).exit_code == 0
    named = run(*PURGE, "--kind", "photos", home=aged)
    assert ".db" in named.stdout
    (old,) = (aged / "backups").glob("desk-*.db")
    text = (aged / "desk.toml").read_text(encoding="utf-8")
    (aged / "desk.toml").write_text(text.replace("2031-07-01T10:00", "2031-07-01T11:00"), encoding="utf-8")
    deleted = json.loads(run(*PURGE, "--delete-copies", "--json", home=aged).stdout)
    assert (deleted["copies"], deleted["deleted"]) == ([], 1)
    assert not old.exists()
    assert len(list((aged / "backups").glob("desk-*.db"))) == 1


def test_what_upgrades_and_restores_have_left_is_a_copy_too(aged: Path) -> None:
    for name in ("desk.db.before-0009.bak", "desk.db.replaced-20250603-100000", "desk.db.notes"):
        (aged / name).write_bytes(b"old")
    found = [file.name for file in store_copies(load_settings(aged / "desk.toml", aged))]
    assert found == ["desk.db.before-0009.bak", "desk.db.replaced-20250603-100000"]


def test_the_store_is_written_anew_when_asked(run: Run, aged: Path) -> None:
    done = run("retention", "compact", home=aged)
    assert (done.exit_code, "anew" in done.stdout) == (0, True)


def test_a_desk_that_is_in_the_way_is_said(run: Run, aged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeskStore, "compact", lambda _store: False)
    waiting = run("retention", "compact", home=aged)
    assert waiting.exit_code == 1
    assert "Close all desks" in waiting.stdout
    (aged / "backups").mkdir()
    (aged / "backups" / "desk-20250603-170000.db").write_bytes(b"old")
    done = run(*PURGE, "--delete-copies", home=aged)
    assert done.exit_code == 0, done.output
    assert "Close all desks" in done.stdout
    assert "Deleted 1 older backup." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*PURGE, "--kind", "photo"), "known: prints"),
        ((*PURGE, "--database", "postgresql://x/y"), "--database belongs to a shared store"),
        ((*PURGE[:-2], "--reason", " "), "On what"),
        ((*PURGE, "--witness", "super-m"), "different persons"),
    ],
)
def test_what_is_wrong_is_said(run: Run, aged: Path, arguments: tuple[str, ...], told: str) -> None:
    refused = run(*arguments, home=aged)
    assert refused.exit_code == 2
    assert told.lower() in refused.stderr.lower()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE release SET operator_id = 'clerk-g1'"], NUMBER),
        (["UPDATE release SET graduate_name = '李換'"], NUMBER),
        (
            ["UPDATE release SET student_no = '41047901S'", "UPDATE released_document SET student_no = '41047901S'"],
            NUMBER,
        ),
        (["UPDATE released_document SET serial = 'M-9999'"], NUMBER),
        (["UPDATE archived_paper SET sha256 = '00'"], NUMBER),
        (["DELETE FROM tombstone WHERE record = 'signatures'"], "purge"),
        (["INSERT INTO tombstone SELECT 'signatures', 'M-1', min(purge), '' FROM tombstone"], "purge"),
        (["UPDATE tombstone SET kept = '00' WHERE record = 'ledger'"], "purge"),
        (["UPDATE purge SET sealed = x'00'"], "purge"),
        (["UPDATE purge SET cut_off = '2031-01-01'"], "purge"),
        (["DELETE FROM tombstone", "DELETE FROM purge"], "purge"),
    ],
)
def test_who_hides_behind_a_purge_is_seen(run: Run, aged: Path, statements: list[str], told: str) -> None:
    assert run(*PURGE, home=aged).exit_code == 0
    edit(aged, *statements)
    sound, detail = store_check(run, aged)
    assert not sound
    assert told in detail


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["DELETE FROM subject_key"], "key of a person"),
        (["UPDATE subject_key SET wrapped = x'00'"], "subject_key"),
        (["UPDATE archived_paper SET pdf = x''"], NUMBER),
        (["UPDATE release SET content = ''"], NUMBER),
    ],
)
def test_who_erases_without_a_purge_is_seen(run: Run, home: Path, statements: list[str], told: str) -> None:
    edit(home, *statements)
    sound, detail = store_check(run, home)
    assert not sound
    assert told in detail
