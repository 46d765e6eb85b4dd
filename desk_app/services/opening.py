# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a counter serves now, why not, and when it opens next: for screens that wait for nobody's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.calendar import covers_day, covers_instant
from desk_app.domain.engine import Situation, is_open, next_opening, situation_of
from desk_app.domain.facts import Closure, Facts
from desk_app.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Opening:
    """The state of a counter at an instant: ``closures`` are those that hold now, ``upcoming`` those still to come."""

    open: bool
    whole_day: bool
    closures: tuple[Closure, ...]
    upcoming: tuple[Closure, ...]
    next: datetime | None


def opening_at(policy: Policy, counter: str, announced: tuple[Closure, ...], now: datetime) -> Opening:
    """Tell how a counter stands at an aware instant, with the closures announced beside the policy's own."""
    situation = situation_of(policy, Facts(at=now, counter=counter, closures=announced))
    closures = situation.closures_at(counter)
    holding = tuple(one for one in closures if _holds(one, situation))
    return Opening(
        open=is_open(situation, counter, situation.instant),
        whole_day=any(covers_day(one, situation.today) for one in holding),
        closures=holding,
        upcoming=tuple(one for one in closures if one not in holding and _is_ahead(one, situation)),
        next=next_opening(situation, counter),
    )


def _holds(closure: Closure, situation: Situation) -> bool:
    return covers_day(closure, situation.today) or covers_instant(closure, situation.instant)


def _is_ahead(closure: Closure, situation: Situation) -> bool:
    if isinstance(closure.start, datetime):
        return closure.start > situation.instant
    return closure.start > situation.today
