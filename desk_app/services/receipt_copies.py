# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of receipts 補印: marked and numbered, each with a reason; the sealed original is never printed a second time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desk_app.domain.audit import AuditFilter
from desk_app.domain.errors import CorrectionError, NotFoundError
from desk_app.domain.facts import Mode
from desk_app.domain.masking import mask_name
from desk_app.domain.papers import CopyMark
from desk_app.domain.policy import Policy
from desk_app.domain.records import ArchivedPaper, AuditKind, PrintOrder, ReleaseRecord
from desk_app.domain.verdict import PrintCode
from desk_app.services.overrides import free_text
from desk_app.services.ports import Clock, PaperMaker
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Records, Store
from desk_app.services.trail import Trail
from desk_app.services.wording import counter_name

_MOST = 10_000
"""More papers are printed for nobody."""


@dataclass(frozen=True, slots=True)
class ReceiptCopies:
    """Prints copies at one desk."""

    store: Store
    policy: Policy
    clock: Clock
    papers: PaperMaker
    trail: Trail

    def make(self, receipt_no: str, why: str) -> CopyMark:
        """Make the next copy of a receipt, seal it, queue it here and log it; give what its band says.

        Raises :class:`NotFoundError` for a receipt that was never sealed, and :class:`CorrectionError` for one whose
        hand-over was taken back: it proves none any more.
        """
        require(self.trail.operators, Act.HAND_OVER)
        why = free_text(why, "copy_why")
        while True:
            with self.store.read() as records:
                release = _standing(records, receipt_no)
                original = kept_paper(records.archived_paper(receipt_no), receipt_no)
                mark = self._mark(receipt_no, _copies(records, release) + 1)
            # Sealed outside the transaction, as receipts are; another desk may have taken the number meanwhile.
            if self._keep(release, mark, self.papers.receipt_copy(original.pdf, mark), why):
                return mark

    def _keep(self, release: ReleaseRecord, mark: CopyMark, pdf: bytes, why: str) -> bool:
        """Queue and log a copy, unless its number is taken."""
        desk = self.trail.desk
        code = receipt_code(release)
        with self.store.write() as ledger:
            _standing(ledger, mark.receipt_no)
            if _copies(ledger, release) + 1 != mark.number:
                return False
            title = f"{mark.receipt_no}-copy{mark.number}"
            order = PrintOrder(code, title, pdf, 1, mark.receipt_no, desk.counter, desk.desk)
            ledger.enqueue(order, mark.at)
            ledger.record(
                self.trail.event(
                    AuditKind.PRINT,
                    mark.at,
                    release.student_no,
                    paper=code,
                    receipt=mark.receipt_no,
                    copy=mark.number,
                    why=why,
                    copy_sha256=hashlib.sha256(pdf).hexdigest(),
                )
            )
        return True

    def _mark(self, receipt_no: str, number: int) -> CopyMark:
        operator, desk = self.trail.operators.current, self.trail.desk
        place = f"{counter_name(self.policy, desk.counter).zh} {desk.desk}"
        return CopyMark(receipt_no, number, self.clock.now(), place, f"{operator.id} {mask_name(operator.name)}")


def receipt_code(release: ReleaseRecord) -> str:
    """Give the kind of paper that a release's receipt is (P1, P6)."""
    return (PrintCode.PROXY_RECEIPT if release.mode is Mode.BY_PROXY else PrintCode.RECEIPT).value


def kept_paper(paper: ArchivedPaper | None, receipt_no: str) -> ArchivedPaper:
    """Give a paper of the archive; raise :class:`NotFoundError` for one that was never there, or was purged since."""
    if paper is None:
        raise NotFoundError("receipt_unknown", receipt_no=receipt_no)
    if not paper.pdf:
        raise NotFoundError("receipt_purged", receipt_no=receipt_no)
    return paper


def copy_sha256(records: Records, release: ReleaseRecord, number: int) -> str | None:
    """Give the hash of a copy as it was logged, ``None`` for one that was never made."""
    return _logged(records, release).get(number)


def _copies(records: Records, release: ReleaseRecord) -> int:
    return max(_logged(records, release), default=0)


def _logged(records: Records, release: ReleaseRecord) -> dict[int, str]:
    """Give the hashes of a receipt's copies by their numbers, from the audit log."""
    lines = records.audit_lines(AuditFilter(kind=AuditKind.PRINT.value, subject=release.student_no), _MOST)
    number = str(release.receipt_no)
    found = (line.payload for line in lines if line.payload.get("receipt") == number and "copy_sha256" in line.payload)
    return {int(str(payload["copy"])): str(payload["copy_sha256"]) for payload in found}


def _standing(records: Records, receipt_no: str) -> ReleaseRecord:
    release = records.release_by_receipt(receipt_no)
    if release is None:
        raise NotFoundError("receipt_unknown", receipt_no=receipt_no)
    if release.voided_at is not None:
        raise CorrectionError("copy_reversed", receipt_no=receipt_no, at=release.voided_at)
    return release
