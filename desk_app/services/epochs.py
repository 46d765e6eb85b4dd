# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored store begins a new epoch: nothing is handed over before two persons have counted what lies in the boxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.audit import AuditFilter, AuditLine, Checkpoint
from desk_app.domain.backups import BackupProof, Epoch
from desk_app.domain.decisions import Credential
from desk_app.domain.errors import PermissionRefusedError, StoreError
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock, DeskIdentity
from desk_app.services.rights import Act, may, require
from desk_app.services.staff import Staff, require_two_persons
from desk_app.services.store_port import Ledger, Records, Store
from desk_app.services.trail import Trail

SUBJECT = "@epoch"
"""Stands in the place of a student number, so that the newest entry of an epoch is found at once."""

_LOOKED_BACK = 100


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


def require_counted(records: Records, desk: DeskIdentity, now: datetime) -> None:
    """Refuse a hand-over from a restored store before the recount, and receipt numbers that may have been drawn already.

    A store that was set back by hand says nothing of it: there the desk misses what it has written itself. One that was
    put on another disk by hand comes without what the desk remembers. Raises :class:`StoreError`: nothing was released.
    """
    epoch = current_epoch(records)
    if epoch is not None and not epoch.recounted:
        known = f"{epoch.known_until:%Y-%m-%d %H:%M}" if epoch.known_until else "-"
        raise StoreError("recount_needed", at=f"{epoch.restored_at:%Y-%m-%d %H:%M}", known=known)
    lost = _unexplained(records, epoch)
    if lost is not None:
        raise StoreError("store_set_back", at=f"{lost.at:%Y-%m-%d %H:%M}")
    newest = newest_receipt(records, desk) if records.has_lost_witness() else ""
    if newest:
        raise StoreError("store_moved", receipt=newest)
    if epoch is not None and now.date() <= epoch.restored_at.date() and desk.receipt_prefix in epoch.prefixes:
        raise StoreError("recount_prefix", prefix=desk.receipt_prefix, day=now.date())


def begin_epoch(ledger: Ledger, trail: Trail, at: datetime, epoch_id: str, proof: BackupProof) -> Epoch:
    """Record in a restored store that it was restored, from what, and up to when it knows what was handed over."""
    prefixes = sorted({*proof.prefixes, trail.desk.receipt_prefix})
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
            prefixes=prefixes,
        )
    )
    return Epoch(epoch_id, at, proof.newest_at, proof.newest_receipt, tuple(prefixes), recounted=False)


@dataclass(frozen=True, slots=True)
class Recounts:
    """Records that two persons have counted the boxes of a restored store and compared them with the paper receipts."""

    store: Store
    clock: Clock
    trail: Trail
    staff: Staff

    def record(self, witness: Credential, reason: str) -> Epoch:
        """Record a recount by the supervisor at work and a witness, after which this store hands over again.

        Raises :class:`PermissionRefusedError` unless a supervisor works here and the witness may be one,
        :class:`StaffError` unless they are two persons, :class:`SignInError` without the witness's proof, and
        :class:`StoreError` when nothing is to be counted or no reason is given.
        """
        require(self.trail.operators, Act.RECOUNT)
        supervisor = self.trail.operators.at_work
        reason = " ".join(reason.split())
        if not reason or holds_person_number(reason):
            raise StoreError("recount_reason")
        with self.store.read() as records:
            _waiting(records, self.trail.desk)
        require_two_persons(self.store, witness.operator_id, supervisor.id)
        proven = self.staff.prove(witness.operator_id, witness.phrase, Act.RECOUNT.value)
        if not may(proven.role, Act.WITNESS):
            raise PermissionRefusedError("permission_witness", operator=proven.id)
        with self.store.write() as ledger:
            epoch = _waiting(ledger, self.trail.desk) or self._begin_found(ledger)
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

    def _begin_found(self, ledger: Ledger) -> Epoch:
        """Begin the epoch of a store that was set back without a word, as far as it can tell itself what it knows."""
        now, end = self.clock.now(), ledger.last_audit()
        newest = next(iter(_newest_releases(ledger, 1)), None)
        proof = BackupProof(
            file="",
            sha256="",
            entries=end.sequence if end else 0,
            end=end.hash if end else "",
            releases=0,
            newest_receipt=str(newest.payload.get("receipt", "")) if newest else "",
            newest_at=newest.at if newest else None,
            prefixes=prefixes_in_use(ledger, now),
        )
        return begin_epoch(ledger, self.trail, now, f"found-{proof.end[:16]}", proof)


def prefixes_in_use(records: Records, now: datetime) -> tuple[str, ...]:
    """Give the beginnings of the receipt numbers that were drawn today."""
    return tuple(sorted({row.release.receipt_no.prefix for row in records.ledger(now.date(), None)}))


def _unexplained(records: Records, epoch: Epoch | None) -> Checkpoint | None:
    """Give the entry that this desk misses, unless two have counted since it was written."""
    lost = records.lost_entry()
    explained = lost is None or lost.at is None or (epoch is not None and epoch.restored_at >= lost.at)
    return None if explained else lost


def newest_receipt(records: Records, desk: DeskIdentity) -> str:
    """Give the number of the newest receipt of a desk among the last of all desks, "" where there is none."""
    own = (
        line
        for line in _newest_releases(records, _LOOKED_BACK)
        if (line.counter, line.payload.get("desk")) == (desk.counter, desk.desk)
    )
    return next((str(line.payload.get("receipt", "")) for line in own), "")


def _newest_releases(records: Records, most: int) -> tuple[AuditLine, ...]:
    return records.audit_lines(AuditFilter(kind=AuditKind.RELEASE.value), most)


def _has_forgotten(records: Records, desk: DeskIdentity) -> bool:
    """Tell whether a desk remembers nothing, though it has handed over: a desk that is new has nothing to remember."""
    return records.is_unwitnessed() and bool(newest_receipt(records, desk))


def _waiting(records: Records, desk: DeskIdentity) -> Epoch | None:
    """Give the epoch that waits for its recount, ``None`` for one that must begin first.

    That is one of a store that was set back by hand, and one of which a desk that has forgotten all cannot tell.
    Raises :class:`StoreError` when there is nothing to count.
    """
    epoch = current_epoch(records)
    if epoch is not None and not epoch.recounted:
        return epoch
    if _unexplained(records, epoch) is None and not _has_forgotten(records, desk):
        raise StoreError("recount_not_needed")
    return None
