# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the keys of a desk come from: the place that its settings name."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import KeyKind, Settings

if TYPE_CHECKING:
    from desk_app.domain.recovery_key import RecoveryKey
    from desk_app.domain.store_keys import StoreKeys
    from desk_app.storage.keys.places import KeyPlace

PHRASE_VARIABLE = "DESK_KEY_PHRASE"
"""The variable for the pass phrase of the keys, where nobody can type it."""

_UNFINISHED = "unfinished"


def key_place(settings: Settings, kind: KeyKind | None = None) -> KeyPlace:
    """Give the place of the keys that the settings name, or another kind of place."""
    from desk_app.domain.errors import KeyTroubleError
    from desk_app.storage.keys.files import KeyFiles

    wanted = kind or settings.keys
    if wanted is KeyKind.FILE:
        return KeyFiles(settings.key_folder)
    from desk_app.storage.keys.places import KeyringFile, PhraseFile
    from desk_app.storage.keys.vault import KeyringVault

    if wanted is KeyKind.KEYRING:
        return KeyringFile(settings.key_folder, KeyringVault())
    if settings.key_phrase is None:
        raise KeyTroubleError("keys_phrase_missing", variable=PHRASE_VARIABLE)
    return PhraseFile(settings.key_folder, settings.key_phrase)


def desk_keys(settings: Settings) -> StoreKeys:
    """Give the keys of a desk; raise :class:`StoreError` that says why they cannot be had."""
    return key_place(settings).read()


def make_keys(settings: Settings, organisation: str, now: datetime) -> tuple[StoreKeys, str]:
    """Make the keys of a new desk, or take up those of a setting up that was broken off; give the recovery key too.

    A recovery key is made anew each time: the one of a broken setting up was never shown.
    """
    from desk_app.domain.errors import DocumentError
    from desk_app.storage.keys.places import RecoveryFile

    place = key_place(settings)
    if place.there():
        if not is_unfinished(settings):
            raise DocumentError("keys_exist", folder=str(settings.key_folder))
        keys = place.read()
    else:
        keys = _new_keys(settings, organisation, now)
    recovery = new_recovery_key()
    RecoveryFile(settings.key_folder).begin(keys, recovery)
    if not place.there():  # last, so that keys that are there are whole
        place.write(keys)
    return keys, recovery.written()


def _new_keys(settings: Settings, organisation: str, now: datetime) -> StoreKeys:
    """Make store, index and sealing keys; what is no secret of the desk is written into the folder of the seal."""
    from desk_app.documents.key_files import PRIVATE_KEYS
    from desk_app.documents.keys import new_key_files, write_key_files
    from desk_app.domain.store_keys import INDEX_KEY, KEY_BYTES, SEAL_FOLDER, STORE_KEY, StoreKeys

    files = new_key_files(organisation, now)
    private = {f"{SEAL_FOLDER}/{name}": files.pop(name) for name in PRIVATE_KEYS}
    write_key_files(settings.seal_folder, files)
    return StoreKeys({**private, INDEX_KEY: secrets.token_bytes(KEY_BYTES), STORE_KEY: secrets.token_bytes(KEY_BYTES)})


def new_recovery_key() -> RecoveryKey:
    """Draw a recovery key."""
    from desk_app.domain.recovery_key import SECRET_BYTES, RecoveryKey

    return RecoveryKey(secrets.token_bytes(SECRET_BYTES))


def is_unfinished(settings: Settings) -> bool:
    """Tell whether the setting up of this desk was broken off: it may then begin again."""
    return _mark(settings).exists()


def require_finished(settings: Settings) -> None:
    """Refuse to work at a desk whose setting up was broken off: its recovery key was never shown."""
    from desk_app.domain.errors import KeyTroubleError

    if is_unfinished(settings):
        raise KeyTroubleError("init_unfinished", folder=str(settings.data))


def begin_setting_up(settings: Settings) -> None:
    """Mark the desk as being set up, before anything of it is made."""
    _mark(settings).touch(mode=0o600)


def end_setting_up(settings: Settings) -> None:
    """Take the mark away: from now on nothing of the desk is made anew."""
    _mark(settings).unlink(missing_ok=True)


def discard_keys(settings: Settings) -> None:
    """Take back the keys of a setting up that was refused; nothing was written with them."""
    import shutil
    from contextlib import suppress

    from desk_app.domain.errors import KeyTroubleError

    with suppress(KeyTroubleError, OSError):
        key_place(settings).remove()
    shutil.rmtree(settings.key_folder, ignore_errors=True)


def _mark(settings: Settings) -> Path:
    return settings.key_folder / _UNFINISHED
