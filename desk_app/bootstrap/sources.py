# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the sources of clearance data that the settings name; none of them is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk_app.settings import Settings

if TYPE_CHECKING:
    from desk_app.services.ports import ClearanceSource, Clock


def desk_sources(settings: Settings, clock: Clock) -> tuple[ClearanceSource, ...]:
    """Give the sources of a desk in the order of its settings."""
    if not settings.sources:
        return ()
    import random
    import time

    from desk_app.sources.portal.client import PortalSource, Timing

    # Uneven pauses keep desks apart that have all met the same fault; nothing secret hangs on them.
    timing = Timing(time.monotonic, time.sleep, random.random, clock.now)
    return tuple(PortalSource(source, timing) for source in settings.sources)
