# SPDX-License-Identifier: GPL-3.0-or-later
"""Wires what keeps the store trustworthy: the audit log with its checkpoints, and copies of the store."""

from __future__ import annotations

import dataclasses
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from desk_app.bootstrap.shared_store import Sharing
    from desk_app.domain.audit import Checkpoint
    from desk_app.domain.backups import BackupProof
    from desk_app.domain.decisions import Credential
    from desk_app.domain.records import Operator
    from desk_app.services.audit_log import AuditExporter
    from desk_app.services.backups import Backups
    from desk_app.services.ports import Clock, PassPhrases
    from desk_app.services.store_port import Ledger
    from desk_app.services.trail import Trail
    from desk_app.storage.safekeeping import StoreKeeper
    from desk_app.storage.server.safekeeping import ServerKeeper
    from desk_app.storage.store import DeskStore

_LARGEST_FILE = 100_000


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


def desk_backups(settings: Settings, store: DeskStore, clock: Clock, trail: Trail) -> Backups:
    """Give the backups of a desk's store, its own or the shared one."""
    from desk_app.services.backups import Backups

    return Backups(
        store,
        clock,
        trail,
        lambda target: _keeper(settings).copy(store, target),
        settings.backup_folder,
        settings.backup_days,
        "dump" if settings.database else "db",
    )


def drill_backup(settings: Settings, file: Path, owner: Sharing | None = None) -> BackupProof:
    """Prove a backup without replacing anything; ``owner`` reaches a shared store with more rights than a desk has."""
    return _keeper(settings, owner).drill(file)


def restore_backup(
    settings: Settings,
    file: Path,
    by: Credential,
    phrases: PassPhrases | None = None,
    owner: Sharing | None = None,
) -> tuple[BackupProof, Path | None]:
    """Put a backup in the place of the store and begin a new epoch; give its proof and where the old store is, if one was.

    A supervisor of the backup's own accounts does it: the store that it replaces may be one that cannot be read.
    ``owner`` says how a shared store is reached, in which a desk itself may replace nothing.
    """
    from desk_app.bootstrap.ground import desk_clock, load_policy
    from desk_app.domain.errors import StoreError
    from desk_app.identifiers import RandomIdentifiers
    from desk_app.services.epochs import begin_epoch
    from desk_app.services.rights import Act
    from desk_app.services.staff import proven_in_copy
    from desk_app.storage.pass_phrases import ArgonPhrases
    from desk_app.storage.witness import Witness

    if settings.database and owner is None:
        raise StoreError("restore_owner")
    now = desk_clock(settings, load_policy(settings)).now()
    seen = Witness(settings.witness_file).recall()
    if seen is not None and seen.at is not None and now < seen.at:
        raise StoreError("restore_clock", at=f"{seen.at:%Y-%m-%d %H:%M}")
    drawn = _prefixes_drawn(settings, now)

    def note(ledger: Ledger, proof: BackupProof) -> None:
        operator = proven_in_copy(ledger, phrases or ArgonPhrases(), by, Act.RESTORE)
        known = dataclasses.replace(proof, prefixes=(*proof.prefixes, *drawn))
        begin_epoch(ledger, _shell_trail(settings, ledger, operator), now, RandomIdentifiers().new(), known)

    return _keeper(settings, owner).restore(file, now, note)


def _prefixes_drawn(settings: Settings, now: datetime) -> tuple[str, ...]:
    """Give the receipt prefixes that the store which is to be replaced has used today, if it can still be read."""
    from desk_app.bootstrap.ground import open_desk_store
    from desk_app.domain.errors import StoreError
    from desk_app.services.epochs import prefixes_in_use

    try:
        with closing(open_desk_store(settings)) as store, store.read() as records:
            return prefixes_in_use(records, now)
    except StoreError:
        return ()


def _keeper(settings: Settings, owner: Sharing | None = None) -> StoreKeeper | ServerKeeper:
    from desk_app.bootstrap.keys import desk_keys
    from desk_app.storage.keys.cipher import FieldCipher
    from desk_app.storage.safekeeping import StoreKeeper

    cipher = FieldCipher(desk_keys(settings).fields)
    if not settings.database:
        return StoreKeeper(settings.store_file, cipher, whole_file=settings.whole_file)
    from desk_app.storage.server.safekeeping import ServerKeeper

    return ServerKeeper(owner.address, cipher, owner.role) if owner else ServerKeeper(settings.database, cipher)


def _shell_trail(settings: Settings, ledger: Ledger, operator: Operator) -> Trail:
    """Give what writes entries for somebody without a desk that is open."""
    from contextlib import nullcontext
    from typing import cast

    from desk_app.bootstrap.ground import load_policy
    from desk_app.services.operators import Operators
    from desk_app.services.ports import DeskIdentity
    from desk_app.services.store_port import Store
    from desk_app.services.trail import Trail

    identity = DeskIdentity(settings.counter, settings.desk, settings.receipt_prefix, settings.demo)
    return Trail(identity, load_policy(settings), Operators(cast(Store, nullcontext(ledger)), operator))
