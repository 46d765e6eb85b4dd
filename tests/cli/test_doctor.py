# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor beyond the store: reader, calendar, backup and clock, each with what mends it, in both languages."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk_app.bootstrap import trust_checks
from desk_app.bootstrap.retention import store_copies
from desk_app.domain.errors import DeskError, StoreError
from desk_app.settings import Settings, load_settings
from desk_app.storage.engine import make_engine
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.transactions import writers
from tests.cli.conftest import Run
from tests.cli.data_folder import RECOUNT, edit, hand_over
from tests.postgres import Cluster
from tests.storage.earlier import go_back

pytestmark = pytest.mark.slow

PARTS = ("engine", "policy", "edition", "store_keys", "recovery", "keys", "store", "fonts", "printer", "disk", "clock")
TRUST = ("reader", "calendar", "backup", "recount", "copies", "root_key")


def settle(home: Path, old: str, new: str) -> None:
    file = home / "desk.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def checks(run: Run, home: Path, language: str = "en_US.UTF-8") -> dict[str, dict[str, object]]:
    told = json.loads(run("doctor", "--json", home=home, language=language).stdout)["checks"]
    return {str(one["part"]): one for one in told}


def test_a_sound_desk_has_nothing_to_mend(run: Run, home: Path) -> None:
    told = checks(run, home)
    assert tuple(told) == PARTS + TRUST
    assert all(one["ok"] and one["mend"] == "" for one in told.values())


def test_a_backup_that_is_too_old_is_told_with_what_mends_it(run: Run, home: Path) -> None:
    (home / "backups").mkdir()
    (home / "backups" / "desk-20250501-170000.db").touch()
    told = checks(run, home)["backup"]
    assert not told["ok"]
    assert "32 days" in str(told["detail"])
    assert "desk-app backup" in str(told["mend"])
    result = run("doctor", home=home, language="zh_TW.UTF-8")
    assert result.exit_code == 1
    assert "→ 請執行「desk-app backup」" in result.stdout


def test_a_backup_of_a_day_to_come_stands_for_no_other_day(run: Run, home: Path) -> None:
    (home / "backups").mkdir()
    for day in ("20250501", "20990101"):
        (home / "backups" / f"desk-{day}-170000.db").touch()
    told = checks(run, home)["backup"]
    assert (told["ok"], "32 days" in str(told["detail"])) == (False, True)


def test_days_without_any_backup_are_told(run: Run, home: Path) -> None:
    settle(home, "2025-06-03T10:00", "2025-06-09T10:00")
    assert "There is no backup" in str(checks(run, home)["backup"]["detail"])


def test_a_year_without_a_calendar_is_told(run: Run, home: Path) -> None:
    settle(home, "2025-06-03T10:00", "2041-06-03T10:00")
    told = checks(run, home)["calendar"]
    assert not told["ok"]
    assert "2041" in str(told["detail"])


def test_an_edition_out_of_its_term_is_told_and_keeps_no_desk_from_working(run: Run, home: Path) -> None:
    assert checks(run, home)["edition"]["ok"]
    settle(home, "2025-06-03T10:00", "2025-08-05T10:00")
    told = checks(run, home)["edition"]
    assert not told["ok"]
    assert told["detail"] == "The edition 113-2 (ntnu-113-2) is for 2025-02-01 to 2025-07-31; today is 2025-08-05."
    assert "desk.toml" in str(told["mend"])
    run("backup", home=home)
    assert run("doctor", home=home).exit_code == 0


def test_a_restored_store_waits_for_its_recount(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("backup", "-o", tmp_path / "copy.db", home=home).exit_code == 0
    assert run("restore", tmp_path / "copy.db", home=home).exit_code == 0
    assert not checks(run, home)["recount"]["ok"]


def test_a_card_service_that_is_away_is_told(run: Run, home: Path) -> None:
    settle(home, 'kind = "simulated"', 'kind = "pcsc"\nname = "no such reader"')
    told = checks(run, home)["reader"]
    assert run("doctor", home=home).exit_code == 0  # numbers are typed then
    assert not told["ok"]
    assert "reader list" in str(told["mend"])


def settings_of(home: Path) -> Settings:
    return load_settings(home / "desk.toml", home)


def machine() -> datetime:
    return datetime.now(UTC)


def machine_behind() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=2)


def test_a_clock_that_agrees_with_the_file_share_is_no_fault(home: Path) -> None:
    before = sorted(home.iterdir())
    trust_checks.require_true_clock(settings_of(home), machine)
    assert sorted(home.iterdir()) == before


@pytest.mark.parametrize("share", ["backups", ""])
def test_a_clock_that_differs_from_the_file_share_of_backups_or_store_is_told(home: Path, share: str) -> None:
    (home / share).mkdir(exist_ok=True)
    with pytest.raises(DeskError, match="clock_off") as caught:
        trust_checks.require_true_clock(settings_of(home), machine_behind)
    assert caught.value.data["seconds"] in range(118, 123)
    assert caught.value.data["path"] == str(home / share)


def test_a_clock_that_was_set_back_behind_the_log_is_told(run: Run, home: Path) -> None:
    run("backup", home=home)
    settings, ten = settings_of(home), datetime(2025, 6, 3, 2, tzinfo=UTC)
    trust_checks.require_clock_after_log(settings, ten)
    with pytest.raises(DeskError, match="clock_behind_log") as caught:
        trust_checks.require_clock_after_log(settings, ten - timedelta(minutes=2))
    assert caught.value.data["at"] == "2025-06-03 10:00:00"


