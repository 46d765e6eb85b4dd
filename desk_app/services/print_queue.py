# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands queued papers to the printer, each once: what was handed over is never sent again by itself."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.errors import PrintError
from desk_app.domain.records import AuditKind, PaperState, PrintJob
from desk_app.services.ports import Clock, Printer, Store
from desk_app.services.rights import Act, require
from desk_app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class PrintQueue:
    """The papers on their way to the printer."""

    store: Store
    printer: Printer
    clock: Clock
    trail: Trail

    def add(self, paper: str, title: str, pdf: bytes, *, copies: int = 1, subject: str = "") -> None:
        """Queue a paper that belongs to no receipt (slips, logs) and log it; ``subject`` is a student number or ""."""
        require(self.trail.operators, Act.PRINT)
        now = self.clock.now()
        with self.store.write() as ledger:
            ledger.enqueue(paper, title, pdf, copies, now)
            ledger.record(self.trail.event(AuditKind.PRINT, now, subject, paper=paper, copies=copies))

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
            return records.print_jobs((PaperState.FAILED, PaperState.SENT))

    def confirm(self, job: int) -> None:
        """Record that a person has seen the paper come out."""
        require(self.trail.operators, Act.PRINT)
        with self.store.write() as ledger:
            ledger.mark_print(job, PaperState.PRINTED, self.clock.now())

    def retry(self, job: int) -> None:
        """Queue a paper again because a person has asked for it."""
        require(self.trail.operators, Act.PRINT)
        with self.store.write() as ledger:
            ledger.mark_print(job, PaperState.QUEUED, self.clock.now())

    def retry_refused(self, receipt_no: str) -> None:
        """Queue those copies of a receipt again that the printer refused; what it took is never printed twice."""
        require(self.trail.operators, Act.PRINT)
        with self.store.write() as ledger:
            for job in ledger.print_jobs((PaperState.FAILED,)):
                if job.receipt_no == receipt_no:
                    ledger.mark_print(job.id, PaperState.QUEUED, self.clock.now())

    def _claim(self) -> PrintJob | None:
        """Take the oldest queued job and mark it as sent before it is: a crash in between prints nothing twice."""
        with self.store.write() as ledger:
            jobs = ledger.print_jobs((PaperState.QUEUED,))
            if not jobs:
                return None
            ledger.mark_print(jobs[0].id, PaperState.SENT, self.clock.now())
            return jobs[0]

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
