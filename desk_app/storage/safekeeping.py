# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a store in a file: each proven when it is made, tried out without touching anything, or put in its place."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
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
_SPOTS = tuple(f"desk-{work}-" for work in ("drill", "restore", "encipher"))
"""How the folders begin in which copies are worked on, beside the store."""

_BROKEN_OFF_S = 24 * 60 * 60.0
"""Work that began so long ago was broken off: no copy takes a day."""

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
        with _spot("drill", self._room(file)) as spot:
            return self._proven(file, spot / self.path.name)

    def restore(
        self, file: Path, at: datetime, note: Callable[[Ledger, BackupProof], None]
    ) -> tuple[BackupProof, Path | None]:
        """Put a proven copy in the place of the store, which is kept beside it; give the proof and where an old one is.

        ``note`` writes into the restored store before anybody can work with it. Raises :class:`StoreError` while a
        desk has the store open, and when the copy cannot be trusted; then nothing was changed.
        """
        with _spot("restore", self.path.parent) as spot:
            made = spot / self.path.name
            proof = self._proven(file, made)
            if self.whole_file and not is_enciphered(made):
                with closing(connect(made, self.cipher, isolation_level=None)) as plain:
                    made = self._enciphered(plain, spot)
            with closing(open_store(made, self.cipher)) as store, store.write() as ledger:
                note(ledger, proof)
            self._require_unused()
            aside = _put_in_place(made, self.path, f"{self.path.name}.replaced-{at:%Y%m%d-%H%M%S}")
        return proof, aside

    def _proven(self, file: Path, spot: Path) -> BackupProof:
        """Copy a file and prove the copy: engine's check, chain, schema, and every hand-over."""
        try:
            shutil.copyfile(file, spot)
            spot.chmod(0o600)
            # Of what is proven: the file itself may be another one by now.
            with spot.open("rb") as copied:
                digest = hashlib.file_digest(copied, "sha256").hexdigest()
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
        with _spot("encipher", self.path.parent) as spot, self._alone() as held:
            made = self._enciphered(held, spot)
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


def broken_off(folder: Path) -> tuple[Path, ...]:
    """List the copies that work on them has left in a folder when it was killed, or is still at."""
    spots = (spot for prefix in _SPOTS for spot in folder.glob(f"{prefix}*") if spot.is_dir() and not spot.is_symlink())
    return tuple(sorted(file for spot in spots for file in _inside(spot) if file.is_file()))


def _inside(folder: Path) -> tuple[Path, ...]:
    """List a folder of which somebody else's work may end this very moment."""
    try:
        return tuple(folder.iterdir())
    except FileNotFoundError:
        return ()


@contextmanager
def _spot(work: str, folder: Path) -> Iterator[Path]:
    """Give a folder for work on a copy, which ends with it; what was broken off long ago is cleared away before."""
    try:
        made = tempfile.TemporaryDirectory(prefix=f"desk-{work}-", dir=folder)
    except OSError as error:
        raise StoreError("store_folder", path=str(folder), reason=error.strerror or "") from error
    with made as name:
        # Both are stamped by whoever keeps the folder: the clock of this machine may be wrong.
        before = Path(name).stat().st_mtime - _BROKEN_OFF_S
        for spot in {file.parent for file in broken_off(folder)}:
            with suppress(FileNotFoundError):  # its work has just ended
                if spot.stat().st_mtime < before:
                    shutil.rmtree(spot, ignore_errors=True)
        yield Path(name)


def _put_in_place(made: Path, path: Path, aside_name: str) -> Path | None:
    """Let a copy take the place of the store, which keeps another name; give the latter's path if a store stood there.

    Raises :class:`StoreError` when that cannot be done.
    """
    standing, aside = path.exists(), _free_name(path.with_name(aside_name))
    try:
        if standing:
            _name_too(path, aside)
        # An old log of writes beside the new file would be taken for its own.
        for side in _SIDE_FILES:
            old = path.with_name(path.name + side)
            if old.exists():
                old.replace(aside.with_name(aside.name + side))
        made.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if standing and not path.exists():
            with suppress(OSError):
                aside.replace(path)
        raise StoreError("store_folder", path=str(path.parent), reason=error.strerror or "") from error
    return aside if standing else None


def _free_name(wanted: Path) -> Path:
    """Give a name that no earlier copy has."""
    names = (wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(1, 100)))
    return next((file for file in names if not file.exists()), wanted)


def _name_too(path: Path, aside: Path) -> None:
    """Give a store a second name: moved away, it would leave none to whoever cuts the power before the new one is there."""
    try:
        aside.hardlink_to(path)
    except OSError:  # a file share without second names
        path.replace(aside)
