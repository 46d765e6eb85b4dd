# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to set a store back so that it forgets hand-overs: none of them lets a desk release again in silence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import StoreError
from desk_app.services.corrections import CorrectionKind, CorrectionRequest
from tests.cli.conftest import Run
from tests.cli.data_folder import RECOUNT, desk_at, hand_over

pytestmark = pytest.mark.slow

COLLECTED, LATER = "41020901L", "41020902L"


@pytest.fixture
def backup(run: Run, home: Path, tmp_path: Path) -> Path:
    """Give a backup after which one certificate was handed over."""
    file = tmp_path / "monday.db"
    assert run("backup", "-o", file, home=home).exit_code == 0
    hand_over(home, COLLECTED)
    return file


def copy_by_hand(backup: Path, home: Path) -> None:
    for side in home.glob("desk.db-*"):
        side.unlink()
    shutil.copyfile(backup, home / "desk.db")


def set_settings(home: Path, old: str, new: str) -> None:
    file = home / "desk.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_file_copied_by_hand_is_noticed_by_the_desk_and_waits_for_two_who_count(
    run: Run, home: Path, backup: Path
) -> None:
    copy_by_hand(backup, home)
    for number in (COLLECTED, LATER):
        with pytest.raises(StoreError, match="store_set_back"):
            hand_over(home, number)
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    assert "older copy" in next(check for check in checks if check["part"] == "recount")["detail"]
    assert run(*RECOUNT, home=home).exit_code == 0
    with pytest.raises(StoreError, match="recount_prefix"):
        hand_over(home, LATER)
    set_settings(home, 'receipt_prefix = "M"', 'receipt_prefix = "MB"')
    assert hand_over(home, LATER) == "MB-20250603-001"
    assert run("audit", "verify", home=home).exit_code == 0


def test_a_file_copied_by_hand_a_second_time_is_noticed_again(run: Run, home: Path, backup: Path) -> None:
    copy_by_hand(backup, home)
    assert run(*RECOUNT, home=home).exit_code == 0
    copy_by_hand(backup, home)
    with pytest.raises(StoreError, match="store_set_back"):
        hand_over(home, COLLECTED)


def test_the_right_store_put_back_needs_no_count(run: Run, home: Path, backup: Path, tmp_path: Path) -> None:
    right = tmp_path / "right.db"
    assert run("backup", "-o", right, home=home).exit_code == 0
    copy_by_hand(backup, home)
    with pytest.raises(StoreError, match="store_set_back"):
        hand_over(home, LATER)
    copy_by_hand(right, home)
    assert hand_over(home, LATER).startswith("M-20250603-")


def test_restoring_twice_frees_no_receipt_number(run: Run, home: Path, backup: Path) -> None:
    assert run("restore", backup, home=home).exit_code == 0
    assert run(*RECOUNT, home=home).exit_code == 0
    set_settings(home, 'receipt_prefix = "M"', 'receipt_prefix = "MB"')
    assert hand_over(home, LATER) == "MB-20250603-001"
    # The prefix of the first restore is known from the store that the second one replaces.
    set_settings(home, 'receipt_prefix = "MB"', 'receipt_prefix = "MC"')
    assert run("restore", backup, home=home).exit_code == 0
    with pytest.raises(StoreError, match="recount_needed"):
        hand_over(home, LATER)
    assert run(*RECOUNT, home=home).exit_code == 0
    for taken in ("M", "MB"):
        set_settings(home, 'receipt_prefix = "MC"', f'receipt_prefix = "{taken}"')
        with pytest.raises(StoreError, match="recount_prefix"):
            hand_over(home, LATER)
        set_settings(home, f'receipt_prefix = "{taken}"', 'receipt_prefix = "MC"')


def test_a_clock_that_was_set_back_restores_nothing(run: Run, home: Path, backup: Path) -> None:
    before = (home / "desk.db").read_bytes()
    set_settings(home, "2025-06-03T10:00:00+08:00", "2025-06-02T10:00:00+08:00")
    refused = run("restore", backup, home=home)
    assert refused.exit_code == 2
    assert "clock" in refused.stderr
    assert (home / "desk.db").read_bytes() == before


