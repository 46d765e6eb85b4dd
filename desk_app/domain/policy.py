# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of one edition as typed values: what a policy pack, its tables and its calendar say.

A :class:`Policy` is built by ``desk_app.policy`` from a TOML pack and is complete: the engine needs nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from desk_app.domain.basis import Basis
from desk_app.domain.calendar import WorkCalendar
from desk_app.domain.facts import CardGeneration, Closure, Group, LetterSigner, Level, Mode, PhotoIdKind
from desk_app.domain.follow_up import (
    AppsClosedNotice,
    CardRule,
    DigitalRule,
    EasyCardNotice,
    OverseasRule,
    Retention,
)
from desk_app.domain.verdict import ReasonCode

_HOUR = timedelta(hours=1)
_NO_TIME = timedelta(0)


class Credential(StrEnum):
    """What opens the leaving system; words only, never a number."""

    PORTAL_PASSWORD = "PORTAL_PASSWORD"  # noqa: S105 - the name of a kind of credential
    ID_NUMBER = "ID_NUMBER"
    PASSPORT_DIGITS = "PASSPORT_DIGITS"


class Phase(StrEnum):
    """Where today stands to the day on which the loss report in the portal is closed."""

    BEFORE = "BEFORE"
    BOUNDARY = "BOUNDARY"
    AFTER = "AFTER"


class CardCondition(StrEnum):
    """For which state of the graduate's card an evidence rule is meant."""

    HELD = "HELD"
    LOST = "LOST"
    ANY = "ANY"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which term's rules these are."""

    pack: str
    id: str
    institution: str
    title_en: str
    title_zh: str
    timezone: ZoneInfo
    academic_year: int
    semester: int
    term_from: date
    term_to: date
    recorded_on: date
    issued_on: date | None
    sources: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Cohort:
    """A year group that the procedure is for; ``None`` for ``entry_ay`` or ``groups`` means any."""

    levels: frozenset[Level]
    entry_ay: frozenset[int] | None
    groups: frozenset[Group] | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom this desk serves; no cohorts means every year group."""

    levels: frozenset[Level]
    cohorts: tuple[Cohort, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class StudentNumberRule:
    """The form of a student number and the meaning of its named parts."""

    pattern: re.Pattern[str]
    level_digits: Mapping[str, Level]
    entry_pivot: int | None
    example: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class CredentialPhase:
    """From which day which credential opens the leaving system."""

    start: date
    password: Credential
    expected_from: date | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Portal:
    """When the leaving system is open; shown and printed, never used to refuse."""

    open_from: date
    open_to: date | None
    open_basis: Basis
    credentials: tuple[CredentialPhase, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open service window: ``start`` is open, ``end`` is closed."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Pickup:
    """When the counters serve; ``weekdays`` holds 0 (Monday) to 6, ``grace_minutes`` minutes."""

    open_from: date
    open_to: date | None
    escalate_until: date | None
    weekdays: frozenset[int]
    open_on_makeup_workdays: bool
    windows: tuple[Window, ...]
    grace_minutes: int
    basis: Mapping[str, Basis]


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk where certificates are handed out."""

    code: str
    order: int
    name_en: str
    name_zh: str
    place_en: str | None
    place_zh: str | None
    phone: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Routing:
    """Which counter serves which unit, college or anybody; the most specific rule wins."""

    units: Mapping[str, str]
    colleges: Mapping[str, str]
    anybody: str | None
    bases: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A department or programme of the unit table; ``college`` is "" for none."""

    key: str
    code: str
    letter: str
    name_zh: str
    name_en: str
    college: str
    counter: str


@dataclass(frozen=True, slots=True)
class OfficeName:
    """A name of an office, valid from ``start`` until before ``end``."""

    en: str
    zh: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Office:
    """A unit in charge of clearance items; ``phone`` ``None`` means that none is recorded."""

    code: str
    phone: str | None
    names: tuple[OfficeName, ...]
    basis: Basis

    def name_on(self, day: date) -> OfficeName | None:
        """Give the name that holds on a day."""
        for name in self.names:
            if name.start <= day and (name.end is None or day < name.end):
                return name
        return None


@dataclass(frozen=True, slots=True)
class ClearanceItem:
    """One clearance item; no ``sources`` means one nameless source ("").

    Its data hold for ``max_age_hours`` hours, those of a source named in ``source_max_age_hours`` for as many as stand there.
    """

    code: str
    order: int
    office: str
    applies_to_all: bool
    applies_to: frozenset[Group]
    sources: tuple[str, ...]
    blocking: bool
    max_age_hours: int
    source_max_age_hours: Mapping[str, int]
    self_service: bool
    self_service_unless: tuple[str, ...]
    escalate_when_window_closed: bool
    closed_by_release: bool
    during_enrolment_from_entry_ay: int | None
    basis: Basis

    @property
    def source_keys(self) -> tuple[str, ...]:
        """The keys of this item's data in :attr:`Facts.items`: its sources, or one empty name."""
        return self.sources or ("",)

    def hours_of(self, source: str) -> int:
        """Give for how many hours data of a source hold."""
        return self.source_max_age_hours.get(source, self.max_age_hours)

    def is_fresh(self, source: str, age: timedelta) -> bool:
        """Tell whether a datum of this age still holds; one from the future does not."""
        return age >= _NO_TIME and age // _HOUR < self.hours_of(source)


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """A document that is handed over, and to which levels."""

    code: str
    order: int
    name_en: str
    name_zh: str
    levels: frozenset[Level]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Identity:
    """Which cards and photo IDs count; ``old_card_extra`` is asked for beside an accepted old card."""

    card_generations: frozenset[CardGeneration]
    old_card_extra: tuple[str, ...]
    photo_id_kinds: frozenset[PhotoIdKind]
    basis: Basis


