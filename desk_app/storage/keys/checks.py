# SPDX-License-Identifier: GPL-3.0-or-later
"""The store knows by check values with which keys it was written: another key is refused before it spoils anything."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, select

from desk_app.domain.errors import KeyTroubleError
from desk_app.domain.store_keys import store_key_version
from desk_app.storage.session import insert_or
from desk_app.storage.tables import KEY_CHECK
from desk_app.storage.transactions import writers


def known_checks(connection: Connection) -> dict[str, str]:
    """Give the check values that the store keeps, by the key's name."""
    return {row.name: row.value for row in connection.execute(select(KEY_CHECK))}


def require_checks(known: Mapping[str, str], own: Mapping[str, str]) -> None:
    """Refuse a key that is not the store's, and to work without a version of it with which rows were written."""
    for name, value in own.items():
        if known.get(name, value) != value:
            raise KeyTroubleError("keys_other", key=name, wanted=shown_check(known[name]), found=shown_check(value))
    if any(map(store_key_version, own)):
        for name in known:
            if store_key_version(name) and name not in own:
                raise KeyTroubleError("keys_version_missing", key=name, wanted=shown_check(known[name]))


def remember_checks(engine: Engine, own: Mapping[str, str]) -> None:
    """Keep the check values of keys that the store has not met yet; two desks may do so at once."""
    with writers(engine).begin() as connection:
        rows = [{"name": name, "value": value} for name, value in own.items()]
        connection.execute(insert_or(KEY_CHECK, engine.dialect.name).on_conflict_do_nothing(), rows)
        require_checks(known_checks(connection), own)


def shown_check(value: str) -> str:
    """Give the beginning of a check value as people compare it: 1A2B-3C4D."""
    return f"{value[:4]}-{value[4:8]}".upper()
