# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the papers of a day into a folder: the archived receipts, what went to the printer, and the day's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk_app.domain.papers import SealReport
from desk_app.domain.records import PaperState
from desk_app.services.day_logs import LogFormat
from desk_app.services.desk import Desk
from desk_app.services.ports import PaperVerifier
from desk_app.services.verification import verify_receipt

_PRINTED = (PaperState.SENT, PaperState.PRINTED)


@dataclass(frozen=True, slots=True)
class WrittenPapers:
    """What was written: each receipt with the verifier's report, the slips, and the log in its three forms."""

    receipts: tuple[tuple[Path, SealReport], ...]
    slips: tuple[Path, ...]
    logs: tuple[Path, ...]

    @property
    def genuine(self) -> bool:
        """True when there are receipts and the verifier accepts every one."""
        return bool(self.receipts) and all(report.genuine for _, report in self.receipts)


def write_papers(desk: Desk, day: date, folder: Path, verifier: PaperVerifier) -> WrittenPapers:
    """Write the papers of a day at this desk's counter; the receipts are read back and verified."""
    folder.mkdir(parents=True, exist_ok=True)
    return WrittenPapers(_receipts(desk, day, folder, verifier), _slips(desk, folder), _logs(desk, day, folder))


def _receipts(desk: Desk, day: date, folder: Path, verifier: PaperVerifier) -> tuple[tuple[Path, SealReport], ...]:
    written = []
    with desk.store.read() as records:
        numbers = [str(row.release.receipt_no) for row in records.ledger(day, desk.identity.counter) if row.sealed]
    for number in numbers:
        file = folder / f"receipt-{number}.pdf"
        file.write_bytes(desk.receipts.archived(number).pdf)
        written.append((file, verify_receipt(verifier, desk.store, file.read_bytes())))
    return tuple(written)


def _slips(desk: Desk, folder: Path) -> tuple[Path, ...]:
    """Write what was printed beside the receipts; a slip belongs to no receipt number."""
    with desk.store.read() as records:
        jobs = [job for job in records.print_jobs(_PRINTED) if not job.receipt_no]
    files: list[Path] = []
    for job in jobs:
        file = folder / f"slip-{len(files) + 1:02d}-{job.paper}.pdf"
        file.write_bytes(job.pdf)
        files.append(file)
    return tuple(files)


def _logs(desk: Desk, day: date, folder: Path) -> tuple[Path, ...]:
    content = desk.day_logs.content(day, desk.identity.counter)
    files: list[Path] = []
    for form in LogFormat:
        file = folder / f"log-{day:%Y-%m-%d}-{desk.identity.counter}.{form.value}"
        file.write_bytes(desk.day_logs.export(content, form))
        files.append(file)
    return tuple(files)
