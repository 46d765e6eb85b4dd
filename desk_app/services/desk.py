# SPDX-License-Identifier: GPL-3.0-or-later
"""One desk with all its use cases: what bootstrap builds, and the screens and commands work with."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.policy import Policy
from desk_app.services.audit_log import AuditExporter
from desk_app.services.backups import Backups
from desk_app.services.closures import Closures
from desk_app.services.corrections import Corrections
from desk_app.services.day_logs import DayLogs
from desk_app.services.operators import Operators
from desk_app.services.overrides import Overrides
from desk_app.services.pickup import Pickup
from desk_app.services.ports import Clock, DeskIdentity, LogExporter, PaperMaker, Printer, Store
from desk_app.services.print_queue import PrintQueue
from desk_app.services.receipts import Receipts
from desk_app.services.rules import RuleShelf
from desk_app.services.staff import Staff


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of one desk and what they stand on."""

    identity: DeskIdentity
    policy: Policy
    clock: Clock
    store: Store
    papers: PaperMaker
    exporter: LogExporter
    printer: Printer
    pickup: Pickup
    receipts: Receipts
    print_queue: PrintQueue
    day_logs: DayLogs
    operators: Operators
    closures: Closures
    rules: RuleShelf
    staff: Staff
    overrides: Overrides
    corrections: Corrections
    backups: Backups | None = None
    """``None`` for a shared store, of which its server makes the copies."""

    audit_tables: AuditExporter | None = None

    def close(self) -> None:
        """Close the store."""
        self.store.close()
