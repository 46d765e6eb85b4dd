# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the papers as values: the document layer only lays them out, screens may show them too."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desk_app.domain.audit import Checkpoint
from desk_app.domain.facts import Level, Mode, PhotoIdKind
from desk_app.domain.records import HandedDocument, Relation
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import PolicyRef


class Language(StrEnum):
    """The languages of screens and papers."""

    ZH = "zh-TW"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Give the text of one language."""
        return self.zh if language is Language.ZH else self.en

    def other(self, language: Language) -> str:
        """Give the text of the other language."""
        return self.en if language is Language.ZH else self.zh


@dataclass(frozen=True, slots=True)
class ReceiptProxy:
    """The proxy as the receipt names it: full own name, masked number, relation, letter."""

    name: str
    relation: Relation
    id_kind: PhotoIdKind
    id_masked: str
    letter_date: date | None


@dataclass(frozen=True, slots=True)
class ReceiptDecision:
    """A reason that was lifted: ``by`` and ``second`` ("" without one) name persons by id and masked name."""

    reason: Bilingual
    by: str
    second: str
    why: str


@dataclass(frozen=True, slots=True)
class ReceiptConfirmation:
    """An office's word by telephone without which the hand-over would not have been one; ``code`` is item and source.

    ``by`` names the supervisor who recorded it, by id and masked name. ``person``, who was spoken to, is masked: the
    ledger may be kept for ever, and the name in full goes with the clearance data. ``number`` is the one that was called.
    """

    code: str
    item: Bilingual
    office: Bilingual
    by: str
    person: str
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """Everything that stands on a receipt (P1 in person, P6 by proxy) except seal and hashes of the file itself.

    No person number; instants are aware; ``signed_text`` is the sentence that the collector signed, ``confirmed_by``
    who has confirmed a proxy's papers, "" where nobody had to; ``by_phone`` is what the hand-over rests on besides.
    """

    receipt_no: str
    issued_at: datetime
    institution: Bilingual
    office: Bilingual
    place: Bilingual
    phone: str
    counter: str
    desk: str
    clerk: str
    clerk_name_masked: str
    name: str
    name_romanised: str
    student_no: str
    unit: Bilingual
    level: Level | None
    documents: tuple[HandedDocument, ...]
    mode: Mode
    proxy: ReceiptProxy | None
    evidence: tuple[str, ...]
    notices: tuple[Bilingual, ...]
    digital_due: date | None
    digital_phone: str
    policy: PolicyRef
    signed_text: Bilingual
    signed_text_version: str
    signature: Signature
    demo: bool = False
    lifted: tuple[ReceiptDecision, ...] = ()
    confirmed_by: str = ""
    by_phone: tuple[ReceiptConfirmation, ...] = ()

    def canonical(self) -> str:
        """Give the content as canonical JSON, with the hash of the signature in place of its strokes."""
        return json.dumps(_plain_receipt(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def sha256(self) -> str:
        """Give the hash of :meth:`canonical`, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


_ONLY_WHEN_TOLD = frozenset({"lifted", "confirmed_by", "by_phone"})
"""Left out when empty: receipts sealed before these were known keep their hash."""


def _plain_receipt(content: ReceiptContent) -> dict[str, object]:
    """Turn a receipt's content into JSON values."""
    plain: dict[str, object] = {}
    for name in content.__slots__:
        value = getattr(content, name)
        if name in _ONLY_WHEN_TOLD and not value:
            continue
        plain[name] = value.sha256() if isinstance(value, Signature) else _plain(value)
    return plain


