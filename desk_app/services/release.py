# SPDX-License-Identifier: GPL-3.0-or-later
"""The hand-over itself: decided again, numbered, recorded and logged in one transaction, exactly once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.closures import standing_closures
from desk_app.domain.collected import already_released
from desk_app.domain.decisions import OverrideDecision
from desk_app.domain.errors import ReleaseRefusedError
from desk_app.domain.facts import Mode, StockState
from desk_app.domain.policy import Policy
from desk_app.domain.records import (
    BY_PHONE_MARK,
    PROXY_VERIFIED,
    AuditEvent,
    AuditKind,
    Dossier,
    Operator,
    ReleaseRecord,
)
from desk_app.domain.signature import require_signature
from desk_app.domain.student_number import normalise_number
from desk_app.domain.visit import Confirmation, OpenCase, Visit
from desk_app.services.clearance.relied_on import confirmations_told
from desk_app.services.decision import DeskRules, decided_case
from desk_app.services.epochs import require_counted
from desk_app.services.facts_of_visit import documents_of
from desk_app.services.overrides import lifted, require_decisions, write_decisions
from desk_app.services.ports import Clock, DeskIdentity
from desk_app.services.proxy_checks import confirmer_of
from desk_app.services.receipt_content import HandOver, decisions_told, proxy_collector, receipt_content
from desk_app.services.rights import Act, may, require
from desk_app.services.store_port import Ledger, Records, Store
from desk_app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class ReleaseDesk:
    """What a hand-over needs from its desk; ``needs_verifier`` where a verifier stands for a proxy's papers."""

    store: Store
    policy: Policy
    clock: Clock
    desk: DeskIdentity
    trail: Trail
    needs_verifier: bool = False


@dataclass(frozen=True, slots=True)
class _Decided:
    """What this transaction has found: the case, its record, the decisions and whoever stands for a proxy's papers."""

    case: OpenCase
    dossier: Dossier
    decisions: tuple[OverrideDecision, ...]
    confirmer: Operator | None


def hand_over(at_desk: ReleaseDesk, visit: Visit, confirmation: Confirmation) -> ReleaseRecord:
    """Hand over, or give back what the same confirmation has handed over before; refuse without any change."""
    require(at_desk.trail.operators, Act.HAND_OVER)
    # Written down before the transaction begins: later, others wait for it.
    require_signature(visit.signature).canonical()
    with at_desk.store.write(about=_persons(visit)) as ledger:
        mine = ledger.release_by_key(confirmation.key)
        if mine is not None:
            return mine
        now = at_desk.clock.now()
        require_counted(ledger, at_desk.desk, now)
        decided = _decided_now(at_desk, ledger, visit, now)
        ledger.prepare_entry(AuditKind.RELEASE, now, decided.dossier.graduate.number)
        numbered = _numbered(at_desk, ledger, decided)
        record = _record(numbered, confirmation)
        ledger.add_release(record, numbered.signature)
        write_decisions(ledger, at_desk.trail, now, decided.decisions, str(record.receipt_no))
        ledger.record(_event(at_desk.trail, record, decided))
        return record


def _persons(visit: Visit) -> tuple[str, ...]:
    """Name the graduate and the proxy: what is decided depends on what others do with these two alone."""
    proxy = visit.proxy.day_key if visit.proxy else ""
    return tuple(filter(None, (normalise_number(visit.typed), proxy)))


def _decided_now(at_desk: ReleaseDesk, records: Records, visit: Visit, now: datetime) -> _Decided:
    """Decide with the record, proxy's count, closures and time of this transaction; refuse unless all is there."""
    decisions = require_decisions(records, at_desk.trail, visit, now)
    dossier = records.dossier(normalise_number(visit.typed))
    if dossier is not None and dossier.standing_release is not None:
        raise already_released(dossier.standing_release)
    if visit.proxy is not None and visit.proxy.day_key:
        before = records.proxies_today(visit.proxy.day_key, now.date())
        visit = dataclasses.replace(visit, proxy=dataclasses.replace(visit.proxy, graduates_today=before + 1))
    closures = standing_closures(records.announced_closures(), now)
    case = decided_case(_rules(at_desk), visit, dossier, now, closures)
    if dossier is None or not case.ready:
        raise ReleaseRefusedError(
            verdict=case.verdict.code.value,
            reasons=tuple(str(reason) for reason in case.verdict.reasons),
            missing=tuple(step.kind.value for step in case.missing),
        )
    _require_serials(at_desk.policy, case.visit, dossier)
    verified = at_desk.needs_verifier and visit.mode is Mode.BY_PROXY
    return _Decided(case, dossier, decisions, confirmer_of(records, at_desk.trail, visit, now) if verified else None)


