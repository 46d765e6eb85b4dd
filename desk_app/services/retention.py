# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention: what is due, and the purge that a supervisor and a witness do together, slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import PermissionRefusedError, StoreError
from desk_app.domain.records import AuditEvent, AuditKind, Operator
from desk_app.domain.retention import DueRecords, Period, PurgedSlice, RecordKind
from desk_app.services.backups import Backups
from desk_app.services.overrides import free_text
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, may, permitted, require
from desk_app.services.settings_log import SettingsLog
from desk_app.services.staff import Staff, require_two_persons
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

SLICE = 100
"""As many records as are erased in one transaction: a desk that waits for it waits a fraction of a second."""

Progress = Callable[[RecordKind, int], None]


@dataclass(frozen=True, slots=True)
class PurgeRequest:
    """Why, the witness's proof, and which kinds (all that are due when empty); old copies only when it is asked for."""

    why: str
    witness: Credential
    kinds: frozenset[RecordKind] = frozenset()
    delete_copies: bool = False


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was erased of each kind; whether the store was written anew; older copies that still hold it all."""

    counts: Mapping[RecordKind, int]
    compacted: bool
    copies: tuple[Path, ...] = ()
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """The use cases of retention; ``copies`` lists every copy of the store that this machine knows of.

    ``log`` keeps the periods in the audit log.
    """

    store: Store
    clock: Clock
    trail: Trail
    staff: Staff
    periods: tuple[Period, ...] = ()
    backups: Backups | None = None
    copies: Callable[[], tuple[Path, ...]] = field(default=tuple)
    log: SettingsLog | None = None

    @property
    def may_purge(self) -> bool:
        """True when whoever works here may look at what is due and have it erased."""
        return permitted(self.trail.operators, Act.RETENTION)

    def preview(self) -> tuple[DueRecords, ...]:
        """Count what is due today of every kind that has a period."""
        require(self.trail.operators, Act.RETENTION)
        cut_offs = self._cut_offs(frozenset())
        with self.store.read() as records:
            return tuple(records.due(kind, day) for kind, day in cut_offs.items())

    def purge(self, request: PurgeRequest, progress: Progress | None = None) -> PurgeReport:
        """Erase what is due, each slice with its own entry in the audit log; what was cut short goes on the next time.

        Raises :class:`OverrideError` without a reason, :class:`StaffError` with one person only, :class:`SignInError` without the
        witness's proof, :class:`StoreError` where only the owner of a shared store may do it.
        """
        require(self.trail.operators, Act.RETENTION)
        why = free_text(request.why, "retention_why")
        with self.store.read() as records:
            if not records.may_purge():
                raise StoreError("retention_owner")
        witness = self._witness(request.witness)
        older = self.copies()
        if self.log is not None:
            self.log.note_periods()

        def describe(purged: PurgedSlice) -> AuditEvent:
            return self._event(witness, why, **purged.facts())

        counts = {
            kind: self._purge_kind(kind, day, describe, progress) for kind, day in self._cut_offs(request.kinds).items()
        }
        compacted = self.store.compact() if any(counts.values()) else True
        if not request.delete_copies:
            return PurgeReport(counts, compacted, older)
        left = self._delete(older, witness, why)
        return PurgeReport(counts, compacted, left, len(older) - len(left))

    def _cut_offs(self, kinds: frozenset[RecordKind]) -> dict[RecordKind, date]:
        today = self.clock.now().date()
        found = ((period.kind, period.cut_off(today)) for period in self.periods)
        return {kind: day for kind, day in found if day is not None and (not kinds or kind in kinds)}

    def _witness(self, credential: Credential) -> Operator:
        """Prove the witness: another person than the supervisor who works here."""
        require_two_persons(self.store, credential.operator_id, self.trail.operators.at_work.id)
        witness = self.staff.prove(credential.operator_id, credential.phrase, Act.RETENTION.value)
        if not may(witness.role, Act.WITNESS):
            raise PermissionRefusedError("permission_witness", operator=witness.id)
        return witness

    def _purge_kind(
        self,
        kind: RecordKind,
        cut_off: date,
        describe: Callable[[PurgedSlice], AuditEvent],
        progress: Progress | None,
    ) -> int:
        total = 0
        while True:
            with self.store.write() as ledger:
                done = ledger.purge_slice(kind, cut_off, SLICE, describe)
            if not done:
                return total
            total += done
            if progress is not None:
                progress(kind, total)
            self.store.let_others_write()

    def _delete(self, older: tuple[Path, ...], witness: Operator, why: str) -> tuple[Path, ...]:
        """Make a copy that holds no more what was purged, then delete the older ones; give those that stay."""
        if self.backups is None or not older:
            return older
        fresh = Path(self.backups.make().file)
        left = tuple(file for file in older if file != fresh and not _deleted(file))
        with self.store.write() as ledger:
            ledger.record(self._event(witness, why, what="BACKUPS", count=len(older) - len(left)))
        return left

    def _event(self, witness: Operator, why: str, **facts: object) -> AuditEvent:
        by = self.trail.operators.current.id
        return self.trail.event(AuditKind.PURGE, self.clock.now(), "", **facts, by=by, witness=witness.id, reason=why)


def _deleted(file: Path) -> bool:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return False
    return True
