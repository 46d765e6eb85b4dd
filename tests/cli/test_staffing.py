# SPDX-License-Identifier: GPL-3.0-or-later
"""``desk-app staff``: accounts from a shell, with pass phrases from the environment where nobody types."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlcipher3 import dbapi2

from desk_app.bootstrap.desk import build_desk
from desk_app.cli.root import cli
from desk_app.domain.audit import AuditFilter, AuditLine
from desk_app.domain.recovery_key import RecoveryKey, read_recovery_key
from desk_app.settings import load_settings
from tests.cli.data_folder import last_audit

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


@pytest.fixture
def new_home(run: Run, tmp_path: Path) -> Path:
    """A desk made by ``init`` with one supervisor and one clerk."""
    home = tmp_path / "new"
    staff = ("--operator", "clerk-1", "林測一", "clerk", "--operator", "boss", "周測主", "supervisor")
    assert run("init", *staff, home=home).exit_code == 0
    return home


def entries(home: Path, kind: str) -> tuple[AuditLine, ...]:
    with closing(build_desk(load_settings(home / "desk.toml", home))) as desk, desk.store.read() as records:
        return records.audit_lines(AuditFilter(kind=kind), 20)


def test_init_gives_the_first_supervisor_the_phrase_and_nobody_else(run: Run, new_home: Path) -> None:
    listed = run("staff", "list", home=new_home).stdout.splitlines()
    assert [line.split("\t")[0] for line in listed] == ["boss", "clerk-1"]
    assert [line.split("\t")[3] for line in listed] == ["may sign in", "no pass phrase yet"]
    (line,) = entries(new_home, "STAFF_EDIT")
    assert (line.operator, line.payload["action"]) == ("boss", "begin")


def test_init_makes_a_folder_that_other_accounts_cannot_enter(new_home: Path) -> None:
    assert new_home.stat().st_mode & 0o777 == 0o700
    assert sorted(file.name for file in new_home.iterdir() if file.stat().st_mode & 0o077) == ["desk.toml"]


def test_nobody_becomes_supervisor_by_beginning_the_set_up_again(run: Run, new_home: Path) -> None:
    assert run("staff", "list", home=new_home).exit_code == 0
    mark = new_home / "keys" / "unfinished"
    mark.touch()
    recovery = (new_home / "keys" / "recovery.sealed").read_bytes()
    refused = bare(new_home, "init", DESK_PASSPHRASE="of-an-intruder-9")
    assert (refused.exit_code, "staff recover" in refused.stderr) == (2, True)
    assert (new_home / "keys" / "recovery.sealed").read_bytes() == recovery
    mark.unlink()
    assert bare(new_home, "staff", "list", DESK_PASSPHRASE="of-an-intruder-9").exit_code == 2
    assert bare(new_home, "staff", "list", DESK_PASSPHRASE="demo-1234").exit_code == 0


def test_the_supervisor_gives_the_others_theirs(run: Run, new_home: Path) -> None:
    done = run("staff", "passphrase", "clerk-1", home=new_home)
    assert done.exit_code == 0, done.output
    assert "clerk-1" in done.stdout
    assert "quite-new-5678" not in done.output
    assert "no pass phrase yet" not in run("staff", "list", home=new_home).stdout


def test_an_account_is_opened_and_closed(run: Run, home: Path) -> None:
    add = ("staff", "add", "verifier-1", "高測查", "verifier", "--as", "super-m")
    assert run(*add, home=home).exit_code == 0
    assert run(*add, home=home).exit_code == 2
    closed = run("staff", "disable", "verifier-1", "--as", "super-m", home=home)
    assert closed.exit_code == 0
    assert last_audit(home)["kind"] == "LOGOUT"
    line = next(
        line
        for line in run("staff", "list", "--as", "super-m", home=home).stdout.splitlines()
        if line.startswith("verifier-1")
    )
    assert line.endswith("closed")


def test_who_acts_must_be_known_and_prove_it(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = run("staff", "disable", "clerk-g1", home=home)
    assert nobody.exit_code == 2
    assert "super-m | super-g" in nobody.stderr or "super-g | super-m" in nobody.stderr
    clerk = run("staff", "disable", "clerk-g1", "--as", "clerk-m1", home=home)
    assert clerk.exit_code == 2
    assert "clerk-m1" in clerk.stderr
    own = run("staff", "passphrase", "clerk-m1", "--as", "clerk-m1", home=home)
    assert own.exit_code == 0, own.output
    wrong = run("staff", "disable", "clerk-g1", "--as", "clerk-m1", home=home)
    assert wrong.exit_code == 2
    assert "Attempts left: 4" in wrong.stderr


def test_where_nobody_types_the_variable_is_named(new_home: Path, run: Run) -> None:
    environment = {"DESK_HOME": str(new_home), "LANG": "en_US.UTF-8", "LC_ALL": "", "DESK_PASSPHRASE": ""}
    result = CliRunner(env=environment).invoke(cli, ["staff", "disable", "clerk-1"])
    assert result.exit_code == 2
    assert "DESK_PASSPHRASE" in result.stderr


def test_init_without_a_phrase_makes_nothing(tmp_path: Path) -> None:
    environment = {"DESK_HOME": str(tmp_path / "none"), "LANG": "en_US.UTF-8", "LC_ALL": "", "DESK_PASSPHRASE": ""}
    result = CliRunner(env=environment).invoke(cli, ["init", "--operator", "boss", "周測主", "supervisor"])
    assert result.exit_code == 2
    assert not (tmp_path / "none" / "desk.db").exists()


def bare(home: Path, *arguments: object, **environment: str) -> Result:
    """Run a command where nobody types and no variable holds a pass phrase but those given."""
    plain = {"DESK_HOME": str(home), "LANG": "en_US.UTF-8", "LC_ALL": "", "DESK_PASSPHRASE": ""}
    return CliRunner(env=plain | environment).invoke(cli, [str(argument) for argument in arguments])


class TestTheOwner:
    """Whoever keeps the root key stands in when no supervisor can."""

    def test_gives_a_supervisor_a_new_phrase_and_all_are_told(self, run: Run, new_home: Path) -> None:
        root = new_home / "keys" / "seal" / "root.key"
        done = run("staff", "recover", "boss", "--root-key", root, home=new_home)
        assert done.exit_code == 0, done.output
        line = entries(new_home, "STAFF_EDIT")[0]
        assert (line.operator, line.payload["action"], line.payload["account"]) == ("", "recover", "boss")
        assert line.payload["proof"] == "root_key"
        added = bare(new_home, "staff", "list", "--as", "boss", DESK_PASSPHRASE="quite-new-5678")
        assert added.exit_code == 0, added.output
        assert bare(new_home, "staff", "list", "--as", "boss", DESK_PASSPHRASE="demo-1234").exit_code == 2

    def test_types_the_printed_recovery_key(self, tmp_path: Path) -> None:
        home = tmp_path / "printed"
        made = bare(home, "init", "--operator", "boss", "周測主", "supervisor", DESK_PASSPHRASE="first-phrase-1")
        assert made.exit_code == 0, made.output
        key = next(
            line.strip() for line in made.stdout.splitlines() if line.count("-") == 7 and " " not in line.strip()
        )
        wrong = read_recovery_key(key)
        other = RecoveryKey(bytes(reversed(wrong.secret))).written()
        new = {"DESK_NEW_PASSPHRASE": "quite-new-5678"}
        assert bare(home, "staff", "recover", "boss", **new, DESK_RECOVERY_KEY=other).exit_code == 2
        done = bare(home, "staff", "recover", "boss", **new, DESK_RECOVERY_KEY=key)
        assert done.exit_code == 0, done.output
        assert entries(home, "STAFF_EDIT")[0].payload["proof"] == "recovery_key"

    def test_is_nobody_with_another_key(self, run: Run, new_home: Path, tmp_path: Path) -> None:
        other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        for content in (other, b"no key at all"):
            file = tmp_path / "root.key"
            file.write_bytes(content)
            refused = run("staff", "recover", "boss", "--root-key", file, home=new_home)
            assert refused.exit_code == 2
            assert "not the private key" in refused.stderr
        assert [line.payload["action"] for line in entries(new_home, "STAFF_EDIT")] == ["begin"]

    @pytest.mark.parametrize("who", ["clerk-1", "nobody"])
    def test_gives_it_to_supervisors_only(self, run: Run, new_home: Path, who: str) -> None:
        root = new_home / "keys" / "seal" / "root.key"
        assert run("staff", "recover", who, "--root-key", root, home=new_home).exit_code == 2

    def test_begins_a_store_that_is_older_than_accounts(self, run: Run, new_home: Path) -> None:
        store = dbapi2.connect(str(new_home / "desk.db"), isolation_level=None)
        store.execute("DELETE FROM staff_account")
        store.close()
        refused = run("staff", "passphrase", "boss", home=new_home)
        assert refused.exit_code == 2
        assert "--root-key" in refused.stderr
        root = new_home / "keys" / "seal" / "root.key"
        assert run("staff", "recover", "boss", "--root-key", root, home=new_home).exit_code == 0


class TestAScheduler:
    """A file with account and pass phrase, for an account that may do nothing but what runs at night."""

    @pytest.fixture
    def nightly(self, run: Run, new_home: Path) -> Path:
        added = run("staff", "add", "nightly", "夜測班", "auditor", home=new_home)
        assert added.exit_code == 0, added.output
        file = new_home / "nightly.phrase"
        file.write_text("nightly\nquite-new-5678\n", encoding="utf-8")
        file.chmod(0o600)
        return file

    def test_makes_backups_and_exports(self, new_home: Path, nightly: Path, tmp_path: Path) -> None:
        for command in (("backup",), ("audit", "export", "-o", tmp_path / "audit.csv"), ("audit", "checkpoint")):
            done = bare(new_home, *command, DESK_PHRASE_FILE=str(nightly))
            assert done.exit_code == 0, done.output
        assert {line.operator for line in entries(new_home, "EXPORT")} == {"nightly"}

    @pytest.mark.parametrize("command", [("lookup", "41020901L"), ("import", "stock", "stock.csv")])
    def test_does_nothing_else(self, new_home: Path, nightly: Path, command: tuple[str, ...]) -> None:
        refused = bare(new_home, *command, DESK_PHRASE_FILE=str(nightly))
        assert refused.exit_code in (1, 2)
        assert not entries(new_home, "LOOKUP")
        assert not entries(new_home, "IMPORT")

    def test_is_never_a_supervisor(self, new_home: Path, nightly: Path) -> None:
        nightly.write_text("boss\ndemo-1234\n", encoding="utf-8")
        refused = bare(new_home, "backup", DESK_PHRASE_FILE=str(nightly))
        assert refused.exit_code == 2
        assert "auditor" in refused.stderr

    @pytest.mark.parametrize("content", ["nightly", "other\nquite-new-5678\n"])
    def test_names_the_account_that_is_meant(self, new_home: Path, nightly: Path, content: str) -> None:
        nightly.write_text(content, encoding="utf-8")
        assert bare(new_home, "backup", "--as", "nightly", DESK_PHRASE_FILE=str(nightly)).exit_code == 2

    def test_keeps_its_file_for_itself(self, new_home: Path, nightly: Path) -> None:
        nightly.chmod(0o644)
        assert bare(new_home, "backup", DESK_PHRASE_FILE=str(nightly)).exit_code == 2

    def test_a_file_that_is_missing_is_none_of_the_keys(self, new_home: Path, nightly: Path) -> None:
        nightly.unlink()
        refused = bare(new_home, "backup", DESK_PHRASE_FILE=str(nightly))
        assert (refused.exit_code, "two lines" in refused.stderr, "keys recover" in refused.stderr) == (2, True, False)


@pytest.mark.parametrize(
    "command",
    [
        ("lookup", "41020901L"),
        ("log", "-o", "log.csv"),
        ("backup",),
        ("audit", "checkpoint"),
        ("import", "cards", "c.csv"),
        ("reader", "calibrate", "--known", "41020901L"),
    ],
)
def test_what_shows_persons_or_changes_something_asks_who_it_is(
    new_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = bare(new_home, *command, "--as", "boss")
    assert refused.exit_code == 2
    assert "DESK_PHRASE_FILE" in refused.stderr
    assert not list(tmp_path.glob("log.csv"))
