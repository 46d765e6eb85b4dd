# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys come back from where they are kept, and from nowhere else: files, a pass phrase, the keyring, the recovery key."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from typing_extensions import override

from desk_app.domain.errors import KeyTroubleError, StoreError
from desk_app.domain.recovery_key import SECRET_BYTES, RecoveryKey
from desk_app.domain.store_keys import KeyPhrase, StoreKeys
from desk_app.storage.keys.cipher import key_checks
from desk_app.storage.keys.files import KeyFiles
from desk_app.storage.keys.places import KeyPlace, KeyringFile, PhraseFile, RecoveryFile
from desk_app.storage.keys.vault import KeyringVault
from desk_app.storage.keys.wrap import PhraseCosts
from tests.session_keyring import SessionKeyring, using

KEYS = StoreKeys(
    {
        "index.key": b"I" * 32,
        "seal/seal.key": b"-----BEGIN PRIVATE KEY-----",
        "store.key": b"S" * 32,
        "store-2.key": b"T" * 32,
    }
)
PHRASE = "ein langer Satz 9"
CHEAP = PhraseCosts(time=1, memory_kib=64, lanes=1)
RECOVERY = RecoveryKey(b"r" * SECRET_BYTES)


def beneath_the_library() -> list[Exception]:
    """Give what the libraries under the keyring's own raise on this system."""
    if sys.platform != "linux":
        return [ConnectionResetError(), RuntimeError("gone")]
    from jeepney import DBusAddress, DBusErrorResponse, new_error, new_method_call
    from secretstorage.exceptions import SecretStorageException

    answer = new_error(
        new_method_call(DBusAddress("/", "org.freedesktop.secrets"), "Get"), "org.freedesktop.Error", "s", ("gone",)
    )
    return [SecretStorageException("gone"), DBusErrorResponse(answer), ConnectionResetError(), RuntimeError("gone")]


class Told(KeyPhrase):
    """Answers with phrases in their order, and counts."""

    def __init__(self, *phrases: str) -> None:
        self._phrases = list(phrases)
        self.opened: dict[str, StoreKeys] = {}
        self.asked = 0

    @override
    def known(self, *, wrong: bool) -> str:
        self.asked += 1
        if not self._phrases:
            raise KeyTroubleError("keys_phrase_wrong")
        return self._phrases.pop(0)

    @override
    def new(self) -> str:
        return self.known(wrong=False)


class PlainKeyring(SessionKeyring):
    """A keyring that says of itself that it keeps nothing secret."""

    priority = 0.5


class Chain(SessionKeyring):
    """Several keyrings that stand for one, as the library builds it."""

    priority = 10.0
    backends: tuple[KeyringBackend, ...] = ()


@pytest.fixture
def vault() -> Iterator[SessionKeyring]:
    """Let the library use a keyring of the test."""
    backend = SessionKeyring()
    with using(backend):
        yield backend


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as refused:
        act()
    return refused.value.code


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


@pytest.fixture(params=["file", "phrase", "keyring"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, vault: SessionKeyring) -> Callable[[], KeyPlace]:
    """Give what opens a place of each kind anew, as the next start does."""
    places: dict[str, Callable[[], KeyPlace]] = {
        "file": lambda: KeyFiles(tmp_path),
        "phrase": lambda: PhraseFile(tmp_path, Told(PHRASE), CHEAP),
        "keyring": lambda: KeyringFile(tmp_path, KeyringVault()),
    }
    return places[request.param]


def test_keys_come_back_as_they_were_kept_and_are_gone_when_removed(
    kept: Callable[[], KeyPlace], tmp_path: Path, vault: SessionKeyring
) -> None:
    assert not kept().there()
    kept().write(KEYS)
    assert kept().there()
    assert kept().read() == KEYS
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.rglob("*") if file.is_file())
    kept().remove()
    assert not kept().there()
    assert everything(tmp_path) == b""
    assert vault.entries == {}


