# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy's papers, confirmed by a verifier who was called to the desk and proves to be there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.decisions import DECIDED_FOR, Credential
from desk_app.domain.errors import OverrideError, PermissionRefusedError
from desk_app.domain.facts import Mode
from desk_app.domain.records import Operator
from desk_app.domain.visit import OpenCase, ProxyConfirmation, StepKind, StepState, Visit
from desk_app.services.ports import Clock
from desk_app.services.proxy_papers import is_confirmed, shown_by_proxy
from desk_app.services.rights import Act, may, require
from desk_app.services.staff import Staff, require_person
from desk_app.services.store_port import Records
from desk_app.services.trail import Trail

_SHOWN_FIRST = frozenset({StepKind.LETTER, StepKind.PROXY_ID, StepKind.ID_COPY, StepKind.RELATION})


@dataclass(frozen=True, slots=True)
class ProxyChecks:
    """The use case of the verifier: looks at what the clerk has recorded, and signs for it with the own pass phrase."""

    clock: Clock
    trail: Trail
    staff: Staff

    def confirm(self, case: OpenCase, credential: Credential) -> Visit:
        """Give the visit with the confirmation; any later change of the papers asks for another one.

        Raises :class:`OverrideError` while something is still to be shown, :class:`SignInError` without the proof.
        """
        require(self.trail.operators, Act.HAND_OVER)
        open_steps = [step.kind for step in case.steps if step.state is not StepState.DONE]
        if case.visit.mode is not Mode.BY_PROXY or _SHOWN_FIRST & set(open_steps):
            raise OverrideError("verifier_papers_first")
        by = self.staff.prove_for(credential, Act.VERIFY)
        confirmation = ProxyConfirmation(case.visit.id, by, self.clock.now(), shown_by_proxy(case.visit))
        self.trail.operators.held.hold_confirmation(confirmation)
        return dataclasses.replace(case.visit, confirmed=confirmation)


def confirmer_of(records: Records, trail: Trail, visit: Visit, now: datetime) -> Operator:
    """Give who stands for the papers of a proxy: the one at the desk who may, else the one who has confirmed them.

    Raises :class:`PermissionRefusedError` for a confirmation that nobody has given here, that is too old, or whose
    giver may not sign in any more.
    """
    at_desk = trail.operators.at_work
    if may(at_desk.role, Act.VERIFY):
        return at_desk
    held = trail.operators.held.confirmation(visit.id)
    if (
        held is None
        or held != visit.confirmed
        or not is_confirmed(visit)
        or not held.at <= now <= held.at + DECIDED_FOR
    ):
        raise PermissionRefusedError("permission_verify", operator=at_desk.id)
    return require_person(records, held.by, Act.VERIFY)
