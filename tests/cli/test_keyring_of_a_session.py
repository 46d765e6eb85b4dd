# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in the keyring of a real session: each command a program of its own at a terminal, as a technician types it."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.secret_service import SecretService

PHRASE, KEY_PHRASE = "demo-1234", "ein langer Satz 9"
STAFF = ("--operator", "boss", "周測主", "supervisor")
KEY_FILES = ("store.key", "index.key", "seal/seal.key", "seal/mark.key")
pytestmark = pytest.mark.slow

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "desk"


@pytest.fixture
def shell(home: Path, secret_service: SecretService) -> Shell:
    """Give what runs a command of the desk in the session, or in one that has no bus (``session=False``)."""

    def run(*arguments: str, session: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        variables = {"PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", **secret_service.variables, **more}
        variables |= {"DESK_HOME": str(home), "DESK_PASSPHRASE": PHRASE}
        variables |= {"DESK_KEY_PHRASE": KEY_PHRASE, "DESK_NEW_KEY_PHRASE": KEY_PHRASE}
        if not session:
            del variables["DBUS_SESSION_BUS_ADDRESS"]
        return typed_at_a_terminal([sys.executable, "-m", "desk_app", *arguments], variables)

    return run


@pytest.fixture
def recovery(shell: Shell) -> str:
    """Set a desk up with its keys in the keyring; give the recovery key that was shown."""
    made = shell("init", "--keys", "keyring", *STAFF)
    assert made.returncode == 0, made.stderr
    (shown,) = re.findall(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){7}\b", made.stdout)
    return str(shown)


def typed_at_a_terminal(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command and type the supervisor's pass phrase when it is asked for."""
    here, there = os.openpty()
    with subprocess.Popen(
        command, env=variables, stdin=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as program:
        os.close(there)
        assert program.stdout is not None
        assert program.stderr is not None
        told = b""
        while piece := os.read(program.stderr.fileno(), 1024):
            told += piece
            if told.endswith(b"boss: "):
                os.write(here, f"{PHRASE}\n".encode())
        shown = program.stdout.read()
    os.close(here)
    return subprocess.CompletedProcess(command, program.returncode, shown.decode(), told.decode())


def parts(shell: Shell, *names: str) -> dict[str, bool]:
    """Ask the doctor in a program of its own; by default for everything that rests on keys."""
    checks: list[dict[str, Any]] = json.loads(shell("doctor", "--json").stdout)["checks"]
    wanted = names or ("store_keys", "recovery", "keys", "store")
    return {one["part"]: one["ok"] for one in checks if one["part"] in wanted}


def is_sound(shell: Shell) -> bool:
    return all(parts(shell).values())


def everything(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def key_files(home: Path) -> list[str]:
    return [name for name in KEY_FILES if (home / "keys" / name).exists()]


@pytest.mark.usefixtures("recovery")
class TestAKeyringThatIsOpen:
    def test_a_new_program_opens_the_desk_and_no_file_holds_a_key(
        self, shell: Shell, home: Path, secret_service: SecretService
    ) -> None:
        assert is_sound(shell)
        assert shell("staff", "list").returncode == 0
        assert key_files(home) == []
        (wrapping,) = secret_service.entries().values()
        moved = shell("keys", "rotate", "--as", "boss")
        assert moved.returncode == 0, moved.stderr
        (newer,) = secret_service.entries().values()
        kept = everything(home) + moved.stdout.encode() + moved.stderr.encode()
        assert shell("keys", "move", "--to", "file", "--as", "boss").returncode == 0
        secrets = [(home / "keys" / name).read_bytes() for name in (*KEY_FILES, "store-2.key")]
        for secret in (*secrets, base64.b64decode(wrapping), base64.b64decode(newer)):
            assert secret not in kept
            assert base64.b64encode(secret) not in kept
            assert secret.hex().encode() not in kept.lower()

    def test_keys_move_through_every_place_and_leave_nothing_behind(
        self, shell: Shell, home: Path, secret_service: SecretService
    ) -> None:
        for kind, in_files, in_keyring in (("file", 4, 0), ("phrase", 0, 0), ("keyring", 0, 1), ("phrase", 0, 0)):
            moved = shell("keys", "move", "--to", kind, "--as", "boss")
            assert moved.returncode == 0, moved.stderr
            assert (len(key_files(home)), len(secret_service.entries())) == (in_files, in_keyring)
            assert is_sound(shell)

    def test_a_new_key_takes_the_place_of_the_entry_and_of_no_other_desk_s(
        self, shell: Shell, secret_service: SecretService
    ) -> None:
        before = secret_service.entries()
        assert shell("keys", "rotate", "--as", "boss").returncode == 0
        after = secret_service.entries()
        assert (len(before), len(after), before.keys() & after.keys()) == (1, 1, set())
        assert is_sound(shell)
        assert "store-2.key" in shell("keys", "status").stdout


class TestAnEntryThatIsGone:
    def test_the_recovery_key_brings_the_keys_back_into_the_keyring(
        self, shell: Shell, recovery: str, home: Path, secret_service: SecretService
    ) -> None:
        secret_service.forget()
        refused = shell("keys", "status")
        assert refused.returncode == 2
        assert "keys recover" in refused.stderr
        assert not any(parts(shell, "store_keys", "store").values())
        done = shell("keys", "recover", "--as", "boss", DESK_RECOVERY_KEY=recovery)
        assert done.returncode == 0, done.stderr
        assert (len(secret_service.entries()), key_files(home)) == (1, [])
        assert is_sound(shell)


@pytest.mark.usefixtures("recovery")
class TestAKeyringThatIsLocked:
    def test_it_is_said_what_to_do_and_unlocking_is_enough(
        self, shell: Shell, home: Path, secret_service: SecretService
    ) -> None:
        before = everything(home)
        secret_service.lock()
        for command in (("keys", "status"), ("staff", "list"), ("keys", "move", "--to", "file", "--as", "boss")):
            refused = shell(*command)
            assert refused.returncode == 2
            assert "Traceback" not in refused.stderr
            assert "nlock" in refused.stderr
            assert "nothing was changed" in refused.stderr
        assert everything(home) == before
        secret_service.unlock()
        assert is_sound(shell)

    def test_keys_are_not_moved_into_it(self, shell: Shell, home: Path, secret_service: SecretService) -> None:
        assert shell("keys", "move", "--to", "file", "--as", "boss").returncode == 0
        secret_service.lock()
        refused = shell("keys", "move", "--to", "keyring", "--as", "boss")
        assert refused.returncode == 2
        assert "nlock" in refused.stderr
        assert not (home / "keys" / "keyring.sealed").exists()
        assert is_sound(shell)


class TestATokenOfASource:
    def test_it_is_put_in_by_the_library_s_own_command_and_found_there(
        self, shell: Shell, home: Path, secret_service: SecretService
    ) -> None:
        assert shell("init", *STAFF).returncode == 0
        with (home / "desk.toml").open("a", encoding="utf-8") as settings:
            settings.write('\n[[source]]\nname = "portal"\nkind = "portal"\nurl = "http://127.0.0.1:9"\n')
            settings.write('token_keyring = "leaving-portal"\n')
        missing = shell("sources", "test")
        assert missing.returncode == 1
        assert "has no token for portal" in missing.stdout
        put = [sys.executable, "-m", "keyring", "set", "leaving-portal", "portal"]
        variables = {"PATH": os.environ["PATH"], **secret_service.variables}
        subprocess.run(put, env=variables, input=b"secret-of-the-desk", check=True)
        assert "cannot be reached" in shell("sources", "test").stdout
        secret_service.lock()
        locked = shell("sources", "test").stdout
        assert "nlock the keyring" in locked
        assert "secret-of-the-desk" not in locked


class TestASessionWithoutAKeyring:
    @pytest.mark.parametrize("session", [True, False], ids=["service stopped", "no bus"])
    def test_the_recovery_key_brings_the_desk_back_to_work_in_another_place(
        self, shell: Shell, recovery: str, home: Path, secret_service: SecretService, session: bool
    ) -> None:
        secret_service.stop()
        refused = shell("staff", "list", session=session)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
        assert "keys recover" in refused.stderr
        assert "desk.toml" in refused.stderr
        settings = home / "desk.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace('"keyring"', '"file"'), encoding="utf-8")
        done = shell("keys", "recover", "--as", "boss", session=session, DESK_RECOVERY_KEY=recovery)
        assert done.returncode == 0, done.stderr
        assert shell("staff", "list", session=session).returncode == 0

    def test_a_desk_is_not_set_up_in_it_and_nothing_stays_behind(
        self, shell: Shell, home: Path, secret_service: SecretService
    ) -> None:
        secret_service.stop()
        refused = shell("init", "--keys", "keyring", *STAFF)
        assert refused.returncode == 2
        assert "no keyring" in refused.stderr
        assert not (home / "desk.toml").exists()
        assert not (home / "desk.db").exists()
        assert everything(home) == b""

    def test_a_service_that_ends_while_the_program_runs_is_told_and_comes_back(
        self, secret_service: SecretService
    ) -> None:
        script = """
from desk_app.domain.errors import KeyTroubleError
from desk_app.storage.keys.vault import KeyringVault
vault = KeyringVault()
vault.put("place", "secret")
while True:
    try:
        print(vault.get("place"), flush=True)
    except KeyTroubleError as error:
        print(error.code, flush=True)
    input()
"""
        with subprocess.Popen(
            [sys.executable, "-c", script],
            env={"PATH": os.environ["PATH"], **secret_service.variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            heard = []
            for act in (secret_service.stop, secret_service.unlock, secret_service.lock):
                heard.append(program.stdout.readline().strip())
                act()
                program.stdin.write("\n")
                program.stdin.flush()
            heard.append(program.stdout.readline().strip())
            program.kill()
        assert heard == ["secret", "keys_keyring_none", "secret", "keys_keyring_closed"]
