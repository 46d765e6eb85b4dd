# SPDX-License-Identifier: GPL-3.0-or-later
"""What the use cases need of the store: records to read, a ledger to write in, and how long each holds others up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from desk_app.domain.audit import AuditFilter, AuditLine, ChainReport, Checkpoint
from desk_app.domain.clearance_sources import SourceStatus
from desk_app.domain.closures import AnnouncedClosure, DigitalOpen, Withdrawal
from desk_app.domain.decisions import OverrideDecision
from desk_app.domain.facts import PhoneConfirmation, StockState
from desk_app.domain.queue import QueueKey, QueueShare
from desk_app.domain.records import (
    ArchivedPaper,
    AuditEntry,
    AuditEvent,
    AuditKind,
    CardRecord,
    DayCounts,
    Dossier,
    Graduate,
    Holding,
    ItemRecord,
    LedgerDay,
    LedgerRow,
    Operator,
    PaperState,
    PrintJob,
    PrintOrder,
    ReceiptNumber,
    ReleaseRecord,
    SearchHit,
)
from desk_app.domain.retention import DueRecords, PurgedSlice, RecordKind
from desk_app.domain.signature import Signature
from desk_app.domain.staff import Account


class Records(Protocol):
    """Read access to the store inside one consistent snapshot."""

    def dossier(self, student_no: str) -> Dossier | None:
        """Give all that is known of a graduate, or ``None``."""
        ...

    def card(self, uid: str) -> CardRecord | None:
        """Give the roster's row of a card by its UID (upper-case hexadecimal)."""
        ...

    def card_uids(self, beginning: str, ending: str, limit: int) -> tuple[str, ...]:
        """Give the UIDs of the roster that begin and end with hexadecimal digits, at most ``limit`` of them."""
        ...

    def known_students(self, numbers: Iterable[str]) -> frozenset[str]:
        """Tell which of these student numbers are in the roster."""
        ...

    def graduates_without_word(
        self, graduation_ay: Collection[int], item: str, source: str, since: datetime
    ) -> frozenset[str]:
        """Give the graduates of some graduation years of whom a source has said nothing about an item since an instant.

        What it said at that very instant counts.
        """
        ...

    def search(self, text: str, limit: int) -> tuple[SearchHit, ...]:
        """Find graduates by beginning of number, by part of name (compared normalised) or by receipt number."""
        ...

    def matches_person_number(self, student_no: str, blind: str) -> bool | None:
        """Compare a keyed hash with the graduate's; ``None`` when none is kept."""
        ...

    def proxies_today(self, day_key: str, day: date) -> int:
        """Count the graduates for whom this proxy has collected on a day, at all counters."""
        ...

    def release_by_key(self, key: str) -> ReleaseRecord | None:
        """Give the release that an idempotency key has made."""
        ...

    def release_by_receipt(self, receipt_no: str) -> ReleaseRecord | None:
        """Give the release of a receipt number."""
        ...

    def signature_of(self, receipt_no: str) -> Signature | None:
        """Give the collector's signature of a release, deciphered."""
        ...

    def ledger(self, day: date, counter: str | None) -> tuple[LedgerRow, ...]:
        """Give the day's releases of a counter (all counters for ``None``) in the order of time."""
        ...

    def ledger_days(self, first: date, last: date, counter: str | None) -> tuple[LedgerDay, ...]:
        """Give what never changes of the days from ``first`` to ``last`` that had releases, in order."""
        ...

    def documents_out(self, first: date, last: date, counter: str | None) -> int:
        """Tell by how many documents the boxes have got emptier: handed over less taken back into them."""
        ...

    def recent_releases(self, day: date, counter: str, limit: int) -> tuple[ReleaseRecord, ...]:
        """Give the newest releases of the day, the newest first."""
        ...

    def day_counts(self, day: date, counter: str) -> DayCounts:
        """Count the day's visits at a counter."""
        ...

    def stock_count(self, counter: str) -> int:
        """Count the documents that lie in the boxes of a counter now."""
        ...

    def closed_holdings(self, serials: Iterable[str]) -> Mapping[str, Holding]:
        """Give by serial what no stock file changes any more: documents that are misprinted, or handed over."""
        ...

    def archived_paper(self, receipt_no: str) -> ArchivedPaper | None:
        """Give a sealed receipt from the archive."""
        ...

    def unsealed_releases(self) -> tuple[ReleaseRecord, ...]:
        """Give the releases whose receipt has not been archived yet, the oldest first."""
        ...

    def print_jobs(self, states: Iterable[PaperState]) -> tuple[PrintJob, ...]:
        """Give the print jobs of all desks in these states, the oldest first."""
        ...

    def print_jobs_at(self, counter: str, desk: str, states: Iterable[PaperState]) -> tuple[PrintJob, ...]:
        """Give those that a desk may print: its own, and those that belong to none."""
        ...

    def operators(self) -> tuple[Operator, ...]:
        """Give everybody who may work at the desks."""
        ...

    def decisions_of(self, visit: str) -> tuple[OverrideDecision, ...]:
        """Give the decisions of two persons that were written for a visit, the oldest first."""
        ...

    def accounts(self) -> tuple[Account, ...]:
        """Give the account of everybody who ever could sign in, those closed too, in the order of their ids."""
        ...

    def clearance_as_of(self) -> datetime | None:
        """Give the instant of the newest clearance data."""
        ...

    def source_statuses(self) -> tuple[SourceStatus, ...]:
        """Give how every source of clearance data is doing that was ever asked, by name."""
        ...

    def source_status(self, name: str) -> SourceStatus:
        """Give how a source of clearance data is doing; one that was never asked has no past."""
        ...

    def queue_shares(self, counter: str, keys: Sequence[QueueKey], now: datetime) -> tuple[QueueShare, ...]:
        """Count the graduates alike whose certificate lies in a box of a counter, by what settles and what says no."""
        ...

    def announced_closures(self) -> tuple[AnnouncedClosure, ...]:
        """Give every closure that was ever entered, those withdrawn too, in the order of entering."""
        ...

    def digital_open(self, first: date, last: date) -> tuple[DigitalOpen, ...]:
        """Give the standing hand-overs of the days from ``first`` to ``last`` that promise a digital certificate."""
        ...

    def due(self, kind: RecordKind, cut_off: date) -> DueRecords:
        """Count the records of a kind from before a day that may be purged, and those that are held back."""
        ...

    def may_purge(self) -> bool:
        """Tell whether this desk may erase; of a shared store only the owner does."""
        ...

    def last_audit(self) -> AuditEntry | None:
        """Give the end of the audit chain."""
        ...

    def lost_entry(self) -> Checkpoint | None:
        """Give the newest entry that this desk has written and the store does not have, ``None`` when nothing is missing."""
        ...

    def is_unwitnessed(self) -> bool:
        """Tell whether this desk remembers nothing that it has written: then it cannot tell what is missing."""
        ...

    def has_lost_witness(self) -> bool:
        """Tell whether what this desk alone remembers is gone from the disk, or was never on it."""
        ...

    def verify_chain(
        self, checkpoint: Checkpoint | None = None, progress: Callable[[int], None] | None = None
    ) -> ChainReport:
        """Follow the whole audit chain and compare it with a checkpoint; ``progress`` is told how many entries were read."""
        ...

    def audit_lines(self, wanted: AuditFilter, limit: int, before: int = 0) -> tuple[AuditLine, ...]:
        """Give the audit entries that fit, the newest first; ``before`` goes on below an entry that was given."""
        ...

    def audit_entries(self, wanted: AuditFilter) -> Iterable[AuditEntry]:
        """Give the audit entries that fit with their exact text, the oldest first."""
        ...


