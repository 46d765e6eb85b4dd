# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a visit, its facts, the engine's verdict and the steps together."""

from __future__ import annotations

from datetime import datetime

from desk_app.domain.engine import decide
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Policy
from desk_app.domain.records import Dossier
from desk_app.domain.visit import OpenCase, Visit
from desk_app.services.facts_of_visit import facts_of_visit
from desk_app.services.steps import steps_of_visit


def decided_case(
    policy: Policy,
    counter: str,
    visit: Visit,
    dossier: Dossier | None,
    now: datetime,
    closures: tuple[Closure, ...] = (),
) -> OpenCase:
    """Decide about a visit at a counter and an aware instant, with the closures announced beside the policy's own."""
    facts = facts_of_visit(policy, counter, visit, dossier, now, closures)
    verdict = decide(policy, facts)
    return OpenCase(visit, dossier, facts, verdict, steps_of_visit(policy, visit, dossier, verdict))
