# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reason as a row: what is wrong, what to do, where, whom to call, how old the data are."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.facts import EvidenceCode, ItemState, Level, Mode
from desk_app.domain.verdict import Reason, ReasonCode, VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.services.explain.items import SourceState, source_states
from desk_app.services.explain.names import Names, at_start, marked

ITEM_REASONS = frozenset(
    {ReasonCode.ITEM_OPEN, ReasonCode.ITEM_PENDING, ReasonCode.ITEM_UNKNOWN, ReasonCode.ITEM_WINDOW_CLOSED}
)
_FAMILY = {
    VerdictCode.STOP: "stop",
    VerdictCode.DUPLICATE: "refer",
    VerdictCode.REFER: "refer",
    VerdictCode.REDIRECT: "refer",
    VerdictCode.NOT_FOUND: "notnow",
    VerdictCode.NOT_NOW: "notnow",
}
_VERDICT_ICON = {
    VerdictCode.STOP: "verdict-stop",
    VerdictCode.DUPLICATE: "verdict-duplicate",
    VerdictCode.REFER: "verdict-refer",
    VerdictCode.NOT_FOUND: "verdict-not-found",
    VerdictCode.NOT_NOW: "verdict-not-now",
    VerdictCode.REDIRECT: "verdict-redirect",
    VerdictCode.HOLD: "verdict-hold",
    VerdictCode.ESCALATE: "verdict-escalate",
    VerdictCode.NEED_EVIDENCE: "verdict-need-evidence",
}
_ICON = {
    ReasonCode.PHOTO_MISMATCH: "photo-mismatch",
    ReasonCode.NAME_DIFFERS: "user",
    ReasonCode.NOT_PRINTED: "box",
    ReasonCode.NOT_IN_BOX: "box",
    ReasonCode.MISPRINT: "certificate",
    ReasonCode.CLOSURE: "calendar",
    ReasonCode.DAY_OFF: "calendar",
    ReasonCode.WEEKDAY: "calendar",
    ReasonCode.CLOCK_SKEW: "lamp-clock",
}


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason for the eye: ``tone`` is a colour family, ``dashed`` means that nobody knows (unknown, too old).

    ``phone`` and ``place`` are "" for reasons that no office owns; ``reasons`` are those that the row stands for.
    """

    reasons: tuple[Reason, ...]
    title: str
    act: str
    office: str = ""
    phone: str = ""
    place: str = ""
    age: str = ""
    chip: str = ""
    icon: str = ""
    tone: str = "hold"
    dashed: bool = False
    as_of: datetime | None = None

    @property
    def code(self) -> ReasonCode:
        """The code of the (first) reason."""
        return self.reasons[0].code

    @property
    def confirmable(self) -> bool:
        """True when the office's word by telephone would settle it."""
        return self.code is ReasonCode.ITEM_UNKNOWN


def reason_rows(names: Names, case: OpenCase, now: datetime) -> tuple[ReasonRow, ...]:
    """Give the rows in the verdict's order; items of which the same is to be said share a row.

    That is one source whose data are too old, and to a proxy an office, which stands once and without item (F31).
    """
    merged: dict[tuple[str, str], ReasonRow] = {}
    for row in (reason_row(names, case, reason, now) for reason in case.verdict.reasons):
        key = (row.title, row.office) if row.code in ITEM_REASONS else (row.title, str(row.reasons))
        before = merged.get(key)
        merged[key] = row if before is None else _joined(before, row)
    return tuple(merged.values())


def _joined(before: ReasonRow, row: ReasonRow) -> ReasonRow:
    """Let one row stand for the reasons of both, with the age of the older data."""
    older = row if before.as_of and row.as_of and row.as_of < before.as_of else before
    return dataclasses.replace(before, reasons=before.reasons + row.reasons, age=older.age, as_of=older.as_of)


def reason_row(names: Names, case: OpenCase, reason: Reason, now: datetime) -> ReasonRow:
    """Explain one reason."""
    if reason.code in ITEM_REASONS:
        return _item_row(names, case, reason, now)
    if reason.code is ReasonCode.MISSING:
        title, act = _missing_words(names, case, reason.argument)
        icon = _evidence_icon(reason.argument)
    else:
        values = _values(names, case, reason)
        title = names.texts(f"explain.reason.{reason.code.value}.title", **values).strip()
        act = names.texts(f"explain.reason.{reason.code.value}.act", **values).strip()
        letter = reason.code.value.startswith("LETTER_")
        icon = "letter" if letter else _ICON.get(reason.code, _VERDICT_ICON[reason.code.verdict])
    verdict = reason.code.verdict
    return ReasonRow(
        reasons=(reason,),
        title=title,
        act=act,
        phone=names.counter_phone(reason.argument) if reason.code is ReasonCode.WRONG_COUNTER else "",
        place=names.place(reason.argument) if reason.code is ReasonCode.WRONG_COUNTER else "",
        chip=names.texts(f"verdict.chip.{verdict.value}"),
        icon=icon,
        tone=_FAMILY.get(verdict, "hold"),
    )


