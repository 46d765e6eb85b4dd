# SPDX-License-Identifier: GPL-3.0-or-later
"""When a newly activated card opens the doors: the next update strictly after the activation (R82 to R85)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from desk_app.domain.follow_up import CardRule


def next_update(rule: CardRule, activated_at: datetime, zone: ZoneInfo) -> datetime:
    """Give the next update of the door system strictly after the activation, in UTC."""
    activated = activated_at.astimezone(UTC)
    today = activated_at.astimezone(zone).date()
    updates = (
        datetime.combine(day, moment, zone).astimezone(UTC)
        for day in (today, today + timedelta(days=1))
        for moment in rule.cutover_times
    )
    return min(update for update in updates if update > activated)


def door_switch(rule: CardRule, activated_at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Give the span, in local time, within which the doors change over; ``None`` beyond the end of the calendar."""
    earliest, latest = rule.cutover_minutes
    try:
        update = next_update(rule, activated_at, zone)
        return (
            (update + timedelta(minutes=earliest)).astimezone(zone),
            (update + timedelta(minutes=latest)).astimezone(zone),
        )
    except OverflowError:
        return None
