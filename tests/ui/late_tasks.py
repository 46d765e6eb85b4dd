# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that a test keeps back, so that it decides which outcome comes late."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from typing_extensions import override

from desk_app.ui.tasks import InlineTaskRunner, Lane, TaskHandle
from tests.ui.conftest import raise_crash


class LateTasks(InlineTaskRunner):
    """Keeps the work of some lanes until it is let go, and does all other at once."""

    def __init__(self, kept: Collection[Lane] = tuple(Lane)) -> None:
        super().__init__(raise_crash, lambda: "e")
        self.waiting: list[Callable[[], object]] = []
        self._kept = kept

    @override
    def run(
        self, work: Any, on_success: Any, on_failure: Any, context: Any = None, *, lane: Lane = Lane.USE_CASE
    ) -> TaskHandle:
        at_once = super().run
        if lane not in self._kept:
            return at_once(work, on_success, on_failure, context, lane=lane)
        self.waiting.append(lambda: at_once(work, on_success, on_failure, context, lane=lane))
        return TaskHandle(context)

    def let_go(self) -> None:
        """Do what was kept, in its order."""
        waiting, self.waiting = self.waiting, []
        for job in waiting:
            job()
