# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever edits the store with a tool of their own is seen by ``doctor``, whatever they switch off first."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlcipher3 import dbapi2

from tests.cli.data_folder import NUMBER, edit
from tests.seal_keys import fresh_keys

pytestmark = pytest.mark.slow

Run = Callable[..., Result]

_GIVE_OWN_PHRASE = (
    "UPDATE staff_account SET phrase_hash = (SELECT phrase_hash FROM staff_account WHERE operator_id = 'clerk-m1')"
    " WHERE operator_id = 'super-m'"
)
_CUT_TAIL = "DELETE FROM audit WHERE sequence >= (SELECT sequence FROM audit WHERE kind = 'RELEASE')"


def store_check(run: Run, home: Path, language: str = "en_US.UTF-8") -> tuple[bool, str]:
    result = run("doctor", "--json", home=home, language=language)
    check = next(one for one in json.loads(result.stdout)["checks"] if one["part"] == "store")
    assert (result.exit_code == 0) == check["ok"]
    return check["ok"], check["detail"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["DELETE FROM released_document", "DELETE FROM signature", "DELETE FROM release"], NUMBER),
        (["UPDATE release SET student_no = '41047901S'"], NUMBER),
        (["UPDATE release SET graduate_name = '李換'"], NUMBER),
        (["UPDATE release SET operator_id = 'clerk-g1'"], NUMBER),
        (["UPDATE release SET at = '2025-06-03T02:41:00.000000+00:00'"], NUMBER),
        (["UPDATE release SET content = replace(content, 'MAIN', 'MAYN')"], NUMBER),
        (["UPDATE release SET voided_at = at"], NUMBER),
        (["UPDATE release SET policy_digest = 'ff'"], NUMBER),
        (["UPDATE release SET evidence = '[]'"], NUMBER),
        (["UPDATE release SET void_reason = 'x'"], NUMBER),
        (["UPDATE release SET unit = 'MATH'"], NUMBER),
        (["UPDATE release SET key = 'another'"], NUMBER),
        (["UPDATE release SET operator_role = 'supervisor'"], NUMBER),
        (["UPDATE release SET started_at = '2025-06-03T01:00:00.000000+00:00'"], NUMBER),
        (["UPDATE release SET digital_due = '2030-01-01'"], NUMBER),
        (["UPDATE release SET calendar_version = 'long ago'"], "long ago"),
        (["UPDATE released_document SET serial = 'M-9999'"], NUMBER),
        (["UPDATE released_document SET voided_at = '2025-06-03T02:00:00.000000+00:00'"], NUMBER),
        (["UPDATE signature SET strokes = x'01'"], NUMBER),
        (["DELETE FROM signature"], NUMBER),
        (["UPDATE archived_paper SET pdf = x'255044462d', sha256 = '00'"], NUMBER),
        (["DELETE FROM archived_paper"], NUMBER),
        (["UPDATE receipt_counter SET last = 0"], "2025-06-03"),
        (["UPDATE receipt_counter SET last = 2"], "2025-06-03"),
        (["UPDATE audit SET subject = 'x' WHERE kind = 'RELEASE'"], "audit log"),
        (["UPDATE audit SET body = replace(body, 'clerk-m1', 'clerk-g1')"], "audit log"),
        ([_CUT_TAIL], "audit log"),
        (
            [
                _CUT_TAIL,
                "UPDATE sqlite_sequence SET seq = (SELECT max(sequence) FROM audit) WHERE name = 'audit'",
            ],
            NUMBER,
        ),
        (["UPDATE operator SET role = 'supervisor' WHERE id = 'clerk-m1'"], "clerk-m1"),
        ([_GIVE_OWN_PHRASE], "super-m"),
        (["UPDATE staff_account SET phrase_hash = 'x' WHERE operator_id = 'super-m'"], "super-m"),
        (["DROP INDEX uq_released_document_serial"], "protections"),
        (["UPDATE clearance_item SET state = 'CLEARED' WHERE state <> 'CLEARED'"], "clearance_item"),
        (["UPDATE card SET state = 'ACTIVE', student_no = (SELECT max(number) FROM student)"], "table card"),
        (
            ["UPDATE student SET name = '李換' WHERE number = (SELECT min(number) FROM student)"],
            "Row 1 of the table student",
        ),
        (["UPDATE holding SET state = 'IN_BOX' WHERE state <> 'IN_BOX'"], "table holding"),
        (["UPDATE holding SET released_by = NULL"], "table holding"),
    ],
)
def test_an_edit_by_hand_is_seen(run: Run, home: Path, statements: list[str], told: str) -> None:
    edit(home, *statements)
    sound, detail = store_check(run, home)
    assert not sound
    assert told in detail


def test_triggers_taken_away_are_seen_in_the_clerks_language(run: Run, home: Path) -> None:
    store = dbapi2.connect(str(home / "desk.db"), isolation_level=None)
    store.execute("DROP TRIGGER release_no_delete")
    store.close()
    assert store_check(run, home, "zh_TW.UTF-8") == (
        False,
        "資料庫的保護機制遭更動。請保留檔案原狀並通知資訊人員。",
    )


def test_nobody_is_made_a_supervisor_by_hand(run: Run, home: Path) -> None:
    settings = home / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("demo_phrase", "# "), encoding="utf-8")
    edit(home, "UPDATE operator SET role = 'supervisor' WHERE id = 'clerk-m1'", _GIVE_OWN_PHRASE)
    for somebody in ("clerk-m1", "super-m"):
        refused = run("staff", "list", "--as", somebody, home=home)
        assert (refused.exit_code, "has no pass phrase" in refused.stderr) == (2, True)


