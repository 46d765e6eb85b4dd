# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves of hand-overs what the collector has not signed, against what the log says of it."""

from __future__ import annotations

from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditKind
from desk_app.storage.chain import ChainReads
from desk_app.storage.releases import BY_RECEIPTS, ReleaseReads
from desk_app.storage.session import batches

_SLICE = 500


class UnsignedProof(ReleaseReads, ChainReads):
    """Compares the columns that no signed content holds with the entry of the hand-over, where it says them.

    Entries from before they were logged say nothing, nor do those whose key was destroyed at the end of their period.
    """

    def prove(self) -> None:
        """Raise :class:`StoreError` for the first hand-over of which log and row do not say the same."""
        for entries in batches(self.audit_entries(AuditFilter(kind=AuditKind.RELEASE)), _SLICE):
            payloads = [readable(entry)["payload"] for entry in entries]
            told = {payload["receipt"]: payload["unsigned"] for payload in payloads if "unsigned" in payload}
            for release in self._releases(BY_RECEIPTS, receipts=list(told)):
                receipt_no = str(release.receipt_no)
                if release.content and release.unsigned != told[receipt_no]:
                    raise StoreError("store_ledger_altered", receipt_no=receipt_no)