def test_what_is_written_over_is_there_as_a_whole(kept: Callable[[], KeyPlace], vault: SessionKeyring) -> None:
    kept().write(KEYS)
    newer = KEYS.with_version(3, b"U" * 32)
    kept().write(newer)
    assert kept().read() == newer
    assert len(vault.entries) <= 1


@pytest.mark.parametrize("kind", ["phrase", "keyring"])
def test_a_wrapped_file_shows_no_key(kind: str, tmp_path: Path, vault: SessionKeyring) -> None:
    wrapped: KeyPlace = PhraseFile(tmp_path, Told(PHRASE), CHEAP)
    if kind == "keyring":
        wrapped = KeyringFile(tmp_path, KeyringVault())
    wrapped.write(KEYS)
    RecoveryFile(tmp_path).begin(KEYS, RECOVERY)
    shown = everything(tmp_path)
    for secret in KEYS.secrets.values():
        assert secret not in shown
        assert secret.hex().encode() not in shown.lower()
    assert PHRASE.encode() not in shown


class TestFiles:
    def test_a_missing_one_is_named(self, tmp_path: Path) -> None:
        KeyFiles(tmp_path).write(KEYS)
        (tmp_path / "index.key").unlink()
        with pytest.raises(StoreError, match="store_key_missing") as refused:
            KeyFiles(tmp_path).read()
        assert str(refused.value.data["path"]).endswith("index.key")

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
    def test_one_that_others_may_read_is_refused(self, tmp_path: Path, mode: int) -> None:
        KeyFiles(tmp_path).write(KEYS)
        (tmp_path / "store-2.key").chmod(mode)
        assert code_of(KeyFiles(tmp_path).read) == "keys_open"

    def test_the_first_key_is_written_last_so_that_where_it_is_all_are(self, tmp_path: Path) -> None:
        (tmp_path / "store.key").mkdir()  # nothing can be written in its place
        with pytest.raises((KeyTroubleError, OSError)):
            KeyFiles(tmp_path).write(KEYS)
        assert {"index.key", "store-2.key"} <= {file.name for file in tmp_path.iterdir()}

    def test_a_folder_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "keys").write_text("a file in the way")
        assert code_of(lambda: KeyFiles(tmp_path / "keys").write(KEYS)) == "keys_unwritten"


class TestPhrase:
    def test_a_wrong_one_is_asked_for_again(self, tmp_path: Path) -> None:
        PhraseFile(tmp_path, Told(PHRASE), CHEAP).write(KEYS)
        told = Told("ein anderer Satz", PHRASE)
        opened = PhraseFile(tmp_path, told, CHEAP)
        assert opened.read() == opened.read() == KEYS
        assert told.asked == 2
        assert code_of(PhraseFile(tmp_path, Told("falsch", "auch falsch"), CHEAP).read) == "keys_phrase_wrong"

    def test_the_same_characters_are_the_same_phrase_whatever_keyboard_wrote_them(self, tmp_path: Path) -> None:
        PhraseFile(tmp_path, Told("Ｇｅｈｅｉｍ　ｇｅｎｕｇ９"), CHEAP).write(KEYS)
        assert PhraseFile(tmp_path, Told("Geheim genug9"), CHEAP).read() == KEYS

    def test_one_that_can_be_guessed_is_refused(self, tmp_path: Path) -> None:
        assert code_of(lambda: PhraseFile(tmp_path, Told("kurz"), CHEAP).write(KEYS)) == "keys_phrase_short"
        assert everything(tmp_path) == b""

    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [
            ("salt", "AAAA", "keys_wrapped"),
            ("time", 2, "keys_phrase_wrong"),
            ("memory", 1 << 40, "keys_wrapped"),
            ("memory", "much", "keys_wrapped"),
            ("lanes", -1, "keys_wrapped"),
            ("nonce", "AAAA", "keys_phrase_wrong"),
            ("nonce", 7, "keys_wrapped"),
            ("kind", "keyring", "keys_wrapped"),
            ("format", 9, "keys_wrapped"),
            ("keys", "!", "keys_wrapped"),
        ],
    )
    def test_a_file_that_was_altered_opens_nothing(self, tmp_path: Path, name: str, value: object, code: str) -> None:
        PhraseFile(tmp_path, Told(PHRASE), CHEAP).write(KEYS)
        file = tmp_path / "phrase.sealed"
        file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
        assert code_of(PhraseFile(tmp_path, Told(PHRASE), CHEAP).read) == code

    def test_what_is_no_such_file_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "phrase.sealed"
        file.touch(mode=0o600)
        for text in ("", "[]", "{}", "\x00"):
            file.write_text(text)
            assert code_of(PhraseFile(tmp_path, Told(PHRASE), CHEAP).read) == "keys_wrapped"


