# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 11: a supervisor's decisions on single reasons; every other reason stays in force."""

from __future__ import annotations

from desk_app.domain.engine.findings import Findings
from desk_app.domain.engine.situation import Situation
from desk_app.domain.facts import OverrideFact
from desk_app.domain.student_number import trim
from desk_app.domain.verdict import NoticeCode, OverrideClass

_SECOND = frozenset({OverrideClass.SUPERVISOR_SECOND, OverrideClass.SUPERVISOR_SECOND_INCIDENT})
_INCIDENT = frozenset({OverrideClass.SUPERVISOR_INCIDENT, OverrideClass.SUPERVISOR_SECOND_INCIDENT})
_SUPERVISOR = frozenset({OverrideClass.SUPERVISOR}) | _SECOND | _INCIDENT


def apply_overrides(situation: Situation, findings: Findings) -> None:
    """Lift or keep the named reasons, in the order given; one that does not hold is ignored."""
    for override in situation.facts.overrides:
        reason = findings.find(override.reason)
        if reason is None:
            continue
        if _counts(override, reason.code.override):
            findings.lift(reason)
            findings.mention(NoticeCode.OVERRIDDEN, override.reason)
        else:
            findings.mention(NoticeCode.OVERRIDE_REFUSED, override.reason)


def _counts(override: OverrideFact, needed: OverrideClass) -> bool:
    by, second = trim(override.by), trim(override.second)
    if needed not in _SUPERVISOR or override.role != "supervisor":
        return False
    if not by or not trim(override.why):
        return False
    if needed in _SECOND and (not second or second == by):
        return False
    return needed not in _INCIDENT or bool(trim(override.incident))
