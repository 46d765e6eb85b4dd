# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what today's queue would look like: who may collect, and whom which office holds; nobody is named.

It looks at everybody whose certificate lies in a box of this counter, and of the rules at clearance and the online
procedure alone: papers, hours, telephone calls and deliveries on their way are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk_app.domain.policy import ClearanceItem, Policy
from desk_app.domain.queue import OfficeQueue, Queue, QueueKey, QueueShare
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

_LONGEST_H = 100 * 365 * 24
"""No datum is older; an edition may name more hours than a calendar has."""


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """The use case of the clearance page."""

    store: Store
    policy: Policy
    clock: Clock
    trail: Trail

    def count(self) -> Queue:
        """Count the queue of this counter with what is stored now."""
        require(self.trail.operators, Act.LEDGER)
        now = self.clock.now()
        needed = [
            item
            for item in sorted(self.policy.clearance, key=lambda one: one.order)
            if item.blocking and not item.closed_by_release
        ]
        places = [(item, source) for item in needed for source in item.source_keys]
        keys = [
            QueueKey(item.code, source, now - timedelta(hours=min(item.hours_of(source), _LONGEST_H)))
            for item, source in places
        ]
        with self.store.read() as records:
            shares = records.queue_shares(self.trail.desk.counter, keys, now)
        return _queue(now, [item for item, _source in places], shares)


def _queue(now: datetime, items: Sequence[ClearanceItem], shares: Sequence[QueueShare]) -> Queue:
    """Put those who are alike together; ``items`` are the items of the keys, in their order."""
    ready = held = not_started = 0
    refused: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for share in shares:
        wanted = {place: item for place, item in enumerate(items) if _applies(item, share)}
        no = {wanted[place].office for place in share.refused & wanted.keys()}
        nobody_knows = {item.office for place, item in wanted.items() if place not in share.settled | share.refused}
        refused.update(dict.fromkeys(no, share.count))
        unknown.update(dict.fromkeys(nobody_knows - no, share.count))
        not_started += 0 if share.procedure_started else share.count
        if no or nobody_knows or not share.procedure_started:
            held += share.count
        else:
            ready += share.count
    offices = dict.fromkeys(item.office for item in items)
    rows = (OfficeQueue(office, refused[office], unknown[office]) for office in offices)
    return Queue(now, ready, held, not_started, tuple(row for row in rows if row.refused or row.unknown))


def _applies(item: ClearanceItem, share: QueueShare) -> bool:
    return item.applies_to_all or bool(item.applies_to & share.groups)
