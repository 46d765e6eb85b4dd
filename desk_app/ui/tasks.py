# SPDX-License-Identifier: GPL-3.0-or-later
"""Background work with typed success and failure: work runs on a thread, its outcome is told on the UI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

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


class Tasks(Protocol):
    """Runs work for the screens; see :class:`TaskRunner`."""

    def run(
        self,
        work: Callable[[], T],
        on_success: Callable[[T], None],
        on_failure: OnFailure,
        context: QObject | None = None,
        *,
        lane: Lane = Lane.USE_CASE,
    ) -> TaskHandle:
        """Run work; tell its outcome on the UI thread, unless the task was cancelled or ``context`` no longer exists."""
        ...

    def shutdown(self, *, wait: bool = True) -> None:
        """Take no more work; with ``wait``, end what is under way first."""
        ...


@dataclass(slots=True, eq=False)
class _Task(Generic[T]):
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


class TaskRunner(QObject):
    """Runs each lane's work on threads of its own, in the order in which it was asked for.

    Every outcome arrives by the event loop. Expected errors reach ``on_failure``. A bug is logged with an id and
    reaches ``on_crash``, also when nobody waits for the task any more. An outcome is dropped when the task was
    cancelled or its ``context`` no longer exists.
    """

    _arrived = Signal(object)

    def __init__(self, on_crash: CrashHandler, new_error_id: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_crash = on_crash
        self._new_error_id = new_error_id
        self._executors = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=lane.value) for lane, threads in _THREADS.items()
        }
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        on_success: Callable[[T], None],
        on_failure: OnFailure,
        context: QObject | None = None,
        *,
        lane: Lane = Lane.USE_CASE,
    ) -> TaskHandle:
        """Run work on a thread of its lane; see :class:`Tasks`."""
        task = _Task(work, on_success, on_failure, self._on_crash, self._new_error_id, TaskHandle(context))
        self._executors[lane].submit(self._perform, task)
        return task.handle

    def shutdown(self, *, wait: bool = True) -> None:
        """Take no more work; with ``wait`` end what was asked for, without it leave undone what has not begun."""
        for executor in self._executors.values():
            executor.shutdown(wait=wait, cancel_futures=not wait)

    def _perform(self, task: _Task[T]) -> None:
        news = task.perform()
        if shiboken6.isValid(self):  # the application may have closed meanwhile
            self._arrived.emit(news)

    def _deliver(self, news: Callable[[], None]) -> None:
        news()


class InlineTaskRunner(Tasks):
    """Runs everything at once on the calling thread, so that a test of a screen needs no waiting."""

    def __init__(self, on_crash: CrashHandler, new_error_id: Callable[[], str]) -> None:
        self._on_crash = on_crash
        self._new_error_id = new_error_id
        self._closed = False

    @override
    def run(
        self,
        work: Callable[[], T],
        on_success: Callable[[T], None],
        on_failure: OnFailure,
        context: QObject | None = None,
        *,
        lane: Lane = Lane.USE_CASE,
    ) -> TaskHandle:
        if self._closed:
            raise RuntimeError("the task runner is shut down")
        handle = TaskHandle(context)
        _Task(work, on_success, on_failure, self._on_crash, self._new_error_id, handle).perform()()
        return handle

    @override
    def shutdown(self, *, wait: bool = True) -> None:
        self._closed = True
