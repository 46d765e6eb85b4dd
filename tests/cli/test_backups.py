# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups are proven, tried out, put in place; and a restored store hands nothing over before two have counted."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from desk_app.bootstrap.retention import store_copies
from desk_app.domain.backups import BackupProof
from desk_app.domain.errors import StoreError
from desk_app.services.epochs import require_counted
from desk_app.settings import load_settings
from tests.cli.conftest import Run
from tests.cli.data_folder import NUMBER, RECOUNT, desk_at, edit, hand_over

pytestmark = pytest.mark.slow


@pytest.fixture
def backup(run: Run, home: Path, tmp_path: Path) -> Path:
    file = tmp_path / "copies" / "monday.db"
    result = run("backup", "-o", file, home=home)
    assert result.exit_code == 0, result.output
    assert "proven whole" in result.stdout
    return file


def test_a_drill_proves_a_backup_and_replaces_nothing(run: Run, home: Path, backup: Path) -> None:
    before = (home / "desk.db").read_bytes()
    result = run("restore", backup, "--drill", "--json", home=home)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["releases"], told["newest_receipt"]) == (1, "M-20250603-001")
    assert (home / "desk.db").read_bytes() == before
    assert {file.name for file in home.iterdir()} >= {"desk.db", "keys"}
    assert not list(home.glob("desk-drill-*"))


def test_a_damaged_backup_is_refused_and_nothing_is_replaced(run: Run, home: Path, backup: Path) -> None:
    before = (home / "desk.db").read_bytes()
    copy = dbapi2.connect(str(backup))
    (size,) = copy.execute("PRAGMA page_size").fetchone()
    (root,) = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = 'release'").fetchone()
    copy.close()
    data = bytearray(backup.read_bytes())
    data[(root - 1) * size : root * size] = bytes(size)  # a page in use: one of the free list holds nothing
    backup.write_bytes(data)
    for drill in ((), ("--drill",)):
        assert run("restore", backup, *drill, home=home).exit_code == 2
    assert (home / "desk.db").read_bytes() == before


def test_a_backup_whose_log_was_edited_is_refused(run: Run, home: Path, backup: Path) -> None:
    copy = dbapi2.connect(str(backup), isolation_level=None)
    copy.execute("DROP TRIGGER audit_no_update")
    copy.execute("UPDATE audit SET body = replace(body, 'MAIN', 'MAYN') WHERE sequence = 3")
    copy.close()
    result = run("restore", backup, home=home)
    assert result.exit_code == 2
    assert "entry 3" in result.stderr


def test_nothing_is_restored_while_a_desk_is_open(run: Run, home: Path, backup: Path) -> None:
    desk = desk_at(home)
    with desk.store.read() as records:
        records.last_audit()
    result = run("restore", backup, home=home)
    assert result.exit_code == 2
    assert "Close every desk" in result.stderr
    desk.close()
    assert run("restore", backup, home=home).exit_code == 0


def test_a_restored_store_hands_nothing_over_before_two_have_counted(run: Run, home: Path, backup: Path) -> None:
    lost = hand_over(home)
    result = run("restore", backup, home=home)
    assert result.exit_code == 0, result.output
    assert "M-20250603-001" in result.stdout
    (aside,) = home.glob("desk.db.replaced-*")
    assert aside.stat().st_size > 0
    with pytest.raises(StoreError, match="recount_needed"):
        hand_over(home)
    assert run(*RECOUNT, home=home).exit_code == 0
    with pytest.raises(StoreError, match="recount_prefix"):
        hand_over(home)
    settings = home / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('receipt_prefix = "M"', 'receipt_prefix = "MB"'), encoding="utf-8")
    again = hand_over(home, "41020902L")
    assert again == "MB-20250603-001"
    assert again != lost
    assert run("audit", "verify", home=home).exit_code == 0


