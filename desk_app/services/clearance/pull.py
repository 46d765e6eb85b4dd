# SPDX-License-Identifier: GPL-3.0-or-later
"""Pulls what has changed at the offices: page by page, rows and cursor in one transaction, each source for itself."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from desk_app.domain.clearance_sources import STOPPED, ChangePage, SourceFault, SourceKind, SourceStatus
from desk_app.domain.errors import NotFoundError, SourceError
from desk_app.domain.findings import Finding
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditKind, ItemRecord
from desk_app.services.clearance.remainders import silent_reports
from desk_app.services.clearance.sifting import Sieve, Sifted
from desk_app.services.clearance.troubles import LastAnswers, SourceTrouble
from desk_app.services.ports import ClearanceSource, Clock, KeepsLists, Watched
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Ledger, Records, Store
from desk_app.services.trail import Trail

PULL_EVERY = timedelta(minutes=15)
"""How long after a success the schedule asks a source again."""

AT_ONCE = 2000
"""Rows kept in one transaction, which holds no release up; more are taken in beside the work of the desks."""

CLEARANCE = "CLEARANCE"
"""What an entry of the audit log about these rows is named by."""

LISTS = "LISTS"
"""What an entry about lists of offices that were removed is named by."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=30)
_LONGEST_ASKED = timedelta(hours=6)
_DOUBLINGS = 10
_FORGOTTEN, _ELSEWHERE = "source_cursor", "source_elsewhere"
_EXAMPLES = 50
_Row: TypeAlias = tuple[str, ItemRecord]


class PullOutcome(StrEnum):
    """How the pull of one source has ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    NOT_DUE = "not_due"


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far the pull of a source has come: rows that came and, when the source says so, rows still to come."""

    source: str
    rows: int
    remaining: int | None


Told = Callable[[PullProgress], None]
"""Is told how far a pull has come, before the first page and after every one; raises :class:`SourceError` (``source_stopped``) to end it there."""


@dataclass(frozen=True, slots=True)
class PullResult:
    """What the pull of one source has brought; ``rows`` were kept even when it failed or was stopped afterwards.

    ``skipped`` counts what could not be kept, or was changed, by the code of the finding; ``examples`` are some of them.
    """

    source: str
    outcome: PullOutcome
    rows: int
    skipped: Mapping[str, int]
    examples: tuple[Finding, ...]
    status: SourceStatus


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """A source of this desk, how its pulls have been doing, and what keeps it from being used now."""

    name: str
    kind: SourceKind
    status: SourceStatus
    trouble: SourceTrouble | None = None


@dataclass(slots=True)
class _Tally:
    """What has come of one source so far; ``cursor`` is what the store holds."""

    cursor: str
    rows: int = 0
    seen: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: list[Finding] = field(default_factory=list)

    def add(self, sifted: Sifted, seen: int) -> None:
        self.rows += len(sifted.rows)
        self.seen += seen
        self.skipped.update(sifted.skipped)
        self.examples += sifted.examples[: _EXAMPLES - len(self.examples)]

    def result(self, outcome: PullOutcome, status: SourceStatus) -> PullResult:
        return PullResult(status.name, outcome, self.rows, dict(self.skipped), tuple(self.examples), status)


