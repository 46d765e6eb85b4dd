# SPDX-License-Identifier: GPL-3.0-or-later
"""Background work with typed success and failure: work runs on a thread, its outcome is told on the UI thread."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from typing_extensions import override

from desk_app.domain.errors import DeskError

_log = logging.getLogger(__name__)

T = TypeVar("T")

OnFailure = Callable[[DeskError], None]


class Lane(Enum):
    """Which work waits for which: work of one lane never waits for that of another."""

    USE_CASE = "use-case"
    """What the clerk has asked for, one after the other."""

    BACKGROUND = "background"
    """What no visitor waits for: sealing, printing, proving the log."""

    OUTSIDE = "outside"
    """What waits for somebody else's machine; a longer question does not delay the next."""


_THREADS = {Lane.USE_CASE: 1, Lane.BACKGROUND: 1, Lane.OUTSIDE: 3}
"""Outside: a pull of all changes, the question about the visitor before, and that about the one who stands here now."""


@dataclass(frozen=True, slots=True)
class Crash:
    """A bug met during a task: what was raised, and the id under which the log has it."""

    error_id: str
    error: Exception


CrashHandler = Callable[[Crash], None]


@dataclass(slots=True, eq=False)
class TaskHandle:
    """Lets the caller withdraw a task: work not yet begun is left undone, an outcome is told no more."""

    context: QObject | None = None
    cancelled: bool = False

    def cancel(self) -> None:
        """Withdraw the task."""
        self.cancelled = True

    @property
    def wanted(self) -> bool:
        """True while somebody still waits for the outcome; to be asked on the UI thread."""
        return not self.cancelled and (self.context is None or shiboken6.isValid(self.context))


@dataclass(slots=True, eq=False)
class Task(Generic[T]):
    """A piece of work with those who wait for it."""

    work: Callable[[], T]
    on_success: Callable[[T], None]
    on_failure: OnFailure
    on_crash: CrashHandler
    new_error_id: Callable[[], str]
    handle: TaskHandle

    def perform(self) -> Callable[[], None]:
        """Do the work, on any thread; give what is to be told on the UI thread."""
        if self.handle.cancelled:
            return _nothing
        try:
            value = self.work()
        except DeskError as error:
            expected = error
            return lambda: self._tell(lambda: self.on_failure(expected))
        except Exception as error:  # noqa: BLE001 - any bug of any use case ends here and reaches the crash handler
            crash = Crash(self.new_error_id(), error)
            _log.error("task failed unexpectedly, error id %s", crash.error_id, exc_info=error)
            return lambda: self.on_crash(crash)
        return lambda: self._tell(lambda: self.on_success(value))

    def _tell(self, news: Callable[[], None]) -> None:
        if self.handle.wanted:
            news()


def _nothing() -> None:
    """Tell nobody."""


class Tasks(ABC):
    """Runs work for the screens; on which threads is the matter of a subclass.

    Every outcome is told on the UI thread: a value to ``on_success``, an expected error to ``on_failure``. A bug is
    logged with an id and reaches ``on_crash``, also when nobody waits for the task any more. An outcome is dropped when
    the task was cancelled or its ``context`` no longer exists.
    """

    def __init__(self, on_crash: CrashHandler, new_error_id: Callable[[], str]) -> None:
        self._on_crash = on_crash
        self._new_error_id = new_error_id

    def run(
        self,
        work: Callable[[], T],
        on_success: Callable[[T], None],
        on_failure: OnFailure,
        context: QObject | None = None,
        *,
        lane: Lane = Lane.USE_CASE,
    ) -> TaskHandle:
        """Run work of a lane and tell its outcome."""
        task = Task(work, on_success, on_failure, self._on_crash, self._new_error_id, TaskHandle(context))
        self.begin(task, lane)
        return task.handle

    @abstractmethod
    def begin(self, task: Task[T], lane: Lane) -> None:
        """Have a task performed and its news told on the UI thread; raise ``RuntimeError`` after the shutdown."""
        ...

    @abstractmethod
    def shutdown(self, *, wait: bool = True) -> None:
        """Take no more work; with ``wait`` end what was asked for, without it leave undone what has not begun."""
        ...


class _UiThread(QObject):
    """Carries news from any thread to the UI thread, by the event loop."""

    _told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def take(self, news: Callable[[], None]) -> None:
        """Have news told on the UI thread."""
        self._told.emit(news)

    def _tell(self, news: Callable[[], None]) -> None:
        news()


class TaskRunner(Tasks):
    """Runs each lane's work on threads of its own, in the order in which it was asked for."""

    def __init__(self, on_crash: CrashHandler, new_error_id: Callable[[], str]) -> None:
        super().__init__(on_crash, new_error_id)
        self._ui_thread = _UiThread()
        self._executors = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=lane.value) for lane, threads in _THREADS.items()
        }

    @override
    def begin(self, task: Task[T], lane: Lane) -> None:
        self._executors[lane].submit(self._perform, task)

    @override
    def shutdown(self, *, wait: bool = True) -> None:
        for executor in self._executors.values():
            executor.shutdown(wait=wait, cancel_futures=not wait)

    def _perform(self, task: Task[T]) -> None:
        news = task.perform()
        if shiboken6.isValid(self._ui_thread):  # the application may have closed meanwhile
            self._ui_thread.take(news)
