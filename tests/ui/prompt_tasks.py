# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks without threads: done at once, or kept back so that a test decides which outcome comes late."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from typing_extensions import override

from desk_app.ui.tasks import Crash, CrashHandler, Lane, Task, Tasks

T = TypeVar("T")


def raise_crash(crash: Crash) -> None:
    """Let a bug of a task fail the test."""
    raise crash.error


class PromptTasks(Tasks):
    """Does everything at once on the calling thread, so that a test of a screen needs no waiting."""

    def __init__(
        self, on_crash: CrashHandler = raise_crash, new_error_id: Callable[[], str] = lambda: "error-1"
    ) -> None:
        super().__init__(on_crash, new_error_id)
        self._closed = False

    @override
    def begin(self, task: Task[T], lane: Lane) -> None:
        if self._closed:
            raise RuntimeError("the task runner is shut down")
        task.perform()()

    @override
    def shutdown(self, *, wait: bool = True) -> None:
        self._closed = True


class LateTasks(PromptTasks):
    """Keeps the work of some lanes until it is let go, and does all other at once."""

    def __init__(self, kept: Collection[Lane] = tuple(Lane)) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []
        self._kept = kept

    @override
    def begin(self, task: Task[T], lane: Lane) -> None:
        do = super().begin
        if lane in self._kept:
            self.waiting.append(lambda: do(task, lane))
        else:
            do(task, lane)

    def let_go(self) -> None:
        """Do what was kept, in its order."""
        waiting, self.waiting = self.waiting, []
        for job in waiting:
            job()