def test_copies_of_an_earlier_program_with_papers_in_the_open_are_named_until_they_are_deleted(
    run: Run, home: Path
) -> None:
    engine = make_engine(home / "desk.db")
    with writers(engine).begin() as connection:
        go_back(connection, "0004", FieldCipher((home / "keys" / "store.key").read_bytes()))
    engine.dispose()
    assert run("lookup", "41020901L", home=home).exit_code in (0, 1)  # opening it upgrades it
    (copy,) = home.glob("desk.db.before-*.bak")
    told = checks(run, home)["copies"]
    assert not told["ok"]
    assert str(copy) in str(told["detail"])
    assert "desk-app backup" in str(told["mend"])
    assert "desk-app backup" in str(checks(run, home, "zh_TW.UTF-8")["copies"]["mend"])
    copy.unlink()
    told = checks(run, home)["copies"]
    assert (told["ok"], told["detail"]) == (True, "0")


def test_of_a_store_that_does_not_open_every_part_says_what_to_do_about_the_store(run: Run, home: Path) -> None:
    (home / "desk.db").write_bytes(b"no store at all" * 1000)
    told = checks(run, home)
    faulty = {part: one["mend"] for part, one in told.items() if not one["ok"]}
    assert {"store_keys", "store", "recount"} <= faulty.keys()
    assert len(set(faulty.values())) == 1
    assert "desk-app restore" in str(faulty["store_keys"])


@pytest.mark.parametrize("language", ["en_US.UTF-8", "zh_TW.UTF-8"])
def test_of_a_store_that_is_sound_but_not_to_be_opened_nothing_is_put_back(run: Run, home: Path, language: str) -> None:
    edit(home, "UPDATE alembic_version SET version_num = '9999'")
    newer = {str(one["mend"]) for one in checks(run, home, language).values() if not one["ok"]}
    for file in home.glob("desk.db*"):
        file.unlink()
    missing = {str(one["mend"]) for one in checks(run, home, language).values() if not one["ok"]}
    assert newer == missing
    assert [("restore" in mend, "desk-app doctor" in mend) for mend in newer] == [(False, True)]


def test_what_says_itself_what_to_do_is_not_overruled_by_its_part(run: Run, home: Path) -> None:
    hand_over(home)
    (home / "seen.json").unlink()
    assert run(*RECOUNT, home=home).exit_code == 0
    told = checks(run, home)["recount"]
    assert ("receipt_prefix" in str(told["detail"]), "Count" in str(told["mend"])) == (True, False)
    settle(home, "2025-06-03T10:00", "2031-06-03T10:00")
    assert "copy" not in str(checks(run, home)["keys"]["mend"])


def test_keys_that_cannot_be_read_are_the_fault_of_every_part_that_needs_them(run: Run, home: Path) -> None:
    (home / "keys" / "store.key").write_bytes(b"short")
    faulty = {part: str(one["mend"]) for part, one in checks(run, home).items() if not one["ok"]}
    assert {"store_keys", "keys", "store", "recount"} <= faulty.keys()
    assert all("desk-app keys recover" in mend for mend in faulty.values())


@pytest.mark.parametrize("act", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_a_store_that_does_not_say_its_revision_is_not_taken_for_a_new_one(run: Run, home: Path, act: str) -> None:
    edit(home, act)
    told = checks(run, home)["store"]
    assert ("protections" in str(told["detail"]), "--drill" in str(told["mend"])) == (True, True)


def test_the_key_of_the_root_that_was_not_moved_away_is_told_and_keeps_no_desk_from_working(
    run: Run, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    assert run("init", "--operator", "boss", "周測主", "supervisor", home=new).exit_code == 0
    told = run("doctor", home=new)
    assert (told.exit_code, "root.key" in told.stdout, "like a seal" in told.stdout) == (0, True, True)
    (new / "keys" / "seal" / "root.key").unlink()
    assert checks(run, new)["root_key"]["ok"]


def test_what_an_upgrade_of_a_shared_store_leaves_is_one_of_its_copies(home: Path) -> None:
    settings = dataclasses.replace(settings_of(home), database="postgresql://desk_app@server/desk")
    settings.backup_folder.mkdir(exist_ok=True)
    left = (home / "shared-store.before-upgrade.dump", settings.backup_folder / "replaced-20250603-100000.dump")
    assert store_copies(settings) == ()
    for file in left:
        file.touch()
    assert set(store_copies(settings)) == set(left)


def test_a_copy_that_cannot_be_looked_into_is_told_and_keeps_no_desk_from_working(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: Path) -> bool:
        raise StoreError("store_dump", line="pg_restore", detail="pg_restore")

    monkeypatch.setattr("desk_app.storage.older_copies.holds_plain_papers", fail)
    assert run("backup", home=home).exit_code == 0
    result = run("doctor", home=home)
    assert result.exit_code == 0
    assert "PostgreSQL's tools could not do their work" in result.stdout


@pytest.mark.postgres
def test_a_clock_that_differs_from_the_servers_is_told(home: Path, cluster: Cluster) -> None:
    settings = dataclasses.replace(settings_of(home), database=cluster.address("postgres"))
    trust_checks.require_true_clock(settings, machine)
    with pytest.raises(DeskError, match="clock_off_server") as caught:
        trust_checks.require_true_clock(settings, machine_behind)
    assert caught.value.data["seconds"] in range(118, 123)
