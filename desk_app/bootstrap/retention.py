# SPDX-License-Identifier: GPL-3.0-or-later
"""Wires retention: the periods of a desk, and the copies of its store that a purge does not reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.domain.policy import Policy
    from desk_app.domain.retention import Period

_LEFT = ("before-*", "replaced-*")
"""How the copies are called that an upgrade and a restore leave beside the store."""


def desk_periods(settings: Settings, policy: Policy) -> tuple[Period, ...]:
    """Give the period of every kind of record: the office's in the data folder, the edition's, or the shipped default."""
    from desk_app.policy.retention import RETENTION_FILE, read_periods
    from desk_app.resources import resource

    return read_periods(resource(RETENTION_FILE), settings.data / RETENTION_FILE, policy.retention)


def store_copies(settings: Settings) -> tuple[Path, ...]:
    """List the backups, and what upgrades, restores and work that was broken off have left."""
    from desk_app.services.backups import backup_files, unfinished_files

    folder = settings.backup_folder
    return (*backup_files(folder), *unfinished_files(folder), *left_copies(settings))


def left_copies(settings: Settings) -> tuple[Path, ...]:
    """List what upgrades, restores and work that was broken off have left beside the store."""
    from desk_app.bootstrap.shared_store import COPY_BEFORE_UPGRADE
    from desk_app.storage.safekeeping import broken_off

    if settings.database:
        found = [settings.data / COPY_BEFORE_UPGRADE, *settings.backup_folder.glob("replaced-*.dump")]
        return tuple(sorted(file for file in found if file.is_file()))
    store = settings.store_file
    kept = sorted(file for kind in _LEFT for file in store.parent.glob(f"{store.name}.{kind}"))
    return (*kept, *broken_off(store.parent))