def test_moving_the_clock_on_does_not_replace_the_recount(run: Run, home: Path, backup: Path) -> None:
    assert run("restore", backup, home=home).exit_code == 0
    set_settings(home, "2025-06-03T10:00:00+08:00", "2025-06-04T10:00:00+08:00")
    with pytest.raises(StoreError, match="recount_needed"):
        hand_over(home, COLLECTED)


def test_a_restored_store_on_a_second_machine_hands_over_nothing_before_the_count(
    run: Run, home: Path, backup: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    shutil.copytree(home, second, ignore=shutil.ignore_patterns("desk.db*", "seen.json"))
    assert run("restore", backup, home=second).exit_code == 0
    with pytest.raises(StoreError, match="recount_needed"):
        hand_over(second, COLLECTED)
    assert hand_over(home, LATER) == "M-20250603-003"  # the first one goes on


def test_what_the_desk_remembers_may_be_lost_and_only_the_warning_is(home: Path, backup: Path) -> None:
    (home / "seen.json").write_text("torn", encoding="utf-8")
    assert hand_over(home, LATER) == "M-20250603-003"
    assert json.loads((home / "seen.json").read_text(encoding="utf-8"))["sequence"] > 1


@pytest.mark.parametrize("memory", ["", "[]", '{"sequence": 1}'])
def test_a_desk_whose_memory_was_taken_away_is_told_what_to_compare(run: Run, home: Path, memory: str) -> None:
    receipt = hand_over(home, COLLECTED)
    file = home / "seen.json"
    file.write_text(memory)
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    told = next(check for check in checks if check["part"] == "recount")
    assert (told["ok"], receipt in told["detail"], "seen.json" in told["detail"]) == (False, True, True)
    hand_over(home, LATER)
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    assert next(check for check in checks if check["part"] == "recount")["ok"]


def test_a_copy_put_on_a_new_disk_by_hand_hands_nothing_over_before_two_have_counted(
    run: Run, home: Path, tmp_path: Path
) -> None:
    hand_over(home, "41000901E")
    backup = tmp_path / "monday.db"
    assert run("backup", "-o", backup, home=home).exit_code == 0
    hand_over(home, COLLECTED)
    copy_by_hand(backup, home)
    (home / "seen.json").unlink()  # the disk was lost
    for number in (COLLECTED, LATER):
        with pytest.raises(StoreError, match="store_moved"):
            hand_over(home, number)
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    assert "desk-app recount" in next(check for check in checks if check["part"] == "recount")["detail"]
    assert run(*RECOUNT, home=home).exit_code == 0
    with pytest.raises(StoreError, match="recount_prefix"):
        hand_over(home, LATER)
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    assert "seen.json" not in next(check for check in checks if check["part"] == "recount")["detail"]
    again = run(*RECOUNT, home=home)
    assert (again.exit_code, "no recount" in again.stderr) == (2, True)


@pytest.mark.parametrize(("disk_lost", "refusal"), [(True, "store_moved"), (False, "store_set_back")])
def test_taking_a_hand_over_back_does_not_replace_the_recount(
    run: Run, home: Path, tmp_path: Path, disk_lost: bool, refusal: str
) -> None:
    receipt = hand_over(home, "41000901E")
    backup = tmp_path / "monday.db"
    assert run("backup", "-o", backup, home=home).exit_code == 0
    hand_over(home, COLLECTED)
    copy_by_hand(backup, home)
    if disk_lost:
        (home / "seen.json").unlink()
    desk = desk_at(home)
    second = Credential("super-m", "demo-1234")
    desk.corrections.reverse(CorrectionRequest(receipt, CorrectionKind.RETURNED, "發給錯的人", second))
    desk.close()
    with pytest.raises(StoreError, match=refusal):
        hand_over(home, COLLECTED)


def test_a_new_desk_has_nothing_to_remember_and_waits_for_no_recount(run: Run, home: Path) -> None:
    hand_over(home, COLLECTED)
    (home / "seen.json").unlink()
    set_settings(home, 'desk = "1"', 'desk = "2"')
    refused = run(*RECOUNT, home=home)
    assert (refused.exit_code, "no recount" in refused.stderr) == (2, True)
