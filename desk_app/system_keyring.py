# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring of the system: Windows Credential Manager, macOS Keychain, the Secret Service of a Linux session."""

from __future__ import annotations

import configparser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from desk_app.domain.errors import KeyTroubleError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_RECOMMENDED = 1
"""Backends below this priority write plain text, or nothing at all; the library says so itself."""

_UNFIT = (RuntimeError, ImportError, AttributeError, ValueError, TypeError, configparser.Error)
"""What the library raises for a service that has gone, and for a name in its settings or in the environment that is none."""

_BENEATH = {
    "jeepney": "DBusErrorResponse",
    "secretstorage.exceptions": "SecretStorageException",
    "win32ctypes.pywin32.pywintypes": "error",
}
"""Errors of the Secret Service's libraries on Linux, and of the Credential Manager's on Windows."""


@contextmanager
def open_keyring() -> Iterator[KeyringBackend]:
    """Give the keyring that the library has chosen; what goes wrong in it, or beneath it, becomes :class:`KeyTroubleError`.

    Its codes are ``keys_keyring_missing`` (no library), ``keys_keyring_none`` (nothing here that keeps a secret) and
    ``keys_keyring_closed`` (locked, stopped, or gone).
    """
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise KeyTroubleError("keys_keyring_missing") from error
    backend = _trusted(keyring)
    try:
        yield backend
    except _errors() as error:
        raise KeyTroubleError("keys_keyring_closed", detail=str(error)) from error


def _trusted(library: ModuleType) -> KeyringBackend:
    """Refuse a backend that keeps nothing secret, one whose service has gone, and a choice that nothing answers to.

    Of a chain the first is taken: the library would go on to the others, of which one may write plain text.
    """
    try:
        chosen: KeyringBackend = library.get_keyring()
        backend: KeyringBackend = next(iter(getattr(chosen, "backends", ())), chosen)
        trusted = backend.priority >= _RECOMMENDED
    except _UNFIT as error:
        raise KeyTroubleError("keys_keyring_none", name=str(error)) from error
    if not trusted:
        raise KeyTroubleError("keys_keyring_none", name=backend.name)
    return backend


def _errors() -> tuple[type[Exception], ...]:
    """Give the library's own errors, and those of what lies beneath, of which it lets some through."""
    from keyring.errors import KeyringError  # noqa: PLC0415 - an extra

    found: list[type[Exception]] = [KeyringError, RuntimeError, OSError]
    for module, name in _BENEATH.items():
        with suppress(ImportError):
            found.append(getattr(import_module(module), name))
    return tuple(found)
