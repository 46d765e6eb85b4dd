# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands queued papers to the printer, each once: what was handed over is never sent again by itself.

A paper comes out at the desk that has made it. Another desk prints it only when somebody there takes it over.
"""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.errors import NotFoundError, PrintError
from desk_app.domain.records import AuditKind, PaperState, PrintJob, PrintOrder
from desk_app.domain.verdict import PrintCode
from desk_app.services.ports import Clock, DeskIdentity, Printer
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Ledger, Records, Store
from desk_app.services.trail import Trail

_NOT_OUT = (PaperState.QUEUED, PaperState.SENT, PaperState.FAILED)


@dataclass(frozen=True, slots=True)
class PrintQueue:
    """The papers on their way to the printer."""

    store: Store
    printer: Printer
    clock: Clock
    trail: Trail

    def add(self, paper: str, title: str, pdf: bytes, *, copies: int = 1, subject: str = "", noted: str = "") -> None:
        """Queue a paper that belongs to no receipt (slips, logs) and log it; ``subject`` is a student number or "".

        An incident note is an entry of its own, with what was ``noted`` on it.
        """
        require(self.trail.operators, Act.PRINT)
        now = self.clock.now()
        with self.store.write() as ledger:
            ledger.enqueue(PrintOrder(paper, title, pdf, copies, counter=self._desk.counter, desk=self._desk.desk), now)
            ledger.record(self.trail.event(AuditKind.PRINT, now, subject, paper=paper, copies=copies))
            if paper == PrintCode.INCIDENT_NOTE.value and subject:  # words about nobody could never be purged
                ledger.record(self.trail.event(AuditKind.INCIDENT, now, subject, incident=noted))

    def deliver(self) -> tuple[PrintJob, ...]:
        """Hand all queued papers to the printer; give the jobs that it would not take."""
        refused: list[PrintJob] = []
        while (job := self._claim()) is not None:
            if not self._send(job):
                refused.append(job)
        return tuple(refused)

    def attention(self) -> tuple[PrintJob, ...]:
        """Give the jobs that a person must look at: refused, or handed over without a sign that they came out."""
        with self.store.read() as records:
            return self._mine(records, PaperState.FAILED, PaperState.SENT)

    def elsewhere(self) -> tuple[PrintJob, ...]:
        """Give the jobs of other desks that have not come out there, the oldest first."""
        with self.store.read() as records:
            return tuple(job for job in records.print_jobs(_NOT_OUT) if self._is_foreign(job))

    def take_over(self, job: int) -> PrintJob:
        """Let a job of another desk be printed here, because somebody here has asked for it, and log it.

        Raises :class:`NotFoundError` for one that has come out meanwhile, or is this desk's own.
        """
        require(self.trail.operators, Act.PRINT)
        now = self.clock.now()
        with self.store.write() as ledger:
            waiting = (one for one in ledger.print_jobs(_NOT_OUT) if one.id == job and self._is_foreign(one))
            found = next(waiting, None)
            if found is None:
                raise NotFoundError("print_job_unknown", job=job)
            ledger.move_print(job, self._desk.counter, self._desk.desk)
            ledger.mark_print(job, PaperState.QUEUED, now)
            place = f"{found.counter} {found.desk}"
            ledger.record(
                self.trail.event(AuditKind.PRINT, now, paper=found.paper, title=found.title, taken_over_from=place)
            )
        return found

    def confirm(self, job: int) -> None:
        """Record that a person has seen the paper come out."""
        require(self.trail.operators, Act.PRINT)
        with self.store.write() as ledger:
            self._settle(ledger, job, PaperState.PRINTED, "confirm")

    def retry(self, job: int) -> None:
        """Queue a paper again because a person has asked for it."""
        require(self.trail.operators, Act.PRINT)
        with self.store.write() as ledger:
            self._settle(ledger, job, PaperState.QUEUED, "retry")

    def retry_refused(self, receipt_no: str) -> None:
        """Queue those copies of a receipt again that the printer refused; what it took is never printed twice."""
        require(self.trail.operators, Act.PRINT)
        with self.store.write() as ledger:
            for job in self._mine(ledger, PaperState.FAILED):
                if job.receipt_no == receipt_no:
                    self._settle(ledger, job.id, PaperState.QUEUED, "retry")

    def _settle(self, ledger: Ledger, job: int, state: PaperState, action: str) -> None:
        """Mark a job as somebody has said, and log who it was; raise :class:`NotFoundError` for one that has come out."""
        found = next((one for one in ledger.print_jobs(_NOT_OUT) if one.id == job), None)
        if found is None:
            raise NotFoundError("print_job_unknown", job=job)
        now = self.clock.now()
        ledger.mark_print(job, state, now)
        ledger.record(
            self.trail.event(
                AuditKind.PRINT,
                now,
                action=action,
                paper=found.paper,
                title=found.title,
                copy=found.copy,
                receipt=found.receipt_no,
            )
        )

    def _claim(self) -> PrintJob | None:
        """Take the oldest queued job and mark it as sent before it is: a crash in between prints nothing twice."""
        with self.store.write() as ledger:
            jobs = self._mine(ledger, PaperState.QUEUED)
            if not jobs:
                return None
            ledger.mark_print(jobs[0].id, PaperState.SENT, self.clock.now())
            return jobs[0]

    @property
    def _desk(self) -> DeskIdentity:
        return self.trail.desk

    def _mine(self, records: Records, *states: PaperState) -> tuple[PrintJob, ...]:
        return records.print_jobs_at(self._desk.counter, self._desk.desk, states)

    def _is_foreign(self, job: PrintJob) -> bool:
        return (job.counter, job.desk) not in (("", ""), (self._desk.counter, self._desk.desk))

    def _send(self, job: PrintJob) -> bool:
        try:
            note = self.printer.send(f"{job.title}-{job.copy}", job.pdf)
        except PrintError as error:
            state, note = PaperState.FAILED, error.code
        else:
            state = PaperState.PRINTED if self.printer.delivers else PaperState.SENT
        with self.store.write() as ledger:
            ledger.mark_print(job.id, state, self.clock.now(), note)
        return state is not PaperState.FAILED
