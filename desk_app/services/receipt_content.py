# SPDX-License-Identifier: GPL-3.0-or-later
"""What a receipt says: made once at the release, kept as JSON with it, and rebuilt from there when a paper is owed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desk_app.domain.decisions import OverrideDecision
from desk_app.domain.facts import Level, Mode, PhotoIdKind
from desk_app.domain.masking import mask_name
from desk_app.domain.papers import (
    Bilingual,
    Language,
    ReceiptConfirmation,
    ReceiptContent,
    ReceiptDecision,
    ReceiptProxy,
)
from desk_app.domain.policy import DocumentRule, Policy
from desk_app.domain.records import (
    Dossier,
    HandedDocument,
    Operator,
    ProxyCollector,
    ReceiptNumber,
    Relation,
    ReleaseRecord,
)
from desk_app.domain.signature import Signature
from desk_app.domain.verdict import Notice, NoticeCode, PolicyRef, Verdict
from desk_app.domain.visit import OpenCase, Visit
from desk_app.services.explain.names import Names
from desk_app.services.explain.notices import reason_title
from desk_app.services.facts_of_visit import documents_of, level_of
from desk_app.services.ports import DeskIdentity
from desk_app.services.wording import (
    bilingual,
    counter_name,
    counter_place,
    full_day,
    institution_name,
    marked_in_both,
    two_texts,
    unit_name,
)

SIGNED_TEXT_VERSION = "2025-2"
"""Changes with every change of the sentence that the collector signs."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One hand-over that is about to be recorded: everything that its receipt is made from."""

    policy: Policy
    desk: DeskIdentity
    operator: Operator
    visit: Visit
    dossier: Dossier
    verdict: Verdict
    number: ReceiptNumber
    at: datetime
    signature: Signature
    lifted: tuple[ReceiptDecision, ...] = ()
    confirmer: Operator | None = None
    by_phone: tuple[ReceiptConfirmation, ...] = ()


def signed_text(mode: Mode, documents: Sequence[DocumentRule | HandedDocument]) -> Bilingual:
    """Give the sentence that the collector signs, the same on the field and on the receipt.

    Who collects for the graduate signs in the own name, with the mark 代.
    """
    named = [two_texts("receipt.signed.document", "name", Bilingual(one.name_zh, one.name_en)) for one in documents]
    join = bilingual("receipt.signed.join")
    together = Bilingual(join.zh.join(one.zh for one in named), join.en.join(one.en for one in named))
    return two_texts(f"receipt.signed.{mode.value.lower()}", "documents", together)


def handed_documents(policy: Policy, visit: Visit, dossier: Dossier) -> tuple[HandedDocument, ...]:
    """Give the documents of this hand-over with the certificate numbers that were checked."""
    serials = dict(visit.serials)
    return tuple(
        HandedDocument(document.code, serials[document.code], document.name_zh, document.name_en)
        for document in documents_of(policy, dossier)
        if document.code in serials
    )


def proxy_collector(visit: Visit) -> ProxyCollector | None:
    """Give who collects for the graduate, or ``None`` when the graduate does."""
    shown = visit.proxy
    if visit.mode is not Mode.BY_PROXY or shown is None or shown.id_kind is None or visit.relation is None:
        return None
    day = visit.letter_date or (visit.letter.date if visit.letter else None)
    return ProxyCollector(shown.name, shown.id_kind, shown.id_masked, visit.relation, day, shown.day_key)


def receipt_content(hand_over: HandOver) -> ReceiptContent:
    """Make the content of the receipt of a hand-over."""
    policy, desk, verdict = hand_over.policy, hand_over.desk, hand_over.verdict
    graduate = hand_over.dossier.graduate
    counter = policy.counters.get(desk.counter)
    proxy = proxy_collector(hand_over.visit)
    return ReceiptContent(
        receipt_no=str(hand_over.number),
        issued_at=hand_over.at,
        institution=institution_name(policy),
        office=counter_name(policy, desk.counter),
        place=counter_place(policy, desk.counter),
        phone=(counter.phone if counter else None) or "",
        counter=desk.counter,
        desk=desk.desk,
        clerk=hand_over.operator.id,
        clerk_name_masked=mask_name(hand_over.operator.name),
        name=graduate.name,
        name_romanised=graduate.name_romanised,
        student_no=graduate.number,
        unit=unit_name(policy, graduate.unit),
        level=level_of(policy, graduate),
        documents=handed_documents(policy, hand_over.visit, hand_over.dossier),
        mode=hand_over.visit.mode,
        proxy=_receipt_proxy(proxy),
        evidence=verdict.needed_evidence,
        notices=receipt_notices(policy, verdict),
        digital_due=verdict.digital_due,
        digital_phone=(policy.digital.phone if policy.digital else None) or "",
        policy=verdict.policy,
        signed_text=signed_text(hand_over.visit.mode, documents_of(policy, hand_over.dossier)),
        signed_text_version=SIGNED_TEXT_VERSION,
        signature=hand_over.signature,
        demo=desk.demo,
        lifted=hand_over.lifted,
        confirmed_by=person_told(hand_over.confirmer),
        by_phone=hand_over.by_phone,
    )


def person_told(operator: Operator | None) -> str:
    """Name somebody of the staff as papers do, by id and masked name; "" for nobody."""
    return f"{operator.id} {mask_name(operator.name)}" if operator else ""


