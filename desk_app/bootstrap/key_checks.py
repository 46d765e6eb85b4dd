# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor asks about keys: are they there, the store's own, nowhere in the open, and covered by the recovery key."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from desk_app.settings import KeyKind, Settings

if TYPE_CHECKING:
    from desk_app.domain.store_keys import StoreKeys


def store_keys_state(settings: Settings) -> str:
    """Give the newest key with its check value; raise :class:`StoreError` for keys that are missing, others, or open."""
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.bootstrap.keys import desk_keys, require_finished

    require_finished(settings)
    keys = desk_keys(settings)
    require_wrapped(settings, keys)
    with closing(open_desk_store(settings, keys)):
        name, value = newest_check(keys)
    return f"{settings.keys.value}, {name} {value}"


def recovery_state(settings: Settings) -> str:
    """Raise :class:`KeyTroubleError` when no recovery key was made, or it does not bring back all keys."""
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.domain.errors import KeyTroubleError
    from desk_app.storage.keys.cipher import key_checks
    from desk_app.storage.keys.places import RecoveryFile

    recovery = RecoveryFile(settings.key_folder)
    if not recovery.there():
        raise KeyTroubleError("recovery_missing")
    if not recovery.covers(key_checks(desk_keys(settings))):
        raise KeyTroubleError("recovery_stale")
    return "-"


def root_key_state(settings: Settings) -> str:
    """Raise :class:`DocumentError` while the root's private key lies on this machine; the demonstration's may."""
    from desk_app.documents.key_files import ROOT_KEY
    from desk_app.domain.errors import DocumentError

    file = settings.seal_folder / ROOT_KEY
    if file.exists() and not settings.demo:
        raise DocumentError("root_key_here", path=str(file))
    return "-"


def require_wrapped(settings: Settings, keys: StoreKeys) -> None:
    """Refuse keys that are kept wrapped and still lie in plain files beside."""
    from desk_app.domain.errors import KeyTroubleError
    from desk_app.storage.keys.files import KeyFiles

    if settings.keys is KeyKind.FILE:
        return
    names = [name for name in KeyFiles(settings.key_folder).names() if name in keys.secrets]
    if names:
        raise KeyTroubleError(
            "keys_left_open", folder=str(settings.key_folder), names=", ".join(names), kind=settings.keys.value
        )


def newest_check(keys: StoreKeys) -> tuple[str, str]:
    """Give the name of the key that enciphers new rows, and the beginning of its check value as people compare it."""
    from desk_app.domain.store_keys import store_key_name
    from desk_app.storage.keys.checks import shown_check
    from desk_app.storage.keys.cipher import key_check

    name = store_key_name(keys.newest)
    return name, shown_check(key_check(name, keys.secrets[name]))


def shown_checks(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Give the name of every key of the store with the beginning of its check value."""
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.domain.store_keys import INDEX_KEY, store_key_name
    from desk_app.storage.keys.checks import shown_check
    from desk_app.storage.keys.cipher import key_check

    keys = desk_keys(settings)
    names = [*map(store_key_name, keys.fields), INDEX_KEY]
    return tuple((name, shown_check(key_check(name, keys.secrets[name]))) for name in names)


def whole_file_state(settings: Settings) -> bool:
    """Tell whether the file of the store is enciphered as a whole."""
    from desk_app.storage.keys.whole_file import is_enciphered

    return is_enciphered(settings.store_file)


def shown_keys(checks: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give the name of every key by which fields were enciphered with the beginning of its check value."""
    from desk_app.domain.store_keys import store_key_version
    from desk_app.storage.keys.checks import shown_check

    return tuple((name, shown_check(value)) for name, value in sorted(checks.items()) if store_key_version(name))
