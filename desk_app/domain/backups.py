# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a copy of the store, and of a store that was restored from one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BackupProof:
    """A copy that was proven: its digest, the end of its audit chain, and the newest hand-over that it knows.

    ``restored`` tells how: put back into a store that was then proven, or only read back and compared with the store.
    """

    file: str
    sha256: str
    entries: int
    end: str
    releases: int
    newest_receipt: str = ""
    newest_at: datetime | None = None
    prefixes: tuple[str, ...] = ()
    restored: bool = True


@dataclass(frozen=True, slots=True)
class Epoch:
    """A store that was restored: what happened between ``known_until`` and ``restored_at`` it does not know.

    ``prefixes`` are those of receipt numbers that may have been drawn in between; ``recounted`` tells that two persons
    have counted the boxes since.
    """

    id: str
    restored_at: datetime
    known_until: datetime | None
    newest_receipt: str
    prefixes: tuple[str, ...]
    recounted: bool
