# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks every source about the one graduate who stands at the counter, side by side and within two seconds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from desk_app.domain.clearance_sources import ItemReport, SourceFault
from desk_app.domain.errors import SourceError
from desk_app.domain.findings import Finding
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditKind, ItemRecord
from desk_app.services.clearance.breaker import Breaker
from desk_app.services.clearance.pull import CLEARANCE, fault_of
from desk_app.services.clearance.sifting import Sieve
from desk_app.services.clearance.troubles import LastAnswers
from desk_app.services.ports import ClearanceSource, Clock
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

DEADLINE_SECONDS = 2.0
"""No longer than this anybody waits at the counter for an office."""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What asking again has brought: whether the facts of this graduate changed, and which sources were silent and why.

    ``findings`` are rows that were not kept. A source that cannot be asked about one graduate is in neither list.
    """

    student_no: str
    changed: bool = False
    answered: tuple[str, ...] = ()
    silent: Mapping[str, SourceFault] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


class ClearanceRefresh:
    """The use case of asking again; ``ticks`` gives seconds that never go back, for the pauses after failures."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[ClearanceSource],
        policy: Policy,
        clock: Clock,
        trail: Trail,
        ticks: Callable[[], float],
    ) -> None:
        self._store = store
        self._sources = [source for source in sources if source.answers_at_once]
        self._policy = policy
        self._clock = clock
        self._trail = trail
        self._breakers = {source.name: Breaker(ticks) for source in self._sources}
        self.answers = LastAnswers()

    @property
    def possible(self) -> bool:
        """True when there is a source that can be asked about one graduate."""
        return bool(self._sources)

    def refresh(self, student_no: str, *, insist: bool = False) -> RefreshResult:
        """Ask now, and keep what is newer; ``insist`` also asks a source that is left alone after failures.

        Never raises :class:`SourceError`: a source that is silent is named in the result, what is stored stays.
        """
        require(self._trail.operators, Act.OPEN_RECORD)
        silent: dict[str, SourceFault] = {}
        asked = self._ask_all(student_no, silent, insist=insist)
        findings: list[Finding] = []
        rows: dict[str, tuple[tuple[str, ItemRecord], ...]] = {}
        for name, reports in asked.items():
            try:
                with self._store.read() as records:
                    sifted = Sieve(name, self._policy, self._clock.now()).sift(reports, records)
            except SourceError as error:
                silent[name] = fault_of(error)
            else:
                rows[name] = sifted.rows
                findings += sifted.examples
        self._remember(rows, silent)
        changed = [self._keep(student_no, name, found) for name, found in rows.items()]
        return RefreshResult(student_no, any(changed), tuple(rows), silent, tuple(findings))

    def _remember(self, answered: Iterable[str], silent: Iterable[str]) -> None:
        now = self._clock.now()
        for name in answered:
            self.answers.answered(name, now)
        for name in silent:
            self.answers.silent(name, now)

    def _ask_all(
        self, student_no: str, silent: dict[str, SourceFault], *, insist: bool
    ) -> dict[str, tuple[ItemReport, ...]]:
        """Ask side by side; whoever has not answered at the deadline is silent, however long it still takes."""
        chosen = []
        for source in self._sources:
            pause = 0.0 if insist else self._breakers[source.name].pause()
            if pause:
                silent[source.name] = SourceFault("source_paused", {"source": source.name, "wait": f"{pause:.0f}"})
            else:
                chosen.append(source)
        if not chosen:
            return {}
        helpers = ThreadPoolExecutor(len(chosen), "clearance")
        futures = {helpers.submit(self._ask, source, student_no): source.name for source in chosen}
        wait(futures, DEADLINE_SECONDS)
        # A name server may keep a thread for longer than anybody here waits.
        helpers.shutdown(wait=False, cancel_futures=True)
        return {
            name: got for future, name in futures.items() if (got := self._answer(future, name, silent)) is not None
        }

    def _answer(
        self, future: Future[tuple[ItemReport, ...]], name: str, silent: dict[str, SourceFault]
    ) -> tuple[ItemReport, ...] | None:
        breaker = self._breakers[name]
        if not future.done():
            error = SourceError("source_timeout", source=name, seconds=f"{DEADLINE_SECONDS:g}")
        else:
            try:
                reports = future.result()
            except SourceError as caught:
                error = caught
            else:
                breaker.succeeded()
                return reports
        breaker.failed(float(str(error.data.get("wait", 0))))
        silent[name] = fault_of(error)
        return None

    @staticmethod
    def _ask(source: ClearanceSource, student_no: str) -> tuple[ItemReport, ...]:
        reports = source.student(student_no, DEADLINE_SECONDS)
        if any(report.student_no != student_no for report in reports):
            raise SourceError("source_other_student", source=source.name)
        return reports

    def _keep(self, student_no: str, name: str, rows: Sequence[tuple[str, ItemRecord]]) -> bool:
        """Keep what is newer or says something else; without such a row nothing is written at all."""
        with self._store.read() as records:
            dossier = records.dossier(student_no)
        stored = {(item.item, item.source): item for item in (dossier.items if dossier else ())}
        news = [row for row in rows if _is_news(row[1], stored.get((row[1].item, row[1].source)))]
        if news:
            event = self._trail.event(
                AuditKind.IMPORT, self._clock.now(), student_no, what=CLEARANCE, source=name, rows=len(news)
            )
            with self._store.write() as ledger:
                ledger.put_items(news)
                ledger.record(event)
        return bool(news)


def _is_news(record: ItemRecord, stored: ItemRecord | None) -> bool:
    """Tell whether a datum would change what is stored; a word by telephone is no part of what a source says."""
    if stored is None:
        return True
    return record.as_of >= stored.as_of and record != dataclasses.replace(stored, confirmed=record.confirmed)
