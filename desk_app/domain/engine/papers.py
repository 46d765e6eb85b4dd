# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages 8 and 9: the documents to hand over, the identity, the cards, the evidence and the letter."""

from __future__ import annotations

from desk_app.domain.engine.evidence import (
    PHOTO_IDS,
    SIGNATURES,
    Needed,
    accepted_old_card,
    before_cutoff,
    card_shown,
    choose_rule,
    evidence_present,
    past_report,
)
from desk_app.domain.engine.findings import ITEM_REASONS, Findings
from desk_app.domain.engine.situation import Profile, Situation
from desk_app.domain.engine.standing import letter_shown
from desk_app.domain.facts import CardGeneration, EvidenceCode, LetterFacts, Mode, StockState
from desk_app.domain.person_number import is_void, person_number_kind
from desk_app.domain.policy import LetterRule
from desk_app.domain.student_number import normalise_number
from desk_app.domain.verdict import NoticeCode, ReasonCode

_STOCK_REASONS = {
    StockState.NOT_PRINTED: ReasonCode.NOT_PRINTED,
    StockState.MISSING: ReasonCode.NOT_IN_BOX,
    StockState.OTHER_COUNTER: ReasonCode.NOT_IN_BOX,
    StockState.MISPRINT: ReasonCode.MISPRINT,
}


def examine_stock(situation: Situation, profile: Profile, findings: Findings) -> None:
    """Stage 8: report every document of the graduate's level that is not in its box."""
    for document in situation.policy.documents:
        reason = _STOCK_REASONS.get(situation.facts.stock.get(document.code, StockState.IN_BOX))
        if reason is not None and profile.level in document.levels:
            findings.refuse(reason, document.code)


def examine_papers(situation: Situation, profile: Profile, findings: Findings) -> Needed | None:
    """Stage 9: report what speaks against identity, card, evidence and letter; give the rule that is used."""
    _examine_identity(situation, findings)
    _examine_card(situation, profile, findings)
    _examine_report(situation, findings)
    needed = _examine_evidence(situation, profile, findings)
    letter, rule = letter_shown(situation), situation.policy.letter
    if letter is not None and rule is not None:
        _examine_letter(situation, letter, rule, findings)
    return needed


def _examine_identity(situation: Situation, findings: Findings) -> None:
    facts = situation.facts
    if facts.flags.name_differs:
        findings.refuse(ReasonCode.NAME_DIFFERS)
    if facts.flags.deceased:
        findings.refuse(ReasonCode.GRADUATE_DECEASED)
    if facts.mode is Mode.BY_PROXY:
        if facts.flags.clerk_is_proxy:
            findings.refuse(ReasonCode.CLERK_IS_PROXY)
        limit = situation.policy.proxy_warn_above_per_day
        if limit is not None and facts.proxy_graduates_today > limit:
            findings.mention(NoticeCode.PROXY_BATCH)
    if facts.id_number_typed is not None:
        kind = person_number_kind(normalise_number(facts.id_number_typed))
        if kind is None:
            findings.refuse(ReasonCode.ID_CHECKSUM_FAILED)
        elif is_void(kind, situation.today):
            findings.refuse(ReasonCode.ID_NUMBER_VOID)


def _examine_card(situation: Situation, profile: Profile, findings: Findings) -> None:
    card, rule = situation.facts.card, situation.policy.card
    if not card_shown(situation):
        return
    if card.lost:
        findings.mention(NoticeCode.LOST_CARD_PRESENTED)
        return
    if card.generation not in situation.policy.identity.card_generations:
        findings.mention(NoticeCode.CARD_GENERATION_NOT_ACCEPTED)
    if rule is None or card.generation is not CardGeneration.OLD:
        return
    if accepted_old_card(situation) and situation.today >= rule.old_access_until:
        findings.mention(NoticeCode.OLD_CARD)
    if profile.entry_ay is not None and profile.entry_ay >= rule.only_4k_from_entry_ay:
        findings.mention(NoticeCode.CARD_GENERATION_UNEXPECTED)


def _examine_report(situation: Situation, findings: Findings) -> None:
    rule, report = situation.policy.lost_card, past_report(situation)
    if rule is None or report is None:
        return
    if report.reissue and rule.forbid_reissue:
        findings.refuse(ReasonCode.REISSUE_REQUESTED)
    if report.reason is not None and report.reason != rule.required_reason:
        findings.mention(NoticeCode.LOSS_REASON_OTHER)
    if not before_cutoff(situation, report.at):
        findings.mention(NoticeCode.LOSS_REPORT_AFTER_CUTOFF)


def _examine_evidence(situation: Situation, profile: Profile, findings: Findings) -> Needed | None:
    for shown in situation.facts.evidence:
        if shown.code in PHOTO_IDS and shown.expired:
            findings.mention(NoticeCode.EXPIRED_ID_SHOWN, shown.kind.value)
    present = evidence_present(situation)
    needed = choose_rule(situation, profile, present)
    if needed is None:
        findings.refuse(ReasonCode.NO_EVIDENCE_RULE)
        return None
    for element in needed.missing:
        findings.refuse(ReasonCode.MISSING, element)
    for code in needed.rule.escalate:
        findings.refuse(code)
    form = EvidenceCode.LEAVING_FORM.value
    if form in needed.need and form in present and findings.holds_any(ITEM_REASONS):
        findings.mention(NoticeCode.FORM_CONTRADICTS_ITEMS)
    return needed


def _examine_letter(situation: Situation, letter: LetterFacts, rule: LetterRule, findings: Findings) -> None:
    for signer in rule.signatures:
        if signer not in letter.signatures:
            findings.refuse(ReasonCode.MISSING, SIGNATURES[signer].value)
    if not letter.number_matches:
        findings.refuse(ReasonCode.LETTER_NUMBER_MISMATCH)
    if letter.electronic:
        if not rule.accept_electronic:
            findings.refuse(ReasonCode.LETTER_ELECTRONIC)
    elif not letter.original and not rule.accept_copy:
        findings.refuse(ReasonCode.LETTER_NOT_ORIGINAL)
    if letter.graduates > 1 and rule.one_graduate_per_letter:
        findings.refuse(ReasonCode.LETTER_SEVERAL_GRADUATES)
    _examine_letter_date(situation, letter, rule, findings)


def _examine_letter_date(situation: Situation, letter: LetterFacts, rule: LetterRule, findings: Findings) -> None:
    if not letter.dated:
        findings.refuse(ReasonCode.LETTER_UNDATED)
        return
    # Without a date the letter counts as written the day before.
    age = (situation.today - letter.date).days if letter.date else 1
    if age < 0:
        findings.refuse(ReasonCode.LETTER_POSTDATED)
    elif age > rule.max_age_days:
        findings.refuse(ReasonCode.LETTER_TOO_OLD)
