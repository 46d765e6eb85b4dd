# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log for those who look on: find and export entries, set checkpoints, verify the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from desk_app.domain.audit import AuditFilter, AuditLine, ChainReport, Checkpoint
from desk_app.domain.records import AuditEntry, AuditKind
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

PAGE = 500
"""As many entries as are read at once for a person."""


class AuditForm(StrEnum):
    """In which forms audit entries leave the program."""

    CSV = "csv"
    JSONL = "jsonl"


class AuditExporter(Protocol):
    """Writes audit entries as tables for other programs."""

    def csv(self, entries: Iterable[AuditEntry]) -> bytes:
        """Give a table for people."""
        ...

    def jsonl(self, entries: Iterable[AuditEntry]) -> bytes:
        """Give one JSON object a line, with the exact text that the chain covers."""
        ...


class CheckpointSigner(Protocol):
    """Signs checkpoints so that they can be checked without the store."""

    def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        """Give the text of the checkpoint's QR code."""
        ...


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the text of its QR code."""

    checkpoint: Checkpoint
    signed: str


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The use cases of the audit log; entries are shown to supervisors and auditors alone."""

    store: Store
    clock: Clock
    trail: Trail

    def find(self, wanted: AuditFilter, before: int = 0) -> tuple[AuditLine, ...]:
        """Give the newest entries that fit, at most :data:`PAGE`; ``before`` goes on below an entry that was given."""
        require(self.trail.operators, Act.AUDIT)
        with self.store.read() as records:
            return records.audit_lines(wanted, PAGE, before)

    def export(self, wanted: AuditFilter, form: AuditForm, exporter: AuditExporter) -> bytes:
        """Write the entries that fit, the oldest first, and record that they left the program."""
        require(self.trail.operators, Act.AUDIT)
        with self.store.read() as records:
            entries = tuple(records.audit_entries(wanted))
        data = exporter.csv(entries) if form is AuditForm.CSV else exporter.jsonl(entries)
        event = self.trail.event(
            AuditKind.EXPORT,
            self.clock.now(),
            what="AUDIT",
            form=form.value,
            start=wanted.start,
            end=wanted.end,
            rows=len(entries),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        with self.store.write() as ledger:
            ledger.record(event)
        return data

    def verify(
        self, checkpoint: Checkpoint | None = None, progress: Callable[[int], None] | None = None
    ) -> ChainReport:
        """Follow the whole chain, and compare it with a checkpoint that was kept elsewhere."""
        with self.store.read() as records:
            return records.verify_chain(checkpoint, progress)

    def set_checkpoint(self, signer: CheckpointSigner) -> SignedCheckpoint:
        """Sign the end of the chain, to be kept elsewhere; the entry that says so is the one that is signed."""
        require(self.trail.operators, Act.EXPORT)
        now = self.clock.now()
        with self.store.write() as ledger:
            entry = ledger.record(self.trail.event(AuditKind.EXPORT, now, what="CHECKPOINT"))
        checkpoint = Checkpoint(entry.sequence, entry.hash, now)
        return SignedCheckpoint(checkpoint, signer.sign_checkpoint(checkpoint))
