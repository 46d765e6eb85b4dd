# SPDX-License-Identifier: GPL-3.0-or-later
"""How the desk is: what the lamps of the top bar tell, asked away from the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk_app.domain.errors import StoreError
from desk_app.domain.papers import Bilingual
from desk_app.domain.records import Operator, PaperState
from desk_app.services.desk import Desk

PORTAL_STALE_AFTER = timedelta(minutes=15)
"""Clearance data older than this are shown as a fault of the link, with their age."""


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source of clearance data that cannot be used now; ``last_worked`` ``None``: it never has."""

    title: Bilingual
    last_worked: datetime | None


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """The desk at one instant; ``unprinted`` counts papers that the printer would not take."""

    at: datetime
    store_ok: bool
    clearance_as_of: datetime | None = None
    unprinted: int = 0
    operators: tuple[Operator, ...] = ()
    clock_behind: bool = False
    failing: tuple[FailingSource, ...] = ()

    @property
    def portal_stale(self) -> bool:
        """True when the newest clearance data are too old to be called connected."""
        return self.clearance_as_of is None or self.at - self.clearance_as_of > PORTAL_STALE_AFTER


def desk_status(desk: Desk) -> DeskStatus:
    """Ask store, print queue and clock how they are; a store that cannot be read is a state, not a failure."""
    now = desk.clock.now()
    try:
        with desk.store.read() as records:
            as_of = records.clearance_as_of()
            failed = len(records.print_jobs_at(desk.identity.counter, desk.identity.desk, (PaperState.FAILED,)))
            operators = records.operators()
        failing = tuple(FailingSource(desk.source_titles.of(one.name), one.last_worked) for one in desk.pull.troubles())
    except StoreError:
        return DeskStatus(now, store_ok=False)
    skew = timedelta(seconds=desk.policy.max_clock_skew_seconds)
    behind = as_of is not None and now + skew < as_of
    return DeskStatus(now, True, as_of, failed, operators, behind, failing)  # noqa: FBT003 - the fields in their order
