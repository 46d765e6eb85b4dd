# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk as a portal meets it: one graduate, one source, and every wait only noted."""

from __future__ import annotations

import dataclasses
import time

from desk_app.domain.clearance_sources import SourceStatus
from desk_app.domain.records import ItemRecord
from desk_app.services.clearance.pull import ClearancePull, PullResult
from desk_app.services.clearance.refresh import ClearanceRefresh, RefreshResult
from desk_app.services.desk import Desk
from desk_app.services.trail import Trail
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal.client import PortalSource, Timing

NUMBER = "41020901L"


class Counter:
    """A desk at which one portal is asked, and whatever waits is only noted."""

    def __init__(self, desk: Desk, url: str, access: PortalSettings) -> None:
        self.slept: list[float] = []
        self.store = desk.store
        timing = Timing(time.monotonic, self.slept.append, lambda: 0.5, desk.clock.now)
        self.source = PortalSource(dataclasses.replace(access, url=url), timing)
        trail = Trail(desk.identity, desk.policy, desk.operators)
        self._pull = ClearancePull(desk.store, (self.source,), desk.policy, desk.clock, trail)
        self._refresh = ClearanceRefresh(desk.store, (self.source,), desk.policy, desk.clock, trail, time.monotonic)

    def pull(self) -> PullResult:
        """Pull once."""
        (result,) = self._pull.run()
        return result

    def refresh(self) -> RefreshResult:
        """Ask about the graduate once, whatever failed before."""
        return self._refresh.refresh(NUMBER, insist=True)

    def kept(self) -> tuple[tuple[ItemRecord, ...], SourceStatus]:
        """Give what the store holds of the graduate and the portal."""
        with self.store.read() as records:
            dossier = records.dossier(NUMBER)
            assert dossier is not None
            return dossier.items, records.source_status("portal")
