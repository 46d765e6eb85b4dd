# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desk has seen in its store, kept outside the store: whoever sets the store back by hand cannot set this back with it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desk_app.domain.audit import Checkpoint
from desk_app.domain.records import AuditKind

WITNESSED = frozenset({AuditKind.RELEASE, AuditKind.REVERSAL, AuditKind.RESTORE, AuditKind.RECOUNT})
"""After which entries the desk remembers the end of the log: what moves certificates, and what explains a gap."""

_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Witness:
    """Remembers in a file the newest of these entries that this desk has written.

    Where no other desk works on the store it is ``alone``: then nobody else would miss what is gone.
    """

    file: Path
    alone: bool = False

    def recall(self) -> Checkpoint | None:
        """Give what was seen last; ``None`` for a desk that has not seen anything yet, or whose file cannot be read."""
        try:
            seen = json.loads(self.file.read_bytes())
            return Checkpoint(int(seen["sequence"]), str(seen["hash"]), datetime.fromisoformat(seen["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def is_missing(self) -> bool:
        """True when nobody remembers the store, not even that there was something to remember."""
        return self.alone and not self.file.exists()

    def prepare(self) -> None:
        """Make the file before the first hand-over is durable: from then on it is missing only where it was lost."""
        if self.file.exists():
            return
        with suppress(OSError):
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def keep(self, seen: Checkpoint) -> None:
        """Remember an entry; never worth a failure, because what it belongs to is kept in the store already."""
        told = {"sequence": seen.sequence, "hash": seen.hash, "at": seen.at.isoformat() if seen.at else ""}
        with suppress(OSError):
            # In place, always as long: a new file for each hand-over costs the disk forty times as much. One that is torn
            # by a power cut cannot be read, and then only the warning is lost.
            descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, json.dumps(told).encode().ljust(_LENGTH))
            finally:
                os.close(descriptor)