class TestKeyring:
    def test_another_account_has_no_entry(self, tmp_path: Path, vault: SessionKeyring) -> None:
        KeyringFile(tmp_path, KeyringVault()).write(KEYS)
        vault.entries.clear()
        assert code_of(KeyringFile(tmp_path, KeyringVault()).read) == "keys_keyring_empty"

    @pytest.mark.parametrize("secret", ["A" * 43 + "=", "A", "é" * 44, "\0", "A" * 5000])
    def test_the_entry_of_another_desk_or_person_opens_nothing(
        self, tmp_path: Path, vault: SessionKeyring, secret: str
    ) -> None:
        KeyringFile(tmp_path, KeyringVault()).write(KEYS)
        (entry,) = vault.entries
        vault.entries[entry] = secret
        assert code_of(KeyringFile(tmp_path, KeyringVault()).read) == "keys_keyring_wrong"

    def test_one_that_is_locked_is_told(self, tmp_path: Path, vault: SessionKeyring) -> None:
        KeyringFile(tmp_path, KeyringVault()).write(KEYS)
        vault.locked = True
        assert code_of(KeyringFile(tmp_path, KeyringVault()).read) == "keys_keyring_closed"

    @pytest.mark.parametrize("beneath", beneath_the_library(), ids=repr)
    def test_what_breaks_beneath_the_library_is_told_as_the_keyring_s(
        self, tmp_path: Path, vault: SessionKeyring, monkeypatch: pytest.MonkeyPatch, beneath: Exception
    ) -> None:
        def break_down(*_asked: str) -> str:
            raise beneath

        KeyringFile(tmp_path, KeyringVault()).write(KEYS)
        monkeypatch.setattr(vault, "get_password", break_down)
        assert code_of(KeyringFile(tmp_path, KeyringVault()).read) == "keys_keyring_closed"

    def test_an_entry_is_short_enough_for_every_system(self, tmp_path: Path, vault: SessionKeyring) -> None:
        KeyringFile(tmp_path, KeyringVault()).write(KEYS)
        assert all(len(secret) < 100 for secret in vault.entries.values())

    @pytest.mark.parametrize("backend", [PlainKeyring(), NoKeyring()], ids=["plain text", "none at all"])  # type: ignore[no-untyped-call]
    def test_a_keyring_that_keeps_nothing_secret_is_not_used(self, tmp_path: Path, backend: KeyringBackend) -> None:
        with using(backend):
            assert code_of(KeyringFile(tmp_path, KeyringVault()).prepare) == "keys_keyring_none"
            assert code_of(lambda: KeyringFile(tmp_path, KeyringVault()).write(KEYS)) == "keys_keyring_none"
        assert everything(tmp_path) == b""

    @pytest.mark.parametrize("name", ["nosuch.Module", "bad", "os.path", "json.JSONDecoder", "json.nothing"])
    def test_a_keyring_that_the_environment_names_wrongly_is_told(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setattr("keyring.core._keyring_backend", None)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
        assert code_of(KeyringVault().name) == "keys_keyring_none"

    @pytest.mark.parametrize("text", ["[backend]\ndefault-keyring=nosuch.Module", "no section", "[backend\n"])
    def test_a_keyring_that_its_settings_name_wrongly_is_told(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
    ) -> None:
        (tmp_path / "keyringrc.cfg").write_text(text)
        monkeypatch.setattr("keyring.core._keyring_backend", None)
        monkeypatch.setattr("keyring.core.platform.config_root", lambda: str(tmp_path))
        assert code_of(KeyringVault().name) == "keys_keyring_none"

    def test_of_a_chain_only_the_first_is_asked(self, tmp_path: Path) -> None:
        """The library goes on to the next one where a keyring has no entry, or cannot keep one."""
        chain, first, plain = Chain(), SessionKeyring(), PlainKeyring()
        chain.backends = (first, plain)
        with using(chain):
            KeyringFile(tmp_path, KeyringVault()).write(KEYS)
            assert (len(first.entries), plain.entries) == (1, {})
            plain.entries, first.entries = first.entries, {}
            assert code_of(KeyringFile(tmp_path, KeyringVault()).read) == "keys_keyring_empty"
            chain.backends = (plain, first)
            assert code_of(KeyringFile(tmp_path, KeyringVault()).read) == "keys_keyring_none"

    def test_without_the_library_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "keyring", None)
        assert code_of(KeyringVault().name) == "keys_keyring_missing"

    @pytest.mark.usefixtures("vault")
    def test_the_keyring_in_use_has_a_name(self) -> None:
        assert "SessionKeyring" in KeyringVault().name()

    def test_a_file_that_cannot_be_written_leaves_no_entry(self, tmp_path: Path, vault: SessionKeyring) -> None:
        (tmp_path / "keys").write_text("a file in the way")
        assert code_of(lambda: KeyringFile(tmp_path / "keys", KeyringVault()).write(KEYS)) == "keys_unwritten"
        assert vault.entries == {}


