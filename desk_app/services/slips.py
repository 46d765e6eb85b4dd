# SPDX-License-Identifier: GPL-3.0-or-later
"""The slips to take along: what is open and where, the way to the other counter, the record of a hand-over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desk_app.domain.closures import first_day
from desk_app.domain.facts import EvidenceCode, Mode
from desk_app.domain.masking import mask_name, mask_student_number
from desk_app.domain.papers import Language, SlipContent, SlipLine
from desk_app.domain.policy import Policy
from desk_app.domain.records import ReleaseRecord
from desk_app.domain.verdict import PrintCode, ReasonCode, VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.i18n import catalogue
from desk_app.services.due_dates import due_now
from desk_app.services.explain.names import Names, at_start
from desk_app.services.explain.notices import login_words
from desk_app.services.explain.reasons import ITEM_REASONS, ReasonRow, item_words, reason_rows
from desk_app.services.opening import opening_at
from desk_app.services.rules_today import closure_period
from desk_app.services.wording import institution_name

_SLIPS = (
    PrintCode.MISSING_ITEMS_SLIP,
    PrintCode.REDIRECT_SLIP,
    PrintCode.INCIDENT_NOTE,
    PrintCode.REFER_CARD,
)
_AHEAD = timedelta(days=14)
"""Closures further away than this are still forgotten by the time they matter."""

_ON_THE_LIST = frozenset({VerdictCode.HOLD, VerdictCode.ESCALATE, VerdictCode.NEED_EVIDENCE})


@dataclass(frozen=True, slots=True)
class _Draft:
    """What every kind of slip is made from."""

    names: Names
    case: OpenCase
    now: datetime
    note: str

    @property
    def rows(self) -> tuple[ReasonRow, ...]:
        """The reasons as rows."""
        return reason_rows(self.names, self.case, self.now)

    def text(self, key: str, **values: object) -> str:
        """Give a text of the slips."""
        return self.names.texts(f"slip.{key}", **values)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What differs between the slips."""

    lines: tuple[SlipLine, ...]
    bring: tuple[str, ...] = ()
    way: SlipLine | None = None
    footer: tuple[str, ...] = ()
    hours: bool = True


def slip_code(case: OpenCase) -> PrintCode | None:
    """Tell which slip a verdict asks for, ``None`` when it asks for none."""
    return next((code for code in _SLIPS if code in case.verdict.prints), None)


def slip_name(case: OpenCase) -> str:
    """Give under which name the catalogues have the words for the slip of a case, "" when it has none."""
    code = slip_code(case)
    if code is PrintCode.MISSING_ITEMS_SLIP and case.verdict.code is VerdictCode.NEED_EVIDENCE:
        return "P2_PAPERS"
    if code is PrintCode.REFER_CARD and case.verdict.code is VerdictCode.DUPLICATE and _standing_release(case):
        return "P12_COLLECTED"
    return code.value if code else ""


def _standing_release(case: OpenCase) -> ReleaseRecord | None:
    return case.dossier.standing_release if case.dossier else None


def slip_for(
    policy: Policy, case: OpenCase, language: Language, now: datetime, *, note: str = "", demo: bool = False
) -> SlipContent | None:
    """Make the slip of a case in the visitor's language; ``note`` is the clerk's incident note (P10)."""
    code = slip_code(case)
    if code is None:
        return None
    names = Names.of(policy, language, now)
    draft = _Draft(names, case, now, note)
    parts = _PARTS[code](draft)
    title = f"slip.title.{slip_name(case)}"
    other = Language.EN if language is Language.ZH else Language.ZH
    opening = case.verdict.next_opening
    return SlipContent(
        code=code.value,
        language=language,
        title=names.texts(title),
        title_second=catalogue(other)(title),
        edition=names.texts("verdict.edition", edition=policy.edition.id, digest=policy.digest[:4]),
        issued_at=now,
        institution=institution_name(policy).of(language),
        office=names.counter(case.verdict.counter),
        student_no_masked=mask_student_number(case.dossier.graduate.number) if case.dossier else "",
        name_masked=mask_name(case.dossier.graduate.name) if case.dossier else "",
        lines=parts.lines,
        bring=parts.bring,
        hours=names.hours() if parts.hours else "",
        next_opening=names.when(opening) if opening and parts.hours else "",
        way=parts.way,
        footer=(*(_closed_ahead(draft) if parts.hours else ()), *parts.footer),
        demo=demo,
    )


