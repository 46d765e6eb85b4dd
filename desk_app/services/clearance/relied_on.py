# SPDX-License-Identifier: GPL-3.0-or-later
"""On which confirmations by telephone a verdict rests: those without which it would say that nobody knows."""

from __future__ import annotations

from datetime import datetime

from desk_app.domain.masking import mask_name
from desk_app.domain.papers import Bilingual, Language, ReceiptConfirmation
from desk_app.domain.policy import Policy
from desk_app.domain.verdict import NoticeCode
from desk_app.domain.visit import OpenCase
from desk_app.services.explain.items import confirmation_of
from desk_app.services.explain.names import Names
from desk_app.services.explain.reasons import item_words
from desk_app.services.receipt_content import person_told
from desk_app.services.store_port import Records


def relied_on(policy: Policy, case: OpenCase) -> tuple[str, ...]:
    """Give the items, with their source, that count as settled only because an office has said so by telephone.

    What only advises would keep nobody waiting without it, so the verdict does not rest on that.
    """
    blocking = {item.code for item in policy.clearance if item.blocking}
    return tuple(
        notice.argument
        for notice in case.verdict.notices
        if notice.code is NoticeCode.CONFIRMED_BY_PHONE and notice.argument.partition(".")[0] in blocking
    )


def confirmations_told(policy: Policy, case: OpenCase, records: Records) -> tuple[ReceiptConfirmation, ...]:
    """Give these confirmations as a receipt tells them, in the verdict's order."""
    said = [(code, word) for code in relied_on(policy, case) if (word := confirmation_of(case, code))]
    # Also an account closed since has a name; nobody else waits for this list unless somebody has telephoned.
    staff = {one.operator.id: person_told(one.operator) for one in records.accounts()} if said else {}
    at = case.verdict.at
    return tuple(
        ReceiptConfirmation(
            code=code,
            item=item_in_both(policy, code, at),
            office=_office_in_both(policy, code, at),
            by=staff.get(word.by, word.by),
            person=mask_name(word.person),
            number=word.number,
            at=word.at,
        )
        for code, word in said
    )


def item_in_both(policy: Policy, code: str, at: datetime) -> Bilingual:
    """Name an item, with its source, in both languages."""
    zh, en = (item_words(Names.of(policy, language, at), code).whole for language in (Language.ZH, Language.EN))
    return Bilingual(zh, en)


def _office_in_both(policy: Policy, code: str, at: datetime) -> Bilingual:
    zh, en = (item_words(Names.of(policy, language, at), code).office for language in (Language.ZH, Language.EN))
    return Bilingual(zh, en)