def _missing_words(names: Names, case: OpenCase, element: str) -> tuple[str, str]:
    shown = case.visit.proxy
    if element == EvidenceCode.PROXY_ID and shown is not None and shown.id_fault:
        return names.texts("explain.reason_common.proxy_number_wrong"), names.texts(f"error.id_number_{shown.id_fault}")
    if "|" in element:
        evidence = names.evidence(element)
        texts = names.texts
        return (
            texts("explain.reason_common.missing_either", evidence=evidence),
            texts("explain.reason_common.missing_either_act", evidence=evidence),
        )
    return names.texts(f"explain.evidence.{element}.missing"), names.texts(f"explain.evidence.{element}.act")


def _evidence_icon(element: str) -> str:
    if "SIGNATURE" in element or "LETTER" in element:
        return "letter"
    return "card" if "CARD" in element or "_ID" in element else "verdict-need-evidence"


def _values(names: Names, case: OpenCase, reason: Reason) -> dict[str, object]:
    """Fill every placeholder that a reason's texts may have."""
    policy, argument = names.policy, reason.argument
    counter = argument if argument in policy.counters else (case.verdict.send_to or case.verdict.counter)
    level = Level(argument) if reason.code is ReasonCode.LEVEL_OUT_OF_SCOPE else Level.BACHELOR
    digital = policy.digital.phone if policy.digital else None
    return {
        "level": names.level(level),
        "office": names.counter(counter),
        "place": names.place(counter) or names.counter(counter),
        "phone": digital or names.counter_phone(counter)
        if reason.code.value.startswith("DIGITAL")
        else names.counter_phone(counter),
        "example": policy.student_no.example or "",
        "first": marked(names.texts, names.texts.day(policy.pickup.open_from), policy.pickup.basis["open_from"]),
        "why": names.closure(argument),
        "document": names.document(argument),
    }


@dataclass(frozen=True, slots=True)
class ItemWords:
    """Names that the texts about one source of one item need."""

    item: str
    source: str
    office: str
    whole: str


def item_words(names: Names, argument: str) -> ItemWords:
    """Read the argument of an item's reason (``LIB_BOOKS.NTU``) into names."""
    item, _, source = argument.partition(".")
    office = names.short_office(names.item_office(item))
    return ItemWords(
        item=names.item(item),
        source=names.source_long(source) if source else office,
        office=office,
        whole=names.texts("explain.item_source", source=names.source_long(source), item=names.item(item))
        if source
        else names.item(item),
    )


def _item_row(names: Names, case: OpenCase, reason: Reason, now: datetime) -> ReasonRow:
    words = item_words(names, reason.argument)
    state = _source_state(names, case, reason.argument)
    title, act = _item_words(names, case, reason, words, state)
    item, _, _ = reason.argument.partition(".")
    office = names.item_office(item)
    unknown = reason.code is ReasonCode.ITEM_UNKNOWN
    shown = "PENDING" if reason.code is ReasonCode.ITEM_PENDING else "UNKNOWN" if unknown else "OPEN"
    icon = "stale" if state.stale else shown.lower()
    return ReasonRow(
        reasons=(reason,),
        title=title,
        act=act,
        office=office,
        phone=names.phone(office),
        place="" if unknown else at_start(words.office),
        age=names.age(now - state.as_of) if state.as_of else names.texts("explain.no_data"),
        chip=names.texts(f"explain.state.{shown}"),
        icon=f"state-{icon}",
        tone="hold",
        dashed=unknown,
        as_of=state.as_of,
    )


def _source_state(names: Names, case: OpenCase, argument: str) -> SourceState:
    item, _, source = argument.partition(".")
    rule = names.policy.item(item)
    states = source_states(rule, case) if rule else ()
    return next((state for state in states if state.source == source), SourceState(source, ItemState.UNKNOWN))


def _item_words(names: Names, case: OpenCase, reason: Reason, words: ItemWords, state: SourceState) -> tuple[str, str]:
    """Give title and act; a proxy hears the office only, no items, amounts or titles (F31)."""
    texts, common = names.texts, "explain.reason_common"
    item, _, source = reason.argument.partition(".")
    if case.visit.mode is Mode.BY_PROXY:
        kind = "unknown" if reason.code is ReasonCode.ITEM_UNKNOWN else "open"
        return (
            at_start(texts(f"{common}.to_proxy_{kind}", office=words.office)),
            texts(f"{common}.to_proxy_act", office=words.office),
        )
    if reason.code is ReasonCode.ITEM_OPEN:
        own = f"explain.item.{item}"
        title = f"{own}.open" if texts.has(f"{own}.open") else f"{common}.open"
        act = f"{own}.act" if texts.has(f"{own}.act") else f"{common}.open_act"
        return (
            texts(title, source=words.source, item=words.whole),
            texts(act, source=words.source, office=words.office),
        )
    kind = {
        ReasonCode.ITEM_PENDING: "pending",
        ReasonCode.ITEM_WINDOW_CLOSED: "window_closed",
    }.get(reason.code, "unknown")
    subject = words.source if state.stale and source else words.whole
    title_key = "stale" if state.stale and kind == "unknown" else kind
    unheard = kind == "unknown" and not names.has_phone(names.item_office(item))
    act = f"{title_key}_act_no_phone" if unheard else f"{title_key}_act"
    return (
        texts(f"{common}.{title_key}", item=subject),
        texts(f"{common}.{act}", office=words.office, since=names.when(state.as_of) if state.as_of else ""),
    )
