# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a release into rows and rows into a release."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from desk_app.domain.records import HandedDocument, Operator, ProxyCollector, ReceiptNumber, ReleaseRecord
from desk_app.domain.verdict import PolicyRef

_SAME_NAME = (
    "key",
    "at",
    "counter",
    "desk",
    "student_no",
    "graduate_name",
    "unit",
    "mode",
    "evidence",
    "digital_due",
    "signature_sha256",
    "content",
    "content_sha256",
    "started_at",
    "voided_at",
    "void_reason",
)


def release_row(release: ReleaseRecord) -> dict[str, object]:
    """Give the row of a release."""
    number, operator, policy = release.receipt_no, release.operator, release.policy
    return {
        **{name: getattr(release, name) for name in _SAME_NAME},
        "receipt_no": str(number),
        "receipt_prefix": number.prefix,
        "receipt_day": number.day,
        "receipt_sequence": number.sequence,
        "operator_id": operator.id,
        "operator_name": operator.name,
        "operator_role": operator.role,
        "policy_pack": policy.pack,
        "policy_edition": policy.edition,
        "policy_digest": policy.digest,
        "calendar_version": policy.calendar_version,
        **_proxy_columns(release.proxy),
    }


def document_rows(release: ReleaseRecord) -> list[dict[str, object]]:
    """Give the rows of a release's documents, without the release's number in the store."""
    return [
        {
            "position": position,
            "student_no": release.student_no,
            "document": document.code,
            "serial": document.serial,
            "name_zh": document.name_zh,
            "name_en": document.name_en,
            "voided_at": release.voided_at,
        }
        for position, document in enumerate(release.documents)
    ]


def release_of(row: Row[Any], documents: Iterable[HandedDocument], purged_at: datetime | None = None) -> ReleaseRecord:
    """Rebuild a release from its row and its documents; ``purged_at`` is when its details were erased."""
    return ReleaseRecord(
        key=row.key,
        receipt_no=ReceiptNumber(row.receipt_prefix, row.receipt_day, row.receipt_sequence),
        at=row.at,
        counter=row.counter,
        desk=row.desk,
        operator=Operator(row.operator_id, row.operator_name, row.operator_role),
        student_no=row.student_no,
        graduate_name=row.graduate_name,
        unit=row.unit,
        mode=row.mode,
        proxy=_proxy(row),
        documents=tuple(documents),
        evidence=tuple(row.evidence),
        policy=PolicyRef(row.policy_pack, row.policy_edition, row.policy_digest, row.calendar_version),
        digital_due=row.digital_due,
        signature_sha256=row.signature_sha256,
        content=row.content,
        content_sha256=row.content_sha256,
        started_at=row.started_at,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
        purged_at=purged_at,
    )


def document_of(row: Row[Any]) -> HandedDocument:
    """Rebuild one handed document from its row."""
    return HandedDocument(row.document, row.serial, row.name_zh, row.name_en)


def _proxy_columns(proxy: ProxyCollector | None) -> dict[str, object]:
    return {
        "proxy_name": proxy and proxy.name,
        "proxy_id_kind": proxy and proxy.id_kind,
        "proxy_id_masked": proxy and proxy.id_masked,
        "proxy_relation": proxy and proxy.relation,
        "proxy_letter_date": proxy and proxy.letter_date,
        "proxy_day_key": proxy and proxy.day_key,
    }


def _proxy(row: Row[Any]) -> ProxyCollector | None:
    if row.proxy_name is None:
        return None
    return ProxyCollector(
        row.proxy_name,
        row.proxy_id_kind,
        row.proxy_id_masked,
        row.proxy_relation,
        row.proxy_letter_date,
        row.proxy_day_key,
    )
