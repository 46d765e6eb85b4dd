# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desk hands its folders and views: its clocks, its profiles and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from desk_app.sources.folder_places import Describe
from desk_app.sources.profile import MappingProfile, find_profile, load_profile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``now`` is the desk's clock, ``skew`` how far another may be ahead of it, ``shipped`` the folder of shipped profiles.

    ``wall`` gives the seconds by which files are dated, whatever the desk's clock says.
    """

    now: Callable[[], datetime]
    wall: Callable[[], float]
    timezone: ZoneInfo
    skew: timedelta
    shipped: Path
    describe: Describe

    def latest(self) -> datetime:
        """Give the last instant of which data may be."""
        return self.now() + self.skew

    def profile(self, name: str, own: Path, source: str) -> MappingProfile:
        """Load a profile of the office's own folder or a shipped one, anew each time: a mended one counts at once.

        Raises :class:`SourceError` (``source_profile_…``) with file, key and what is allowed.
        """
        return load_profile(find_profile(name, (own, self.shipped), source), source)