class Ledger(Records, Protocol):
    """Write access: everything done inside one ``with`` is one transaction, durable when it ends."""

    def draw_receipt_number(self, counter: str, prefix: str, day: date) -> ReceiptNumber:
        """Draw the next number of a counter and day, without gaps."""
        ...

    def add_release(self, release: ReleaseRecord, signature: Signature) -> None:
        """Add a release and take its documents out of the stock.

        Raises :class:`~desk_app.domain.errors.AlreadyReleasedError` when a release of one of its documents stands.
        """
        ...

    def prepare_entry(self, kind: AuditKind, at: datetime, subject: str) -> None:
        """Lay ready what an entry about a person will need, before a number is drawn and others wait for it."""
        ...

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append an event to the audit chain."""
        ...

    def purge_slice(
        self, kind: RecordKind, cut_off: date, limit: int, describe: Callable[[PurgedSlice], AuditEvent]
    ) -> int:
        """Erase at most ``limit`` due records of a kind, with the audit entry that is made of it; give their number."""
        ...

    def archive(self, paper: ArchivedPaper) -> None:
        """Keep a sealed receipt."""
        ...

    def enqueue(self, order: PrintOrder, at: datetime) -> None:
        """Put copies of a paper into the print queue of a desk."""
        ...

    def move_print(self, job: int, counter: str, desk: str) -> None:
        """Let a print job belong to another desk."""
        ...

    def mark_print(self, job: int, state: PaperState, at: datetime, note: str = "") -> None:
        """Record what became of a print job."""
        ...

    def put_students(self, rows: Iterable[tuple[Graduate, str | None]]) -> int:
        """Insert or update graduates, each with the keyed hash of the person number; give their count."""
        ...

    def put_items(self, rows: Iterable[tuple[str, ItemRecord]]) -> int:
        """Insert or update clearance data by student number; older data never replace newer ones."""
        ...

    def put_phone_confirmation(self, number: str, item: str, source: str, word: PhoneConfirmation) -> None:
        """Keep an office's word by telephone about an item of a graduate, also where no source has delivered anything."""
        ...

    def put_source_status(self, status: SourceStatus) -> None:
        """Keep how a source is doing and its cursor, together with whatever else this transaction writes."""
        ...

    def put_holdings(self, rows: Iterable[Holding]) -> int:
        """Insert or update the stock by serial; what is misprinted or handed over is left as it is."""
        ...

    def put_cards(self, rows: Iterable[CardRecord]) -> int:
        """Insert or update cards by UID."""
        ...

    def put_photo(self, student_no: str, image: bytes) -> None:
        """Keep a graduate's photo (PNG or JPEG)."""
        ...

    def put_operators(self, rows: Iterable[Operator]) -> int:
        """Insert or update operators."""
        ...

    def void_release(self, receipt_no: str, at: datetime, reason: str) -> None:
        """Mark a release and its documents as taken back, once; nothing else of it ever changes."""
        ...

    def put_back(self, receipt_no: str, state: StockState) -> None:
        """Let the documents of a release that was taken back lie where a state says."""
        ...

    def add_decision(self, decision: OverrideDecision) -> None:
        """Keep a decision for good."""
        ...

    def use_decision(self, decision_id: str, receipt_no: str) -> None:
        """Tie a decision to the hand-over that it opened; each opens one only."""
        ...

    def set_phrase_hash(self, operator_id: str, phrase_hash: str, given_by: str = "") -> None:
        """Give an account the hash of a new pass phrase, and which colleague knows it; failed attempts are forgotten."""
        ...

    def close_account(self, operator_id: str) -> None:
        """Let somebody sign in no more; what he or she did stays."""
        ...

    def set_attempts(self, operator_id: str, failures: int, locked_until: datetime | None) -> None:
        """Keep how many attempts have failed in a row, and until when no more are heard."""
        ...

    def add_closure(self, announced: AnnouncedClosure) -> None:
        """Add an announced closure, known to every desk from its ``entered_at`` on."""
        ...

    def withdraw_closure(self, closure_id: str, withdrawal: Withdrawal) -> None:
        """Take an announced closure back; each only once."""
        ...


