# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 7: the procedure and the clearance items, each source for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desk_app.domain.basis import EntryStatus
from desk_app.domain.engine.findings import ITEM_REASONS, Findings
from desk_app.domain.engine.situation import Profile, Situation
from desk_app.domain.facts import EvidenceCode, Group, ItemFact, ItemState, Mode
from desk_app.domain.overseas_credit import counted_semesters, is_late, needs_annotation
from desk_app.domain.policy import ClearanceItem, Credential, CredentialPhase
from desk_app.domain.roc_dates import ROC_OFFSET
from desk_app.domain.verdict import NoticeCode, ReasonCode

_SATISFIED = frozenset({ItemState.CLEARED, ItemState.NOT_APPLICABLE})
_STATE_REASONS = {
    ItemState.OPEN: ReasonCode.ITEM_OPEN,
    ItemState.PENDING: ReasonCode.ITEM_PENDING,
    ItemState.UNKNOWN: ReasonCode.ITEM_UNKNOWN,
}
_CLEARED = ItemFact()
_OVERSEAS_ITEM = "REG_OVERSEAS_CREDIT"
_CERTIFICATE_ITEM = "DEPT_CERT"
_NOT_A_CERTIFICATE = (EvidenceCode.PAYMENT_RECEIPT, EvidenceCode.TRANSCRIPT)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One source of an item after age and confirmation; ``name`` is the item, with its source if it has any."""

    name: str
    fact: ItemFact
    state: ItemState
    confirmed: bool

    @property
    def satisfied(self) -> bool:
        return self.state in _SATISFIED


@dataclass(frozen=True, slots=True)
class _ItemReading:
    """An item that applies, with all its sources."""

    item: ClearanceItem
    sources: tuple[_Reading, ...]

    @property
    def unsatisfied(self) -> bool:
        return not all(source.satisfied for source in self.sources)


def examine_items(situation: Situation, profile: Profile, findings: Findings) -> None:
    """Report the procedure, every item that applies, and study abroad."""
    if not profile.student.procedure_started:
        findings.refuse(ReasonCode.PROCEDURE_NOT_STARTED)
        for credential in credentials_today(situation):
            findings.mention(NoticeCode.CREDENTIAL, credential.value)
    readings = {one.item.code: one for one in _read_items(situation, profile, findings)}
    unsatisfied = frozenset(code for code, one in readings.items() if one.unsatisfied)
    for reading in readings.values():
        if reading.item.closed_by_release:
            continue
        for source in reading.sources:
            _report_source(reading.item, source, findings)
        _offer_self_service(reading, unsatisfied, findings)
    _examine_certificate(situation, profile, readings.get(_CERTIFICATE_ITEM), findings)
    _examine_overseas(situation, profile, readings.get(_OVERSEAS_ITEM), findings)
    if situation.facts.mode is Mode.BY_PROXY and findings.holds_any(ITEM_REASONS):
        findings.mention(NoticeCode.OFFICES_ONLY)


def credentials_today(situation: Situation) -> tuple[Credential, ...]:
    """Name what opens the leaving system today; before a doubtful switch also what came before it (R7, R9, G2)."""
    phases = situation.policy.portal.credentials
    current = max((place for place, phase in enumerate(phases) if phase.start <= situation.today), default=0)
    earlier = current - 1 if current > 0 and _still_expected(phases[current], situation) else current
    return tuple(phase.password for phase in phases[earlier : current + 1])


def _still_expected(phase: CredentialPhase, situation: Situation) -> bool:
    doubtful = phase.basis.status is EntryStatus.SUSPECT
    return doubtful and phase.expected_from is not None and situation.today < phase.expected_from


def _read_items(situation: Situation, profile: Profile, findings: Findings) -> Iterator[_ItemReading]:
    """Read the items that somebody reported on; what is not reported is cleared and says nothing."""
    for item in situation.policy.clearance:
        data = situation.facts.items.get(item.code)
        if data is None:
            continue
        if item.applies_to_all or not item.applies_to.isdisjoint(profile.student.groups):
            yield _ItemReading(item, tuple(_read_sources(situation, item, data)))
        elif not item.closed_by_release and _is_reported(item, data):
            findings.mention(NoticeCode.ITEM_IGNORED, item.code)


def _is_reported(item: ClearanceItem, data: Mapping[str, ItemFact]) -> bool:
    return any(data.get(source, _CLEARED).state not in _SATISFIED for source in item.source_keys)


def _read_sources(situation: Situation, item: ClearanceItem, data: Mapping[str, ItemFact]) -> Iterator[_Reading]:
    for source in item.source_keys:
        fact = data.get(source, _CLEARED)
        state = fact.state
        if state in _SATISFIED and not _is_fresh(situation, item, source, fact):
            state = ItemState.UNKNOWN
        confirmed = state is ItemState.UNKNOWN and _is_confirmed(situation, fact)
        name = f"{item.code}.{source}" if source else item.code
        yield _Reading(name, fact, ItemState.CLEARED if confirmed else state, confirmed)


def _is_fresh(situation: Situation, item: ClearanceItem, source: str, fact: ItemFact) -> bool:
    return fact.as_of is None or item.is_fresh(source, situation.instant - fact.as_of)


def _is_confirmed(situation: Situation, fact: ItemFact) -> bool:
    if fact.confirmed is None or fact.confirmed.at > situation.instant:
        return False
    return situation.local_day(fact.confirmed.at) == situation.today


def _report_source(item: ClearanceItem, source: _Reading, findings: Findings) -> None:
    if source.confirmed:
        findings.mention(NoticeCode.CONFIRMED_BY_PHONE, source.name)
    if source.satisfied:
        return
    if not item.blocking:
        findings.mention(NoticeCode.ITEM_ADVICE, source.name)
    elif source.fact.window_closed and item.escalate_when_window_closed and source.state is not ItemState.UNKNOWN:
        findings.refuse(ReasonCode.ITEM_WINDOW_CLOSED, source.name)
    else:
        findings.refuse(_STATE_REASONS[source.state], source.name)


def _offer_self_service(reading: _ItemReading, unsatisfied: frozenset[str], findings: Findings) -> None:
    item = reading.item
    if not item.self_service or not unsatisfied.isdisjoint(item.self_service_unless):
        return
    if any(source.state is ItemState.OPEN for source in reading.sources):
        findings.mention(NoticeCode.SELF_SERVICE, item.code)


def _examine_certificate(
    situation: Situation, profile: Profile, reading: _ItemReading | None, findings: Findings
) -> None:
    """Look at the department's certificate: why it is missing, and when it was obtained (R54 to R66)."""
    if reading is None or reading.item.closed_by_release:
        return
    first = reading.sources[0]
    if reading.unsatisfied:
        if first.fact.detail is not None:
            findings.mention(NoticeCode.CERT_DETAIL, first.fact.detail.value)
        for shown in situation.facts.evidence:
            if shown.code in _NOT_A_CERTIFICATE:
                findings.mention(NoticeCode.DOCUMENT_NOT_ACCEPTED, shown.code.value)
    if reading.item.blocking and first.state is not ItemState.NOT_APPLICABLE:
        _examine_certificate_date(situation, profile, reading, findings)


