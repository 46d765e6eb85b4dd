# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desk hands its folders and views: its clocks, its profiles and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from desk_app.domain.clearance_sources import FileFinding
from desk_app.sources.folder_places import Describe
from desk_app.sources.mapping.codes import ItemSources, unfit_codes
from desk_app.sources.mapping.profile import MappingProfile, find_profile, load_profile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``now`` is the desk's clock, ``skew`` how far another may be ahead of it, ``shipped`` the folder of shipped profiles.

    ``wall`` gives the seconds by which files are dated, whatever the desk's clock says. ``items`` are those of the rules,
    with their sources; without any nothing is compared with them.
    """

    now: Callable[[], datetime]
    wall: Callable[[], float]
    timezone: ZoneInfo
    skew: timedelta
    shipped: Path
    describe: Describe
    items: ItemSources = field(default_factory=dict)

    def latest(self) -> datetime:
        """Give the last instant of which data may be."""
        return self.now() + self.skew

    def profile(self, name: str, own: Path, source: str) -> MappingProfile:
        """Load a profile of the office's own folder or a shipped one, anew each time: a mended one counts at once.

        Raises :class:`SourceError` (``source_profile_…``) with file, key and what is allowed.
        """
        return load_profile(find_profile(name, (own, self.shipped), source), source)

    def unfit(self, profile: MappingProfile) -> tuple[FileFinding, ...]:
        """Name the codes of a profile that the rules do not have."""
        found = unfit_codes(profile, self.items) if self.items else ()
        return tuple(FileFinding(f"{profile.name}.toml", one) for one in found)
