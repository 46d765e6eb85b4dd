# SPDX-License-Identifier: GPL-3.0-or-later
"""Which papers follow from an outcome."""

from __future__ import annotations

from desk_app.domain.engine.digital import is_eligible
from desk_app.domain.engine.situation import Situation
from desk_app.domain.facts import EvidenceCode, Mode
from desk_app.domain.verdict import PrintCode, Reason, VerdictCode

_ORDER = {code: int(code.value[1:]) for code in PrintCode}
_BY_VERDICT = {
    VerdictCode.STOP: PrintCode.INCIDENT_NOTE,
    VerdictCode.ESCALATE: PrintCode.INCIDENT_NOTE,
    VerdictCode.DUPLICATE: PrintCode.REFER_CARD,
    VerdictCode.REFER: PrintCode.REFER_CARD,
    VerdictCode.REDIRECT: PrintCode.REDIRECT_SLIP,
    VerdictCode.HOLD: PrintCode.MISSING_ITEMS_SLIP,
    VerdictCode.NEED_EVIDENCE: PrintCode.MISSING_ITEMS_SLIP,
}
_TAKES_SLIP = frozenset({VerdictCode.HOLD, VerdictCode.NEED_EVIDENCE})
_TAKES_FORMS = _TAKES_SLIP | {VerdictCode.ESCALATE}
_AFFIDAVITS = frozenset({EvidenceCode.AFFIDAVIT.value, EvidenceCode.AFFIDAVIT_SIGNED_BY_GRADUATE.value})
_LETTERS = frozenset({EvidenceCode.LETTER.value, EvidenceCode.GRAD_SIGNATURE.value})


def prints_of(
    situation: Situation,
    code: VerdictCode,
    reasons: tuple[Reason, ...],
    need: tuple[str, ...],
    missing: tuple[str, ...],
) -> tuple[PrintCode, ...]:
    """Give the papers of an outcome, ordered by number."""
    prints = _at_release(situation, need) if code.releases else _at_refusal(code, reasons, missing)
    return tuple(sorted(prints, key=_ORDER.__getitem__))


def _at_release(situation: Situation, need: tuple[str, ...]) -> list[PrintCode]:
    in_person = situation.facts.mode is Mode.IN_PERSON
    prints = [PrintCode.RECEIPT if in_person else PrintCode.PROXY_RECEIPT]
    if EvidenceCode.AFFIDAVIT.value in need:
        prints.append(PrintCode.AFFIDAVIT)
    if is_eligible(situation):
        prints.append(PrintCode.DIGITAL_NOTICE)
    return prints


def _at_refusal(code: VerdictCode, reasons: tuple[Reason, ...], missing: tuple[str, ...]) -> list[PrintCode]:
    prints = [_BY_VERDICT[code]] if code in _BY_VERDICT else []
    if code is VerdictCode.NOT_NOW and any(reason.code.verdict in _TAKES_SLIP for reason in reasons):
        prints.append(PrintCode.MISSING_ITEMS_SLIP)
    if code in _TAKES_FORMS:
        if not _AFFIDAVITS.isdisjoint(missing):
            prints.append(PrintCode.AFFIDAVIT)
        if not _LETTERS.isdisjoint(missing):
            prints.append(PrintCode.BLANK_LETTER)
    return prints