def _examine_certificate_date(
    situation: Situation, profile: Profile, reading: _ItemReading, findings: Findings
) -> None:
    obtained = reading.sources[0].fact.certificate_date
    entry, limit = profile.entry_ay, reading.item.during_enrolment_from_entry_ay
    if obtained is None or entry is None or limit is None or entry < limit:
        return
    enrolled = profile.student.enrolled_on
    # Compared as year and month: an entry year far in the future must not overflow a date.
    too_early = obtained < enrolled if enrolled else (obtained.year, obtained.month) < (entry + ROC_OFFSET, 8)
    if too_early or obtained > situation.today:
        findings.refuse(ReasonCode.CERT_OUTSIDE_ENROLMENT)


def _examine_overseas(situation: Situation, profile: Profile, reading: _ItemReading | None, findings: Findings) -> None:
    rule, abroad = situation.policy.overseas, profile.student.overseas
    if rule is None:
        return
    if reading and reading.unsatisfied and reading.item.blocking and not reading.item.closed_by_release:
        applied_on = abroad.applied_on if abroad and abroad.applied_on else situation.today
        if is_late(applied_on, rule):
            findings.refuse(ReasonCode.OVERSEAS_LATE)
    if abroad is None or Group.STUDIED_OVERSEAS not in profile.student.groups:
        return
    if any(needs_annotation(semester, rule) for semester in abroad.semesters):
        findings.mention(NoticeCode.OVERSEAS_ANNOTATION)
    if any(semester.suspended and not semester.summer for semester in abroad.semesters):
        findings.mention(NoticeCode.OVERSEAS_SUSPENDED)
    if counted_semesters(abroad.semesters) > rule.max_semesters:
        findings.mention(NoticeCode.OVERSEAS_OVER_LIMIT)
