# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit log learns of an open case, written beside the screen: a log that fails is told and stops nobody."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.domain.errors import DeskError
from desk_app.domain.verdict import VerdictCode
from desk_app.domain.visit import OpenCase
from desk_app.services.desk import Desk
from desk_app.services.pickup import evidence_shown
from desk_app.ui.tasks import Lane, Tasks


class CaseLog:
    """Logs each verdict once, what has been shown as it comes, and decisions that no hand-over has used."""

    def __init__(self, desk: Desk, tasks: Tasks, failed: Callable[[DeskError], None]) -> None:
        self._desk = desk
        self._tasks = tasks
        self._failed = failed
        self._verdict: tuple[str, VerdictCode] | None = None
        self._evidence: frozenset[str] = frozenset()

    def note(self, case: OpenCase) -> None:
        """Log what is new about a case."""
        pickup = self._desk.pickup
        verdict = (case.visit.id, case.verdict.code)
        if self._verdict != verdict:
            self._verdict = verdict
            self._write(lambda: pickup.record_verdict(case))
        shown, before = evidence_shown(case), self._evidence
        if shown != before:
            self._evidence = shown
            self._write(lambda: pickup.record_evidence(case, before))

    def close(self, ended: OpenCase | None) -> None:
        """Begin anew; ``ended`` is a case that ends without a hand-over."""
        self._verdict, self._evidence = None, frozenset()
        if ended is not None and ended.visit.overrides:
            visit = ended.visit.id
            self._write(lambda: self._desk.overrides.give_up(visit))

    def _write(self, work: Callable[[], object]) -> None:
        self._tasks.run(work, _ignore, self._failed, lane=Lane.BACKGROUND)


def _ignore(_value: object) -> None:
    """Want nothing of the outcome."""
