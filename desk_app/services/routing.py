# SPDX-License-Identifier: GPL-3.0-or-later
"""Which counter keeps a graduate's certificate, as the policy routes units and colleges."""

from __future__ import annotations

from desk_app.domain.policy import Policy
from desk_app.domain.records import Graduate


def routed_counter(policy: Policy, graduate: Graduate) -> str | None:
    """Give the counter that serves a graduate, or ``None`` when no rule says so; the unit beats the college."""
    unit = policy.units.get(graduate.unit)
    college = graduate.college if graduate.college is not None else (unit.college if unit else "")
    routing = policy.routing
    return routing.units.get(graduate.unit) or routing.colleges.get(college) or routing.anybody
