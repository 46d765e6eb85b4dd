# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk shows of itself comes from a file or the keyring, and is told in words when it cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from keyring.backends.fail import Keyring as NoKeyring

from desk_app.domain.errors import SourceError
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal.access import bearer, tls_context
from tests.portal.certificates import Authority
from tests.session_keyring import SessionKeyring, using

URL = "https://portal.example.edu.tw"
IN_KEYRING = PortalSettings("portal", URL, token_keyring="certificate-desk")


@pytest.fixture
def pouch() -> Iterator[SessionKeyring]:
    backend = SessionKeyring()
    with using(backend):
        yield backend


def _code(settings: PortalSettings) -> str:
    with pytest.raises(SourceError) as refused:
        bearer(settings)
    assert refused.value.data["source"] == "portal"
    return refused.value.code


def test_the_keyring_gives_the_token_of_the_source(pouch: SessionKeyring) -> None:
    assert _code(IN_KEYRING) == "source_keyring"
    pouch.set_password("certificate-desk", "portal", "abc")
    assert bearer(IN_KEYRING) == "Bearer abc"
    pouch.locked = True
    assert _code(IN_KEYRING) == "source_keyring_closed"


def test_what_breaks_beneath_the_keyring_s_library_is_told_as_of_the_source(
    pouch: SessionKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_asked: str) -> str:
        raise RuntimeError("the service has gone")

    monkeypatch.setattr(pouch, "get_password", break_down)
    assert _code(IN_KEYRING) == "source_keyring_closed"


def test_a_token_is_not_taken_from_a_keyring_that_keeps_nothing_secret() -> None:
    with using(NoKeyring()):  # type: ignore[no-untyped-call]  # the library's constructor has no types
        assert _code(IN_KEYRING) == "source_keyring_closed"


def test_a_machine_without_a_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert _code(IN_KEYRING) == "source_keyring_closed"


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
