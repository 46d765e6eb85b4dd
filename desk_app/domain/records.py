# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store keeps of graduates, cards, clearance, stock and releases, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from typing_extensions import override

from desk_app.domain.facts import (
    CardGeneration,
    CertDetail,
    Group,
    ItemState,
    Level,
    LossReport,
    Mode,
    OverseasFacts,
    PhoneConfirmation,
    PhotoIdKind,
    StockState,
)
from desk_app.domain.verdict import PolicyRef


class CardState(StrEnum):
    """The state of a card in the roster; a reissued card revokes the one before."""

    ACTIVE = "ACTIVE"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    LOST = "LOST"
    REVOKED = "REVOKED"


class Relation(StrEnum):
    """How the proxy stands to the graduate."""

    FAMILY = "FAMILY"
    FRIEND = "FRIEND"
    CLASSMATE = "CLASSMATE"
    OTHER = "OTHER"


class Role(StrEnum):
    """What an operator may do."""

    CLERK = "clerk"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Operator:
    """Who works at the desk."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Graduate:
    """A graduate's row of the roster; ``None`` means that the roster is silent.

    ``has_person_number`` tells that a keyed index of the person number is kept; the number itself never is.
    """

    number: str
    name: str
    unit: str
    name_romanised: str = ""
    level: Level | None = None
    college: str | None = None
    other_units: tuple[str, ...] = ()
    entry_ay: int | None = None
    enrolled_on: date | None = None
    graduation_ay: int | None = None
    groups: frozenset[Group] = frozenset()
    has_national_id: bool | None = None
    procedure_started: bool = True
    email_on_record: bool = True
    loss_report: LossReport | None = None
    overseas: OverseasFacts | None = None
    has_person_number: bool = False


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A card of the roster: ``uid`` as upper-case hexadecimal of 4 or 7 bytes."""

    uid: str
    student_no: str
    generation: CardGeneration
    state: CardState
    valid_from: date | None = None
    valid_to: date | None = None


NEVER_DELIVERED = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant of a datum that no source has delivered yet: whatever comes is newer."""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What one source delivered about one clearance item of one graduate; ``source`` is "" without sources.

    An office's word by telephone alone is ``UNKNOWN`` as of :data:`NEVER_DELIVERED`. ``note`` is for the graduate alone: it may hold amounts and titles.
    """

    item: str
    source: str
    state: ItemState
    as_of: datetime
    window_closed: bool = False
    detail: CertDetail | None = None
    certificate_date: date | None = None
    confirmed: PhoneConfirmation | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """One printed document and where it lies."""

    serial: str
    student_no: str
    document: str
    counter: str
    box: str
    state: StockState


@dataclass(frozen=True, slots=True)
class HandedDocument:
    """One document of a hand-over."""

    code: str
    serial: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ProxyCollector:
    """Who collects for the graduate; only the masked person number is kept.

    ``day_key`` is a keyed hash of the number, by which the graduates of one proxy on one day are counted.
    """

    name: str
    id_kind: PhotoIdKind
    id_masked: str
    relation: Relation
    letter_date: date | None = None
    day_key: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """A receipt number without gaps per counter and day, e.g. ``M-20250605-042``."""

    prefix: str
    day: date
    sequence: int

    @override
    def __str__(self) -> str:
        return f"{self.prefix}-{self.day:%Y%m%d}-{self.sequence:03d}"


PROXY_VERIFIED = "PROXY_VERIFIED"
"""Stands among what was checked at a hand-over whose papers a verifier has confirmed."""