class TestRecovery:
    def test_it_brings_every_key_back(self, tmp_path: Path) -> None:
        recovery = RecoveryFile(tmp_path)
        assert not recovery.there()
        recovery.begin(KEYS, RECOVERY)
        assert recovery.open(RECOVERY) == KEYS
        assert recovery.covers(key_checks(KEYS))

    def test_other_keys_are_wrapped_anew_without_it(self, tmp_path: Path) -> None:
        recovery = RecoveryFile(tmp_path)
        newer = KEYS.with_version(3, b"U" * 32)
        recovery.renew(newer)
        assert not recovery.there()
        recovery.begin(KEYS, RECOVERY)
        assert not recovery.covers(key_checks(newer))
        recovery.renew(newer)
        assert recovery.open(RECOVERY) == newer
        assert recovery.covers(key_checks(newer))

    def test_that_of_another_desk_and_an_earlier_one_open_nothing(self, tmp_path: Path) -> None:
        recovery, other = RecoveryFile(tmp_path), RecoveryKey(b"o" * SECRET_BYTES)
        recovery.begin(KEYS, RECOVERY)
        assert code_of(lambda: recovery.open(other)) == "recovery_other"
        recovery.begin(KEYS, other)
        assert code_of(lambda: recovery.open(RECOVERY)) == "recovery_other"

    @pytest.mark.parametrize(
        ("name", "value"), [("covers", {}), ("own", "A" * 43 + "="), ("own", "AAAA"), ("public", 1), ("nonce", "AAAA")]
    )
    def test_a_file_that_was_altered_opens_nothing(self, tmp_path: Path, name: str, value: object) -> None:
        RecoveryFile(tmp_path).begin(KEYS, RECOVERY)
        file = tmp_path / "recovery.sealed"
        file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))
        assert code_of(lambda: RecoveryFile(tmp_path).open(RECOVERY)) in ("recovery_other", "keys_wrapped")