def test_the_day_after_the_numbers_go_on_as_before(run: Run, home: Path, backup: Path) -> None:
    assert run("restore", backup, home=home).exit_code == 0
    assert run(*RECOUNT, home=home).exit_code == 0
    desk = desk_at(home)
    with desk.store.read() as records:
        require_counted(records, desk.identity, desk.clock.now() + timedelta(days=1))
        with pytest.raises(StoreError, match="recount_prefix"):
            require_counted(records, desk.identity, desk.clock.now())
    desk.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"--supervisor": "clerk-m1", "--witness": "super-m"}, "needs a supervisor"),
        ({"--witness": "super-m"}, "different persons"),
        ({"--witness": "boss-2"}, "different persons"),
        ({"--witness": "nobody"}, "nobody"),
        ({"--reason": " "}, "what was counted"),
    ],
)
def test_a_recount_needs_two_persons_and_a_reason(
    run: Run, home: Path, backup: Path, change: dict[str, str], told: str
) -> None:
    assert run("restore", backup, home=home).exit_code == 0
    assert run("staff", "add", "boss-2", "周測主", "clerk", "--as", "super-m", home=home).exit_code == 0
    options = dict(zip(RECOUNT[1::2], RECOUNT[2::2], strict=True)) | change
    result = run("recount", *(word for pair in options.items() for word in pair), home=home)
    assert result.exit_code == 2
    assert told in result.stderr
    with pytest.raises(StoreError, match="recount_needed"):
        hand_over(home)


def test_a_store_that_was_never_restored_waits_for_no_recount(run: Run, home: Path) -> None:
    result = run(*RECOUNT, home=home)
    assert result.exit_code == 2
    assert "no recount" in result.stderr


def test_closing_a_day_keeps_backups_for_so_many_days(home: Path) -> None:
    desk = desk_at(home)
    assert desk.backups is not None
    folder = home / "backups"
    folder.mkdir()
    others = {"mine.db", "desk-20259999-170000.db"}  # the second is no day
    unfinished = {"desk-20250603-095900.db.new.part"}  # another desk is at it
    gone = ("desk-20250401-170000.db", "desk-20250402-170000.db", "desk-20250601-170000.db.new")
    for name in (*gone, "desk-20250530-170000.db", *others, *unfinished):
        (folder / name).touch()
    desk.backups.close_day()
    kept = {file.name for file in folder.iterdir()}
    assert kept == {"desk-20250530-170000.db", "desk-20250603-100000.db"} | others | unfinished
    assert desk.backups.newest() == folder / "desk-20250603-100000.db"
    desk.close()


@pytest.mark.parametrize("name", ["desk.db", "keys/store.key", "desk.toml"])
def test_a_backup_goes_over_no_file_that_is_there(run: Run, home: Path, name: str) -> None:
    before = (home / "keys" / "store.key").read_bytes(), (home / "desk.toml").read_bytes()
    refused = run("backup", "-o", home / name, home=home)
    assert (refused.exit_code, name in refused.stderr) == (2, True)
    assert before == ((home / "keys" / "store.key").read_bytes(), (home / "desk.toml").read_bytes())
    assert run("audit", "verify", home=home).exit_code == 0


def test_a_checkpoint_goes_over_nothing_but_its_own_kind_of_file(run: Run, home: Path) -> None:
    assert run("audit", "checkpoint", "-o", home / "desk.db", home=home).exit_code == 2
    assert run("audit", "verify", home=home).exit_code == 0


@pytest.mark.parametrize("size", [0, 5000])
@pytest.mark.parametrize("how", ["--drill", "--json"])
def test_a_damaged_backup_is_named_itself(run: Run, home: Path, backup: Path, size: int, how: str) -> None:
    with backup.open("r+b") as torn:
        torn.truncate(size)
    refused = run("restore", backup, how, home=home)
    assert (refused.exit_code, str(backup) in refused.stderr) == (2, True)
    assert "desk-app init" not in refused.stderr


def test_where_no_store_stood_none_is_said_to_be_kept(run: Run, home: Path, backup: Path) -> None:
    for file in home.glob("desk.db*"):
        file.unlink()
    restored = run("restore", backup, home=home)
    assert restored.exit_code == 0, restored.output
    assert "replaced-" not in restored.stdout


def pages(file: Path) -> bytes:
    """Give what a file of a store holds, but for its header: that says how writes are logged."""
    return file.read_bytes()[100:]


