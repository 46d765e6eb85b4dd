# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifting a reason: a supervisor and, where it is asked for, a second person prove to be there and say why.

A decision waits in memory beside the open case; the hand-over that it opens writes it, both in one transaction. A case
that is cleared instead leaves an entry that the decision was given and not used. A program that is killed in between
leaves the entries of the proofs, which say what was to be lifted, for whom, and why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.decisions import Credential, OverrideDecision, may_be_lifted, needs_incident, needs_second
from desk_app.domain.errors import OverrideError, PermissionRefusedError, StoreError
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.records import AuditEvent, AuditKind, Operator
from desk_app.domain.staff import same_person
from desk_app.domain.verdict import Reason
from desk_app.domain.visit import OpenCase, Visit
from desk_app.services.ports import Clock, Identifiers
from desk_app.services.rights import Act, require
from desk_app.services.staff import Concern, Staff, holder_of, require_person, require_two_persons
from desk_app.services.store_port import Ledger, Records, Store
from desk_app.services.trail import Trail

_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class OverrideRequest:
    """What is written down at the desk: the reason as it is reported, who decides, why, and what has happened."""

    reason: str
    by: Credential
    why: str
    second: Credential | None = None
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Overrides:
    """The use cases of decisions by two persons; the one who works at the desk asks, another decides."""

    store: Store
    clock: Clock
    ids: Identifiers
    trail: Trail
    staff: Staff

    def decide(self, case: OpenCase, request: OverrideRequest) -> Visit:
        """Hold a decision and give the visit with it; raise :class:`OverrideError`, :class:`StaffError` or :class:`SignInError`.

        The decision belongs to this visit, this reason and this verdict: it opens nothing else.
        """
        require(self.trail.operators, Act.HAND_OVER)
        reason = _reason_of(case, request.reason)
        why = free_text(request.why, "override_why")
        incident = free_text(request.incident, "override_incident") if needs_incident(reason.code.override) else ""
        student_no = case.dossier.graduate.number if case.dossier else ""
        told = {"visit_id": case.visit.id, "reason": request.reason, "why": why, "incident": incident}
        by, second = self._persons(reason, request, Concern(student_no, told))
        decision = OverrideDecision(
            id=self.ids.new(),
            visit=case.visit.id,
            student_no=student_no,
            reason=request.reason,
            verdict=case.verdict.code.value,
            by=by,
            second=second,
            why=why,
            incident=incident,
            at=self.clock.now(),
        )
        self.trail.operators.held.hold_decision(decision)
        others = tuple(one for one in case.visit.overrides if one.reason != request.reason)
        return dataclasses.replace(case.visit, overrides=(*others, decision.fact()))

    def give_up(self, visit: str) -> None:
        """Forget what was decided about a visit that ends without a hand-over, and say so in the audit log."""
        decisions, _confirmation = self.trail.operators.held.drop(visit)
        if not decisions:
            return
        with self.store.write() as ledger:
            written = {one.id for one in ledger.decisions_of(visit)}  # by a hand-over whose answer was lost
            for decision in decisions:
                if decision.id not in written:
                    _log_decision(ledger, self.trail, self.clock.now(), decision)

    def give_up_all(self) -> None:
        """Give up every visit, because the program ends; a store out of reach keeps nobody from ending it."""
        for visit in self.trail.operators.held.visits:
            with suppress(StoreError):
                self.give_up(visit)

    def _persons(self, reason: Reason, request: OverrideRequest, concern: Concern) -> tuple[Operator, Operator | None]:
        """Prove who decides; two persons at least are always there, the one at the desk among them or not."""
        at_desk = self.trail.operators.at_work
        second = request.second
        decider = holder_of(self.store, request.by.operator_id)
        if needs_second(reason.code.override, decides_alone=same_person(decider, at_desk)):
            if second is None:
                raise OverrideError("override_second")
        else:
            second = None
        require_two_persons(self.store, decider.id, second.operator_id if second else at_desk.id)
        by = self.staff.prove_for(request.by, Act.OVERRIDE, concern)
        return by, self.staff.prove_for(second, Act.WITNESS, concern) if second else None


def require_decisions(records: Records, trail: Trail, visit: Visit, now: datetime) -> tuple[OverrideDecision, ...]:
    """Give the decisions behind the lifted reasons of a visit; raise :class:`PermissionRefusedError` for a name in a field.

    Only a decision held for this very visit counts, fresh, by persons who may still sign in.
    """
    decisions = []
    for override in visit.overrides:
        decision = trail.operators.held.decision(visit.id, override.reason)
        if decision is None or decision.fact() != override or not decision.holds_at(now):
            raise PermissionRefusedError("permission_override", reason=override.reason)
        require_person(records, decision.by, Act.OVERRIDE)
        if decision.second is not None:
            require_person(records, decision.second, Act.WITNESS)
        decisions.append(decision)
    return tuple(decisions)


def write_decisions(
    ledger: Ledger, trail: Trail, at: datetime, decisions: Iterable[OverrideDecision], receipt_no: str
) -> None:
    """Write decisions with the hand-over that they open, in its transaction: the record, its use, and the entry."""
    for decision in decisions:
        ledger.add_decision(decision)
        ledger.use_decision(decision.id, receipt_no)
        _log_decision(ledger, trail, at, decision, receipt_no)


def _log_decision(ledger: Ledger, trail: Trail, at: datetime, decision: OverrideDecision, receipt_no: str = "") -> None:
    """Log a decision, and what has happened at the counter as an entry of its own."""
    ledger.record(_decision_event(trail, at, decision, receipt_no))
    if decision.incident:
        told = {"visit_id": decision.visit, "reason": decision.reason, "incident": decision.incident}
        ledger.record(trail.event(AuditKind.INCIDENT, at, decision.student_no, decision=decision.id, **told))


def _decision_event(trail: Trail, at: datetime, decision: OverrideDecision, receipt_no: str) -> AuditEvent:
    """Tell of a decision with the hand-over that it opened, or without one: given and not used."""
    return trail.event(
        AuditKind.OVERRIDE,
        at,
        decision.student_no,
        decision=decision.id,
        decided_at=decision.at,
        visit_id=decision.visit,
        reason=decision.reason,
        verdict=decision.verdict,
        by=decision.by.id,
        second=decision.second.id if decision.second else "",
        why=decision.why,
        incident=decision.incident,
        used=bool(receipt_no),
        receipt=receipt_no,
    )


def lifted(decisions: Iterable[OverrideDecision]) -> list[str]:
    """Name the lifted reasons with those who decided, for the log."""
    return [" ".join([one.reason, one.by.id, *([one.second.id] if one.second else [])]) for one in decisions]


def _reason_of(case: OpenCase, wanted: str) -> Reason:
    reason = next((one for one in case.verdict.reasons if str(one) == wanted), None)
    if reason is None:
        raise OverrideError("override_no_reason", reason=wanted)
    if not may_be_lifted(reason.code.override):
        raise OverrideError("override_never", reason=wanted)
    return reason


def free_text(text: str, code: str) -> str:
    """Give what somebody has written, trimmed; refuse an empty or endless text and one that holds a person number."""
    trimmed = " ".join(text.split())
    if not trimmed or len(trimmed) > _LONGEST_TEXT:
        raise OverrideError(code, longest=_LONGEST_TEXT)
    if holds_person_number(trimmed):
        raise OverrideError("override_person_number")
    return trimmed
