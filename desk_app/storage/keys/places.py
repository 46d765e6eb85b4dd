# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a desk's keys can be: plain files, a file wrapped by a pass phrase, or one whose key the system's keyring keeps."""

from __future__ import annotations

import base64
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from desk_app.domain.errors import KeyTroubleError
from desk_app.domain.recovery_key import RecoveryKey
from desk_app.domain.store_keys import KEY_BYTES, SHORTEST_KEY_PHRASE, KeyPhrase, StoreKeys
from desk_app.storage.keys.files import read_secret, write_secret
from desk_app.storage.keys.vault import KeyringVault
from desk_app.storage.keys.wrap import (
    PhraseCosts,
    covered,
    place_of_key,
    public_half,
    recovery_public_key,
    unwrap_for_recovery,
    unwrap_with_key,
    unwrap_with_phrase,
    wrap_for_recovery,
    wrap_with_key,
    wrap_with_phrase,
)

PHRASE_FILE, KEYRING_FILE, RECOVERY_FILE = "phrase.sealed", "keyring.sealed", "recovery.sealed"


class KeyPlace(Protocol):
    """A place for keys; every call may raise a :class:`~desk_app.domain.errors.KeyTroubleError`."""

    def there(self) -> bool:
        """Tell whether there are keys."""
        ...

    def read(self) -> StoreKeys:
        """Give the keys."""
        ...

    def prepare(self) -> None:
        """Ask for all that :meth:`write` will need, while nobody waits for it."""
        ...

    def write(self, keys: StoreKeys) -> None:
        """Keep these keys instead of those that are there: all of them or none."""
        ...

    def remove(self) -> None:
        """Keep nothing any more."""
        ...


class PhraseFile(KeyPlace):
    """Keys wrapped by a pass phrase, which is asked once and kept while this object lives."""

    def __init__(self, folder: Path, phrase: KeyPhrase, costs: PhraseCosts | None = None) -> None:
        self._file = folder / PHRASE_FILE
        self._asked = phrase
        self._costs = costs or PhraseCosts()
        self._phrase = ""

    @override
    def there(self) -> bool:
        return self._file.exists()

    @override
    def read(self) -> StoreKeys:
        wrapped = read_secret(self._file)
        phrase = self._phrase or self._asked.known(wrong=False)
        opened = self._asked.opened
        known_as = sha256(wrapped).hexdigest()
        while known_as not in opened:
            try:
                opened[known_as] = unwrap_with_phrase(wrapped, phrase)
            except KeyTroubleError as error:
                if error.code != "keys_phrase_wrong":
                    raise
                phrase = self._asked.known(wrong=True)
        self._phrase = phrase
        return opened[known_as]

    @override
    def prepare(self) -> None:
        phrase = self._phrase or self._asked.new()
        if len(phrase) < SHORTEST_KEY_PHRASE:
            raise KeyTroubleError("keys_phrase_short", shortest=SHORTEST_KEY_PHRASE)
        self._phrase = phrase

    @override
    def write(self, keys: StoreKeys) -> None:
        self.prepare()
        write_secret(self._file, wrap_with_phrase(keys, self._phrase, self._costs))

    @override
    def remove(self) -> None:
        self._file.unlink(missing_ok=True)


class KeyringFile(KeyPlace):
    """Keys wrapped by a random key in the keyring; keyrings hold little, and Windows cuts long entries off."""

    def __init__(self, folder: Path, vault: KeyringVault) -> None:
        self._file = folder / KEYRING_FILE
        self._vault = vault

    @override
    def there(self) -> bool:
        return self._file.exists()

    @override
    def read(self) -> StoreKeys:
        wrapped = read_secret(self._file)
        try:
            key = base64.b64decode(self._vault.get(place_of_key(wrapped)))
        except ValueError as error:  # anybody at this account can write into its keyring
            raise KeyTroubleError("keys_keyring_wrong") from error
        return unwrap_with_key(wrapped, key)

    @override
    def prepare(self) -> None:
        self._vault.name()

    @override
    def write(self, keys: StoreKeys) -> None:
        """Keep a new wrapping key under a new name, so that the old file can be opened until the new one is there."""
        before = place_of_key(read_secret(self._file)) if self.there() else ""
        key, place = secrets.token_bytes(KEY_BYTES), f"keys-{secrets.token_hex(6)}"
        self._vault.put(place, base64.b64encode(key).decode())
        try:
            write_secret(self._file, wrap_with_key(keys, key, place))
        except KeyTroubleError:
            self._vault.forget(place)
            raise
        if before:
            self._vault.forget(before)

    @override
    def remove(self) -> None:
        if self.there():
            place = place_of_key(read_secret(self._file))
            self._file.unlink()
            self._vault.forget(place)


class RecoveryFile:
    """The keys once more, wrapped so that only the printed recovery key opens them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / RECOVERY_FILE

    def there(self) -> bool:
        """Tell whether a recovery key was ever made for this desk."""
        return self._file.exists()

    def begin(self, keys: StoreKeys, recovery: RecoveryKey) -> None:
        """Wrap the keys for a new recovery key; an earlier one opens nothing from now on."""
        write_secret(self._file, wrap_for_recovery(keys, recovery_public_key(recovery)))

    def renew(self, keys: StoreKeys) -> None:
        """Wrap other keys for the recovery key that is printed already; nothing where there is none."""
        if self.there():
            write_secret(self._file, wrap_for_recovery(keys, public_half(read_secret(self._file))))

    def open(self, recovery: RecoveryKey) -> StoreKeys:
        """Give the keys; raise ``recovery_other`` for another desk's recovery key or an earlier one."""
        return unwrap_for_recovery(read_secret(self._file), recovery)

    def covers(self, checks: dict[str, str]) -> bool:
        """Tell whether these keys, by their check values, are the ones that it would bring back."""
        return checks.items() <= covered(read_secret(self._file)).items()
