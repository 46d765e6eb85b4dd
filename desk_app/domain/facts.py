# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the engine looks at, beside the policy: one visitor, one instant, one counter.

The defaults are those of the case format (an item that is not named is cleared); the running program names
every item, and what no file has delivered is ``UNKNOWN``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Request(StrEnum):
    """What the visitor wants."""

    PICKUP = "PICKUP"
    DIGITAL_STATUS = "DIGITAL_STATUS"
    EASYCARD_FARE = "EASYCARD_FARE"
    RECORDS = "RECORDS"
    EDOCS = "EDOCS"
    VERIFY = "VERIFY"
    CARD_DOOR = "CARD_DOOR"
    CARD_ISSUE = "CARD_ISSUE"
    CARD_REFUND = "CARD_REFUND"
    GRADUATE_DATA = "GRADUATE_DATA"
    REPLACEMENT = "REPLACEMENT"


class Mode(StrEnum):
    """Who stands at the desk."""

    IN_PERSON = "IN_PERSON"
    BY_PROXY = "BY_PROXY"


class Level(StrEnum):
    """The degree level of a record."""

    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"
    NON_DEGREE = "non_degree"


class Group(StrEnum):
    """A group of students for which particular items or rules hold."""

    OVERSEAS_COMPATRIOT = "overseas_compatriot"
    INTERNATIONAL = "international"
    MAINLAND = "mainland"
    TEACHER_EDUCATION = "teacher_education"
    STUDIED_OVERSEAS = "studied_overseas"
    REQUIRES_CERTIFICATION = "requires_certification"
    SHORT_TERM_CHINESE = "short_term_chinese"
    CONFUCIUS_INSTITUTE = "confucius_institute"
    LONG_TERM = "long_term"


class ItemState(StrEnum):
    """The state of a clearance item as an office reports it."""

    CLEARED = "CLEARED"
    OPEN = "OPEN"
    PENDING = "PENDING"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    UNKNOWN = "UNKNOWN"


class StockState(StrEnum):
    """Where a printed document is."""

    IN_BOX = "IN_BOX"
    NOT_PRINTED = "NOT_PRINTED"
    MISSING = "MISSING"
    OTHER_COUNTER = "OTHER_COUNTER"
    MISPRINT = "MISPRINT"


class CardGeneration(StrEnum):
    """The generation of a student card."""

    OLD = "OLD"
    FOUR_K = "4K"


class PhotoIdKind(StrEnum):
    """The kinds of identity documents with a photo."""

    NATIONAL_ID = "NATIONAL_ID"
    RESIDENT_CERT = "RESIDENT_CERT"
    PASSPORT = "PASSPORT"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    NHI_CARD = "NHI_CARD"


class EvidenceCode(StrEnum):
    """What may be asked for or shown, in the order in which missing evidence is reported."""

    GRAD_CARD = "GRAD_CARD"
    GRAD_PHOTO_ID = "GRAD_PHOTO_ID"
    LOSS_REPORT = "LOSS_REPORT"
    AFFIDAVIT = "AFFIDAVIT"
    PROXY_ID = "PROXY_ID"
    LETTER = "LETTER"
    GRAD_SIGNATURE = "GRAD_SIGNATURE"
    PROXY_SIGNATURE = "PROXY_SIGNATURE"
    AFFIDAVIT_SIGNED_BY_GRADUATE = "AFFIDAVIT_SIGNED_BY_GRADUATE"
    GRAD_NATIONAL_ID_COPY = "GRAD_NATIONAL_ID_COPY"
    GRAD_RESIDENT_CERT_COPY = "GRAD_RESIDENT_CERT_COPY"
    GRAD_PASSPORT_COPY = "GRAD_PASSPORT_COPY"
    APP_SCREEN = "APP_SCREEN"
    LEAVING_FORM = "LEAVING_FORM"
    HOUSEHOLD_DOCUMENT = "HOUSEHOLD_DOCUMENT"
    PAYMENT_RECEIPT = "PAYMENT_RECEIPT"
    TRANSCRIPT = "TRANSCRIPT"


class CertDetail(StrEnum):
    """Why a department's certification record is missing (R54, R60 to R63)."""

    NAME_NOT_SELECTED = "NAME_NOT_SELECTED"
    NOT_NOTIFIED = "NOT_NOTIFIED"
    REVIEW_DELAYED = "REVIEW_DELAYED"
    DELETED_INCOMPLETE = "DELETED_INCOMPLETE"
    DELETED_NOT_A_CERTIFICATE = "DELETED_NOT_A_CERTIFICATE"


class LetterSigner(StrEnum):
    """Whose signature a letter of authorization bears."""

    GRADUATE = "GRADUATE"
    PROXY = "PROXY"


class HistoryKind(StrEnum):
    """What happened to the certificate before."""

    RELEASE = "RELEASE"
    REVERSAL = "REVERSAL"