class Store(Protocol):
    """Opens snapshots and transactions; every call may raise a :class:`~desk_app.domain.errors.StoreError`."""

    def read(self) -> AbstractContextManager[Records]:
        """Open a read-only snapshot."""
        ...

    def write(self, about: Collection[str] = ()) -> AbstractContextManager[Ledger]:
        """Open a transaction that nobody else writes beside; an exception undoes all of it.

        ``about`` names the persons about whom alone it decides (student numbers, keys of proxies): where several desks
        share a store, those that are about others go on beside it, one after the other only from their first receipt
        number or audit entry on. It must change nothing but what belongs to these persons.
        """
        ...

    def take_over_items(
        self,
        rows: Iterable[tuple[str, ItemRecord]],
        at: datetime,
        conclude: Callable[[Ledger, int], None],
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Take clearance data in, all or none, in transactions so short that no desk waits; give the count of rows.

        ``conclude`` is called in the transaction from which on all of them count, and may write or refuse there;
        ``progress`` is told how many steps are done, and of how many. Older data never replace newer ones.
        """
        ...

    def compact(self) -> bool:
        """Write the store anew without what was erased; ``False`` when another desk was in the way."""
        ...

    def let_others_write(self) -> None:
        """Let a desk that waits have its turn: for works of many transactions, between them."""
        ...

    def close(self) -> None:
        """Close the store."""
        ...
