# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a visit, its facts, the engine's verdict and the steps together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.engine import decide
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Policy
from desk_app.domain.records import Dossier
from desk_app.domain.visit import OpenCase, Visit
from desk_app.services.facts_of_visit import facts_of_visit
from desk_app.services.steps import steps_of_visit


@dataclass(frozen=True, slots=True)
class DeskRules:
    """By what a desk decides: the policy, its counter, and whether a proxy's papers need a verifier's confirmation."""

    policy: Policy
    counter: str
    needs_verifier: bool = False


def decided_case(
    rules: DeskRules,
    visit: Visit,
    dossier: Dossier | None,
    now: datetime,
    closures: tuple[Closure, ...] = (),
) -> OpenCase:
    """Decide about a visit at an aware instant, with the closures announced beside the policy's own."""
    facts = facts_of_visit(rules.policy, rules.counter, visit, dossier, now, closures)
    verdict = decide(rules.policy, facts)
    steps = steps_of_visit(rules.policy, visit, dossier, verdict, needs_verifier=rules.needs_verifier)
    return OpenCase(visit, dossier, facts, verdict, steps)