def test_a_restore_that_is_cut_short_leaves_the_store_where_it_is(
    run: Run, home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pages(home / "desk.db")
    moves, move = [], Path.replace

    def cut(file: Path, target: Path) -> Path:
        moves.append(target)
        if target == home / "desk.db":
            raise OSError("cut")
        return move(file, target)

    monkeypatch.setattr(Path, "replace", cut)
    refused = run("restore", backup, home=home)
    assert (refused.exit_code, str(home) in refused.stderr) == (2, True)
    assert home / "desk.db" in moves
    assert pages(home / "desk.db") == before
    monkeypatch.undo()
    assert run("restore", backup, home=home).exit_code == 0
    # One restore after another within a second: neither of the stores before is lost.
    assert run("restore", backup, home=home).exit_code == 0
    kept = [pages(file) for file in home.glob("desk.db.replaced-*")]
    assert before in kept
    assert len(set(kept)) == 2


def test_a_store_that_was_moved_aside_gets_its_name_back_where_the_copy_cannot_have_it(
    run: Run, home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, move = pages(home / "desk.db"), Path.replace

    def refuse(file: Path, target: Path) -> Path:
        if target == home / "desk.db" and "replaced-" not in file.name:
            raise OSError("held open")
        return move(file, target)

    def no_second_name(_file: Path, _target: Path) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(Path, "hardlink_to", no_second_name)
    assert run("restore", backup, home=home).exit_code == 2
    assert (pages(home / "desk.db"), list(home.glob("desk.db.replaced-*"))) == (before, [])


def test_work_on_a_copy_that_ends_while_others_look_for_left_copies_stops_nobody(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, listed = home / "desk-drill-theirs", Path.iterdir

    def ends(folder: Path) -> Iterator[Path]:
        if folder == theirs:
            shutil.rmtree(theirs)
        return listed(folder)

    theirs.mkdir()
    monkeypatch.setattr(Path, "iterdir", ends)
    assert store_copies(load_settings(home / "desk.toml", home)) == ()
    theirs.mkdir()
    assert run("backup", home=home).exit_code == 0


def test_where_a_file_share_knows_no_second_names_the_store_is_moved_aside(
    run: Run, home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: Path, _target: Path) -> None:
        raise OSError("not supported")

    before = pages(home / "desk.db")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert run("restore", backup, home=home).exit_code == 0
    (aside,) = home.glob("desk.db.replaced-*")
    assert pages(aside) == before


@pytest.mark.parametrize("work", ["drill", "restore", "encipher"])
def test_a_copy_on_which_work_was_killed_is_known_and_cleared_away_the_day_after(
    run: Run, home: Path, work: str
) -> None:
    left = home / f"desk-{work}-k1lled00" / "desk.db"
    left.parent.mkdir()
    left.write_bytes((home / "desk.db").read_bytes())
    settings = load_settings(home / "desk.toml", home)
    assert left in store_copies(settings)
    assert run("backup", home=home).exit_code == 0
    assert left.exists()  # somebody may still be at it
    two_days_ago = time.time() - timedelta(days=2).total_seconds()
    os.utime(left.parent, (two_days_ago, two_days_ago))
    assert run("backup", "-o", home / "more.db", home=home).exit_code == 0
    assert not left.parent.exists()


def test_a_backup_that_was_killed_is_known_as_a_copy(home: Path) -> None:
    part = home / "backups" / "desk-20250602-170000.db.new.part"
    part.parent.mkdir()
    part.touch()
    assert store_copies(load_settings(home / "desk.toml", home)) == (part,)


def test_the_digest_is_that_of_the_copy_which_was_proven(
    run: Run, home: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over(home)
    later = tmp_path / "later.db"
    assert run("backup", "-o", later, home=home).exit_code == 0
    copyfile = shutil.copyfile

    def exchanged(_file: Path, spot: Path) -> None:
        copyfile(later, spot)

    monkeypatch.setattr("desk_app.storage.safekeeping.shutil.copyfile", exchanged)
    told = json.loads(run("restore", backup, "--drill", "--json", home=home).stdout)
    assert (told["releases"], told["sha256"]) == (2, hashlib.sha256(later.read_bytes()).hexdigest())


def test_desks_that_share_a_folder_spare_each_others_backups(home: Path) -> None:
    folder = home / "backups"
    folder.mkdir()
    first, second, third = (folder / f"desk-20250603-10000{second}.db" for second in range(3))
    first.write_bytes(b"theirs")
    desk = desk_at(home)
    assert desk.backups is not None
    copy = desk.backups.copy

    def while_another_desk_makes_one(target: Path) -> BackupProof:
        second.write_bytes(b"theirs")
        return copy(target)

    late = dataclasses.replace(desk.backups, copy=while_another_desk_makes_one)
    assert late.make().file == str(third)
    second.unlink()
    with pytest.raises(StoreError, match="backup_exists"):
        late.make(second)
    assert sorted(folder.iterdir()) == [first, second, third]
    assert first.read_bytes() == second.read_bytes() == b"theirs"
    desk.close()


def test_a_copy_that_cannot_be_proven_is_no_backup(run: Run, home: Path) -> None:
    edit(home, "UPDATE release SET unit = 'MATH'")
    refused = run("backup", home=home)
    assert (refused.exit_code, NUMBER in refused.stderr) == (2, True)
    assert list((home / "backups").iterdir()) == []