def test_an_account_that_was_closed_is_not_opened_by_hand(run: Run, home: Path) -> None:
    assert run("staff", "disable", "super-g", "--as", "super-m", home=home).exit_code == 0
    edit(home, "UPDATE staff_account SET closed = 0")
    assert run("staff", "list", "--as", "super-g", home=home).exit_code == 2
    assert run("staff", "list", "--as", "super-m", home=home).exit_code == 0


def test_one_signature_that_was_altered_keeps_no_desk_from_working(run: Run, home: Path) -> None:
    edit(home, "UPDATE signature SET strokes = x'01'")
    assert run("audit", "verify", home=home).exit_code == 0
    assert NUMBER in store_check(run, home)[1]


def test_a_reversal_that_was_logged_is_no_fault(run: Run, home: Path) -> None:
    from desk_app.bootstrap.desk import build_desk
    from desk_app.domain.records import AuditKind
    from desk_app.services.trail import Trail
    from desk_app.settings import load_settings

    desk = build_desk(load_settings(home / "desk.toml", home))
    trail = Trail(desk.identity, desk.policy, desk.operators)
    with desk.store.write() as ledger:
        ledger.record(trail.event(AuditKind.INCIDENT, desk.clock.now(), voided=NUMBER))
    desk.close()
    edit(
        home,
        "UPDATE release SET voided_at = at",
        "UPDATE released_document SET voided_at = (SELECT at FROM release)",
        "UPDATE holding SET released_by = NULL",
    )
    assert store_check(run, home)[0]


def test_a_receipt_whose_hand_over_was_deleted_is_not_in_the_ledger(run: Run, home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "receipt.pdf"
    paper.write_bytes(min((home / "print").glob("*.pdf")).read_bytes())
    edit(home, "DELETE FROM released_document", "DELETE FROM signature", "DELETE FROM release")
    told = json.loads(run("receipt", "verify", paper, "--json", home=home).stdout)
    assert told["faults"] == ["not_in_ledger"]


@pytest.mark.parametrize("command", [("lookup", "41020901L"), ("receipt", "verify", __file__)])
@pytest.mark.parametrize("key", ["store.key", "index.key"])
def test_another_key_opens_nothing_before_it_spoils_the_store(
    run: Run, home: Path, command: tuple[str, ...], key: str
) -> None:
    (home / "keys" / key).write_bytes(b"z" * 32)
    result = run(*command, home=home)
    assert result.exit_code == 2
    assert f"This is not the key {key} with which the store was written" in result.stderr


def test_another_key_is_seen_even_where_the_check_values_were_taken_away(run: Run, home: Path) -> None:
    edit(home, "DELETE FROM key_check")
    (home / "keys" / "store.key").write_bytes(b"z" * 32)
    result = run("lookup", "41020901L", home=home)
    assert result.exit_code == 2
    assert NUMBER in result.stderr


def test_a_key_that_others_may_read_is_not_used(run: Run, home: Path) -> None:
    (home / "keys" / "index.key").chmod(0o640)
    result = run("lookup", "41020901L", home=home)
    assert result.exit_code == 2
    assert "640" in result.stderr


def test_an_index_key_that_is_cut_short_counts_nobody(run: Run, home: Path) -> None:
    (home / "keys" / "index.key").write_bytes(b"")
    assert run("lookup", "41020901L", home=home).exit_code == 2
    assert not store_check(run, home)[0]


def test_a_store_that_is_torn_is_said_to_be_damaged(run: Run, home: Path) -> None:
    file = home / "desk.db"
    with file.open("r+b") as torn:
        torn.truncate(file.stat().st_size // 4)
    assert "desk-app restore" in run("lookup", "41020901L", home=home).stderr


def test_an_emptied_store_is_not_taken_for_a_new_one(run: Run, home: Path) -> None:
    file = home / "desk.db"
    file.write_bytes(b"")
    for side in home.glob("desk.db-*"):
        side.unlink()
    result = run("lookup", "41020901L", home=home)
    assert result.exit_code == 2
    assert "emptied" in result.stderr
    assert file.stat().st_size == 0


def keys_check(run: Run, home: Path) -> tuple[bool, str]:
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    check = next(one for one in checks if one["part"] == "keys")
    return check["ok"], check["detail"]


def test_the_root_of_another_desk_is_seen_before_papers_are_sealed(run: Run, home: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    fresh_keys(tmp_path / "other", "Other Office", datetime(2025, 6, 3, tzinfo=UTC))
    (home / "keys" / "seal" / "root.pem").write_bytes((tmp_path / "other" / "root.pem").read_bytes())
    sound, detail = keys_check(run, home)
    assert not sound
    assert "root.pem" in detail
    paper = tmp_path / "log.pdf"
    assert run("log", "--date", "2025-06-03", "--counter", "MAIN", "-o", str(paper), home=home).exit_code == 2
    assert not paper.exists()


def test_a_key_by_which_forged_checkpoints_would_pass_is_seen(run: Run, home: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    fresh_keys(tmp_path / "other", "Other Office", datetime(2025, 6, 3, tzinfo=UTC))
    (home / "keys" / "seal" / "mark.pem").write_bytes((tmp_path / "other" / "mark.pem").read_bytes())
    sound, detail = keys_check(run, home)
    assert not sound
    assert "mark.pem" in detail


@pytest.mark.parametrize("day", ["2025-06-02", "2030-06-04"])
def test_a_seal_out_of_its_time_is_seen(run: Run, home: Path, day: str) -> None:
    settings = home / "desk.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("2025-06-03", day), encoding="utf-8")
    sound, detail = keys_check(run, home)
    assert not sound
    assert "2030-06-0" in detail