def _closed_ahead(draft: _Draft) -> tuple[str, ...]:
    """Name the closures of the next days at the counter to come to, so that nobody travels in vain."""
    policy, verdict = draft.names.policy, draft.case.verdict
    opening = opening_at(policy, verdict.send_to or verdict.counter, draft.case.facts.closures, draft.now)
    horizon = draft.names.day + _AHEAD
    known = (one for one in (*opening.closures, *opening.upcoming) if first_day(one) <= horizon)
    said = [
        f"{closure_period(draft.names, one)} {draft.names.closure(one.reason)}" for one in sorted(known, key=first_day)
    ]
    return (draft.names.texts("closure.ahead", closures=draft.names.join(said)),) if said else ()


def _missing_items(draft: _Draft) -> _Parts:
    """P2: what is open and where; what to bring, how to log in."""
    return _Parts(_open_lines(draft), _to_bring(draft), footer=_advice(draft))


def _redirect(draft: _Draft) -> _Parts:
    """P3: the way to the other counter, and what is still open, so that nobody travels in vain."""
    names = draft.names
    counter = draft.case.verdict.send_to or ""
    way = SlipLine(
        title=names.counter(counter),
        phone=names.counter_phone(counter),
        place=names.place(counter),
        hours=names.hours(),
    )
    lines = _open_lines(draft)
    advice = draft.text("still_open") if lines else draft.text("all_cleared")
    return _Parts(lines, _to_bring(draft), way, (advice, *_advice(draft)))


def _incident(draft: _Draft) -> _Parts:
    """P10: the reasons, what was seen, what was decided; it stays in the office."""
    lines = [SlipLine(title=row.title, detail=row.act) for row in draft.rows if row.code.verdict in _ALARMS]
    lines.append(SlipLine(title=draft.text("seen"), detail=draft.note.strip() or draft.text("nothing_noted")))
    return _Parts(tuple(lines), footer=(draft.text("decided"),), hours=False)


_ALARMS = frozenset({VerdictCode.STOP, VerdictCode.ESCALATE})


def _refer(draft: _Draft) -> _Parts:
    """P12: the other service, or when, where and to whom the certificate was handed over (masked)."""
    release = _standing_release(draft.case)
    if draft.case.verdict.code is VerdictCode.DUPLICATE and release is not None:
        return _Parts(_record_lines(draft, release), footer=_after_collection(draft, release))
    names, counter = draft.names, draft.case.verdict.counter
    lines = tuple(
        SlipLine(title=row.title, office=names.counter(counter), phone=names.counter_phone(counter), detail=row.act)
        for row in draft.rows
        if row.code.verdict is draft.case.verdict.code
    )
    return _Parts(lines)


_PARTS = {
    PrintCode.MISSING_ITEMS_SLIP: _missing_items,
    PrintCode.REDIRECT_SLIP: _redirect,
    PrintCode.INCIDENT_NOTE: _incident,
    PrintCode.REFER_CARD: _refer,
}


def _open_lines(draft: _Draft) -> tuple[SlipLine, ...]:
    """Give a line for everything that somebody has to settle; papers to bring are listed apart."""
    return tuple(
        _open_line(draft, row)
        for row in draft.rows
        if row.code.verdict in _ON_THE_LIST and row.code is not ReasonCode.MISSING
    )


def _open_line(draft: _Draft, row: ReasonRow) -> SlipLine:
    if row.code not in ITEM_REASONS:
        return SlipLine(title=row.title, detail=row.act)
    office = at_start(draft.names.short_office(row.office))
    return SlipLine(
        title=_line_title(draft, row),
        office=office,
        phone=row.phone,
        detail=_line_detail(draft, row),
        note=_notes(draft, row),
    )


def _line_detail(draft: _Draft, row: ReasonRow) -> str:
    """Say what to do; what nobody knows the clerk confirms by telephone, the visitor goes and asks."""
    if draft.case.visit.mode is Mode.BY_PROXY or not row.confirmable:
        return row.act
    names, kind = draft.names, row.icon.removeprefix("state-")
    since = names.when(row.as_of) if row.as_of else ""
    return names.texts(f"explain.reason_common.slip_{kind}_act", office=names.short_office(row.office), since=since)


def _notes(draft: _Draft, row: ReasonRow) -> str:
    """Give what the office has written about the items of a row, to the graduate alone: amounts, titles (F31)."""
    if draft.case.visit.mode is Mode.BY_PROXY:
        return ""
    return "\n".join(dict.fromkeys(filter(None, (_note_of(draft.case, one.argument) for one in row.reasons))))


