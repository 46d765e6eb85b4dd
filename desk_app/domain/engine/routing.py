# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 6: which counter is responsible."""

from __future__ import annotations

from desk_app.domain.engine.findings import Findings
from desk_app.domain.engine.situation import Situation
from desk_app.domain.facts import StudentFacts
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import NoticeCode, ReasonCode


def counter_for(policy: Policy, unit: str, college: str | None = None) -> str | None:
    """Give the counter of a unit: a rule for it beats one for its college, which beats one for anybody.

    ``college`` is the record's: ``None`` asks the unit table, "" means none.
    """
    routing = policy.routing
    if unit in routing.units:
        return routing.units[unit]
    if college is None:
        known = policy.units.get(unit)
        college = known.college if known else ""
    if college and college in routing.colleges:
        return routing.colleges[college]
    return routing.anybody


def examine_routing(situation: Situation, student: StudentFacts, findings: Findings) -> str | None:
    """Report a wrong counter and further units; give the counter to go to, if it is another one."""
    home = counter_for(situation.policy, student.unit, student.college)
    if home is None:
        findings.refuse(ReasonCode.UNIT_NOT_ROUTED)
        return None
    for unit in student.other_units:
        if counter_for(situation.policy, unit) not in (None, home):
            findings.mention(NoticeCode.OTHER_UNIT, unit)
    if home == situation.facts.counter:
        return None
    findings.refuse(ReasonCode.WRONG_COUNTER, home)
    return home
