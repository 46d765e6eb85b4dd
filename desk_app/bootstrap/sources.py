# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the sources of clearance data that the settings name; none of them is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk_app.settings import Settings
from desk_app.source_settings import FolderSettings, PortalSettings, SourceSettings

if TYPE_CHECKING:
    from desk_app.domain.policy import Policy
    from desk_app.services.clearance.titles import SourceTitles
    from desk_app.services.ports import ClearanceSource, Clock
    from desk_app.sources.surroundings import Surroundings


def desk_sources(settings: Settings, policy: Policy, clock: Clock) -> tuple[ClearanceSource, ...]:
    """Give the sources of a desk in the order of its settings."""
    return tuple(_source(one, settings, policy, clock) for one in settings.sources)


def source_titles(settings: Settings) -> SourceTitles:
    """Give what people read the sources of a desk by."""
    from desk_app.services.clearance.titles import SourceTitles

    return SourceTitles({one.name: one.title for one in settings.sources if one.title is not None})


def _source(one: SourceSettings, settings: Settings, policy: Policy, clock: Clock) -> ClearanceSource:
    """Make one source; what only another kind needs is not loaded."""
    if isinstance(one, PortalSettings):
        return _portal(one, clock)
    around = _surroundings(settings, policy, clock)
    if isinstance(one, FolderSettings):
        from desk_app.sources.folder import FolderSource

        return FolderSource(one, around)
    from desk_app.sources.view import ViewSource

    return ViewSource(one, around)


def _portal(settings: PortalSettings, clock: Clock) -> ClearanceSource:
    import random
    import time

    from desk_app.sources.portal.client import PortalSource, Timing

    # Uneven pauses keep desks apart that have all met the same fault; nothing secret hangs on them.
    return PortalSource(settings, Timing(time.monotonic, time.sleep, random.random, clock.now))


def _surroundings(settings: Settings, policy: Policy, clock: Clock) -> Surroundings:
    import time
    from datetime import timedelta

    from desk_app.domain.papers import Language
    from desk_app.i18n import catalogue, finding_text
    from desk_app.resources import resource
    from desk_app.sources.surroundings import Surroundings

    language = settings.language or Language.ZH
    return Surroundings(
        now=clock.now,
        wall=time.time,
        timezone=policy.edition.timezone,
        skew=timedelta(seconds=policy.max_clock_skew_seconds),
        shipped=resource("clearance_profiles"),
        describe=lambda file, finding: finding_text(file, finding, catalogue(language)),
        items={item.code: item.source_keys for item in policy.clearance},
    )
