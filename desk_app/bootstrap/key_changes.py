# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes where and how a desk's keys are kept; each is done as a whole or not at all."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.bootstrap.keys import desk_keys, key_place, new_recovery_key
from desk_app.settings import KeyKind, Settings

if TYPE_CHECKING:
    from desk_app.domain.recovery_key import RecoveryKey
    from desk_app.domain.store_keys import StoreKeys
    from desk_app.services.desk import Desk
    from desk_app.services.key_keeping import KeyKeeping
    from desk_app.services.store_port import Store


def move_keys(settings: Settings, file: Path, kind: KeyKind, desk: Desk) -> None:
    """Keep the keys in another way from now on; the settings ``file`` is the moment from which that holds.

    Asked for the way that holds already, it removes plain files that a move cut short has left. Raises
    :class:`KeyTroubleError` when there is nothing to do or something cannot be done; then all is as it was.
    """
    from desk_app.bootstrap.key_checks import require_wrapped
    from desk_app.domain.errors import KeyTroubleError
    from desk_app.services.key_keeping import KeyChange
    from desk_app.settings_edit import changed_settings, put_settings
    from desk_app.storage.keys.files import KeyFiles

    keys = desk_keys(settings)
    if kind is settings.keys:
        try:
            require_wrapped(settings, keys)
        except KeyTroubleError:
            _keeping(desk).change(KeyChange.MOVE, KeyFiles(settings.key_folder).remove, removed="files")
            return
        raise KeyTroubleError("keys_same")
    before, after = key_place(settings), key_place(settings, kind)
    text, _ = changed_settings(file, settings.data, "keys.kind", json.dumps(kind.value))
    after.prepare()

    def carry_out() -> None:
        after.write(keys)
        _require_same(after.read(), keys)
        put_settings(file, text)

    _keeping(desk).change(KeyChange.MOVE, carry_out, before=settings.keys.value, after=kind.value)
    before.remove()


def rotate_keys(settings: Settings, desk: Desk) -> StoreKeys:
    """Encipher new rows with a new version of the store's key; give all keys. What was written stays readable as it is.

    Rows of history keep the key under which they were written: nothing ever changes them. The recovery file comes
    first, so that no row depends on a key that it does not bring back.
    """
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.domain.errors import KeyTroubleError
    from desk_app.domain.store_keys import KEY_BYTES
    from desk_app.services.key_keeping import KeyChange
    from desk_app.storage.keys.places import RecoveryFile

    place = key_place(settings)
    keys = place.read()
    recovery = RecoveryFile(settings.key_folder)
    if not recovery.there():
        raise KeyTroubleError("recovery_missing")
    newer = keys.with_version(keys.newest + 1, secrets.token_bytes(KEY_BYTES))

    def carry_out() -> None:
        recovery.renew(newer)
        place.write(newer)

    _keeping(desk).change(KeyChange.ROTATE, carry_out, version=newer.newest)
    open_desk_store(settings, newer).close()  # lets the store know the key, so that a desk without it is refused
    return newer


def renew_recovery(settings: Settings, desk: Desk) -> str:
    """Make a new recovery key, to be shown once; the one before opens nothing any more."""
    from desk_app.services.key_keeping import KeyChange
    from desk_app.storage.keys.places import RecoveryFile

    keys, recovery = desk_keys(settings), new_recovery_key()
    file = RecoveryFile(settings.key_folder)
    _keeping(desk).change(KeyChange.RENEW_RECOVERY, lambda: file.begin(keys, recovery))
    return recovery.written()


def recovered_keys(settings: Settings, recovery: RecoveryKey) -> StoreKeys:
    """Give the keys that a recovery key brings back; raise :class:`StoreError` when they are not the store's."""
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.storage.keys.places import RecoveryFile

    keys = RecoveryFile(settings.key_folder).open(recovery)
    open_desk_store(settings, keys).close()
    return keys


def put_recovered(settings: Settings, keys: StoreKeys, desk: Desk) -> None:
    """Keep recovered keys in the way that the settings name, in the place of what can no longer be opened there."""
    from desk_app.services.key_keeping import KeyChange

    place = key_place(settings)
    place.prepare()
    _keeping(desk).change(KeyChange.RECOVER, lambda: place.write(keys), kept=settings.keys.value)


def encipher_store(settings: Settings, file: Path, operator_id: str) -> None:
    """Encipher the whole file of the store, which nobody may have open; the settings promise it from then on."""
    from desk_app.bootstrap.ground import desk_clock, load_policy
    from desk_app.domain.errors import KeyTroubleError
    from desk_app.services.key_keeping import KeyChange, KeyKeeping
    from desk_app.services.operators import Operators
    from desk_app.services.ports import DeskIdentity
    from desk_app.services.trail import Trail
    from desk_app.settings_edit import changed_settings, put_settings
    from desk_app.storage.keys.cipher import FieldCipher
    from desk_app.storage.keys.whole_file import is_enciphered
    from desk_app.storage.safekeeping import StoreKeeper

    if settings.database:
        raise KeyTroubleError("whole_file_shared")
    text, _ = changed_settings(file, settings.data, "data.whole_file", "true")
    policy = load_policy(settings)
    clock = desk_clock(settings, policy)
    identity = DeskIdentity(settings.counter, settings.desk, settings.receipt_prefix, settings.demo)

    def note(store: Store) -> None:
        operators = Operators(store)
        operators.switch(operator_id)
        keeping = KeyKeeping(store, clock, Trail(identity, policy, operators))
        keeping.change(KeyChange.ENCIPHER_FILE, lambda: None)

    # The file is the moment: an enciphered one is opened whatever the settings say, and what was cut short then goes on here.
    if settings.whole_file or not is_enciphered(settings.store_file):
        StoreKeeper(settings.store_file, FieldCipher(desk_keys(settings).fields)).encipher(note)
    put_settings(file, text)


def _keeping(desk: Desk) -> KeyKeeping:
    from desk_app.services.key_keeping import KeyKeeping

    return KeyKeeping(desk.store, desk.clock, desk.staff.trail)


def _require_same(read_back: StoreKeys, keys: StoreKeys) -> None:
    from desk_app.domain.errors import KeyTroubleError

    if read_back.secrets != keys.secrets:
        raise KeyTroubleError("keys_wrapped", reason="read back")
