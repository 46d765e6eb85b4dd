# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk shows of itself comes from a file or the keyring, and is told in words when it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import keyring
import pytest
from cryptography.hazmat.primitives import serialization
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from typing_extensions import override

from desk_app.domain.errors import SourceError
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal import access
from desk_app.sources.portal.access import bearer, tls_context
from tests.portal.certificates import Authority

URL = "https://portal.example.edu.tw"
IN_KEYRING = PortalSettings("portal", URL, token_keyring="certificate-desk")


class Pouch(KeyringBackend):
    """A keyring in memory that can be locked."""

    priority = 1
    secrets: ClassVar[dict[tuple[str, str], str]] = {}
    locked: ClassVar[bool] = False

    @override
    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.secrets.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password


@pytest.fixture
def pouch(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Pouch]]:
    monkeypatch.setattr(Pouch, "secrets", {})
    monkeypatch.setattr(Pouch, "locked", False)
    before = keyring.get_keyring()
    keyring.set_keyring(Pouch())  # type: ignore[no-untyped-call]  # the library's constructor has no types
    yield Pouch
    keyring.set_keyring(before)


def _code(settings: PortalSettings) -> str:
    with pytest.raises(SourceError) as refused:
        bearer(settings)
    assert refused.value.data["source"] == "portal"
    return refused.value.code


def test_the_keyring_gives_the_token_of_the_source(pouch: type[Pouch]) -> None:
    assert _code(IN_KEYRING) == "source_keyring"
    keyring.set_password("certificate-desk", "portal", "abc")
    assert bearer(IN_KEYRING) == "Bearer abc"
    pouch.locked = True
    assert _code(IN_KEYRING) == "source_keyring"


def test_a_machine_without_a_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "find_spec", lambda _name: None)
    assert _code(IN_KEYRING) == "source_keyring"


def test_without_a_token_none_is_sent() -> None:
    assert bearer(PortalSettings("portal", URL)) is None


def test_a_key_with_a_pass_phrase_is_refused_and_asks_nobody(tmp_path: Path) -> None:
    pair = Authority(tmp_path).issue("desk")
    key = serialization.load_pem_private_key(pair.key.read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"phrase")
    )
    pair.key.write_bytes(locked)
    with pytest.raises(SourceError) as refused:
        tls_context(PortalSettings("portal", URL, certificate=pair.certificate, key=pair.key))
    assert refused.value.code == "source_own_certificate"


def test_an_authority_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        tls_context(PortalSettings("portal", URL, authority=tmp_path / "ca.pem"))
    assert refused.value.code == "source_own_certificate"
