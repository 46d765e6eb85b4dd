# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tables are history, and what may still happen to a row of them; both databases keep it by their own triggers."""

from __future__ import annotations

from desk_app.storage.purge.tables import PURGE, SUBJECT_KEY, TOMBSTONE
from desk_app.storage.tables import (
    ANNOUNCED_CLOSURE,
    ARCHIVED_PAPER,
    AUDIT,
    CLOSURE_WITHDRAWAL,
    KEY_CHECK,
    OVERRIDE_DECISION,
    OVERRIDE_USE,
    RELEASE,
    RELEASED_DOCUMENT,
    SIGNATURE,
)

HISTORY = (
    AUDIT,
    SIGNATURE,
    ARCHIVED_PAPER,
    ANNOUNCED_CLOSURE,
    CLOSURE_WITHDRAWAL,
    OVERRIDE_DECISION,
    OVERRIDE_USE,
    KEY_CHECK,
    SUBJECT_KEY,
    PURGE,
    TOMBSTONE,
)
"""Tables to whose rows nothing is ever done once they are there, but what ``erasures.py`` allows a purge."""

HISTORY_BUT_VOID = (RELEASE, RELEASED_DOCUMENT)
"""Tables whose rows may be marked as void, once, and nothing else but what ``erasures.py`` allows a purge."""

ADDED_ONLY_WHEN = {
    PURGE: "EXISTS (SELECT 1 FROM audit a WHERE a.sequence = NEW.sequence AND a.kind = 'PURGE')",
    TOMBSTONE: "EXISTS (SELECT 1 FROM purge p WHERE p.sequence = NEW.purge AND p.record = NEW.record)",
}
"""A purge stands in the audit log before it is one, and a tombstone names the purge of its own kind of record."""

VOID_COLUMNS = frozenset({"voided_at", "void_reason"})
CHANGES_REFUSED = "history is never changed"