@dataclass(frozen=True, slots=True)
class ClearancePull:
    """The use cases of pulling; a source that fails is told of and never stops another."""

    store: Store
    sources: tuple[ClearanceSource, ...]
    policy: Policy
    clock: Clock
    trail: Trail
    answers: LastAnswers = field(default_factory=LastAnswers)

    def standings(self) -> tuple[SourceStanding, ...]:
        """Give every source of this desk with its state, those never asked too, in the order of the settings."""
        with self.store.read() as records:
            known = [(one, records.source_status(one.name)) for one in self.sources]
        return tuple(SourceStanding(one.name, one.kind, status, self.answers.trouble(status)) for one, status in known)

    def troubles(self) -> tuple[SourceTrouble, ...]:
        """Give the sources of this desk that cannot be used now, in the order of the settings."""
        return tuple(one.trouble for one in self.standings() if one.trouble is not None)

    def run(self, progress: Told | None = None, *, only: str = "", anew: bool = False) -> tuple[PullResult, ...]:
        """Pull from every source, or from one, now; ``anew`` asks for everything and not for what has changed.

        When it is stopped, the sources behind that place are not asked, and the result says nothing of them.
        Raises :class:`NotFoundError` for a name that no source has.
        """
        require(self.trail.operators, Act.IMPORT)
        return self.run_unattended(progress, only=only, anew=anew)

    def run_unattended(
        self, progress: Told | None = None, *, only: str = "", anew: bool = False
    ) -> tuple[PullResult, ...]:
        """Do the same from a shell or at a fixed hour, when nobody has signed in: the settings say what is asked."""
        chosen = [source for source in self.sources if only in ("", source.name)]
        if only and not chosen:
            raise NotFoundError("source_unknown", source=only)
        return _up_to_a_stop(self._pull(source, progress, anew=anew) for source in chosen)

    def run_due(self, progress: Told | None = None, at: datetime | None = None) -> tuple[PullResult, ...]:
        """Pull from the sources whose time has come: the schedule's act, for which nobody need sit at the desk.

        ``at`` is the instant for which the schedule has waited: the clock of a demonstration never comes to it.
        """
        now = max(self.clock.now(), at) if at else self.clock.now()
        statuses = [standing.status for standing in self.standings()]
        return _up_to_a_stop(
            self._pull(source, progress)
            if status.is_due(now) or _has_come(source, status)
            else _Tally(status.cursor).result(PullOutcome.NOT_DUE, status)
            for source, status in zip(self.sources, statuses, strict=True)
        )

    def has_come(self) -> bool:
        """Tell whether an office has brought something since its source was asked last; that makes the source due."""
        with self.store.read() as records:
            known = [(one, records.source_status(one.name)) for one in self.sources if isinstance(one, Watched)]
        return any(_has_come(source, status) for source, status in known)

    def _pull(self, source: ClearanceSource, progress: Told | None, *, anew: bool = False) -> PullResult:
        with self.store.read() as records:
            status = records.source_status(source.name)
        tally = _Tally(status.cursor)
        if progress is not None and not _begins(source.name, progress):
            return tally.result(PullOutcome.STOPPED, status)
        if isinstance(source, KeepsLists):
            self._remove_old_lists(source.name, source)
        try:
            for page in self._pages(source, tally, anew=anew):
                self._keep(source.name, page, tally)
                if progress is not None:
                    progress(PullProgress(source.name, tally.seen, page.remaining))
        except SourceError as error:
            if error.code == STOPPED:
                return tally.result(PullOutcome.STOPPED, self._stopped(source.name, tally))
            return tally.result(PullOutcome.FAILED, self._failed(source.name, error))
        return tally.result(PullOutcome.DONE, self._succeeded(source.name, tally))

    def _remove_old_lists(self, name: str, source: KeepsLists) -> None:
        removed = source.remove_old_lists()
        if not removed.count:
            return
        event = self.trail.event(
            AuditKind.PURGE, self.clock.now(), what=LISTS, source=name, count=removed.count, days=removed.days
        )
        with self.store.write() as ledger:
            ledger.record(event)

    @staticmethod
    def _pages(source: ClearanceSource, tally: _Tally, *, anew: bool) -> Iterator[ChangePage]:
        """Give page after page; a source that has forgotten the cursor is asked for everything, once."""
        cursor = "" if anew else tally.cursor
        try:
            yield from source.changes(cursor)
        except SourceError as error:
            if error.code != _FORGOTTEN or not cursor:
                raise
            yield from source.changes("")

    def _keep(self, name: str, page: ChangePage, tally: _Tally) -> None:
        """Keep a page and its cursor together; a long one in many short transactions, and yet as a whole."""
        now = self.clock.now()
        with self.store.read() as records:
            others = _others(name, records) if page.remainders else frozenset()
            keys = {item.code: item.source_keys for item in self.policy.clearance}
            silent, unclear = silent_reports(page.reports, page.remainders, records, keys)
            sifted = Sieve(name, self.policy, now).sift((*page.reports, *silent), records, (*page.findings, *unclear))
        rows = sifted.rows

        def conclude(ledger: Ledger, count: int) -> None:
            status = ledger.source_status(name)
            # Silence was heard before this transaction: what another source has said since may be as new.
            if status.cursor != tally.cursor or (page.remainders and _others(name, ledger) != others):
                raise SourceError(_ELSEWHERE, source=name)
            if count:
                told = {"rows": count} | ({"silent": len(silent)} if silent else {})
                ledger.record(self.trail.event(AuditKind.IMPORT, now, "", what=CLEARANCE, source=name, **told))
            newest = max((record.as_of for _, record in rows), default=status.newest)
            newest = max(newest, status.newest) if newest and status.newest else newest
            ledger.put_source_status(dataclasses.replace(status, cursor=page.cursor, last_try=now, newest=newest))

        self._write(rows, now, conclude)
        tally.cursor = page.cursor
        tally.add(sifted, len(page.reports))

    def _write(self, rows: Sequence[_Row], now: datetime, conclude: Callable[[Ledger, int], None]) -> None:
        if len(rows) > AT_ONCE:
            self.store.take_over_items(_newest_of_each(rows), now, conclude)
            return
        with self.store.write() as ledger:
            if rows:
                ledger.put_items(rows)
            conclude(ledger, len(rows))
        self.store.let_others_write()

    def _succeeded(self, name: str, tally: _Tally) -> SourceStatus:
        now = self.clock.now()
        self.answers.answered(name, now)
        return self._change_status(
            name,
            last_try=now,
            last_success=now,
            rows=tally.rows,
            skipped=dict(tally.skipped),
            failures=0,
            fault=None,
            next_try=now + PULL_EVERY,
        )

    def _stopped(self, name: str, tally: _Tally) -> SourceStatus:
        """Keep that a pull was stopped and how many rows it has left: the source answered, what failed before is over."""
        now = self.clock.now()
        fault = SourceFault(STOPPED, {"source": name, "count": str(tally.rows)})
        return self._change_status(name, last_try=now, failures=0, fault=fault, next_try=now + PULL_EVERY)

    def _failed(self, name: str, error: SourceError) -> SourceStatus:
        """Keep why a pull has failed; the pauses grow, and what the source itself asks for is heeded."""
        now = self.clock.now()
        with self.store.read() as records:
            status = records.source_status(name)
        if error.code == _ELSEWHERE:
            return status
        asked = timedelta(seconds=float(str(error.data.get("wait", 0))))
        pause = min(_FIRST_PAUSE * 2 ** min(status.failures, _DOUBLINGS), _LONGEST_PAUSE)
        return self._change_status(
            name,
            last_try=now,
            failures=status.failures + 1,
            fault=fault_of(error),
            next_try=now + max(pause, min(asked, _LONGEST_ASKED)),
        )

    def _change_status(self, name: str, **changes: Any) -> SourceStatus:
        with self.store.write() as ledger:
            status: SourceStatus = dataclasses.replace(ledger.source_status(name), **changes)
            ledger.put_source_status(status)
        return status