def _rules(at_desk: ReleaseDesk) -> DeskRules:
    """Ask for a verifier unless one works at the desk."""
    alone = not may(at_desk.trail.operators.at_work.role, Act.VERIFY)
    return DeskRules(at_desk.policy, at_desk.desk.counter, at_desk.needs_verifier and alone)


def _require_serials(policy: Policy, visit: Visit, dossier: Dossier) -> None:
    """Compare the recorded certificate numbers with the stock as it is now."""
    in_boxes = {
        (holding.document, normalise_number(holding.serial))
        for holding in dossier.holdings
        if holding.state is StockState.IN_BOX
    }
    recorded = dict(visit.serials)
    for document in documents_of(policy, dossier):
        if (document.code, recorded.get(document.code, "")) not in in_boxes:
            raise ReleaseRefusedError("serial_mismatch", typed=recorded.get(document.code, ""))


def _numbered(at_desk: ReleaseDesk, ledger: Ledger, decided: _Decided) -> HandOver:
    desk, case = at_desk.desk, decided.case
    return HandOver(
        policy=at_desk.policy,
        desk=desk,
        operator=at_desk.trail.operators.current,
        visit=case.visit,
        dossier=decided.dossier,
        verdict=case.verdict,
        number=ledger.draw_receipt_number(desk.counter, desk.receipt_prefix, case.verdict.at.date()),
        at=case.verdict.at,
        signature=require_signature(case.visit.signature),
        lifted=decisions_told(at_desk.policy, case, decided.decisions),
        confirmer=decided.confirmer,
        by_phone=confirmations_told(at_desk.policy, case, ledger),
    )


def _record(hand_over: HandOver, confirmation: Confirmation) -> ReleaseRecord:
    content = receipt_content(hand_over)
    return ReleaseRecord(
        key=confirmation.key,
        receipt_no=hand_over.number,
        at=hand_over.at,
        counter=hand_over.desk.counter,
        desk=hand_over.desk.desk,
        operator=hand_over.operator,
        student_no=hand_over.dossier.graduate.number,
        graduate_name=hand_over.dossier.graduate.name,
        unit=hand_over.dossier.graduate.unit,
        mode=hand_over.visit.mode,
        proxy=proxy_collector(hand_over.visit),
        documents=content.documents,
        evidence=_checked(hand_over),
        policy=hand_over.verdict.policy,
        digital_due=hand_over.verdict.digital_due,
        signature_sha256=hand_over.signature.sha256(),
        content=content.canonical(),
        content_sha256=content.sha256(),
        started_at=hand_over.visit.started_at,
    )


def _checked(hand_over: HandOver) -> tuple[str, ...]:
    """Give what the hand-over rests on: what was shown, who stands for a proxy's papers, what was said by telephone."""
    verified = (PROXY_VERIFIED,) if hand_over.confirmer else ()
    return (
        *hand_over.verdict.needed_evidence,
        *verified,
        *(f"{BY_PHONE_MARK}{one.code}" for one in hand_over.by_phone),
    )


def _event(trail: Trail, record: ReleaseRecord, decided: _Decided) -> AuditEvent:
    """Record the hand-over without a name: the ledger holds the collector, the log holds that it happened."""
    return trail.event(
        AuditKind.RELEASE,
        record.at,
        record.student_no,
        visit=decided.case.visit.id,
        receipt=str(record.receipt_no),
        mode=record.mode.value,
        serials=[document.serial for document in record.documents],
        evidence=list(record.evidence),
        notices=[str(notice) for notice in decided.case.verdict.notices],
        overrides=lifted(decided.decisions),
        verified_by=decided.confirmer.id if decided.confirmer else "",
        calendar=record.policy.calendar_version,
        content_sha256=record.content_sha256,
        signature_sha256=record.signature_sha256,
        unsigned=record.unsigned,
    )
