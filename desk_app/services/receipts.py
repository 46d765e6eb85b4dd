# SPDX-License-Identifier: GPL-3.0-or-later
"""The papers that a hand-over owes: laid out, sealed, archived and queued exactly once, also after a crash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desk_app.domain.audit import AuditFilter
from desk_app.domain.errors import DeskError, DocumentError, NotFoundError
from desk_app.domain.papers import ReceiptContent
from desk_app.domain.records import ArchivedPaper, AuditKind, PrintOrder, ReleaseRecord
from desk_app.services.overrides import free_text
from desk_app.services.ports import Clock, PaperMaker
from desk_app.services.receipt_content import rebuild_receipt
from desk_app.services.receipt_copies import kept_paper, receipt_code
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

RECEIPT_COPIES = 2
"""One for the collector, one for the office (P1 and P6)."""

_MOST_HAND_OVERS = 100
"""Nobody has so many in a life."""


@dataclass(frozen=True, slots=True)
class Receipts:
    """Makes the sealed receipt of a release from what the release's transaction has stored."""

    store: Store
    papers: PaperMaker
    clock: Clock
    trail: Trail

    def content(self, release: ReleaseRecord) -> ReceiptContent:
        """Rebuild the content of a receipt from ledger and stored signature.

        Raises :class:`DocumentError` when the two do not fit the hashes of the release.
        """
        number = str(release.receipt_no)
        if hashlib.sha256(release.content.encode()).hexdigest() != release.content_sha256:
            raise DocumentError("receipt_altered", receipt_no=number)  # before it is read: it may be no content at all
        with self.store.read() as records:
            signature = records.signature_of(number)
        if signature is None:
            raise NotFoundError("signature_missing", receipt_no=number)
        content = rebuild_receipt(release.content, signature)
        if content.sha256() != release.content_sha256:
            raise DocumentError("receipt_altered", receipt_no=number)
        return content

    def finish(self, release: ReleaseRecord) -> ArchivedPaper:
        """Lay out and seal the receipt, archive it and queue its copies; doing it again gives the same paper."""
        number = str(release.receipt_no)
        with self.store.read() as records:
            done = records.archived_paper(number)
        return done or self._seal(release, number)

    def finish_pending(self) -> tuple[ArchivedPaper, ...]:
        """Finish the receipts of releases whose program ended before sealing; done when the program starts.

        One that cannot be made does not hold up the others; its :class:`DeskError` is raised at the end.
        """
        with self.store.read() as records:
            owed = records.unsealed_releases()
        done: list[ArchivedPaper] = []
        faults: list[DeskError] = []
        for release in owed:
            try:
                done.append(self.finish(release))
            except DeskError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return tuple(done)

    def archived(self, receipt_no: str) -> ArchivedPaper:
        """Give a sealed receipt from the archive; raise :class:`NotFoundError` when there is none."""
        require(self.trail.operators, Act.LEDGER)
        with self.store.read() as records:
            paper = records.archived_paper(receipt_no)
        return kept_paper(paper, receipt_no)

    def unmask(self, receipt_no: str, why: str) -> ArchivedPaper:
        """Give a sealed receipt with the names in full to somebody who says why, and record it.

        Raises :class:`~desk_app.domain.errors.OverrideError` without a reason.
        """
        require(self.trail.operators, Act.LEDGER)
        reason = free_text(why, "unmask_why")
        with self.store.write() as ledger:
            paper = kept_paper(ledger.archived_paper(receipt_no), receipt_no)
            release = ledger.release_by_receipt(receipt_no)
            if release is None:
                raise NotFoundError("receipt_unknown", receipt_no=receipt_no)
            event = self.trail.event(
                AuditKind.UNMASK, self.clock.now(), release.student_no, receipt=receipt_no, why=reason
            )
            ledger.record(event)
        return paper

    def _seal(self, release: ReleaseRecord, number: str) -> ArchivedPaper:
        """Seal outside the transaction, so that the lock is held for a moment only; the first paper stays."""
        self._require_logged(release, number)
        pdf = self.papers.receipt(self.content(release))
        now = self.clock.now()
        paper = ArchivedPaper(number, pdf, hashlib.sha256(pdf).hexdigest(), now)
        code = receipt_code(release)
        with self.store.write() as ledger:
            done = ledger.archived_paper(number)
            if done is not None:
                return done
            ledger.archive(paper)
            # Whichever desk seals it: it comes out where the collector stands.
            ledger.enqueue(PrintOrder(code, number, pdf, RECEIPT_COPIES, number, release.counter, release.desk), now)
            ledger.record(
                self.trail.event(
                    AuditKind.PRINT,
                    now,
                    release.student_no,
                    paper=code,
                    receipt=number,
                    copies=RECEIPT_COPIES,
                    sha256=paper.sha256,
                )
            )
        return paper

    def _require_logged(self, release: ReleaseRecord, number: str) -> None:
        """Raise :class:`DocumentError` unless the log knows this content: what was altered by hand gets no seal."""
        wanted = AuditFilter(kind=AuditKind.RELEASE.value, subject=release.student_no)
        with self.store.read() as records:
            lines = records.audit_lines(wanted, _MOST_HAND_OVERS)
        said = next((line.payload["content_sha256"] for line in lines if line.payload.get("receipt") == number), None)
        if said != release.content_sha256:
            raise DocumentError("receipt_altered", receipt_no=number)
