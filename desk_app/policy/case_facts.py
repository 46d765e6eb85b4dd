# SPDX-License-Identifier: GPL-3.0-or-later
"""From the merged table of a case to :class:`Facts`, strictly (case-format, sections 2 to 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from desk_app.domain.facts import (
    CardFacts,
    CardGeneration,
    Closure,
    Facts,
    Flags,
    Group,
    HistoryFact,
    HistoryKind,
    LetterFacts,
    LetterSigner,
    Level,
    LossReport,
    Mode,
    OverrideFact,
    OverseasFacts,
    OverseasSemester,
    Request,
    StudentFacts,
)
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import ReasonCode
from desk_app.policy.case_items import read_evidence, read_items, read_stock
from desk_app.policy.pack_reading import read_closure
from desk_app.policy.problems import ProblemLog
from desk_app.policy.table_reader import TableReader

_ROLES = ("clerk", "supervisor")
_LAST_ENTRY_YEAR = 3000


def check_code(place: str, text: str, known: type[ReasonCode], log: ProblemLog) -> None:
    """Note a reason whose code, the part before the first colon, does not exist."""
    code = text.partition(":")[0]
    codes = [one.value for one in known]
    if code not in codes:
        log.add_unknown("unknown_code", place, found=code, known=codes)


def read_facts(reader: TableReader, policy: Policy) -> Facts:
    """Read what a case says of one visit; problems go to the reader's log."""
    zone, counters = policy.edition.timezone, tuple(policy.counters)
    at = reader.instant("at", zone)
    return Facts(
        at=at,
        counter=reader.word("counter", counters, "unknown_counter"),
        request=reader.choice("request", Request, Request.PICKUP),
        started_at=_read_start(reader, at, zone),
        calendar_as_of=reader.day_or_none("calendar_as_of"),
        clock_skew_seconds=reader.whole_or_none("clock_skew_seconds", minimum=None) or 0,
        closures=tuple(_read_closure(one, zone, counters) for one in reader.children("closures")),
        mode=reader.choice("mode", Mode, Mode.IN_PERSON),
        id_number_typed=reader.text_or_none("id_number_typed"),
        student=_read_student(reader.child("student")),
        items=read_items(reader.child("items"), policy),
        stock=read_stock(reader, policy),
        card=_read_card(reader.child("card"), zone),
        letter=_read_letter(reader.child("letter")),
        proxy_graduates_today=_read_proxy(reader.child("proxy")),
        evidence=read_evidence(reader),
        flags=_read_flags(reader.child("flags")),
        history=tuple(_read_event(one, zone, counters) for one in reader.children("history")),
        overrides=tuple(_read_override(one) for one in reader.children("override")),
    )


def _read_start(reader: TableReader, at: datetime, zone: ZoneInfo) -> datetime | None:
    started = reader.instant_or_none("started_at", zone)
    if started is not None and started.astimezone(UTC) > at.astimezone(UTC):
        reader.log.add("after_at", reader.place("started_at"))
    return started


def _read_closure(reader: TableReader, zone: ZoneInfo, counters: tuple[str, ...]) -> Closure:
    closure = read_closure(reader, zone, counters)
    declared_at = reader.instant_or_none("declared_at", zone)
    reader.done()
    return replace(closure, declared_at=declared_at)


def _read_student(reader: TableReader | None) -> StudentFacts:
    if reader is None:
        return StudentFacts()
    student = StudentFacts(
        number=reader.text_or_none("number") or "",
        known=reader.flag("known", default=True),
        name=reader.text_or_none("name") or "",
        level=reader.choice_or_none("level", Level),
        unit=reader.text_or_none("unit") or "",
        college=reader.text_or_none("college"),
        other_units=reader.texts_or_none("other_units") or (),
        entry_ay=reader.whole_or_none("entry_ay", maximum=_LAST_ENTRY_YEAR),
        enrolled_on=reader.day_or_none("enrolled_on"),
        graduation_ay=reader.whole_or_none("graduation_ay", minimum=None),
        groups=frozenset(reader.codes_or_none("groups", Group) or ()),
        has_national_id=reader.flag_or_none("has_national_id"),
        procedure_started=reader.flag("procedure_started", default=True),
        email_on_record=reader.flag("email_on_record", default=True),
        overseas=_read_overseas(reader.child("overseas")),
    )
    reader.done()
    return student


