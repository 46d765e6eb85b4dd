# SPDX-License-Identifier: GPL-3.0-or-later
"""Wires what keeps the store trustworthy: the audit log with its checkpoints, and copies of the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.domain.audit import Checkpoint
    from desk_app.domain.backups import BackupProof
    from desk_app.services.audit_log import AuditExporter, AuditLog
    from desk_app.services.backups import Backups
    from desk_app.services.desk import Desk
    from desk_app.services.ports import Clock, Ledger
    from desk_app.services.trail import Trail
    from desk_app.storage.safekeeping import StoreKeeper
    from desk_app.storage.store import DeskStore

_LARGEST_FILE = 100_000


def desk_audit(desk: Desk) -> AuditLog:
    """Give the audit log of a desk."""
    from desk_app.services.audit_log import AuditLog
    from desk_app.services.trail import Trail

    return AuditLog(desk.store, desk.clock, Trail(desk.identity, desk.policy, desk.operators))


def audit_tables() -> AuditExporter:
    """Give what writes audit entries for other programs."""
    from desk_app.documents.audit_tables import AuditTables

    return AuditTables()


def known_checkpoint(settings: Settings, told: str) -> Checkpoint:
    """Read a checkpoint from a file, a short code or the text of its QR code.

    Raises :class:`DocumentError` for what is none, or was not signed by this desk.
    """
    from desk_app.documents.checkpoint import read_checkpoint
    from desk_app.documents.key_files import MARK_PUBLIC_KEY
    from desk_app.documents.keys import load_mark_key
    from desk_app.domain.audit import checkpoint_of_code
    from desk_app.domain.errors import DocumentError

    typed = checkpoint_of_code(told)
    if typed is not None:
        return typed
    signed = read_checkpoint(_signed_text(told), load_mark_key(settings.seal_folder / MARK_PUBLIC_KEY))
    if signed is None:
        raise DocumentError("checkpoint_unsigned", told=told[:60])
    return signed


def _signed_text(told: str) -> str:
    """Give what may be the text of a QR code: the one in a file, or what was told itself."""
    try:
        with Path(told).open("rb") as file:
            found = json.loads(file.read(_LARGEST_FILE))
    except (OSError, ValueError):
        return told
    return str(found.get("signed", "")) if isinstance(found, dict) else ""


def desk_backups(settings: Settings, store: DeskStore, clock: Clock, trail: Trail) -> Backups | None:
    """Give the backups of a desk's own store, ``None`` for one that its server keeps."""
    from desk_app.services.backups import Backups

    if settings.database:
        return None
    return Backups(
        store,
        clock,
        trail,
        lambda target: _keeper(settings).copy(store, target),
        settings.backup_folder,
        settings.backup_days,
    )


def drill_backup(settings: Settings, file: Path) -> BackupProof:
    """Restore a backup into a temporary place and prove it there."""
    return _keeper(settings).drill(file)


def restore_backup(settings: Settings, file: Path) -> tuple[BackupProof, Path]:
    """Put a backup in the place of the store and begin a new epoch; give its proof and where the old store is."""
    from desk_app.bootstrap.desk import desk_clock, load_policy
    from desk_app.domain.errors import StoreError
    from desk_app.identifiers import RandomIdentifiers
    from desk_app.services.epochs import begin_epoch

    if settings.database:
        raise StoreError("backup_shared")
    now = desk_clock(settings, load_policy(settings)).now()

    def note(ledger: Ledger, proof: BackupProof) -> None:
        begin_epoch(ledger, _shell_trail(settings, ledger), now, RandomIdentifiers().new(), proof)

    return _keeper(settings).restore(file, now, note)


def _keeper(settings: Settings) -> StoreKeeper:
    from desk_app.bootstrap.desk import STORE_KEY
    from desk_app.storage.cipher import FieldCipher
    from desk_app.storage.key_file import read_key
    from desk_app.storage.safekeeping import StoreKeeper

    return StoreKeeper(settings.store_file, FieldCipher(read_key(settings.key_folder / STORE_KEY)))


def _shell_trail(settings: Settings, ledger: Ledger) -> Trail:
    """Give what writes entries for the operator of the settings, without a desk that is open."""
    from contextlib import nullcontext
    from typing import cast

    from desk_app.bootstrap.desk import load_policy
    from desk_app.services.operators import Operators
    from desk_app.services.ports import DeskIdentity, Store
    from desk_app.services.trail import Trail

    known = ledger.operators()
    operator = next((one for one in known if settings.operator in ("", one.id)), known[0])
    identity = DeskIdentity(settings.counter, settings.desk, settings.receipt_prefix, settings.demo)
    return Trail(identity, load_policy(settings), Operators(cast(Store, nullcontext(ledger)), operator))
