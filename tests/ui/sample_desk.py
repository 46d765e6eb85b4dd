# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk for screens: the shipped rules, a clock that stands, and a store made of lists (synthetic people)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from desk_app.domain.audit import AuditFilter, AuditLine, ChainReport, Checkpoint
from desk_app.domain.closures import AnnouncedClosure, DigitalOpen, Withdrawal
from desk_app.domain.errors import PrintError, StoreError
from desk_app.domain.facts import Mode, PhotoIdKind
from desk_app.domain.papers import CopyMark, DailyLogContent, ReceiptContent, SlipContent
from desk_app.domain.policy import Policy
from desk_app.domain.records import (
    ArchivedPaper,
    AuditEntry,
    AuditEvent,
    DayCounts,
    HandedDocument,
    LedgerDay,
    LedgerRow,
    Operator,
    PaperState,
    PrintJob,
    PrintOrder,
    ProxyCollector,
    ReceiptNumber,
    Relation,
    ReleaseRecord,
    Role,
    SearchHit,
)
from desk_app.domain.staff import Account
from desk_app.domain.verdict import PolicyRef
from desk_app.policy.shelf import PackShelf
from desk_app.services.day_logs import ledger_entries
from desk_app.services.desk import Ground, desk_on
from desk_app.services.operators import Operators
from desk_app.services.ports import DeskIdentity, PersonNumberIndex
from desk_app.services.store_port import Store
from tests.plain_desk import CountingIds, PlainTables
from tests.quick_phrases import QuickPhrases
from tests.shipped_rules import shipped_library

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2025, 6, 5, 10, 17, tzinfo=TAIPEI)
TODAY = NOW.date()
CLERK = Operator("clerk-m1", "林測一", Role.CLERK)
PHRASE = "demo-1234"
STAFF = (
    CLERK,
    Operator("clerk-m2", "陳試二", Role.CLERK),
    Operator("super-m", "周測主", Role.SUPERVISOR),
    Operator("auditor", "稽測員", Role.AUDITOR),
)
PEOPLE = (
    ("41084901I", "TESTER, MARIA", "CLU"),
    ("41021901L", "鄭測丙", "ENU"),
    ("41020901L", "王測一", "CHU"),
    ("41090902M", "李試二", "MUU"),
    ("41070904H", "陳測四", "IEU"),
    ("41075901H", "張試五", "AEU"),
    ("41060901T", "郭測己", "ATU"),
    ("41068901T", "洪試戊", "VDU"),
)
HOURS = ((8, 12, 2), (9, 22, 4), (10, 19, 3), (11, 13, 2), (13, 8, 1), (14, 14, 3), (15, 10, 1), (16, 4, 1))
ONE_PAGE_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@cache
def shipped_policy() -> Policy:
    """Give the policy of the edition that the samples live in."""
    return shipped_library().load("ntnu-113-2")