@dataclass(frozen=True, slots=True)
class Closure:
    """A closure: whole days (``date``, both ends included) or hours (``datetime``, half-open).

    ``declared_at`` is when the desk learnt of it; ``None`` means always known.
    """

    start: date | datetime
    end: date | datetime
    reason: str
    counters: tuple[str, ...] = ("*",)
    counts_as_working_day: bool = True
    declared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverseasSemester:
    """What was taken in one semester abroad."""

    subjects: int = 0
    credits: int = 0
    exempt: bool = False
    suspended: bool = False
    summer: bool = False


@dataclass(frozen=True, slots=True)
class OverseasFacts:
    """The overseas credit application and the semesters abroad."""

    applied_on: date | None = None
    semesters: tuple[OverseasSemester, ...] = ()


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """What the record says of the graduate; ``None`` means that the record is silent and the number may fill in."""

    number: str = ""
    known: bool = True
    name: str = ""
    level: Level | None = None
    unit: str = ""
    college: str | None = None
    other_units: tuple[str, ...] = ()
    entry_ay: int | None = None
    enrolled_on: date | None = None
    graduation_ay: int | None = None
    groups: frozenset[Group] = frozenset()
    has_national_id: bool | None = None
    procedure_started: bool = True
    email_on_record: bool = True
    overseas: OverseasFacts | None = None


@dataclass(frozen=True, slots=True)
class PhoneConfirmation:
    """An office's word by telephone: who asked, whom, which number, when."""

    by: str
    person: str
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One source's datum about one clearance item; ``as_of`` ``None`` means fresh."""

    state: ItemState = ItemState.CLEARED
    as_of: datetime | None = None
    window_closed: bool = False
    confirmed: PhoneConfirmation | None = None
    certificate_date: date | None = None
    detail: CertDetail | None = None


@dataclass(frozen=True, slots=True)
class LossReport:
    """A loss report of the student card; ``reason`` ``None`` means the reason that the policy asks for."""

    at: datetime
    reason: str | None = None
    reissue: bool = False


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The student card as it lies, or does not lie, on the desk; ``presented`` ``None`` means: unless lost."""

    generation: CardGeneration = CardGeneration.FOUR_K
    lost: bool = False
    presented: bool | None = None
    activated: bool = True
    activated_at: datetime | None = None
    second_generation: CardGeneration | None = None
    report: LossReport | None = None


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """The letter of authorization; ``date`` ``None`` means the day before the decision."""

    presented: bool = True
    date: date | None = None
    dated: bool = True
    signatures: frozenset[LetterSigner] = frozenset(LetterSigner)
    proxy_name_matches: bool = True
    number_matches: bool = True
    original: bool = True
    electronic: bool = False
    graduates: int = 1
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """Something else that lies on the desk; the last four fields matter for photo IDs, ``surrendered`` for the form."""

    code: EvidenceCode
    kind: PhotoIdKind = PhotoIdKind.NATIONAL_ID
    expired: bool = False
    original: bool = True
    photo: bool = True
    surrendered: bool = True


@dataclass(frozen=True, slots=True)
class Flags:
    """What the clerk sees or knows."""

    photo_mismatch: bool = False
    id_mismatch: bool = False
    name_differs: bool = False
    sign_for_graduate: bool = False
    deceased: bool = False
    clerk_is_proxy: bool = False


@dataclass(frozen=True, slots=True)
class HistoryFact:
    """A release or a reversal before; ``counter`` ``None`` means the counter visited."""

    event: HistoryKind
    at: datetime
    counter: str | None = None


@dataclass(frozen=True, slots=True)
class OverrideFact:
    """A supervisor's decision on one reason, named exactly as it is reported."""

    reason: str
    by: str = ""
    role: str = ""
    second: str = ""
    why: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One visit as the engine sees it.

    ``items`` maps item code to source name ("" for an item without sources) to datum; what is not there is
    cleared and fresh. ``stock`` maps document code to state; what is not there lies in its box. All instants
    are aware.
    """

    at: datetime
    counter: str
    request: Request = Request.PICKUP
    started_at: datetime | None = None
    calendar_as_of: date | None = None
    clock_skew_seconds: int = 0
    closures: tuple[Closure, ...] = ()
    mode: Mode = Mode.IN_PERSON
    id_number_typed: str | None = None
    student: StudentFacts = field(default_factory=StudentFacts)
    items: Mapping[str, Mapping[str, ItemFact]] = field(default_factory=dict)
    stock: Mapping[str, StockState] = field(default_factory=dict)
    card: CardFacts = field(default_factory=CardFacts)
    letter: LetterFacts | None = None
    proxy_graduates_today: int = 1
    evidence: tuple[EvidenceFact, ...] = ()
    flags: Flags = field(default_factory=Flags)
    history: tuple[HistoryFact, ...] = ()
    overrides: tuple[OverrideFact, ...] = ()
