# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app keys`` and what ``init`` does with keys: changed as a whole or not at all, lost ones brought back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from desk_app.bootstrap.desk import build_desk, initialise
from desk_app.domain.errors import KeyTroubleError
from desk_app.domain.recovery_key import read_recovery_key
from desk_app.settings import KeyKind, Settings, load_settings
from desk_app.storage.keys.places import RecoveryFile
from tests.session_keyring import SessionKeyring, using

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
STAFF = ("--operator", "boss", "周測主", "supervisor")
PHRASE = "ein langer Satz 9"
SECRET_FILES = ("store.key", "index.key", "seal/seal.key", "seal/mark.key")
_WRITTEN = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){7}\b")


@pytest.fixture(autouse=True)
def _answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer what a person would type."""
    monkeypatch.setenv("DESK_KEY_PHRASE", PHRASE)
    monkeypatch.setenv("DESK_NEW_KEY_PHRASE", PHRASE)


def recovery_key(result: Result) -> str:
    (found,) = _WRITTEN.findall(result.stdout)
    return str(found)


def secrets_of(home: Path) -> dict[str, bytes]:
    return {name: (home / "keys" / name).read_bytes() for name in SECRET_FILES}


def check(run: Run, home: Path, part: str) -> tuple[bool, str]:
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    found = next(one for one in checks if one["part"] == part)
    return found["ok"], found["detail"]


def sound(run: Run, home: Path) -> bool:
    """Ask the doctor for everything that rests on keys."""
    checks = json.loads(run("doctor", "--json", home=home).stdout)["checks"]
    return all(one["ok"] for one in checks if one["part"] in ("store_keys", "recovery", "keys", "store"))


def last_change(home: Path) -> dict[str, object]:
    return next(one for one in changes(home))


def changes(home: Path) -> list[dict[str, object]]:
    """Give what the audit log says about keys, the newest first."""
    from desk_app.domain.audit import AuditFilter

    desk = build_desk(settings_at(home))
    with desk.store.read() as records:
        lines = records.audit_lines(AuditFilter(kind="KEYS"), 9)
    desk.close()
    return [{**line.payload, "by": line.operator} for line in lines]


def settings_at(home: Path) -> Settings:
    import dataclasses

    from desk_app.cli.key_phrase import ShellKeyPhrase
    from desk_app.domain.papers import Language
    from desk_app.i18n import catalogue

    asked = ShellKeyPhrase(lambda: catalogue(Language.EN))
    return dataclasses.replace(load_settings(home / "desk.toml", home), key_phrase=asked)


class TestInit:
    def test_the_recovery_key_is_shown_once_and_lies_nowhere(self, run: Run, tmp_path: Path) -> None:
        home = tmp_path / "new"
        result = run("init", *STAFF, home=home)
        assert result.exit_code == 0, result.output
        written = recovery_key(result)
        for file in home.rglob("*"):
            if file.is_file():
                assert written.encode() not in file.read_bytes()
                assert read_recovery_key(written).secret not in file.read_bytes()
        assert RecoveryFile(home / "keys").open(read_recovery_key(written)).secrets == secrets_of(home)

    def test_it_is_explained_in_the_language_of_the_office(self, run: Run, tmp_path: Path) -> None:
        result = run("init", *STAFF, home=tmp_path / "new", language="zh_TW.UTF-8")
        assert "復原金鑰" in result.stdout
        assert "保險箱" in result.stdout

    @pytest.mark.slow
    def test_keys_under_a_pass_phrase_and_a_whole_file_that_is_enciphered(self, run: Run, tmp_path: Path) -> None:
        home = tmp_path / "new"
        made = run("init", "--keys", "phrase", "--whole-file", *STAFF, home=home)
        assert made.exit_code == 0, made.output
        assert not any((home / "keys" / name).exists() for name in SECRET_FILES)
        assert not (home / "desk.db").read_bytes().startswith(b"SQLite")
        assert sound(run, home)
        told = run("keys", "status", home=home).stdout
        assert "pass phrase" in told
        assert "enciphered" in told

    def test_keys_in_the_keyring_are_of_no_use_to_another_account(self, run: Run, tmp_path: Path) -> None:
        home = tmp_path / "new"
        with using(SessionKeyring()):
            assert run("init", "--keys", "keyring", *STAFF, home=home).exit_code == 0
            assert run("keys", "status", home=home).exit_code == 0
        assert not any((home / "keys" / name).exists() for name in SECRET_FILES)
        with using(SessionKeyring()):
            refused = run("keys", "status", home=home)
        assert refused.exit_code == 2
        assert "keys recover" in refused.stderr

    def test_a_pass_phrase_that_can_be_guessed_leaves_nothing_behind(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DESK_NEW_KEY_PHRASE", "kurz")
        refused = run("init", "--keys", "phrase", *STAFF, home=tmp_path / "new")
        assert refused.exit_code == 2
        assert "12" in refused.stderr
        assert not (tmp_path / "new" / "keys").exists()

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "step",
        [
            "desk_app.bootstrap.keys.new_recovery_key",
            "desk_app.documents.keys.write_key_files",
            "desk_app.storage.keys.files.KeyFiles.write",
            "desk_app.storage.store._bring_up_to_date",
            "desk_app.storage.staff.StaffWrites.put_operators",
            "desk_app.services.staff.Staff.begin",
            "desk_app.bootstrap.keys.end_setting_up",
        ],
    )
    def test_a_cut_of_power_at_any_step_needs_no_hand(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        home = tmp_path / "new"
        with monkeypatch.context() as broken:
            broken.setattr(step, _cut)
            broken.setenv("DESK_PASSPHRASE", "demo-1234")
            with pytest.raises(_PowerCutError):
                run("init", *STAFF, home=home)
        refused = run("lookup", "41020901L", home=home)
        assert refused.exit_code == 2
        assert "init" in refused.stderr
        assert not check(run, home, "store_keys")[0]
        again = run("init", *STAFF, home=home)
        assert again.exit_code == 0, again.output
        assert sound(run, home)
        recovered = RecoveryFile(home / "keys").open(read_recovery_key(recovery_key(again)))
        assert recovered.secrets == secrets_of(home)
        assert run("init", *STAFF, home=home).exit_code == 2  # what is whole is never set up again
        assert run("staff", "list", "--as", "boss", home=home).exit_code == 0


class _PowerCutError(BaseException):
    """What nothing catches."""


def _cut(*_args: object, **_more: object) -> None:
    raise _PowerCutError


class TestMove:
    @pytest.mark.slow
    def test_keys_move_and_move_back_with_an_entry_each(self, run: Run, home: Path) -> None:
        before = secrets_of(home)
        moved = run("keys", "move", "--to", "phrase", "--as", "super-m", home=home)
        assert moved.exit_code == 0, moved.output
        assert not any((home / "keys" / name).exists() for name in SECRET_FILES)
        assert settings_at(home).keys is KeyKind.PHRASE
        assert sound(run, home)
        assert last_change(home) == {
            "desk": "1", "change": "move", "before": "file", "after": "phrase", "by": "super-m",
        }  # fmt: skip
        back = run("keys", "move", "--to", "file", "--as", "super-m", home=home)
        assert back.exit_code == 0, back.output
        assert secrets_of(home) == before
        assert not (home / "keys" / "phrase.sealed").exists()
        assert sound(run, home)

    def test_the_settings_stay_as_they_were_written(self, run: Run, home: Path) -> None:
        before = (home / "desk.toml").read_text(encoding="utf-8")
        run("keys", "move", "--to", "phrase", "--as", "super-m", home=home)
        run("keys", "move", "--to", "file", "--as", "super-m", home=home)
        assert (home / "desk.toml").read_text(encoding="utf-8") == before + '\n[keys]\nkind = "file"\n'

    @pytest.mark.parametrize("broken", ["desk_app.settings_edit.put_settings", "desk_app.storage.keys.wrap._stretched"])
    def test_what_goes_wrong_leaves_all_as_it_was(
        self, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        def fail(*_given: object) -> None:
            raise KeyTroubleError("keys_unwritten", path="desk.toml", reason="full")

        before = secrets_of(home)
        monkeypatch.setattr(broken, fail)
        assert run("keys", "move", "--to", "phrase", "--as", "super-m", home=home).exit_code == 2
        assert secrets_of(home) == before
        assert settings_at(home).keys is KeyKind.FILE
        assert changes(home) == []
        assert sound(run, home)

    @pytest.mark.slow
    def test_plain_files_that_a_cut_has_left_are_told_and_taken_away(self, run: Run, home: Path) -> None:
        before = secrets_of(home)
        run("keys", "move", "--to", "phrase", "--as", "super-m", home=home)
        (home / "keys" / "store.key").write_bytes(before["store.key"])
        (home / "keys" / "store.key").chmod(0o600)
        ok, told = check(run, home, "store_keys")
        assert not ok
        assert "store.key" in told
        assert run("keys", "move", "--to", "phrase", "--as", "super-m", home=home).exit_code == 0
        assert not (home / "keys" / "store.key").exists()
        assert sound(run, home)
        assert "already" in run("keys", "move", "--to", "phrase", "--as", "super-m", home=home).stderr

    @pytest.mark.parametrize("act", [("move", "--to", "phrase"), ("rotate",), ("renew-recovery",)])
    def test_a_clerk_changes_no_keys(self, run: Run, home: Path, act: tuple[str, ...]) -> None:
        before = secrets_of(home)
        refused = run("keys", *act, "--as", "clerk-m1", home=home)
        assert refused.exit_code == 2
        assert "supervisor" in refused.stderr
        assert secrets_of(home) == before
        assert changes(home) == []

    def test_a_wrong_pass_phrase_opens_nothing(self, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run("keys", "move", "--to", "phrase", "--as", "super-m", home=home)
        monkeypatch.setenv("DESK_KEY_PHRASE", "nicht der Satz 9")
        refused = run("keys", "status", home=home)
        assert refused.exit_code == 2
        assert "not the pass phrase" in refused.stderr
        monkeypatch.delenv("DESK_KEY_PHRASE")
        assert "DESK_KEY_PHRASE" in run("keys", "status", home=home).stderr


class TestRotate:
    def test_new_rows_have_the_new_key_and_old_ones_stay(self, run: Run, home: Path) -> None:
        rotated = run("keys", "rotate", "--as", "super-m", home=home)
        assert rotated.exit_code == 0, rotated.output
        assert "store-2.key" in rotated.stdout
        assert (home / "keys" / "store-2.key").stat().st_mode & 0o077 == 0
        assert sound(run, home)
        assert last_change(home)["version"] == 2
        (home / "keys" / "store-2.key").unlink()
        told = run("doctor", home=home).stdout
        assert "store-2.key" in told

    def test_the_recovery_key_of_the_first_day_brings_the_new_key_back_too(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = tmp_path / "new"
        written = recovery_key(run("init", *STAFF, home=home))
        monkeypatch.setattr("desk_app.cli.phrases._typed", lambda *_: "demo-1234")
        assert run("keys", "rotate", "--as", "boss", home=home).exit_code == 0
        newer = (home / "keys" / "store-2.key").read_bytes()
        for name in (*SECRET_FILES, "store-2.key"):
            (home / "keys" / name).unlink()
        monkeypatch.setenv("DESK_RECOVERY_KEY", written)
        done = run("keys", "recover", "--as", "boss", home=home)
        assert done.exit_code == 0, done.output
        assert (home / "keys" / "store-2.key").read_bytes() == newer
        assert sound(run, home)


class TestRecover:
    @pytest.fixture
    def written(self, run: Run, home: Path) -> str:
        return recovery_key(run("keys", "renew-recovery", "--as", "super-m", home=home))

    def test_lost_files_come_back(self, run: Run, home: Path, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
        before = secrets_of(home)
        for name in SECRET_FILES:
            (home / "keys" / name).unlink()
        monkeypatch.setenv("DESK_RECOVERY_KEY", written.lower())
        done = run("keys", "recover", "--as", "super-m", home=home)
        assert done.exit_code == 0, done.output
        assert secrets_of(home) == before
        assert sound(run, home)
        assert [one["change"] for one in changes(home)] == ["recover", "renew_recovery"]

    @pytest.mark.slow
    def test_a_forgotten_pass_phrase_is_replaced_by_a_new_one(
        self, run: Run, home: Path, written: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("keys", "move", "--to", "phrase", "--as", "super-m", home=home)
        monkeypatch.setenv("DESK_RECOVERY_KEY", written)
        monkeypatch.setenv("DESK_NEW_KEY_PHRASE", "ein neuer Satz 10")
        assert run("keys", "recover", "--as", "super-m", home=home).exit_code == 0
        assert run("keys", "status", home=home).exit_code == 2
        monkeypatch.setenv("DESK_KEY_PHRASE", "ein neuer Satz 10")
        assert sound(run, home)

    def test_a_mistyped_group_is_named_and_nothing_changes(
        self, run: Run, home: Path, written: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        groups = written.split("-")
        groups[4] = groups[4][::-1] if groups[4] != groups[4][::-1] else "00000"
        monkeypatch.setenv("DESK_RECOVERY_KEY", "-".join(groups))
        refused = run("keys", "recover", "--as", "super-m", home=home)
        assert refused.exit_code == 2
        assert "Group 5" in refused.stderr
        assert written not in refused.output

    def test_one_that_was_replaced_brings_nothing_back(
        self, run: Run, home: Path, written: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("keys", "renew-recovery", "--as", "super-m", home=home)
        monkeypatch.setenv("DESK_RECOVERY_KEY", written)
        assert run("keys", "recover", "--as", "super-m", home=home).exit_code == 2

    def test_the_doctor_misses_one_and_the_desk_works_without(self, run: Run, home: Path) -> None:
        (home / "keys" / "recovery.sealed").unlink()
        result = run("doctor", home=home)
        assert result.exit_code == 0
        assert "renew-recovery" in result.stdout


class TestWholeFile:
    @pytest.mark.slow
    def test_a_store_is_enciphered_and_everything_goes_on(self, run: Run, home: Path, tmp_path: Path) -> None:
        done = run("keys", "encrypt-file", "--as", "super-m", home=home)
        assert done.exit_code == 0, done.output
        found = b"".join(file.read_bytes() for file in home.glob("desk.db*"))
        assert b"41020901L" not in found
        assert settings_at(home).whole_file
        assert sound(run, home)
        assert last_change(home) == {"desk": "1", "change": "encipher_file", "by": "super-m"}
        copy = tmp_path / "copy.db"
        assert run("backup", "-o", copy, "--as", "super-m", home=home).exit_code == 0
        assert b"41020901L" not in copy.read_bytes()
        assert run("restore", copy, "--drill", home=home).exit_code == 0
        assert run("restore", copy, "--as", "super-m", home=home).exit_code == 0
        assert sound(run, home)
        assert run("keys", "encrypt-file", "--as", "super-m", home=home).exit_code == 2

    @pytest.mark.slow
    def test_a_plain_backup_is_enciphered_when_it_is_put_in_place(self, run: Run, home: Path, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        run("backup", "-o", copy, "--as", "super-m", home=home)
        run("keys", "encrypt-file", "--as", "super-m", home=home)
        restored = run("restore", copy, "--as", "super-m", home=home)
        assert restored.exit_code == 0, restored.output
        assert not (home / "desk.db").read_bytes().startswith(b"SQLite")
        assert sound(run, home)

    @pytest.mark.slow
    def test_what_was_cut_short_before_the_settings_said_so_goes_on_there(self, run: Run, home: Path) -> None:
        settings = (home / "desk.toml").read_bytes()
        encipher = ("keys", "encrypt-file", "--as", "super-m")
        assert run(*encipher, home=home).exit_code == 0
        (home / "desk.toml").write_bytes(settings)
        assert run(*encipher, home=home).exit_code == 0
        assert settings_at(home).whole_file
        assert run(*encipher, home=home).exit_code == 2

    def test_while_a_desk_has_it_open_nothing_is_changed(self, run: Run, home: Path) -> None:
        desk = build_desk(settings_at(home))
        with desk.store.read() as records:
            records.last_audit()
            refused = run("keys", "encrypt-file", "--as", "super-m", home=home)
        desk.close()
        assert refused.exit_code == 2
        assert (home / "desk.db").read_bytes().startswith(b"SQLite")
        assert not settings_at(home).whole_file
        assert not list(home.glob("desk-encipher-*"))

    def test_a_promise_that_is_not_kept_is_refused(self, run: Run, home: Path) -> None:
        file = home / "desk.toml"
        file.write_text(file.read_text(encoding="utf-8") + "\n[data]\nwhole_file = true\n", encoding="utf-8")
        refused = run("lookup", "41020901L", home=home)
        assert refused.exit_code == 2
        assert "encrypt-file" in refused.stderr
        assert run("keys", "encrypt-file", "--as", "super-m", home=home).exit_code == 0
        assert sound(run, home)


def test_keys_that_are_there_without_a_store_are_never_written_over(run: Run, home: Path, tmp_path: Path) -> None:
    before = secrets_of(home)
    (home / "desk.db").unlink()
    assert run("init", home=home).exit_code == 2
    assert secrets_of(home) == before


def test_initialise_gives_the_recovery_key_to_its_caller_alone(home: Path, tmp_path: Path) -> None:
    import dataclasses

    written = initialise(dataclasses.replace(settings_at(home), data=tmp_path / "other"))
    assert RecoveryFile(tmp_path / "other" / "keys").open(read_recovery_key(written)).index