class StandingClock:
    """A clock that stands."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def release_row(
    sequence: int, at: datetime, mode: Mode = Mode.IN_PERSON, *, voided: bool = False, reprints: int = 0
) -> LedgerRow:
    """Make one hand-over of the sample day."""
    number, name, unit = PEOPLE[sequence % len(PEOPLE)]
    proxy = (
        ProxyCollector("許試言", PhotoIdKind.NATIONAL_ID, "Y19000****", Relation.FRIEND)
        if mode is Mode.BY_PROXY
        else None
    )
    release = ReleaseRecord(
        key=f"key-{sequence}",
        receipt_no=ReceiptNumber("M", at.date(), sequence),
        at=at,
        counter="MAIN",
        desk="1" if sequence % 3 else "2",
        operator=STAFF[sequence % 2],
        student_no=number,
        graduate_name=name,
        unit=unit,
        mode=mode,
        proxy=proxy,
        documents=(HandedDocument("DEGREE", f"M-{sequence:04d}", "學位證書", "Degree certificate"),),
        evidence=(),
        policy=PolicyRef("ntnu-113-2", "113-2", "a91f" * 16, None),
        digital_due=None,
        signature_sha256="0" * 64,
        content="{}",
        content_sha256=f"{sequence:064d}",
        started_at=at - timedelta(seconds=48),
        voided_at=at + timedelta(minutes=3) if voided else None,
        void_reason="發錯人" if voided else "",
    )
    return LedgerRow(release, sealed=True, printed=True, reprints=reprints)


def sample_day(day: date = TODAY) -> tuple[LedgerRow, ...]:
    """Make a whole day of hand-overs, with the load of the reference picture."""
    rows: list[LedgerRow] = []
    for hour, in_person, by_proxy in HOURS:
        modes = [Mode.IN_PERSON] * in_person + [Mode.BY_PROXY] * by_proxy
        for number, mode in enumerate(modes):
            minute = number * 59 // len(modes)
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=TAIPEI)
            sequence = len(rows) + 1
            rows.append(release_row(sequence, at, mode, reprints=1 if sequence == 40 else 0))
    return tuple(rows)


@dataclass
class ListStore:
    """A store made of lists; ``broken`` makes every access fail."""

    rows: tuple[LedgerRow, ...] = ()
    hits: tuple[SearchHit, ...] = ()
    jobs: list[PrintJob] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)
    papers: dict[str, ArchivedPaper] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=lambda: {"HOLD": 17, "NEED_EVIDENCE": 9, "REDIRECT": 5})
    as_of: datetime | None = NOW - timedelta(minutes=3)
    broken: bool = False
    searched: list[str] = field(default_factory=list)
    closures: list[AnnouncedClosure] = field(default_factory=list)
    lines: tuple[AuditLine, ...] = ()
    chain: ChainReport = field(default_factory=lambda: ChainReport(1204, Checkpoint(1204, "ab" * 32)))
    failures: int = 0
    hashes: dict[str, str] = field(default_factory=dict)
    givers: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def _open(self) -> Iterator[ListStore]:
        if self.broken:
            raise StoreError
        yield self

    def read(self) -> object:
        return self._open()

    def write(self) -> object:
        return self._open()

    def close(self) -> None:
        """Nothing is held open."""

    def ledger(self, day: date, counter: str | None) -> tuple[LedgerRow, ...]:
        return tuple(
            row for row in self.rows if row.release.at.date() == day and counter in (None, row.release.counter)
        )

    def ledger_days(self, first: date, last: date, counter: str | None) -> tuple[LedgerDay, ...]:
        days = sorted({row.release.at.date() for row in self.rows if first <= row.release.at.date() <= last})
        return tuple(LedgerDay(day, ledger_entries(self.ledger(day, counter))) for day in days)

    def documents_out(self, first: date, last: date, counter: str | None) -> int:
        days = [row for row in self.rows if first <= row.release.at.date() <= last]
        return sum(len(row.release.documents) for row in days if counter in (None, row.release.counter))

    def release_by_receipt(self, receipt_no: str) -> ReleaseRecord | None:
        return next((row.release for row in self.rows if str(row.release.receipt_no) == receipt_no), None)

    def recent_releases(self, day: date, counter: str, limit: int) -> tuple[ReleaseRecord, ...]:
        return tuple(row.release for row in reversed(self.ledger(day, counter)))[:limit]

    def day_counts(self, day: date, counter: str) -> DayCounts:
        rows = self.ledger(day, counter)
        proxies = sum(1 for row in rows if row.release.mode is Mode.BY_PROXY)
        return DayCounts(len(rows) - proxies, proxies, self.refused if counter == "MAIN" else {})

    def stock_count(self, counter: str) -> int:
        return len(counter)

    def search(self, text: str, limit: int) -> tuple[SearchHit, ...]:
        self.searched.append(text)
        return self.hits[:limit]

    def announced_closures(self) -> tuple[AnnouncedClosure, ...]:
        return tuple(self.closures)

    def digital_open(self, first: date, last: date) -> tuple[DigitalOpen, ...]:
        releases = [row.release for row in self.rows]
        return tuple(
            DigitalOpen(str(one.receipt_no), one.at.date(), one.counter, one.digital_due)
            for one in releases
            if one.digital_due is not None and first <= one.at.date() <= last
        )

    def add_closure(self, announced: AnnouncedClosure) -> None:
        self.closures.append(announced)

    def withdraw_closure(self, closure_id: str, withdrawal: Withdrawal) -> None:
        self.closures = [
            dataclasses.replace(one, withdrawal=withdrawal) if one.id == closure_id else one for one in self.closures
        ]

    def operators(self) -> tuple[Operator, ...]:
        return STAFF

    def accounts(self) -> tuple[Account, ...]:
        usual = QuickPhrases().hash(PHRASE)
        return tuple(
            Account(one, self.hashes.get(one.id, usual), failures=self.failures, given_by=self.givers.get(one.id, ""))
            for one in STAFF
        )

    def set_phrase_hash(self, operator_id: str, phrase_hash: str, given_by: str = "") -> None:
        self.hashes[operator_id], self.givers[operator_id] = phrase_hash, given_by

    def set_attempts(self, _operator_id: str, failures: int, _locked_until: datetime | None) -> None:
        self.failures = failures

    def clearance_as_of(self) -> datetime | None:
        return self.as_of

    def archived_paper(self, receipt_no: str) -> ArchivedPaper | None:
        return self.papers.get(receipt_no)

    def print_jobs(self, states: Iterable[PaperState]) -> tuple[PrintJob, ...]:
        wanted = set(states)
        return tuple(job for job in self.jobs if job.state in wanted)

    def print_jobs_at(self, _counter: str, _desk: str, states: Iterable[PaperState]) -> tuple[PrintJob, ...]:
        return self.print_jobs(states)

    def record(self, event: AuditEvent) -> AuditEntry:
        self.events.append(event)
        return AuditEntry(len(self.events), "", f"{len(self.events):064x}", "{}")

    def last_audit(self) -> AuditEntry | None:
        return AuditEntry(1, "", "1" * 64, "{}")

    def audit_lines(self, wanted: AuditFilter, limit: int, before: int = 0) -> tuple[AuditLine, ...]:
        return tuple(one for one in self.lines if _fits(one, wanted) and (not before or one.sequence < before))[:limit]

    def audit_entries(self, wanted: AuditFilter) -> tuple[AuditEntry, ...]:
        fitting = [one for one in reversed(self.lines) if _fits(one, wanted)]
        return tuple(AuditEntry(one.sequence, "", "", "{}") for one in fitting)

    def verify_chain(self, _checkpoint: Checkpoint | None = None, _progress: object = None) -> ChainReport:
        return self.chain

    def enqueue(self, order: PrintOrder, at: datetime) -> None:
        what = order.paper, order.title, order.pdf
        for copy in range(1, order.copies + 1):
            number = len(self.jobs) + 1
            self.jobs.append(PrintJob(number, *what, copy, PaperState.QUEUED, at, at, order.receipt_no))

    def mark_print(self, job: int, state: PaperState, at: datetime, note: str = "") -> None:
        before = self.jobs[job - 1]
        self.jobs[job - 1] = PrintJob(
            before.id, before.paper, before.title, before.pdf, before.copy, state, before.created_at, at, "", note
        )


def _fits(line: AuditLine, wanted: AuditFilter) -> bool:
    within = (wanted.start is None or wanted.start <= line.at) and (wanted.end is None or line.at < wanted.end)
    pairs = ((wanted.kind, line.kind), (wanted.operator, line.operator), (wanted.subject, line.subject))
    return within and all(asked in ("", found) for asked, found in pairs)


class PlainPapers:
    """Makes a PDF of one empty page of everything."""

    def receipt(self, _content: ReceiptContent) -> bytes:
        return ONE_PAGE_PDF

    def receipt_copy(self, _original: bytes, _mark: CopyMark) -> bytes:
        return ONE_PAGE_PDF

    def slip(self, _content: SlipContent) -> bytes:
        return ONE_PAGE_PDF

    def daily_log(self, _content: DailyLogContent) -> bytes:
        return ONE_PAGE_PDF

    def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        return f"SIGNED {checkpoint.code}"

    def warm_up(self) -> None:
        """Nothing is slow to load."""

    def unprintable(self, _text: str) -> tuple[str, ...]:
        return ()


class TrayPrinter:
    """Keeps what was sent; ``jammed`` refuses."""

    name = "示範印表機"
    delivers = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.jammed = False

    def send(self, title: str, _pdf: bytes) -> str:
        if self.jammed:
            raise PrintError
        self.sent.append(title)
        return "tray"


class SampleDesk:
    """The desk with its fakes at hand."""

    def __init__(self, operator: Operator = CLERK, *, demo: bool = True) -> None:
        self.store = ListStore(rows=sample_day())
        self.clock = StandingClock()
        self.printer = TrayPrinter()
        self.identity = DeskIdentity("MAIN", "1", "M", demo)
        policy, store = shipped_policy(), cast(Store, self.store)
        self.desk = desk_on(
            Ground(
                identity=self.identity,
                policy=policy,
                clock=self.clock,
                ids=CountingIds("id-"),
                store=store,
                index=cast(PersonNumberIndex, None),
                papers=PlainPapers(),
                exporter=PlainTables(),
                printer=self.printer,
                rules=PackShelf(shipped_library),
                phrases=QuickPhrases(),
                operators=Operators(store, operator),
            )
        )
