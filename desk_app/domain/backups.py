# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a copy of the store, and of a store that was restored from one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BackupProof:
    """A copy that was proven: its digest, the end of its audit chain, and the newest hand-over that it knows.

    ``restored`` tells how: put back into a store that was then proven, or only read back and compared with the store.
    ``keys`` are the check values, by name, of the keys that open what is enciphered in it.
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
    keys: Mapping[str, str] = field(default_factory=dict)


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
