# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored store begins a new epoch: nothing is handed over before two persons have counted what lies in the boxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.audit import AuditFilter
from desk_app.domain.backups import BackupProof, Epoch
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import PermissionRefusedError, StoreError
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock, Ledger, Records, Store
from desk_app.services.rights import Act, may, require
from desk_app.services.staff import Staff
from desk_app.services.trail import Trail

SUBJECT = "@epoch"
"""Stands in the place of a student number, so that the newest entry of an epoch is found at once."""


def current_epoch(records: Records) -> Epoch | None:
    """Give the epoch of a store that was ever restored, ``None`` for one that knows everything since its beginning."""
    lines = records.audit_lines(AuditFilter(subject=SUBJECT), 2)
    restored = next((line for line in lines if line.kind == AuditKind.RESTORE), None)
    if restored is None:
        return None
    known = restored.payload.get("known_until")
    prefixes = restored.payload.get("prefixes")
    return Epoch(
        id=str(restored.payload["epoch"]),
        restored_at=restored.at,
        known_until=datetime.fromisoformat(known).astimezone(restored.at.tzinfo) if isinstance(known, str) else None,
        newest_receipt=str(restored.payload["newest_receipt"]),
        prefixes=tuple(map(str, prefixes)) if isinstance(prefixes, list) else (),
        recounted=lines[0].kind == AuditKind.RECOUNT,
    )


def require_counted(records: Records, prefix: str, now: datetime) -> None:
    """Refuse a hand-over from a restored store before the recount, and receipt numbers that may have been drawn already.

    Raises :class:`StoreError`: nothing was released.
    """
    epoch = current_epoch(records)
    if epoch is None:
        return
    known = f"{epoch.known_until:%Y-%m-%d %H:%M}" if epoch.known_until else "-"
    if not epoch.recounted:
        raise StoreError("recount_needed", at=f"{epoch.restored_at:%Y-%m-%d %H:%M}", known=known)
    if now.date() <= epoch.restored_at.date() and prefix in epoch.prefixes:
        raise StoreError("recount_prefix", prefix=prefix, day=now.date())


def begin_epoch(ledger: Ledger, trail: Trail, at: datetime, epoch_id: str, proof: BackupProof) -> None:
    """Record in a restored store that it was restored, from what, and up to when it knows what was handed over."""
    ledger.record(
        trail.event(
            AuditKind.RESTORE,
            at,
            SUBJECT,
            epoch=epoch_id,
            sha256=proof.sha256,
            entries=proof.entries,
            newest_receipt=proof.newest_receipt,
            known_until=proof.newest_at,
            prefixes=sorted({*proof.prefixes, trail.desk.receipt_prefix}),
        )
    )


@dataclass(frozen=True, slots=True)
class Recounts:
    """Records that two persons have counted the boxes of a restored store and compared them with the paper receipts."""

    store: Store
    clock: Clock
    trail: Trail
    staff: Staff

    def record(self, witness: Credential, reason: str) -> Epoch:
        """Record a recount by the supervisor at work and a witness, after which this store hands over again.

        Raises :class:`PermissionRefusedError` unless a supervisor works here and the witness is somebody else who may
        be one, :class:`SignInError` without the witness's proof, and :class:`StoreError` when nothing is to be counted
        or no reason is given.
        """
        require(self.trail.operators, Act.RECOUNT)
        supervisor = self.trail.operators.at_work
        reason = " ".join(reason.split())
        if not reason or holds_person_number(reason):
            raise StoreError("recount_reason")
        with self.store.read() as records:
            _waiting(records)
        if witness.operator_id == supervisor.id:
            raise PermissionRefusedError("permission_recount", operator=supervisor.id)
        proven = self.staff.prove(witness.operator_id, witness.phrase, Act.RECOUNT.value)
        if not may(proven.role, Act.WITNESS):
            raise PermissionRefusedError("permission_witness", operator=proven.id)
        with self.store.write() as ledger:
            epoch = _waiting(ledger)
            ledger.record(
                self.trail.event(
                    AuditKind.RECOUNT,
                    self.clock.now(),
                    SUBJECT,
                    epoch=epoch.id,
                    supervisor=supervisor.id,
                    witness=proven.id,
                    reason=reason,
                )
            )
        return epoch


def _waiting(records: Records) -> Epoch:
    """Give the epoch that waits for its recount; raise :class:`StoreError` when none does."""
    epoch = current_epoch(records)
    if epoch is None or epoch.recounted:
        raise StoreError("recount_not_needed")
    return epoch
