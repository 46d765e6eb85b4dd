# SPDX-License-Identifier: GPL-3.0-or-later
"""One desk with all its use cases: what bootstrap builds, and the screens and commands work with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desk_app.domain.policy import Policy
from desk_app.domain.retention import Period
from desk_app.services.audit_log import AuditExporter, AuditLog
from desk_app.services.backups import Backups
from desk_app.services.clearance.phone_confirmations import PhoneConfirmations
from desk_app.services.clearance.pull import ClearancePull
from desk_app.services.clearance.refresh import ClearanceRefresh
from desk_app.services.clearance.titles import SourceTitles
from desk_app.services.closures import Closures
from desk_app.services.corrections import Corrections
from desk_app.services.day_logs import DayLogs
from desk_app.services.epochs import Recounts
from desk_app.services.operators import Operators
from desk_app.services.overrides import Overrides
from desk_app.services.pickup import Pickup
from desk_app.services.ports import (
    ClearanceSource,
    Clock,
    DeskIdentity,
    Identifiers,
    LogExporter,
    PaperMaker,
    PassPhrases,
    PersonNumberIndex,
    Printer,
)
from desk_app.services.print_queue import PrintQueue
from desk_app.services.proxy_checks import ProxyChecks
from desk_app.services.queue_forecast import QueueForecast
from desk_app.services.receipt_copies import ReceiptCopies
from desk_app.services.receipts import Receipts
from desk_app.services.recovery import Recovery
from desk_app.services.retention import Retention
from desk_app.services.rules import RuleShelf
from desk_app.services.settings_log import SettingsLog
from desk_app.services.staff import Staff
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class Ground:
    """What the use cases of a desk stand on; ``needs_verifier`` asks for a verifier wherever a proxy collects.

    ``periods`` say how long records are kept, ``store_copies`` lists the copies of the store on this machine. ``sources``
    deliver clearance data and are read by their ``source_titles``; ``ticks`` gives seconds that never go back.
    """

    identity: DeskIdentity
    policy: Policy
    clock: Clock
    ids: Identifiers
    store: Store
    index: PersonNumberIndex
    papers: PaperMaker
    exporter: LogExporter
    printer: Printer
    rules: RuleShelf
    phrases: PassPhrases
    operators: Operators
    needs_verifier: bool = False
    periods: tuple[Period, ...] = ()
    store_copies: Callable[[], tuple[Path, ...]] = tuple
    sources: tuple[ClearanceSource, ...] = ()
    source_titles: SourceTitles = field(default_factory=SourceTitles)
    ticks: Callable[[], float] = time.monotonic

    @property
    def trail(self) -> Trail:
        """What writes the entries of the audit log."""
        return Trail(self.identity, self.policy, self.operators)


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
    copies: ReceiptCopies
    print_queue: PrintQueue
    day_logs: DayLogs
    operators: Operators
    closures: Closures
    rules: RuleShelf
    staff: Staff
    overrides: Overrides
    proxy_checks: ProxyChecks
    corrections: Corrections
    audit: AuditLog
    recounts: Recounts
    recovery: Recovery
    settings_log: SettingsLog
    retention: Retention
    pull: ClearancePull
    refresh: ClearanceRefresh
    phone: PhoneConfirmations
    queue: QueueForecast
    sources: tuple[ClearanceSource, ...] = ()
    source_titles: SourceTitles = field(default_factory=SourceTitles)
    backups: Backups | None = None
    """``None`` only where a test has no place for them."""

    audit_tables: AuditExporter | None = None

    def close(self) -> None:
        """Close the store; what was decided about visits that are open still is given up."""
        self.overrides.give_up_all()
        for source in self.sources:
            source.close()
        self.store.close()


def desk_on(ground: Ground, backups: Backups | None = None, audit_tables: AuditExporter | None = None) -> Desk:
    """Build the use cases of a desk."""
    store, policy, clock, trail = ground.store, ground.policy, ground.clock, ground.trail
    ids, operators, papers = ground.ids, ground.operators, ground.papers
    staff = Staff(store, clock, trail, ground.phrases)
    settings_log = SettingsLog(store, clock, trail, ground.periods)
    refresh = ClearanceRefresh(store, ground.sources, policy, clock, trail, ground.ticks)
    return Desk(
        identity=ground.identity,
        policy=policy,
        clock=clock,
        store=store,
        papers=papers,
        exporter=ground.exporter,
        printer=ground.printer,
        pickup=Pickup(store, policy, clock, ids, ground.index, ground.identity, operators, ground.needs_verifier),
        receipts=Receipts(store, papers, clock, trail),
        copies=ReceiptCopies(store, policy, clock, papers, trail),
        print_queue=PrintQueue(store, ground.printer, clock, trail),
        day_logs=DayLogs(store, policy, clock, ground.identity, operators, papers, ground.exporter),
        operators=operators,
        closures=Closures(store, policy, clock, trail, ids),
        rules=ground.rules,
        staff=staff,
        overrides=Overrides(store, clock, ids, trail, staff),
        proxy_checks=ProxyChecks(clock, trail, staff),
        corrections=Corrections(store, policy, clock, papers, trail, staff),
        audit=AuditLog(store, clock, trail),
        recounts=Recounts(store, clock, trail, staff),
        recovery=Recovery(store, clock, trail, ground.phrases),
        settings_log=settings_log,
        retention=Retention(store, clock, trail, staff, ground.periods, backups, ground.store_copies, settings_log),
        pull=ClearancePull(store, ground.sources, policy, clock, trail, refresh.answers),
        refresh=refresh,
        phone=PhoneConfirmations(store, clock, trail, staff),
        queue=QueueForecast(store, policy, clock, trail),
        sources=ground.sources,
        source_titles=ground.source_titles,
        backups=backups,
        audit_tables=audit_tables,
    )
