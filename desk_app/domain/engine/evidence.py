# SPDX-License-Identifier: GPL-3.0-or-later
"""Which evidence lies on the desk, and which evidence rule of the pack fits best (case-format, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.engine.situation import Profile, Situation
from desk_app.domain.engine.standing import letter_shown
from desk_app.domain.facts import CardGeneration, EvidenceCode, EvidenceFact, LetterSigner, LossReport
from desk_app.domain.policy import CardCondition, EvidenceRule, Phase

PHOTO_IDS = frozenset({EvidenceCode.GRAD_PHOTO_ID, EvidenceCode.PROXY_ID})
"""The two codes for which kind, expiry, original and photo matter."""

SIGNATURES = {
    LetterSigner.GRADUATE: EvidenceCode.GRAD_SIGNATURE,
    LetterSigner.PROXY: EvidenceCode.PROXY_SIGNATURE,
}
"""The evidence that a signature on the letter is."""

GIVEN_ELSEWHERE = frozenset(
    {EvidenceCode.GRAD_CARD, EvidenceCode.LOSS_REPORT, EvidenceCode.LETTER, *SIGNATURES.values()}
)
"""What follows from the card and the letter and never lies among the other evidence."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The evidence rule that is used, with what it needs here and what of it is missing."""

    rule: EvidenceRule
    need: tuple[str, ...]
    missing: tuple[str, ...]


def card_shown(situation: Situation) -> bool:
    """Tell whether a student card lies on the desk."""
    card = situation.facts.card
    return not card.lost if card.presented is None else card.presented


def accepted_old_card(situation: Situation) -> bool:
    """Tell whether an old card is shown that is not lost and is accepted."""
    card = situation.facts.card
    return card.generation is CardGeneration.OLD and _card_counts(situation)


def _card_counts(situation: Situation) -> bool:
    card = situation.facts.card
    return card_shown(situation) and not card.lost and card.generation in situation.policy.identity.card_generations


def past_report(situation: Situation) -> LossReport | None:
    """Give the loss report, unless it lies after the decision."""
    report = situation.facts.card.report
    return report if report is not None and report.at <= situation.instant else None


def before_cutoff(situation: Situation, reported_at: datetime) -> bool:
    """Tell whether a report was made while the portal took reports (R23, G3)."""
    rule = situation.policy.lost_card
    if rule is None:
        return True
    day = situation.local_day(reported_at)
    if day == rule.portal_closed_from:
        return rule.boundary_day_accepts_both
    return day < rule.portal_closed_from


def evidence_present(situation: Situation) -> frozenset[str]:
    """Give the codes of all evidence that counts."""
    return frozenset(code.value for code in _present(situation))


def _present(situation: Situation) -> Iterator[EvidenceCode]:
    if _card_counts(situation):
        yield EvidenceCode.GRAD_CARD
    report = past_report(situation)
    if report is not None and before_cutoff(situation, report.at):
        yield EvidenceCode.LOSS_REPORT
    letter = letter_shown(situation)
    if letter is not None:
        yield EvidenceCode.LETTER
        for signer in letter.signatures:
            yield SIGNATURES[signer]
    for shown in situation.facts.evidence:
        if shown.code not in GIVEN_ELSEWHERE and _counts(situation, shown):
            yield shown.code


def _counts(situation: Situation, shown: EvidenceFact) -> bool:
    if shown.code is EvidenceCode.LEAVING_FORM:
        return shown.surrendered
    if shown.code not in PHOTO_IDS:
        return True
    right_kind = shown.kind in situation.policy.identity.photo_id_kinds
    return right_kind and shown.original and shown.photo and not shown.expired


def phase_of(situation: Situation) -> Phase:
    """Tell where today stands to the closing of the portal's loss report."""
    rule = situation.policy.lost_card
    if rule is None or situation.today < rule.portal_closed_from:
        return Phase.BEFORE
    return Phase.BOUNDARY if situation.today == rule.portal_closed_from else Phase.AFTER


def choose_rule(situation: Situation, profile: Profile, present: frozenset[str]) -> Needed | None:
    """Give the fitting rule of which the fewest elements are missing; ``None`` when no rule fits."""
    phase = phase_of(situation)
    fitting = [
        _needed(situation, rule, present)
        for rule in situation.policy.evidence
        if _fits(situation, profile, rule, phase)
    ]
    return min(fitting, key=lambda one: (len(one.missing), one.rule.order, one.rule.key), default=None)


def _fits(situation: Situation, profile: Profile, rule: EvidenceRule, phase: Phase) -> bool:
    condition = CardCondition.LOST if situation.facts.card.lost else CardCondition.HELD
    return (
        rule.mode is situation.facts.mode
        and rule.card in (condition, CardCondition.ANY)
        and (rule.phase is None or phase in rule.phase)
        and rule.national_id in (None, profile.has_national_id)
    )


def _needed(situation: Situation, rule: EvidenceRule, present: frozenset[str]) -> Needed:
    need = rule.need
    if EvidenceCode.GRAD_CARD.value in need and accepted_old_card(situation):
        extra = situation.policy.identity.old_card_extra
        need += tuple(element for element in extra if element not in need)
    missing = tuple(element for element in need if present.isdisjoint(element.split("|")))
    return Needed(rule, need, missing)
