# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a store in a file: each proven when it is made, tried out without touching anything, or put in its place."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlcipher3 import dbapi2

from desk_app.domain.backups import BackupProof
from desk_app.domain.errors import StoreError
from desk_app.services.store_port import Ledger
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.keys.files import sync_folder
from desk_app.storage.keys.whole_file import connect, encipher_copy, is_enciphered
from desk_app.storage.store import DeskStore, open_store, prove_store
from desk_app.storage.tables import RECEIPT_COUNTER, RELEASE
from desk_app.storage.transactions import desk_errors

_SIDE_FILES = ("-wal", "-shm", "-journal")
_NEWEST = select(RELEASE.c.receipt_no, RELEASE.c.at).order_by(RELEASE.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class StoreKeeper:
    """Keeps copies of one store; with ``whole_file`` a plain copy is enciphered before it takes the store's place."""

    path: Path
    cipher: FieldCipher
    whole_file: bool = False

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
    ) -> tuple[BackupProof, Path | None]:
        """Put a proven copy in the place of the store, which is kept beside it; give the proof and where an old one is.

        ``note`` writes into the restored store before anybody can work with it. Raises :class:`StoreError` while a
        desk has the store open, and when the copy cannot be trusted; then nothing was changed.
        """
        aside = self.path.with_name(f"{self.path.name}.replaced-{at:%Y%m%d-%H%M%S}")
        with tempfile.TemporaryDirectory(prefix="desk-restore-", dir=self.path.parent) as spot:
            made = Path(spot) / self.path.name
            proof = self._proven(file, made)
            if self.whole_file and not is_enciphered(made):
                with closing(connect(made, self.cipher, isolation_level=None)) as plain:
                    made = self._enciphered(plain, Path(spot))
            with closing(open_store(made, self.cipher)) as store, store.write() as ledger:
                note(ledger, proof)
            self._require_unused()
            standing = self.path.exists()
            _move(self.path, aside)
            made.replace(self.path)
        sync_folder(self.path.parent)
        return proof, aside if standing else None

    def _proven(self, file: Path, spot: Path) -> BackupProof:
        """Copy a file and prove the copy: engine's check, chain, schema, and every hand-over."""
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            shutil.copyfile(file, spot)
            spot.chmod(0o600)
        except OSError as error:
            raise StoreError("store_backup_unreadable", path=str(file), reason=error.strerror or "") from error
        _require_whole(spot, self.cipher, file)
        with closing(open_store(spot, self.cipher)) as store:
            prove_store(store)
            keys = store.key_checks()
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
            keys=keys,
        )

    def encipher(self, note: Callable[[DeskStore], None]) -> None:
        """Put an enciphered copy in the place of the plain store, all or nothing; ``note`` writes into it before.

        Raises :class:`StoreError` while anybody has the store open, and when it is enciphered already.
        """
        if is_enciphered(self.path):
            raise StoreError("whole_file_done", path=str(self.path))
        with tempfile.TemporaryDirectory(prefix="desk-encipher-", dir=self.path.parent) as spot, self._alone() as held:
            made = self._enciphered(held, Path(spot))
            with closing(open_store(made, self.cipher)) as store:
                prove_store(store)
                note(store)
            if os.name == "nt":  # there a file that is open cannot be replaced
                held.close()
            made.replace(self.path)
        sync_folder(self.path.parent)

    def _enciphered(self, plain: Any, folder: Path) -> Path:
        """Give an enciphered copy of the store of an open connection."""
        target = folder / f"enciphered-{self.path.name}"
        with desk_errors():
            encipher_copy(plain, target, self.cipher)
        return target

    def _room(self, file: Path) -> Path:
        """Give a folder with room for a copy: that of the store, which holds one of its size already."""
        return self.path.parent if self.path.parent.is_dir() else file.parent

    def _require_unused(self) -> None:
        """Refuse while anybody has the store open."""
        if self.path.exists():
            with self._alone():
                pass

    @contextmanager
    def _alone(self) -> Iterator[Any]:
        """Hold the store for oneself alone, without side files; a damaged one cannot be held, and nobody works on it.

        While it is held nothing else may open its file: closing that would let the lock go.
        """
        alone = connect(self.path, self.cipher, timeout=0, isolation_level=None)
        try:
            try:
                # Leaving the log mode needs the store for oneself; in this locking mode a lock outlives its transaction.
                for statement in ("journal_mode=DELETE", "locking_mode=EXCLUSIVE"):
                    alone.execute(f"PRAGMA {statement}").fetchall()
                alone.execute("BEGIN EXCLUSIVE")
                alone.execute("COMMIT")
            except dbapi2.DatabaseError as error:
                if "locked" in str(error) or "busy" in str(error):
                    raise StoreError("store_in_use", path=str(self.path)) from error
            yield alone
        finally:
            alone.close()


def _require_whole(copy: Path, cipher: FieldCipher, file: Path) -> None:
    """Let the engine check the copy of a backup, and name the backup's own ``file`` when it is damaged or empty."""
    if not copy.stat().st_size:
        raise StoreError("store_backup_damaged", path=str(file))
    try:
        with desk_errors(), closing(connect(copy, cipher)) as opened:
            whole = opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except StoreError as error:
        if error.code != "store_damaged":
            raise
        raise StoreError("store_backup_damaged", path=str(file)) from error
    if not whole:
        raise StoreError("store_backup_damaged", path=str(file))


def _move(path: Path, aside: Path) -> None:
    """Put the old store aside with whatever belongs to it."""
    for side in ("", *_SIDE_FILES):
        old = path.with_name(path.name + side)
        if old.exists():
            old.replace(aside.with_name(aside.name + side))
