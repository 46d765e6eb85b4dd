# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored store begins a new epoch: nothing is handed over before two persons have counted what lies in the boxes."""

from __future__ import annotations

from datetime import datetime

from desk_app.domain.audit import AuditFilter
from desk_app.domain.backups import BackupProof, Epoch
from desk_app.domain.errors import NotFoundError, PermissionRefusedError, StoreError
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.records import AuditKind, Operator, Role
from desk_app.services.ports import Clock, Ledger, Records, Store
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


class Recounts:
    """Records that two persons have counted the boxes of a restored store and compared them with the paper receipts."""

    def __init__(self, store: Store, clock: Clock, trail: Trail) -> None:
        self._store = store
        self._clock = clock
        self._trail = trail

    def record(self, supervisor_id: str, witness_id: str, reason: str) -> Epoch:
        """Record a recount, after which this store hands over again.

        Raises :class:`PermissionRefusedError` unless a supervisor and somebody else are named, and
        :class:`StoreError` when nothing is to be counted or no reason is given.
        """
        reason = " ".join(reason.split())
        if not reason or holds_person_number(reason):
            raise StoreError("recount_reason")
        with self._store.write() as ledger:
            epoch = current_epoch(ledger)
            if epoch is None or epoch.recounted:
                raise StoreError("recount_not_needed")
            supervisor, witness = (_operator(ledger, one) for one in (supervisor_id, witness_id))
            if supervisor.role is not Role.SUPERVISOR or witness.id == supervisor.id:
                raise PermissionRefusedError("permission_recount", supervisor=supervisor.id, witness=witness.id)
            ledger.record(
                self._trail.event(
                    AuditKind.RECOUNT,
                    self._clock.now(),
                    SUBJECT,
                    epoch=epoch.id,
                    supervisor=supervisor.id,
                    witness=witness.id,
                    reason=reason,
                )
            )
        return epoch


def _operator(records: Records, operator_id: str) -> Operator:
    found = next((one for one in records.operators() if one.id == operator_id), None)
    if found is None:
        raise NotFoundError("operator_unknown", operator=operator_id)
    return found
