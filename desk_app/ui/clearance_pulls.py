# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's schedule of pulls: it asks those sources whose time has come, one pull at a time, beside everything else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from desk_app.domain.clearance_sources import STOPPED
from desk_app.domain.errors import DeskError, SourceError
from desk_app.services.clearance.pull import PullProgress, PullResult
from desk_app.services.desk import Desk
from desk_app.ui.tasks import Lane, Tasks

_AFTER_START = timedelta(seconds=4)
"""The idle page is painted and a first card may lie there already: a pull can wait so long."""

_LEAST, _MOST = timedelta(seconds=10), timedelta(minutes=15)

_LOOK_EVERY = timedelta(minutes=1)
"""How soon a list is taken that somebody puts into a folder; to look there costs next to nothing."""

_Pull = Callable[[Callable[[PullProgress], None]], tuple[PullResult, ...]]


class ClearancePulls(QObject):
    """Pulls when a source says so or a person asks; ``progressed`` and ``ended`` are told on the window's thread.

    ``ended`` carries the error that kept a pull from being made at all, or ``None``.
    """

    begun = Signal()
    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self, desk: Desk, runner: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._runner = runner
        self._stop = threading.Event()
        self.pulling = False
        self._looking = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._pull_due)
        self._awaited = desk.clock.now()
        self._watch = QTimer(self, interval=_LOOK_EVERY // timedelta(milliseconds=1))
        self._watch.timeout.connect(self._look)

    def start(self) -> None:
        """Begin the schedule, a little later; without a source nothing is ever asked."""
        if self._desk.sources:
            self._wait(_AFTER_START)
            self._watch.start()

    def end(self) -> None:
        """End the schedule; what is under way ends after its slice."""
        self._timer.stop()
        self._watch.stop()
        self._stop.set()

    def pull_now(self) -> None:
        """Pull from every source now, for whoever works here."""
        self._begin(self._desk.pull.run)

    def stop(self) -> None:
        """Let the pull under way end after its slice; what has come stays, the rest comes the next time."""
        self._stop.set()

    def _pull_due(self) -> None:
        awaited = self._awaited
        self._begin(lambda told: self._desk.pull.run_due(told, at=awaited))

    def _look(self) -> None:
        """Look whether an office has brought something; what keeps the desk from looking is told by the next pull."""
        # A folder of the network may keep a look waiting for minutes: a second one would take the counter's place there.
        if not (self.pulling or self._looking):
            self._looking = True
            self._runner.run(self._desk.pull.has_come, self._looked, self._not_looked, self, lane=Lane.OUTSIDE)

    def _looked(self, come: bool) -> None:  # noqa: FBT001 - the outcome of a task
        self._looking = False
        if come:
            self._begin(self._desk.pull.run_due)

    def _not_looked(self, _error: DeskError) -> None:
        self._looking = False

    def _begin(self, work: _Pull) -> None:
        if self.pulling or not self._desk.sources:
            return
        self.pulling = True
        self._stop.clear()
        self._timer.stop()
        self.begun.emit()
        self._runner.run(lambda: work(self._told), self._done, self._failed, self, lane=Lane.OUTSIDE)

    def _told(self, progress: PullProgress) -> None:
        """Tell how far it is, from whatever thread; end the pull between two slices when somebody wants that."""
        if self._stop.is_set():
            raise SourceError(STOPPED, source=progress.source)
        self.progressed.emit(progress)

    def _done(self, results: tuple[PullResult, ...]) -> None:
        now = self._desk.clock.now()
        tries = [result.status.next_try for result in results if result.status.next_try is not None]
        self._finish(None, min(tries) - now if tries else _MOST)

    def _failed(self, error: DeskError) -> None:
        self._finish(error, _MOST)

    def _finish(self, error: DeskError | None, pause: timedelta) -> None:
        self.pulling = False
        self._wait(min(max(pause, _LEAST), _MOST))
        self.ended.emit(error)

    def _wait(self, pause: timedelta) -> None:
        self._awaited = self._desk.clock.now() + pause
        self._timer.start(pause // timedelta(milliseconds=1))