def _note_of(case: OpenCase, argument: str) -> str:
    """Give what the office has written to the graduate about one item."""
    item, _, source = argument.partition(".")
    items = case.dossier.items if case.dossier else ()
    return next((one.note for one in items if (one.item, one.source) == (item, source)), "")


def _line_title(draft: _Draft, row: ReasonRow) -> str:
    """Say what to do about an item; a proxy reads the office only (F31)."""
    if draft.case.visit.mode is Mode.BY_PROXY:
        return row.title
    texts, argument = draft.names.texts, row.reasons[0].argument
    words = item_words(draft.names, argument)
    item, _, source = argument.partition(".")
    own = f"explain.item.{item}.slip"
    if row.code in (ReasonCode.ITEM_OPEN, ReasonCode.ITEM_WINDOW_CLOSED):
        key = own if texts.has(own) else "explain.reason_common.slip_open"
        return texts(key, source=words.source, item=words.whole)
    kind = "pending" if row.code is ReasonCode.ITEM_PENDING else "unknown"
    return texts(
        f"explain.reason_common.slip_{kind}", item=words.source if source and row.icon == "state-stale" else words.whole
    )


def _to_bring(draft: _Draft) -> tuple[str, ...]:
    """Name what to bring: what is missing now, else what this way of collecting needs."""
    verdict, names = draft.case.verdict, draft.names
    elements = dict.fromkeys((*verdict.missing_evidence, *verdict.needed_evidence))
    own = names.texts("explain.card_of_graduate") if draft.case.visit.mode is Mode.BY_PROXY else ""
    return tuple(own if own and element == _CARD else names.evidence(element) for element in elements)


_CARD = EvidenceCode.GRAD_CARD.value


def _advice(draft: _Draft) -> tuple[str, ...]:
    """Say how the graduate logs in today (words only, R9), and to a proxy that the graduate asks for details.

    The words stand on every slip with something open: whoever carries it, the graduate reads it at home.
    """
    codes = {row.code for row in draft.rows}
    login = (login_words(draft.names, draft.case),) if codes & _SETTLED_ONLINE else ()
    proxy = codes & ITEM_REASONS and draft.case.visit.mode is Mode.BY_PROXY
    return (*login, draft.text("offices_only")) if proxy else login


_SETTLED_ONLINE = ITEM_REASONS | {
    ReasonCode.PROCEDURE_NOT_STARTED,
    ReasonCode.OVERSEAS_LATE,
    ReasonCode.CERT_OUTSIDE_ENROLMENT,
}
"""What the graduate looks up, or begins, in the leaving system."""


def _record_lines(draft: _Draft, release: ReleaseRecord) -> tuple[SlipLine, ...]:
    names = draft.names
    desk = draft.text("counter_desk", counter=names.counter(release.counter), desk=release.desk)
    return (
        SlipLine(title=draft.text("collected_when"), detail=names.when(release.at)),
        SlipLine(title=draft.text("collected_where"), detail=desk),
        SlipLine(title=draft.text("collected_by"), detail=collected_by(names, release)),
        SlipLine(title=draft.text("receipt", number=release.receipt_no)),
    )


def collected_by(names: Names, release: ReleaseRecord) -> str:
    """Say to whom a certificate was handed over, with the name masked; or that nobody knows it any more."""
    if release.purged_at is not None:
        return names.texts("retention.collected", day=release.purged_at.date().isoformat())
    if release.proxy is not None:
        return names.texts("slip.proxy", name=mask_name(release.proxy.name))
    return names.texts("slip.graduate", name=mask_name(release.graduate_name))


def _after_collection(draft: _Draft, release: ReleaseRecord) -> tuple[str, ...]:
    digital = draft.names.policy.digital
    footer = [draft.text("replacement")]
    due = due_now(draft.names.policy, release, draft.case.facts.closures, draft.now)
    if due is not None and digital is not None and digital.phone:
        footer.append(draft.text("digital", day=draft.names.texts.short_day(due), phone=digital.phone))
        footer.extend(other_due_on_receipt(draft.names, release, due))
    return tuple(footer)


def other_due_on_receipt(names: Names, release: ReleaseRecord, due: date) -> tuple[str, ...]:
    """Say that the receipt names another due date than the one that holds now; nothing when it is the same."""
    if release.digital_due in (None, due):
        return ()
    return (names.texts("closure.due_moved", day=names.texts.short_day(release.digital_due)),)
