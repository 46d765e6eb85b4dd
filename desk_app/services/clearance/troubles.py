# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sources cannot be used now: by what the store keeps of their pulls, and by how they were asked since the start."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.clearance_sources import SourceStatus


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """A source that cannot be used now; ``last_worked`` is when it last gave what was asked, ``None``: it never has."""

    name: str
    last_worked: datetime | None


class LastAnswers:
    """Remembers how every source answered when it was last asked about somebody at the counter; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, datetime] = {}
        self._silent: dict[str, datetime] = {}

    def answered(self, name: str, at: datetime) -> None:
        """Remember that a source has answered, or that a pull of it came to its end."""
        with self._lock:
            self._heard[name] = at
            self._silent.pop(name, None)

    def silent(self, name: str, at: datetime) -> None:
        """Remember that a source gave no answer that can be used."""
        with self._lock:
            self._silent[name] = at

    def trouble(self, status: SourceStatus) -> SourceTrouble | None:
        """Give the trouble with a source, ``None`` when it works or was never asked.

        A pull that fails stays a trouble until a pull succeeds, also while single questions are answered: what the
        offices have changed has not come. A pull by another desk that succeeded later ends a silence.
        """
        name, pulled = status.name, status.last_success
        with self._lock:
            silent, heard = self._silent.get(name), self._heard.get(name)
        if status.fails:
            return SourceTrouble(name, pulled)
        if silent is None or (pulled is not None and pulled > silent):
            return None
        return SourceTrouble(name, max(filter(None, (heard, pulled)), default=None))
