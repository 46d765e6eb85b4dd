# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of the store: proven each time, made when a day is closed, kept for so many days."""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desk_app.domain.backups import BackupProof
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

_NAME = re.compile(r"desk-(\d{8}-\d{6})\.(db|dump)")
_STAMP = "%Y%m%d-%H%M%S"
_UNPROVEN = ".new"
"""What the name of a backup ends with until it is proven; half of one has a further end."""

_BROKEN_OFF = timedelta(days=1)
"""A backup that is still unfinished after this time was broken off."""


def backup_name(at: datetime, kind: str) -> str:
    """Give the name of the backup made at an instant; ``kind`` is "db" for a store's file, "dump" for a server's copy."""
    return f"desk-{at:{_STAMP}}.{kind}"


def backup_files(folder: Path) -> tuple[Path, ...]:
    """Give the backups that lie in a folder, the oldest first; other files are not looked at."""
    return tuple(sorted(file for file in folder.glob("desk-*") if _is_backup(file.name)))


def unfinished_files(folder: Path) -> tuple[Path, ...]:
    """Give the backups that were being made when the program was killed, or still are; the oldest first."""
    return tuple(
        sorted(file for file in folder.glob(f"desk-*{_UNPROVEN}*") if _is_backup(file.name.split(_UNPROVEN)[0]))
    )


def made_at(file: Path) -> datetime:
    """Give the instant that a backup's name states, without a zone."""
    return datetime.strptime(file.name[5:20], _STAMP)  # noqa: DTZ007 - the name has no zone; only ages are reckoned


def _own_file(target: Path) -> Path:
    """Make the file for a backup that is not proven yet, under a name that no other desk has."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(prefix=f"{target.name}{_UNPROVEN}-", dir=target.parent)
        os.close(descriptor)
    except OSError as error:
        raise StoreError("store_backup", path=str(target)) from error
    return Path(made)


def _is_backup(name: str) -> bool:
    """Tell whether a name is one that :func:`backup_name` gives; other digits may be no day at all."""
    if not _NAME.fullmatch(name):
        return False
    try:
        return bool(made_at(Path(name)))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Backups:
    """Makes backups; ``copy`` copies the open store into a file and proves the copy."""

    store: Store
    clock: Clock
    trail: Trail
    copy: Callable[[Path], BackupProof]
    folder: Path
    keep_days: int
    kind: str = "db"

    def make(self, target: Path | None = None) -> BackupProof:
        """Make a backup, in the folder unless a file is named, and record it.

        Raises :class:`StoreError` where the named file is there already: it may be the store itself, or a key.
        """
        require(self.trail.operators, Act.BACKUP)
        if target is not None and target.exists():
            raise StoreError("backup_exists", path=str(target))
        now = self.clock.now()
        proof = self._proven(now, target)
        with self.store.write() as ledger:
            how = "restored" if proof.restored else "compared"
            ledger.record(
                self.trail.event(
                    AuditKind.BACKUP, now, sha256=proof.sha256, entries=proof.entries, end=proof.end, proof=how
                )
            )
        return proof

    def _free_name(self, now: datetime) -> Path:
        """Give the name of this second, or of the next one that no backup has: desks may share the folder."""
        names = (self.folder / backup_name(now + timedelta(seconds=later), self.kind) for later in itertools.count())
        return next(file for file in names if not file.exists())

    def _proven(self, now: datetime, named: Path | None) -> BackupProof:
        """Copy the store, and give the copy its name once it is proven: until then it is nobody's backup."""
        made = _own_file(named or self._free_name(now))
        try:
            proof = self.copy(made)
            if named is not None and named.exists():  # by now
                raise StoreError("backup_exists", path=str(named))
            target = named or self._free_name(now)
            made.replace(target)
        except StoreError:
            made.unlink(missing_ok=True)
            raise
        except OSError as error:
            raise StoreError("store_backup", path=str(made)) from error
        return dataclasses.replace(proof, file=str(target))

    def close_day(self) -> BackupProof:
        """Make the backup of a day that was closed, and delete those that are older than is kept; the newest stay."""
        proof = self.make()
        oldest = self.clock.now().replace(tzinfo=None) - timedelta(days=self.keep_days)
        yesterday = self.clock.now().replace(tzinfo=None) - _BROKEN_OFF
        done = [file for file in backup_files(self.folder)[:-2] if made_at(file) < oldest]
        for file in (*done, *(part for part in unfinished_files(self.folder) if made_at(part) < yesterday)):
            with suppress(OSError):  # one that cannot be deleted now is deleted another day
                file.unlink()
        return proof

    def newest(self) -> Path | None:
        """Give the newest backup in the folder."""
        return next(reversed(backup_files(self.folder)), None)