def _read_overseas(reader: TableReader | None) -> OverseasFacts | None:
    if reader is None:
        return None
    overseas = OverseasFacts(
        applied_on=reader.day_or_none("applied_on"),
        semesters=tuple(_read_semester(one) for one in reader.children("semesters")),
    )
    reader.done()
    return overseas


def _read_semester(reader: TableReader) -> OverseasSemester:
    semester = OverseasSemester(
        subjects=reader.whole_or_none("subjects") or 0,
        credits=reader.whole_or_none("credits") or 0,
        exempt=reader.flag("exempt", default=False),
        suspended=reader.flag("suspended", default=False),
        summer=reader.flag("summer", default=False),
    )
    reader.done()
    return semester


def _read_card(reader: TableReader | None, zone: ZoneInfo) -> CardFacts:
    if reader is None:
        return CardFacts()
    report = reader.child("report")
    card = CardFacts(
        generation=reader.choice("generation", CardGeneration, CardGeneration.FOUR_K),
        lost=reader.flag("lost", default=False),
        presented=reader.flag_or_none("presented"),
        activated=reader.flag("activated", default=True),
        activated_at=reader.instant_or_none("activated_at", zone),
        second_generation=reader.choice_or_none("second_generation", CardGeneration),
        report=_read_report(report, zone) if report else None,
    )
    reader.done()
    return card


def _read_report(reader: TableReader, zone: ZoneInfo) -> LossReport:
    report = LossReport(
        at=reader.instant("at", zone),
        reason=reader.text_or_none("reason"),
        reissue=reader.flag("reissue", default=False),
    )
    reader.done()
    return report


def _read_letter(reader: TableReader | None) -> LetterFacts | None:
    if reader is None:
        return None
    signatures = reader.codes_or_none("signatures", LetterSigner)
    graduates = reader.whole_or_none("graduates")
    letter = LetterFacts(
        presented=reader.flag("presented", default=True),
        date=reader.day_or_none("date"),
        dated=reader.flag("dated", default=True),
        signatures=frozenset(LetterSigner if signatures is None else signatures),
        proxy_name_matches=reader.flag("proxy_name_matches", default=True),
        number_matches=reader.flag("number_matches", default=True),
        original=reader.flag("original", default=True),
        electronic=reader.flag("electronic", default=False),
        graduates=1 if graduates is None else graduates,
        revoked=reader.flag("revoked", default=False),
    )
    reader.done()
    return letter


def _read_proxy(reader: TableReader | None) -> int:
    found = reader.whole_or_none("graduates_today") if reader else None
    if reader:
        reader.done()
    return 1 if found is None else found


def _read_flags(reader: TableReader | None) -> Flags:
    if reader is None:
        return Flags()
    flags = Flags(
        photo_mismatch=reader.flag("photo_mismatch", default=False),
        id_mismatch=reader.flag("id_mismatch", default=False),
        name_differs=reader.flag("name_differs", default=False),
        sign_for_graduate=reader.flag("sign_for_graduate", default=False),
        deceased=reader.flag("deceased", default=False),
        clerk_is_proxy=reader.flag("clerk_is_proxy", default=False),
    )
    reader.done()
    return flags


def _read_event(reader: TableReader, zone: ZoneInfo, counters: tuple[str, ...]) -> HistoryFact:
    event = HistoryFact(
        event=reader.choice("event", HistoryKind),
        at=reader.instant("at", zone),
        counter=reader.word("counter", counters, "unknown_counter") if reader.has("counter") else None,
    )
    reader.done()
    return event


def _read_override(reader: TableReader) -> OverrideFact:
    reason = reader.text("reason")
    if reader.has("reason"):
        check_code(reader.place("reason"), reason, ReasonCode, reader.log)
    override = OverrideFact(
        reason=reason,
        by=reader.text_or_none("by") or "",
        role=reader.word("role", _ROLES, "not_allowed") if reader.has("role") else "",
        second=reader.text_or_none("second") or "",
        why=reader.text_or_none("why") or "",
        incident=reader.text_or_none("incident") or "",
    )
    reader.done()
    return override