def _plain(value: object) -> object:
    """Turn a value of the domain into JSON values."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    slots = getattr(value, "__slots__", None)
    if slots is not None:
        return {name: _plain(getattr(value, name)) for name in slots}
    return value


@dataclass(frozen=True, slots=True)
class CopyMark:
    """What the band on a copy of a receipt says: the how many-th it is, when, where and by whom (masked) it was printed."""

    receipt_no: str
    number: int
    at: datetime
    place: str
    by: str


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line of a slip: what to do, where, with phone ("" when none is recorded) and hours.

    ``note`` is what the office has written to the graduate: it never goes to anybody else.
    """

    title: str
    office: str = ""
    phone: str = ""
    place: str = ""
    hours: str = ""
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlipContent:
    """A slip to take along (P2, P3, P10, P12) in the visitor's language; the student number is masked.

    ``edition`` names the rules as they are shown: edition and the beginning of their digest. A slip that ``signs``
    persons put their name to states facts; any other one lists things to do, with boxes to tick.
    """

    code: str
    language: Language
    title: str
    title_second: str
    edition: str
    issued_at: datetime
    institution: str
    office: str
    student_no_masked: str
    name_masked: str
    lines: tuple[SlipLine, ...]
    bring: tuple[str, ...] = ()
    hours: str = ""
    next_opening: str = ""
    way: SlipLine | None = None
    footer: tuple[str, ...] = ()
    demo: bool = False
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DailyLogRow:
    """One line of the daily log; names are masked, ``pack`` and ``policy_digest`` name the rules that decided.

    ``by_phone`` names the items of which only an office's word by telephone says that they are settled.
    """

    sequence: int
    at: datetime
    receipt_no: str
    student_no: str
    name_masked: str
    unit: Bilingual
    serials: tuple[str, ...]
    mode: Mode
    clerk_masked: str
    desk: str
    voided: bool
    void_reason: str
    reprints: int
    sealed: bool
    printed: bool
    pack: str = ""
    policy_digest: str = ""
    by_phone: tuple[Bilingual, ...] = ()

    @property
    def rules(self) -> str:
        """The rules that decided, in short: the pack and the beginning of its digest."""
        return f"{self.pack} {self.policy_digest[:4]}".strip()


@dataclass(frozen=True, slots=True)
class HourCount:
    """How many were handed over in one hour of the day."""

    hour: int
    in_person: int
    by_proxy: int


@dataclass(frozen=True, slots=True)
class DailyLogContent:
    """The day's log (P8) of one counter, or of all when ``counter`` is ""; ``ledger_sha256`` chains to the day before.

    ``checkpoint`` is the end of the audit log when the log was made.
    """

    institution: Bilingual
    office: Bilingual
    counter: str
    day: date
    rows: tuple[DailyLogRow, ...]
    hours: tuple[HourCount, ...]
    refused: tuple[tuple[str, int], ...]
    sequence_gaps: tuple[str, ...]
    unsealed: tuple[str, ...]
    unprinted: tuple[str, ...]
    opening_stock: int
    closing_stock: int
    edition: str
    policy_digest: str
    ledger_sha256: str
    previous_ledger_sha256: str
    printed_at: datetime
    printed_by: str
    median_seconds: int | None = None
    demo: bool = False
    checkpoint: Checkpoint | None = None

    @property
    def in_person(self) -> int:
        """Hand-overs in person that stand."""
        return sum(1 for row in self.rows if row.mode is Mode.IN_PERSON and not row.voided)

    @property
    def by_proxy(self) -> int:
        """Hand-overs by proxy that stand."""
        return sum(1 for row in self.rows if row.mode is Mode.BY_PROXY and not row.voided)

    @property
    def voided(self) -> int:
        """Hand-overs that were reversed."""
        return sum(1 for row in self.rows if row.voided)

    @property
    def by_phone(self) -> tuple[str, ...]:
        """The receipts of hand-overs that stand and rest on an office's word by telephone."""
        return tuple(row.receipt_no for row in self.rows if row.by_phone and not row.voided)


class SealFault(StrEnum):
    """Why a paper is refused by the verifier."""

    NOT_A_PDF = "not_a_pdf"
    NO_SEAL = "no_seal"
    SEVERAL_SEALS = "several_seals"
    BROKEN = "broken"
    NOT_WHOLE_FILE = "not_whole_file"
    OTHER_ISSUER = "other_issuer"
    EXPIRED = "expired"
    NOT_IN_LEDGER = "not_in_ledger"
    DIFFERS_FROM_LEDGER = "differs_from_ledger"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class SealReport:
    """What the verifier found: no faults means genuine; ``ledger_asked`` tells whether the ledger was compared.

    ``copy`` is the number of a copy, 0 for the original.
    """

    faults: tuple[SealFault, ...]
    receipt_no: str
    sha256: str
    signer: str
    sealed_at: datetime | None
    ledger_asked: bool
    copy: int = 0

    @property
    def genuine(self) -> bool:
        """True when nothing speaks against the paper."""
        return not self.faults
