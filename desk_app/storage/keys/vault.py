# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring of the system: Windows Credential Manager, macOS Keychain, the Secret Service of a Linux session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

from desk_app.domain.errors import KeyTroubleError

_SERVICE = "certificate-desk"
_RECOMMENDED = 1
"""Backends below this priority write plain text, or nothing at all; the library says so itself."""


class KeyringVault:
    """Keeps short secrets under names, for the account that runs the desk."""

    def get(self, place: str) -> str:
        """Give a secret; raise ``keys_keyring_empty`` when the keyring of this account does not have it."""
        with _keyring() as keyring:
            found = keyring.get_password(_SERVICE, place)
        if not found:
            raise KeyTroubleError("keys_keyring_empty", place=place)
        return str(found)

    def put(self, place: str, secret: str) -> None:
        """Keep a secret and read it back, before anything depends on it."""
        with _keyring() as keyring:
            keyring.set_password(_SERVICE, place, secret)
            kept = keyring.get_password(_SERVICE, place)
        if kept != secret:
            raise KeyTroubleError("keys_keyring_closed", detail=place)

    def forget(self, place: str) -> None:
        """Take a secret out; one that is not there, or a keyring that is closed, harms nobody."""
        with suppress(KeyTroubleError), _keyring() as keyring:
            keyring.delete_password(_SERVICE, place)

    def name(self) -> str:
        """Give the name of the keyring in use; raise :class:`KeyTroubleError` where there is none to be trusted."""
        with _keyring() as keyring:
            return str(keyring.get_keyring().name)


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    """Give the library; what goes wrong in it becomes the desk's errors."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
        from keyring.errors import KeyringError  # noqa: PLC0415 - as above
    except ImportError as error:
        raise KeyTroubleError("keys_keyring_missing") from error
    backend = keyring.get_keyring()
    if backend.priority < _RECOMMENDED:
        raise KeyTroubleError("keys_keyring_none", name=backend.name)
    try:
        yield keyring
    except KeyringError as error:
        raise KeyTroubleError("keys_keyring_closed", detail=str(error)) from error