def decisions_told(
    policy: Policy, case: OpenCase, decisions: Sequence[OverrideDecision]
) -> tuple[ReceiptDecision, ...]:
    """Say which reasons were lifted, by whom and why."""
    return tuple(
        ReceiptDecision(_reason_words(policy, case, one), person_told(one.by), person_told(one.second), one.why)
        for one in decisions
    )


def _reason_words(policy: Policy, case: OpenCase, decision: OverrideDecision) -> Bilingual:
    zh, en = (
        reason_title(Names.of(policy, language, case.verdict.at), case, decision.reason)
        for language in (Language.ZH, Language.EN)
    )
    return Bilingual(zh, en)


def receipt_notices(policy: Policy, verdict: Verdict) -> tuple[Bilingual, ...]:
    """Give the notices that are meant for the collector; what only the clerk must know is not printed."""
    texts = (_receipt_notice(policy, notice) for notice in verdict.notices)
    return tuple(text for text in texts if text is not None)


def _receipt_notice(policy: Policy, notice: Notice) -> Bilingual | None:
    if notice.code is NoticeCode.APPS_CLOSED and policy.apps_closed:
        return Bilingual(policy.apps_closed.text_zh, policy.apps_closed.text_en)
    if notice.code in (NoticeCode.EASYCARD_UNTIL, NoticeCode.EASYCARD_ENDED) and policy.easycard:
        day = marked_in_both(full_day(policy.easycard.last_day), policy.easycard.basis)
        return two_texts(f"receipt.notice.{notice.code.value}", "day", day)
    if notice.code is NoticeCode.OTHER_UNIT:
        return two_texts("receipt.notice.OTHER_UNIT", "unit", unit_name(policy, notice.argument))
    if notice.code is NoticeCode.EMAIL_MISSING:
        return bilingual("receipt.notice.EMAIL_MISSING")
    return None


def _receipt_proxy(proxy: ProxyCollector | None) -> ReceiptProxy | None:
    if proxy is None:
        return None
    return ReceiptProxy(proxy.name, proxy.relation, proxy.id_kind, proxy.id_masked, proxy.letter_date)


def rebuild_receipt(content: str, signature: Signature) -> ReceiptContent:
    """Rebuild a receipt's content from the canonical JSON kept with the release and the stored signature.

    ``ReceiptContent.sha256`` of the result equals the hash kept with the release.
    """
    plain = json.loads(content)
    texts: dict[str, Any] = {key: plain[key] for key in _PLAIN_TEXTS}
    pairs: dict[str, Any] = {key: Bilingual(**plain[key]) for key in _PAIRS}
    return ReceiptContent(
        **texts,
        **pairs,
        issued_at=datetime.fromisoformat(plain["issued_at"]),
        level=Level(plain["level"]) if plain["level"] else None,
        documents=tuple(HandedDocument(**document) for document in plain["documents"]),
        mode=Mode(plain["mode"]),
        proxy=_rebuilt_proxy(plain["proxy"]),
        evidence=tuple(plain["evidence"]),
        notices=tuple(Bilingual(**notice) for notice in plain["notices"]),
        digital_due=_day(plain["digital_due"]),
        policy=_rebuilt_policy(plain["policy"]),
        signature=signature,
        demo=bool(plain["demo"]),
        lifted=tuple(
            ReceiptDecision(**{**one, "reason": Bilingual(**one["reason"])}) for one in plain.get("lifted", ())
        ),
        confirmed_by=plain.get("confirmed_by", ""),
        by_phone=_rebuilt_confirmations(plain),
    )


_PAIRS = ("institution", "office", "place", "unit", "signed_text")
_PLAIN_TEXTS = (
    "receipt_no",
    "phone",
    "counter",
    "desk",
    "clerk",
    "clerk_name_masked",
    "name",
    "name_romanised",
    "student_no",
    "digital_phone",
    "signed_text_version",
)


def _rebuilt_proxy(plain: Mapping[str, Any] | None) -> ReceiptProxy | None:
    if plain is None:
        return None
    return ReceiptProxy(
        name=plain["name"],
        relation=Relation(plain["relation"]),
        id_kind=PhotoIdKind(plain["id_kind"]),
        id_masked=plain["id_masked"],
        letter_date=_day(plain["letter_date"]),
    )


def kept_confirmations(release: ReleaseRecord) -> tuple[ReceiptConfirmation, ...]:
    """Read from the content of a release on which confirmations by telephone it rests; none of what is not as signed.

    What was purged says nothing any more, and what was altered by hand may be no content at all.
    """
    if hashlib.sha256(release.content.encode()).hexdigest() != release.content_sha256:
        return ()
    return _rebuilt_confirmations(json.loads(release.content))


def _rebuilt_confirmations(plain: Mapping[str, Any]) -> tuple[ReceiptConfirmation, ...]:
    return tuple(
        ReceiptConfirmation(
            **{
                **one,
                "item": Bilingual(**one["item"]),
                "office": Bilingual(**one["office"]),
                "at": datetime.fromisoformat(one["at"]),
            }
        )
        for one in plain.get("by_phone", ())
    )


def _rebuilt_policy(plain: Mapping[str, Any]) -> PolicyRef:
    return PolicyRef(plain["pack"], plain["edition"], plain["digest"], _day(plain["calendar_version"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
