# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring of the system: Windows Credential Manager, macOS Keychain, the Secret Service of a Linux session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from desk_app.domain.errors import KeyTroubleError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "certificate-desk"
_RECOMMENDED = 1
"""Backends below this priority write plain text, or nothing at all; the library says so itself."""

_BENEATH = {
    "jeepney": "DBusErrorResponse",
    "secretstorage.exceptions": "SecretStorageException",
    "win32ctypes.pywin32.pywintypes": "error",
}
"""Errors of the Secret Service's libraries on Linux, and of the Credential Manager's on Windows."""


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
    """Give the library; what goes wrong in it, and in the system's service beneath it, becomes the desk's errors."""
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise KeyTroubleError("keys_keyring_missing") from error
    _require_trusted(keyring.get_keyring())
    try:
        yield keyring
    except _errors() as error:
        raise KeyTroubleError("keys_keyring_closed", detail=str(error)) from error


def _require_trusted(backend: KeyringBackend) -> None:
    """Refuse a backend that keeps nothing secret, and one whose service has gone since it was chosen."""
    try:
        trusted = backend.priority >= _RECOMMENDED
    except RuntimeError as error:
        raise KeyTroubleError("keys_keyring_none", name=str(error)) from error
    if not trusted:
        raise KeyTroubleError("keys_keyring_none", name=backend.name)


def _errors() -> tuple[type[Exception], ...]:
    """Give the library's own errors, and those of what lies beneath, of which it lets some through."""
    from keyring.errors import KeyringError  # noqa: PLC0415 - an extra

    found: list[type[Exception]] = [KeyringError, RuntimeError, OSError]
    for module, name in _BENEATH.items():
        with suppress(ImportError):
            found.append(getattr(import_module(module), name))
    return tuple(found)
