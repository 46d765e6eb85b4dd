# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves of hand-overs what the collector has not signed, against what the log says of it."""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditKind, ReleaseRecord
from desk_app.storage.chain import ChainReads
from desk_app.storage.releases import BY_RECEIPTS, ReleaseReads
from desk_app.storage.session import batches

_SLICE = 500


class UnsignedProof(ReleaseReads, ChainReads):
    """Compares the columns that no signed content holds with the entries of hand-over and reversal, where they say them.

    Entries from before they were logged say nothing, nor do those whose key was destroyed at the end of their period.
    """

    def prove(self) -> None:
        """Raise :class:`StoreError` for the first hand-over of which log and row do not say the same."""
        for release, unsigned in self._told(AuditKind.RELEASE, "receipt", "unsigned"):
            if release.content and release.unsigned != unsigned:
                raise _altered(release)
        for release, why in self._told(AuditKind.REVERSAL, "voided", "why"):
            # With the name goes the reason, at the end of their period.
            if release.graduate_name and release.void_reason != why:
                raise _altered(release)

    def _told(self, kind: AuditKind, receipt: str, what: str) -> Iterator[tuple[ReleaseRecord, object]]:
        """Give the hand-overs of which entries of a kind tell something, and what they tell."""
        for entries in batches(self.audit_entries(AuditFilter(kind=kind)), _SLICE):
            payloads = [readable(entry)["payload"] for entry in entries]
            told = {payload[receipt]: payload[what] for payload in payloads if what in payload}
            for release in self._releases(BY_RECEIPTS, receipts=list(told)):
                yield release, told[str(release.receipt_no)]


def _altered(release: ReleaseRecord) -> StoreError:
    return StoreError("store_ledger_altered", receipt_no=str(release.receipt_no))
