# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk's own entries in the keyring of the system."""

from __future__ import annotations

from contextlib import suppress

from desk_app.domain.errors import KeyTroubleError
from desk_app.system_keyring import open_keyring

_SERVICE = "certificate-desk"


class KeyringVault:
    """Keeps short secrets under names, for the account that runs the desk."""

    def get(self, place: str) -> str:
        """Give a secret; raise ``keys_keyring_empty`` when the keyring of this account does not have it."""
        with open_keyring() as keyring:
            found = keyring.get_password(_SERVICE, place)
        if not found:
            raise KeyTroubleError("keys_keyring_empty", place=place)
        return str(found)

    def put(self, place: str, secret: str) -> None:
        """Keep a secret and read it back, before anything depends on it."""
        with open_keyring() as keyring:
            keyring.set_password(_SERVICE, place, secret)
            kept = keyring.get_password(_SERVICE, place)
        if kept != secret:
            raise KeyTroubleError("keys_keyring_closed", detail=place)

    def forget(self, place: str) -> None:
        """Take a secret out; one that is not there, or a keyring that is closed, harms nobody."""
        with suppress(KeyTroubleError), open_keyring() as keyring:
            keyring.delete_password(_SERVICE, place)

    def name(self) -> str:
        """Give the name of the keyring in use; raise :class:`KeyTroubleError` where there is none to be trusted."""
        with open_keyring() as keyring:
            return str(keyring.name)
