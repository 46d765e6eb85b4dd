# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a store in a file: each proven when it is made, tried out without touching anything, or put in its place."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlcipher3 import dbapi2

from desk_app.domain.backups import BackupProof
from desk_app.domain.errors import StoreError
from desk_app.services.ports import Ledger
from desk_app.storage.cipher import FieldCipher
from desk_app.storage.engine import desk_errors
from desk_app.storage.store import DeskStore, open_store, prove_store
from desk_app.storage.tables import RECEIPT_COUNTER, RELEASE
from desk_app.storage.whole_file import connect

_SIDE_FILES = ("-wal", "-shm", "-journal")
_NEWEST = select(RELEASE.c.receipt_no, RELEASE.c.at).order_by(RELEASE.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class StoreKeeper:
    """Keeps copies of one store."""

    path: Path
    cipher: FieldCipher

    def copy(self, store: DeskStore, target: Path) -> BackupProof:
        """Copy an open store into a file and prove the copy; raise :class:`StoreError` when it cannot be trusted."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("store_backup", path=str(target)) from error
        store.copy_to(target)
        return self.drill(target)

    def drill(self, file: Path) -> BackupProof:
        """Restore a copy into a temporary place and prove it there; nothing is replaced."""
        with tempfile.TemporaryDirectory(prefix="desk-drill-", dir=self._room(file)) as spot:
            return self._proven(file, Path(spot) / self.path.name)

    def restore(
        self, file: Path, at: datetime, note: Callable[[Ledger, BackupProof], None]
    ) -> tuple[BackupProof, Path]:
        """Put a proven copy in the place of the store, which is kept beside it; give the proof and where the old one is.

        ``note`` writes into the restored store before anybody can work with it. Raises :class:`StoreError` while a
        desk has the store open, and when the copy cannot be trusted; then nothing was changed.
        """
        aside = self.path.with_name(f"{self.path.name}.replaced-{at:%Y%m%d-%H%M%S}")
        with tempfile.TemporaryDirectory(prefix="desk-restore-", dir=self.path.parent) as spot:
            made = Path(spot) / self.path.name
            proof = self._proven(file, made)
            with closing(open_store(made, self.cipher)) as store, store.write() as ledger:
                note(ledger, proof)
            self._require_unused()
            _move(self.path, aside)
            made.replace(self.path)
        _sync_folder(self.path.parent)
        return proof, aside

    def _proven(self, file: Path, spot: Path) -> BackupProof:
        """Copy a file and prove the copy: engine's check, chain, schema, and every hand-over."""
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            shutil.copyfile(file, spot)
            spot.chmod(0o600)
        except OSError as error:
            raise StoreError("store_backup_unreadable", path=str(file), reason=error.strerror or "") from error
        _require_whole(spot, self.cipher)
        with closing(open_store(spot, self.cipher)) as store:
            prove_store(store)
            with desk_errors(), store.read() as records, store._engine.connect() as connection:  # noqa: SLF001 - as above
                last = records.last_audit()
                newest = connection.execute(_NEWEST).one_or_none()
                prefixes = connection.execute(select(RECEIPT_COUNTER.c.prefix).distinct()).scalars().all()
                count = connection.execute(select(func.count()).select_from(RELEASE)).scalar_one()
        return BackupProof(
            file=str(file),
            sha256=digest,
            entries=last.sequence if last else 0,
            end=last.hash if last else "",
            releases=count,
            newest_receipt=newest.receipt_no if newest else "",
            newest_at=newest.at if newest else None,
            prefixes=tuple(sorted(prefixes)),
        )

    def _room(self, file: Path) -> Path:
        """Give a folder with room for a copy: that of the store, which holds one of its size already."""
        return self.path.parent if self.path.parent.is_dir() else file.parent

    def _require_unused(self) -> None:
        """Refuse while anybody has the store open: leaving the log mode needs the store for oneself alone."""
        if not self.path.exists():
            return
        alone = connect(self.path, self.cipher, timeout=0, isolation_level=None)
        try:
            alone.execute("PRAGMA journal_mode=DELETE")
        except dbapi2.DatabaseError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise StoreError("store_in_use", path=str(self.path)) from error
            # A damaged store is what a copy is put in the place of.
        finally:
            alone.close()


def _require_whole(path: Path, cipher: FieldCipher) -> None:
    with desk_errors():
        copy = connect(path, cipher)
        try:
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        finally:
            copy.close()
    if not whole:
        raise StoreError("store_backup", path=str(path))


def _move(path: Path, aside: Path) -> None:
    """Put the old store aside with whatever belongs to it."""
    for side in ("", *_SIDE_FILES):
        old = path.with_name(path.name + side)
        if old.exists():
            old.replace(aside.with_name(aside.name + side))


def _sync_folder(folder: Path) -> None:
    """Make the new names certain, where folders can be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
