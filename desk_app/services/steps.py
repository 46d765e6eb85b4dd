# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a visit: exactly what this case still needs, in the order in which it is asked for."""

from __future__ import annotations

from desk_app.domain.errors import SignatureError
from desk_app.domain.facts import EvidenceCode, Mode
from desk_app.domain.policy import Policy
from desk_app.domain.records import Dossier
from desk_app.domain.signature import require_signature
from desk_app.domain.verdict import Verdict, VerdictCode
from desk_app.domain.visit import Step, StepKind, StepState, Visit
from desk_app.services.facts_of_visit import documents_of
from desk_app.services.proxy_papers import is_confirmed

_KIND_OF = {
    EvidenceCode.GRAD_CARD: StepKind.CARD,
    EvidenceCode.GRAD_PHOTO_ID: StepKind.PHOTO_ID,
    EvidenceCode.LOSS_REPORT: StepKind.LOSS_REPORT,
    EvidenceCode.AFFIDAVIT: StepKind.AFFIDAVIT,
    EvidenceCode.AFFIDAVIT_SIGNED_BY_GRADUATE: StepKind.AFFIDAVIT,
    EvidenceCode.PROXY_ID: StepKind.PROXY_ID,
    EvidenceCode.LETTER: StepKind.LETTER,
    EvidenceCode.GRAD_NATIONAL_ID_COPY: StepKind.ID_COPY,
    EvidenceCode.GRAD_RESIDENT_CERT_COPY: StepKind.ID_COPY,
    EvidenceCode.GRAD_PASSPORT_COPY: StepKind.ID_COPY,
    EvidenceCode.APP_SCREEN: StepKind.PHOTO_ID,
    EvidenceCode.LEAVING_FORM: StepKind.LEAVING_FORM,
    EvidenceCode.HOUSEHOLD_DOCUMENT: StepKind.LEAVING_FORM,
    EvidenceCode.PAYMENT_RECEIPT: StepKind.LEAVING_FORM,
    EvidenceCode.TRANSCRIPT: StepKind.LEAVING_FORM,
}
_SIGNATURES_OF_LETTER = frozenset({EvidenceCode.GRAD_SIGNATURE.value, EvidenceCode.PROXY_SIGNATURE.value})
_NO_HAND_OVER = frozenset({VerdictCode.NOT_FOUND, VerdictCode.DUPLICATE, VerdictCode.REFER})
_ORDER = tuple(StepKind)


def steps_of_visit(
    policy: Policy, visit: Visit, dossier: Dossier | None, verdict: Verdict, *, needs_verifier: bool = False
) -> tuple[Step, ...]:
    """Give the steps with their states; none when no hand-over can follow from this visit.

    With ``needs_verifier`` a proxy's papers count only when somebody who may verify has confirmed them.
    """
    if dossier is None or verdict.code in _NO_HAND_OVER:
        return ()
    steps = [_paper_step(element, visit, verdict) for element in verdict.needed_evidence if _is_own_step(element)]
    if visit.mode is Mode.BY_PROXY:
        steps.append(_step(StepKind.RELATION, done=visit.relation is not None))
        if needs_verifier:
            steps.append(_step(StepKind.VERIFIER, done=is_confirmed(visit)))
    recorded = {code for code, _ in visit.serials}
    steps += [
        _step(StepKind.SERIAL, done=document.code in recorded, element=document.code)
        for document in documents_of(policy, dossier)
    ]
    steps.append(_step(StepKind.SIGNATURE, done=_is_signed(visit)))
    steps.sort(key=lambda step: _ORDER.index(step.kind))
    return _with_one_now(steps)


def _is_own_step(element: str) -> bool:
    return element not in _SIGNATURES_OF_LETTER


def _step(kind: StepKind, *, done: bool, element: str = "") -> Step:
    return Step(kind, StepState.DONE if done else StepState.TODO, element)


def _paper_step(element: str, visit: Visit, verdict: Verdict) -> Step:
    """Give the step of one element of evidence: bad when something was shown that does not count."""
    kind = _KIND_OF[EvidenceCode(element.split("|", maxsplit=1)[0])]
    if _lacks(kind, element, verdict) or (kind is StepKind.PROXY_ID and not _proxy_is_named(visit)):
        return Step(kind, StepState.BAD if _was_shown(kind, element, visit) else StepState.TODO, element)
    return Step(kind, StepState.DONE, element)


def _lacks(kind: StepKind, element: str, verdict: Verdict) -> bool:
    missing = set(verdict.missing_evidence)
    if kind is not StepKind.LETTER:
        return element in missing
    wrong = any(reason.code.value.startswith("LETTER_") for reason in verdict.reasons)
    return wrong or element in missing or bool(missing & _SIGNATURES_OF_LETTER)


def _proxy_is_named(visit: Visit) -> bool:
    return visit.proxy is not None and bool(visit.proxy.name)


def _was_shown(kind: StepKind, element: str, visit: Visit) -> bool:
    if kind is StepKind.LETTER:
        return visit.letter is not None and visit.letter.presented
    if kind is StepKind.PROXY_ID:
        return visit.proxy is not None and visit.proxy.id_kind is not None
    if kind is StepKind.CARD:
        return bool(visit.card_uid)
    codes = set(element.split("|"))
    return any(evidence.code.value in codes for evidence in visit.evidence)


def _is_signed(visit: Visit) -> bool:
    try:
        require_signature(visit.signature)
    except SignatureError:
        return False
    return True


def _with_one_now(steps: list[Step]) -> tuple[Step, ...]:
    """Make the first step that is to be done the one of now; when only bad ones are left, the first of them."""
    open_steps = [step for step in steps if step.state is StepState.TODO] or [
        step for step in steps if step.state is StepState.BAD
    ]
    if not open_steps:
        return tuple(steps)
    now = open_steps[0]
    return tuple(Step(step.kind, StepState.NOW, step.element) if step is now else step for step in steps)
