# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk's decision and the closed lists of what it may say: verdicts, reasons, notices, prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Self

from typing_extensions import override


class VerdictCode(StrEnum):
    """The eleven verdicts, the strongest first; the order of definition is the order of strength."""

    STOP = "STOP"
    DUPLICATE = "DUPLICATE"
    REFER = "REFER"
    NOT_FOUND = "NOT_FOUND"
    NOT_NOW = "NOT_NOW"
    REDIRECT = "REDIRECT"
    HOLD = "HOLD"
    ESCALATE = "ESCALATE"
    NEED_EVIDENCE = "NEED_EVIDENCE"
    RELEASE_NOTICE = "RELEASE_NOTICE"
    RELEASE = "RELEASE"

    @property
    def releases(self) -> bool:
        """True when the certificate may be handed over."""
        return self in (VerdictCode.RELEASE, VerdictCode.RELEASE_NOTICE)


class OverrideClass(Enum):
    """Who may lift a reason: nobody, a phone confirmation, a supervisor, with a second person, with an incident note."""

    NEVER = "N"
    PHONE = "P"
    SUPERVISOR = "S"
    SUPERVISOR_SECOND = "S2"
    SUPERVISOR_INCIDENT = "SI"
    SUPERVISOR_SECOND_INCIDENT = "SI2"