def _others(name: str, records: Records) -> frozenset[tuple[object, ...]]:
    """Give how far all other sources have come."""
    return frozenset(
        (one.name, one.cursor, one.newest, one.last_try) for one in records.source_statuses() if one.name != name
    )


def _begins(name: str, progress: Told) -> bool:
    """Tell that it is a source's turn; false when somebody has stopped the pull while the one before was asked."""
    try:
        progress(PullProgress(name, 0, None))
    except SourceError as error:
        if error.code != STOPPED:
            raise
        return False
    return True


def _up_to_a_stop(pulls: Iterable[PullResult]) -> tuple[PullResult, ...]:
    """Let one pull after the other be made, none after one that was stopped."""
    made = []
    for result in pulls:
        made.append(result)
        if result.outcome is PullOutcome.STOPPED:
            break
    return tuple(made)


def _has_come(source: ClearanceSource, status: SourceStatus) -> bool:
    """Look at a source to which data are brought; one that fails waits out its pause, for what lies there may be why."""
    return isinstance(source, Watched) and not status.failures and source.has_come()


def fault_of(error: SourceError) -> SourceFault:
    """Give an error as it is kept and shown."""
    return SourceFault(error.code, {name: str(value) for name, value in error.data.items()})


def _newest_of_each(rows: Sequence[_Row]) -> Iterable[_Row]:
    """Give each item of a graduate once: its newest datum, and of those as old the one that came last."""
    kept: dict[tuple[str, str, str], _Row] = {}
    for number, record in rows:
        key = number, record.item, record.source
        if key not in kept or record.as_of >= kept[key][1].as_of:
            kept[key] = number, record
    return kept.values()
