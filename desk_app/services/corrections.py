# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections: two persons take a hand-over back; the original stays, the certificate returns or is void for good."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.decisions import Credential
from desk_app.domain.errors import CorrectionError, NotFoundError, PermissionRefusedError
from desk_app.domain.facts import StockState
from desk_app.domain.masking import mask_name, mask_student_number
from desk_app.domain.papers import Language, SlipContent, SlipLine
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditEvent, AuditKind, Operator, PrintOrder, ReleaseRecord
from desk_app.i18n import catalogue
from desk_app.services.overrides import free_text
from desk_app.services.ports import Clock, PaperMaker
from desk_app.services.rights import Act, may, require
from desk_app.services.staff import Staff, require_two_persons
from desk_app.services.store_port import Records, Store
from desk_app.services.trail import Trail
from desk_app.services.wording import counter_name, institution_name

REVERSAL_SLIP = "P9"
"""The slip that two persons put to the receipt; no verdict asks for it."""


class CorrectionKind(StrEnum):
    """What becomes of the certificate: it lies in its box again, or it is misprinted and never goes out."""

    RETURNED = "returned"
    MISPRINT = "misprint"


_STATE_AFTER = {CorrectionKind.RETURNED: StockState.IN_BOX, CorrectionKind.MISPRINT: StockState.MISPRINT}


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """Which hand-over is taken back, what becomes of the certificate, why, and the second person's proof."""

    receipt_no: str
    kind: CorrectionKind
    why: str
    second: Credential


@dataclass(frozen=True, slots=True)
class Corrections:
    """The use cases of taking back; one of the two persons is a supervisor, and the certificate must be at hand."""

    store: Store
    policy: Policy
    clock: Clock
    papers: PaperMaker
    trail: Trail
    staff: Staff

    def reverse(self, request: CorrectionRequest) -> ReleaseRecord:
        """Take a hand-over back and queue the reversal slip (P9), all in one transaction.

        Raises :class:`CorrectionError` for one that was taken back already, :class:`StaffError` with one person only,
        :class:`SignInError` without the proof.
        """
        require(self.trail.operators, Act.HAND_OVER)
        why = free_text(request.why, "correction_why")
        with self.store.read() as records:
            release = _standing(records, request.receipt_no)
        second = self._second(request.second)
        now = self.clock.now()
        slip = self.papers.slip(self._slip(release, request, why, second))
        with self.store.write() as ledger:
            _standing(ledger, request.receipt_no)
            ledger.void_release(request.receipt_no, now, why)
            ledger.put_back(request.receipt_no, _STATE_AFTER[request.kind])
            desk = self.trail.desk
            title = f"{REVERSAL_SLIP}-{request.receipt_no}"
            ledger.enqueue(PrintOrder(REVERSAL_SLIP, title, slip, counter=desk.counter, desk=desk.desk), now)
            ledger.record(self._event(release, request, why, second))
            return _known(ledger, request.receipt_no)

    def _second(self, credential: Credential) -> Operator:
        """Prove the second person: another one, and a supervisor unless one works at the desk."""
        at_desk = self.trail.operators.at_work
        require_two_persons(self.store, credential.operator_id, at_desk.id)
        second = self.staff.prove(credential.operator_id, credential.phrase, "reversal")
        if not may(second.role, Act.WITNESS):
            raise PermissionRefusedError("permission_witness", operator=second.id)
        if not (may(second.role, Act.OVERRIDE) or may(at_desk.role, Act.OVERRIDE)):
            raise PermissionRefusedError("permission_decide", operator=second.id)
        return second

    def _event(self, release: ReleaseRecord, request: CorrectionRequest, why: str, second: Operator) -> AuditEvent:
        return self.trail.event(
            AuditKind.REVERSAL,
            self.clock.now(),
            release.student_no,
            voided=request.receipt_no,
            certificate=request.kind.value,
            why=why,
            second=second.id,
            serials=[document.serial for document in release.documents],
        )

    def _slip(self, release: ReleaseRecord, request: CorrectionRequest, why: str, second: Operator) -> SlipContent:
        """Make the slip that stays with the receipt: number, reason, both persons, where the certificate is."""
        texts, other = catalogue(Language.ZH), catalogue(Language.EN)
        desk = self.trail.desk
        persons = [f"{one.id} {mask_name(one.name)}" for one in (self.trail.operators.current, second)]
        lines = (
            SlipLine(texts("correction.slip.receipt"), detail=f"{release.receipt_no}　{release.at:%Y-%m-%d %H:%M}"),
            SlipLine(texts("correction.slip.why"), detail=why),
            SlipLine(texts("correction.slip.certificate"), detail=self._certificate(release, request)),
        )
        return SlipContent(
            code=REVERSAL_SLIP,
            language=Language.ZH,
            title=texts("correction.slip.title"),
            title_second=other("correction.slip.title"),
            edition=texts("verdict.edition", edition=self.policy.edition.id, digest=self.policy.digest[:4]),
            issued_at=self.clock.now(),
            institution=institution_name(self.policy).zh,
            office=counter_name(self.policy, desk.counter).zh,
            student_no_masked=mask_student_number(release.student_no),
            name_masked=mask_name(release.graduate_name),
            lines=lines,
            demo=desk.demo,
            signs=tuple(persons),
        )

    def _certificate(self, release: ReleaseRecord, request: CorrectionRequest) -> str:
        serials = "、".join(document.serial for document in release.documents)
        return f"{serials}　{catalogue(Language.ZH)(f'correction.kind.{request.kind.value}')}"


def _known(records: Records, receipt_no: str) -> ReleaseRecord:
    release = records.release_by_receipt(receipt_no)
    if release is None:
        raise NotFoundError("receipt_unknown", receipt_no=receipt_no)
    return release


def _standing(records: Records, receipt_no: str) -> ReleaseRecord:
    release = _known(records, receipt_no)
    if release.voided_at is not None:
        raise CorrectionError("correction_done", receipt_no=receipt_no, at=release.voided_at)
    return release
