# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a receipt genuine: its seal by itself, and the ledger of this desk."""

from __future__ import annotations

import dataclasses

from desk_app.domain.papers import SealFault, SealReport
from desk_app.domain.records import ReleaseRecord
from desk_app.services.ports import PaperVerifier
from desk_app.services.receipt_copies import copy_sha256
from desk_app.services.store_port import Records, Store


def verify_receipt(verifier: PaperVerifier, store: Store, pdf: bytes) -> SealReport:
    """Check a receipt, or a copy of one, by its seal and against the ledger.

    A receipt whose number the ledger does not have was not made here, however good its seal; one whose
    hand-over was taken back proves none any more.
    """
    report = verifier.verify(pdf, None)
    with store.read() as records:
        released = records.release_by_receipt(report.receipt_no) if report.receipt_no else None
        kept = _kept_sha256(records, released, report.copy) if released is not None else None
    if kept is not None and released is not None:
        checked = verifier.verify(pdf, kept)
        taken_back = (SealFault.REVERSED,) if released.voided_at is not None else ()
        return dataclasses.replace(checked, faults=(*checked.faults, *taken_back))
    return dataclasses.replace(report, faults=(*report.faults, SealFault.NOT_IN_LEDGER), ledger_asked=True)


def _kept_sha256(records: Records, release: ReleaseRecord, copy: int) -> str | None:
    """Give the hash under which the ledger knows a receipt, or a copy of it."""
    if copy:
        return copy_sha256(records, release, copy)
    archived = records.archived_paper(str(release.receipt_no))
    return archived.sha256 if archived else None