BY_PHONE_MARK = "BY_PHONE:"
"""Stands among what was checked before an item that only an office's word by telephone settled."""


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A hand-over as the ledger keeps it; ``voided_at`` is set by a reversal, nothing is ever deleted.

    ``purged_at`` tells when the collector's name and the content were erased at the end of their period. ``content`` is the receipt's content as canonical JSON, ``content_sha256`` its hash; ``key`` the idempotency key.
    """

    key: str
    receipt_no: ReceiptNumber
    at: datetime
    counter: str
    desk: str
    operator: Operator
    student_no: str
    graduate_name: str
    unit: str
    mode: Mode
    proxy: ProxyCollector | None
    documents: tuple[HandedDocument, ...]
    evidence: tuple[str, ...]
    policy: PolicyRef
    digital_due: date | None
    signature_sha256: str
    content: str
    content_sha256: str
    started_at: datetime
    voided_at: datetime | None = None
    void_reason: str = ""
    purged_at: datetime | None = None

    @property
    def unsigned(self) -> Mapping[str, str]:
        """What the signed content does not say; the log says it, so that all of a hand-over can be proven."""
        begun = self.started_at.astimezone(UTC).isoformat(timespec="microseconds")
        return {"key": self.key, "unit": self.unit, "role": self.operator.role.value, "started_at": begun}

    @property
    def shown(self) -> tuple[str, ...]:
        """What was shown and checked at the counter."""
        return tuple(one for one in self.evidence if not one.startswith(BY_PHONE_MARK))

    @property
    def by_phone(self) -> tuple[str, ...]:
        """The items (``LIB_BOOKS.NTU``) without whose confirmation by telephone nothing would have been handed over."""
        return tuple(one.removeprefix(BY_PHONE_MARK) for one in self.evidence if one.startswith(BY_PHONE_MARK))


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the store knows of one graduate at one instant."""

    graduate: Graduate
    cards: tuple[CardRecord, ...] = ()
    items: tuple[ItemRecord, ...] = ()
    holdings: tuple[Holding, ...] = ()
    releases: tuple[ReleaseRecord, ...] = ()
    photo: bytes | None = None

    @property
    def standing_release(self) -> ReleaseRecord | None:
        """The release that stands, if the certificate has been handed over and not been reversed."""
        return next((release for release in reversed(self.releases) if release.voided_at is None), None)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result of a search; ``receipt_no`` is set when a receipt number was looked for."""

    number: str
    name: str
    unit: str
    released: bool
    receipt_no: str = ""


class PaperState(StrEnum):
    """The state of a paper on its way to the printer."""

    QUEUED = "queued"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the day's ledger; ``reprints`` counts copies, ``papers`` is the state of its print jobs."""

    release: ReleaseRecord
    sealed: bool
    printed: bool
    reprints: int = 0


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """What never changes of one day's ledger: receipt number and hash of the content of every release, in order of time."""

    day: date
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The day at one counter: releases in person and by proxy, and visits that ended otherwise, by verdict."""

    in_person: int = 0
    by_proxy: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)

    @property
    def released(self) -> int:
        """All hand-overs that stand."""
        return self.in_person + self.by_proxy


class AuditKind(StrEnum):
    """What the audit log records."""

    POLICY_LOAD = "POLICY_LOAD"
    LOOKUP = "LOOKUP"
    UNMASK = "UNMASK"
    VERDICT = "VERDICT"
    PRINT = "PRINT"
    RELEASE = "RELEASE"
    IMPORT = "IMPORT"
    EXPORT = "EXPORT"
    INCIDENT = "INCIDENT"
    CONFIRM_BY_PHONE = "CONFIRM_BY_PHONE"
    CALENDAR_EDIT = "CALENDAR_EDIT"
    BACKUP = "BACKUP"
    RESTORE = "RESTORE"
    RECOUNT = "RECOUNT"
    LOGIN = "LOGIN"
    LOGIN_FAILED = "LOGIN_FAILED"
    PROOF = "PROOF"
    LOGOUT = "LOGOUT"
    LOCK = "LOCK"
    STAFF_EDIT = "STAFF_EDIT"
    OVERRIDE = "OVERRIDE"
    EVIDENCE = "EVIDENCE"
    SETTING = "SETTING"
    RETENTION = "RETENTION"
    REVERSAL = "REVERSAL"
    KEYS = "KEYS"
    PURGE = "PURGE"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing to be recorded; ``payload`` holds masked values only, ``subject`` is a student number or ""."""

    kind: AuditKind
    at: datetime
    counter: str
    operator: str
    subject: str = ""
    edition: str = ""
    policy_digest: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event as it stands in the chain: ``body`` is the exact text that ``hash`` covers together with ``previous``.

    ``opened`` is what the enciphered part of the body says (JSON), "" when its key is destroyed; ``None`` when the body has
    no such part, or nobody has opened it.
    """

    sequence: int
    previous: str
    hash: str
    body: str
    opened: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ArchivedPaper:
    """A sealed paper in the archive; ``sha256`` is what the verifier compares with."""

    receipt_no: str
    pdf: bytes
    sha256: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """Copies of a paper to be printed at one desk (at any when ``counter`` and ``desk`` are ""); each becomes a job."""

    paper: str
    title: str
    pdf: bytes
    copies: int = 1
    receipt_no: str = ""
    counter: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One paper in the print queue of a desk (of any when ``counter`` and ``desk`` are ""); ``copy`` counts from 1."""

    id: int
    paper: str
    title: str
    pdf: bytes
    copy: int
    state: PaperState
    created_at: datetime
    changed_at: datetime
    receipt_no: str = ""
    note: str = ""
    counter: str = ""
    desk: str = ""
