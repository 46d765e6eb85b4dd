# SPDX-License-Identifier: GPL-3.0-or-later
"""Leaves something alone that has failed several times in a row, so that nobody waits for it again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable

FAILURES = 3
PAUSE_SECONDS = 60.0


class Breaker:
    """Counts failures in a row; ``ticks`` gives seconds that never go back."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def pause(self) -> float:
        """Give the seconds for which it is still to be left alone, 0 when it may be asked."""
        with self._lock:
            return max(0.0, self._until - self._ticks()) if self._failures >= FAILURES else 0.0

    def succeeded(self) -> None:
        """Forget all failures."""
        with self._lock:
            self._failures = 0

    def failed(self, wait: float = 0.0) -> None:
        """Count a failure; ``wait`` are the seconds for which the other side wants to be left alone."""
        with self._lock:
            self._failures = FAILURES if wait else self._failures + 1
            self._until = self._ticks() + min(max(PAUSE_SECONDS, wait), 10 * PAUSE_SECONDS)