@dataclass(frozen=True, slots=True)
class LostCard:
    """Until when a loss can be reported, and how."""

    portal_closed_from: date
    boundary_day_accepts_both: bool
    required_reason: str
    forbid_reissue: bool
    affidavit_form: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class LetterRule:
    """What a letter of authorization must be; ``max_age_days`` days."""

    signatures: tuple[LetterSigner, ...]
    max_age_days: int
    accept_copy: bool
    accept_electronic: bool
    one_graduate_per_letter: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """Which evidence a situation needs; ``None`` for ``phase`` or ``national_id`` means any.

    An element of ``need`` is one evidence code, or several joined by ``|`` of which one is enough.
    """

    key: str
    order: int
    mode: Mode
    card: CardCondition
    phase: frozenset[Phase] | None
    national_id: bool | None
    need: tuple[str, ...]
    escalate: tuple[ReasonCode, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """One entry of the pack as shown to people: its key path, its own plain values, its basis."""

    path: str
    values: Mapping[str, object]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole pack with its tables; ``digest`` is the SHA-256 of pack and tables, in hexadecimal."""

    edition: Edition
    digest: str
    scope: Scope
    student_no: StudentNumberRule
    portal: Portal
    pickup: Pickup
    calendar: WorkCalendar | None
    closures: tuple[Closure, ...]
    counters: Mapping[str, Counter]
    routing: Routing
    units: Mapping[str, Unit]
    colleges: Mapping[str, tuple[str, str]]
    offices: Mapping[str, Office]
    clearance: tuple[ClearanceItem, ...]
    documents: tuple[DocumentRule, ...]
    identity: Identity
    lost_card: LostCard | None
    letter: LetterRule | None
    proxy_warn_above_per_day: int | None
    evidence: tuple[EvidenceRule, ...]
    digital: DigitalRule | None
    apps_closed: AppsClosedNotice | None
    easycard: EasyCardNotice | None
    card: CardRule | None
    overseas: OverseasRule | None
    max_clock_skew_seconds: int
    retention: Retention | None
    entries: tuple[PolicyEntry, ...]

    def item(self, code: str) -> ClearanceItem | None:
        """Give the clearance item of a code."""
        return next((item for item in self.clearance if item.code == code), None)

    def document(self, code: str) -> DocumentRule | None:
        """Give the document of a code."""
        return next((document for document in self.documents if document.code == code), None)
