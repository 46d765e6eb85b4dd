# SPDX-License-Identifier: GPL-3.0-or-later
"""All that can be read of a store as of one instant, and all that can be written in one transaction."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from typing_extensions import override

from desk_app.domain.audit import Checkpoint
from desk_app.domain.records import AuditEntry, AuditEvent, AuditKind, Dossier
from desk_app.storage.audit import AuditReads
from desk_app.storage.chain import ChainReads
from desk_app.storage.clearance.items import ClearanceReads, ClearanceWrites
from desk_app.storage.clearance.sources import ClearanceSourceReads, ClearanceSourceWrites
from desk_app.storage.closures import ClosureReads, ClosureWrites
from desk_app.storage.decisions import DecisionReads, DecisionWrites
from desk_app.storage.paper_trail import PaperReads, PaperWrites
from desk_app.storage.purge.retention import RetentionReads, RetentionWrites
from desk_app.storage.queue import QueueReads
from desk_app.storage.releases import ReleaseReads, ReleaseWrites
from desk_app.storage.roster import RosterReads, RosterWrites
from desk_app.storage.search import SearchReads
from desk_app.storage.staff import StaffReads, StaffWrites
from desk_app.storage.stock import StockReads, StockWrites
from desk_app.storage.tables import AUDIT
from desk_app.storage.witness import WITNESSED, Witness

_HASH_OF = select(AUDIT.c.hash).where(AUDIT.c.sequence == bindparam("wanted"))


class Snapshot(
    PaperReads,
    ReleaseReads,
    RosterReads,
    ClearanceReads,
    ClearanceSourceReads,
    QueueReads,
    StockReads,
    AuditReads,
    StaffReads,
    SearchReads,
    ClosureReads,
    DecisionReads,
    RetentionReads,
    ChainReads,
):
    """All that can be read, as of one instant; ``witness`` is what the desk remembers of its store, if it does."""

    witness: Witness | None = None

    def lost_entry(self) -> Checkpoint | None:
        """Give the newest entry that this desk has written and the store does not have, ``None`` when nothing is missing."""
        seen = self.witness.recall() if self.witness else None
        if seen is None:
            return None
        kept = self._connection.execute(_HASH_OF, {"wanted": seen.sequence}).scalar_one_or_none()
        return None if kept == seen.hash else seen

    def is_unwitnessed(self) -> bool:
        """Tell whether this desk remembers nothing that it has written: then it cannot tell what is missing."""
        return self.witness is not None and self.witness.recall() is None

    def has_lost_witness(self) -> bool:
        """Tell whether what this desk alone remembers is gone from the disk, or was never on it."""
        return self.witness is not None and self.witness.is_missing

    def dossier(self, student_no: str) -> Dossier | None:
        """Give all that is known of a graduate, or ``None``."""
        found = self.graduate(student_no)
        if found is None:
            return None
        graduate, photo = found
        return Dossier(
            graduate,
            self.cards_of(student_no),
            self.items_of(student_no),
            self.holdings_of(student_no),
            self.releases_of(student_no),
            photo,
        )


class Transaction(
    Snapshot,
    ReleaseWrites,
    RosterWrites,
    ClearanceWrites,
    ClearanceSourceWrites,
    StockWrites,
    PaperWrites,
    RetentionWrites,
    StaffWrites,
    ClosureWrites,
    DecisionWrites,
):
    """All that can be written; nothing of it stands before the transaction has ended."""

    written: Checkpoint | None = None
    """The newest entry of those that the desk remembers once they stand."""

    recounted = False
    """True when it ends a recount: until that is durable, what the desk has lost must still be missing."""

    @override
    def record(self, event: AuditEvent) -> AuditEntry:
        """Append an event to the audit chain."""
        entry = super().record(event)
        self.recounted = self.recounted or event.kind is AuditKind.RECOUNT
        if event.kind in WITNESSED and not (event.kind is AuditKind.REVERSAL and self._misses_entries()):
            self.written = Checkpoint(entry.sequence, entry.hash, event.at)
        return entry

    def _misses_entries(self) -> bool:
        """Tell whether this store waits for a recount: a reversal, for which nobody counts, must not make the desk forget why."""
        return self.lost_entry() is not None or self.has_lost_witness()