class ReasonCode(StrEnum):
    """Every reason, in the order in which reasons of one verdict are reported."""

    verdict: VerdictCode
    override: OverrideClass

    def __new__(cls, value: str, verdict: VerdictCode, override: OverrideClass) -> Self:
        """Attach to a code its one verdict and the class of override that can lift it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.verdict = verdict
        member.override = override
        return member

    LETTER_REVOKED = "LETTER_REVOKED", VerdictCode.STOP, OverrideClass.NEVER
    SIGN_FOR_GRADUATE = "SIGN_FOR_GRADUATE", VerdictCode.STOP, OverrideClass.NEVER
    LETTER_NAME_MISMATCH = "LETTER_NAME_MISMATCH", VerdictCode.STOP, OverrideClass.SUPERVISOR_SECOND_INCIDENT
    PHOTO_MISMATCH = "PHOTO_MISMATCH", VerdictCode.STOP, OverrideClass.SUPERVISOR_INCIDENT
    ID_MISMATCH = "ID_MISMATCH", VerdictCode.STOP, OverrideClass.SUPERVISOR_INCIDENT
    ALREADY_RELEASED = "ALREADY_RELEASED", VerdictCode.DUPLICATE, OverrideClass.NEVER
    LEVEL_OUT_OF_SCOPE = "LEVEL_OUT_OF_SCOPE", VerdictCode.REFER, OverrideClass.NEVER
    COHORT_OUT_OF_SCOPE = "COHORT_OUT_OF_SCOPE", VerdictCode.REFER, OverrideClass.NEVER
    SERVICE = "SERVICE", VerdictCode.REFER, OverrideClass.NEVER
    DIGITAL_NOT_ELIGIBLE = "DIGITAL_NOT_ELIGIBLE", VerdictCode.REFER, OverrideClass.NEVER
    DIGITAL_NOT_STARTED = "DIGITAL_NOT_STARTED", VerdictCode.REFER, OverrideClass.NEVER
    DIGITAL_PENDING = "DIGITAL_PENDING", VerdictCode.REFER, OverrideClass.NEVER
    DIGITAL_OVERDUE = "DIGITAL_OVERDUE", VerdictCode.REFER, OverrideClass.NEVER
    NUMBER_FORMAT = "NUMBER_FORMAT", VerdictCode.NOT_FOUND, OverrideClass.NEVER
    NUMBER_UNKNOWN = "NUMBER_UNKNOWN", VerdictCode.NOT_FOUND, OverrideClass.NEVER
    NOT_STARTED = "NOT_STARTED", VerdictCode.NOT_NOW, OverrideClass.SUPERVISOR
    PICKUP_ENDED = "PICKUP_ENDED", VerdictCode.NOT_NOW, OverrideClass.SUPERVISOR
    WEEKDAY = "WEEKDAY", VerdictCode.NOT_NOW, OverrideClass.SUPERVISOR
    DAY_OFF = "DAY_OFF", VerdictCode.NOT_NOW, OverrideClass.SUPERVISOR
    CLOSURE = "CLOSURE", VerdictCode.NOT_NOW, OverrideClass.SUPERVISOR
    OUTSIDE_HOURS = "OUTSIDE_HOURS", VerdictCode.NOT_NOW, OverrideClass.SUPERVISOR
    WRONG_COUNTER = "WRONG_COUNTER", VerdictCode.REDIRECT, OverrideClass.NEVER
    PROCEDURE_NOT_STARTED = "PROCEDURE_NOT_STARTED", VerdictCode.HOLD, OverrideClass.NEVER
    ITEM_OPEN = "ITEM_OPEN", VerdictCode.HOLD, OverrideClass.NEVER
    ITEM_PENDING = "ITEM_PENDING", VerdictCode.HOLD, OverrideClass.NEVER
    ITEM_UNKNOWN = "ITEM_UNKNOWN", VerdictCode.HOLD, OverrideClass.PHONE
    OVERSEAS_LATE = "OVERSEAS_LATE", VerdictCode.HOLD, OverrideClass.NEVER
    CERT_OUTSIDE_ENROLMENT = "CERT_OUTSIDE_ENROLMENT", VerdictCode.HOLD, OverrideClass.NEVER
    NOT_PRINTED = "NOT_PRINTED", VerdictCode.HOLD, OverrideClass.NEVER
    NOT_IN_BOX = "NOT_IN_BOX", VerdictCode.HOLD, OverrideClass.NEVER
    CLOCK_SKEW = "CLOCK_SKEW", VerdictCode.ESCALATE, OverrideClass.NEVER
    CALENDAR_MISSING = "CALENDAR_MISSING", VerdictCode.ESCALATE, OverrideClass.NEVER
    ISSUE_DAY_OVER = "ISSUE_DAY_OVER", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    UNIT_NOT_ROUTED = "UNIT_NOT_ROUTED", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    ITEM_WINDOW_CLOSED = "ITEM_WINDOW_CLOSED", VerdictCode.ESCALATE, OverrideClass.NEVER
    MISPRINT = "MISPRINT", VerdictCode.ESCALATE, OverrideClass.NEVER
    NAME_DIFFERS = "NAME_DIFFERS", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    GRADUATE_DECEASED = "GRADUATE_DECEASED", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    CLERK_IS_PROXY = "CLERK_IS_PROXY", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    REISSUE_REQUESTED = "REISSUE_REQUESTED", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    NO_EVIDENCE_RULE = "NO_EVIDENCE_RULE", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    PROXY_LOST_AFTER_CUTOFF = "PROXY_LOST_AFTER_CUTOFF", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    NO_NATIONAL_ID = "NO_NATIONAL_ID", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    LETTER_NUMBER_MISMATCH = "LETTER_NUMBER_MISMATCH", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    LETTER_NOT_ORIGINAL = "LETTER_NOT_ORIGINAL", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    LETTER_ELECTRONIC = "LETTER_ELECTRONIC", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    LETTER_TOO_OLD = "LETTER_TOO_OLD", VerdictCode.ESCALATE, OverrideClass.SUPERVISOR_SECOND
    ID_CHECKSUM_FAILED = "ID_CHECKSUM_FAILED", VerdictCode.NEED_EVIDENCE, OverrideClass.NEVER
    ID_NUMBER_VOID = "ID_NUMBER_VOID", VerdictCode.NEED_EVIDENCE, OverrideClass.NEVER
    LETTER_UNDATED = "LETTER_UNDATED", VerdictCode.NEED_EVIDENCE, OverrideClass.NEVER
    LETTER_POSTDATED = "LETTER_POSTDATED", VerdictCode.NEED_EVIDENCE, OverrideClass.NEVER
    LETTER_SEVERAL_GRADUATES = "LETTER_SEVERAL_GRADUATES", VerdictCode.NEED_EVIDENCE, OverrideClass.NEVER
    MISSING = "MISSING", VerdictCode.NEED_EVIDENCE, OverrideClass.NEVER


class NoticeCode(StrEnum):
    """Every notice, in the order in which notices are reported."""

    NUMBER_NORMALISED = "NUMBER_NORMALISED"
    NUMBER_EXAMPLE = "NUMBER_EXAMPLE"
    NUMBER_UNIT_MISMATCH = "NUMBER_UNIT_MISMATCH"
    NUMBER_LEVEL_MISMATCH = "NUMBER_LEVEL_MISMATCH"
    NAME_SEE_CERTIFICATE = "NAME_SEE_CERTIFICATE"
    OTHER_UNIT = "OTHER_UNIT"
    IN_FLIGHT = "IN_FLIGHT"
    CREDENTIAL = "CREDENTIAL"
    ITEM_IGNORED = "ITEM_IGNORED"
    ITEM_ADVICE = "ITEM_ADVICE"
    CONFIRMED_BY_PHONE = "CONFIRMED_BY_PHONE"
    SELF_SERVICE = "SELF_SERVICE"
    CERT_DETAIL = "CERT_DETAIL"
    DOCUMENT_NOT_ACCEPTED = "DOCUMENT_NOT_ACCEPTED"
    OFFICES_ONLY = "OFFICES_ONLY"
    OVERSEAS_ANNOTATION = "OVERSEAS_ANNOTATION"
    OVERSEAS_SUSPENDED = "OVERSEAS_SUSPENDED"
    OVERSEAS_OVER_LIMIT = "OVERSEAS_OVER_LIMIT"
    OLD_CARD = "OLD_CARD"
    CARD_GENERATION_NOT_ACCEPTED = "CARD_GENERATION_NOT_ACCEPTED"
    CARD_GENERATION_UNEXPECTED = "CARD_GENERATION_UNEXPECTED"
    LOST_CARD_PRESENTED = "LOST_CARD_PRESENTED"
    LOSS_REASON_OTHER = "LOSS_REASON_OTHER"
    LOSS_REPORT_AFTER_CUTOFF = "LOSS_REPORT_AFTER_CUTOFF"
    EXPIRED_ID_SHOWN = "EXPIRED_ID_SHOWN"
    FORM_CONTRADICTS_ITEMS = "FORM_CONTRADICTS_ITEMS"
    PROXY_BATCH = "PROXY_BATCH"
    OVERRIDDEN = "OVERRIDDEN"
    OVERRIDE_REFUSED = "OVERRIDE_REFUSED"
    APPS_CLOSED = "APPS_CLOSED"
    EASYCARD_UNTIL = "EASYCARD_UNTIL"
    EASYCARD_ENDED = "EASYCARD_ENDED"
    DIGITAL_DUE = "DIGITAL_DUE"
    EMAIL_MISSING = "EMAIL_MISSING"
    NO_DEGREE_CERTIFICATE = "NO_DEGREE_CERTIFICATE"
    DOOR_SWITCH = "DOOR_SWITCH"


class PrintCode(StrEnum):
    """The papers that an outcome asks for."""

    RECEIPT = "P1"
    MISSING_ITEMS_SLIP = "P2"
    REDIRECT_SLIP = "P3"
    AFFIDAVIT = "P4"
    BLANK_LETTER = "P5"
    PROXY_RECEIPT = "P6"
    DIGITAL_NOTICE = "P7"
    INCIDENT_NOTE = "P10"
    REFER_CARD = "P12"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against a release; ``argument`` follows the colon (``ITEM_OPEN:LIB_BOOKS.NTU``), "" without one."""

    code: ReasonCode
    argument: str = ""

    @override
    def __str__(self) -> str:
        return f"{self.code.value}:{self.argument}" if self.argument else self.code.value


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say beside the verdict; ``argument`` follows the colon, "" without one."""

    code: NoticeCode
    argument: str = ""

    @override
    def __str__(self) -> str:
        return f"{self.code.value}:{self.argument}" if self.argument else self.code.value


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """Which rules decided: pack id, edition shown to people, digest of the pack's bytes, calendar version used."""

    pack: str
    edition: str
    digest: str
    calendar_version: date | None

    @property
    def short_digest(self) -> str:
        """The first four hexadecimal digits, as shown on the banner and the papers."""
        return self.digest[:4]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of ``decide``: ordered, complete and explained, valid for ``at`` at ``counter`` under ``policy``."""

    code: VerdictCode
    reasons: tuple[Reason, ...]
    notices: tuple[Notice, ...]
    missing_evidence: tuple[str, ...]
    prints: tuple[PrintCode, ...]
    digital_due: date | None
    next_opening: datetime | None
    send_to: str | None
    needed_evidence: tuple[str, ...]
    at: datetime
    counter: str
    policy: PolicyRef

    def has_reason(self, code: ReasonCode) -> bool:
        """Tell whether a reason of this code is among the reasons."""
        return any(reason.code is code for reason in self.reasons)
