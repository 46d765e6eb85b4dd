# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-overs of long ago with all that they leave in a store; used by the tests and by the processes that they start."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date, datetime

from desk_app.domain.facts import Mode
from desk_app.domain.masking import mask_name
from desk_app.domain.records import (
    BY_PHONE_MARK,
    ArchivedPaper,
    AuditEvent,
    AuditKind,
    PaperState,
    PrintOrder,
    ReleaseRecord,
)
from desk_app.domain.retention import PurgedSlice
from desk_app.services.store_port import Ledger
from tests.storage.samples import CLERK, NOW, PROXY, SIGNATURE, ZONE, event, release

OLD = datetime(2019, 6, 3, 10, 0, tzinfo=ZONE)
CUT_OFF = date(2020, 6, 4)


def described(purged: PurgedSlice) -> AuditEvent:
    payload = {**purged.facts(), "by": "super-m", "witness": CLERK.id, "reason": "保存年限屆滿"}
    return AuditEvent(AuditKind.PURGE, NOW, "MAIN", "super-m", "", "113-2", "", payload)


def content_of(record: ReleaseRecord) -> str:
    """Write a signed content as the proof compares it with the columns."""
    proxy = record.proxy and {
        **{name: getattr(record.proxy, name) for name in ("name", "relation", "id_kind", "id_masked")},
        "letter_date": _iso(record.proxy.letter_date),
    }
    documents = [{name: getattr(one, name) for name in one.__slots__} for one in record.documents]
    policy = record.policy
    said = {
        "receipt_no": str(record.receipt_no),
        "issued_at": record.at.isoformat(),
        "counter": record.counter,
        "desk": record.desk,
        "clerk": record.operator.id,
        "clerk_name_masked": mask_name(record.operator.name),
        "name": record.graduate_name,
        "student_no": record.student_no,
        "mode": record.mode.value,
        "documents": documents,
        "proxy": proxy,
        "policy": {
            **{name: getattr(policy, name) for name in ("pack", "edition", "digest")},
            "calendar_version": _iso(policy.calendar_version),
        },
        "digital_due": _iso(record.digital_due),
        "signature": record.signature_sha256,
        "evidence": list(record.shown),
        "by_phone": [{"code": code, "person": "圖○○員"} for code in record.by_phone],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def hand_over_at(
    ledger: Ledger, number: str, at: datetime, *, by_proxy: bool = False, by_phone: str = ""
) -> ReleaseRecord:
    """Do all that a hand-over leaves in the store, with receipt and printed copy; ``by_phone`` is an item it rests on."""
    drawn = ledger.draw_receipt_number("MAIN", "M", at.date())
    mode = Mode.BY_PROXY if by_proxy else Mode.IN_PERSON
    checked = ("GRAD_CARD", *((f"{BY_PHONE_MARK}{by_phone}",) if by_phone else ()))
    proxy = PROXY if by_proxy else None
    record = release(number, f"key-{drawn}", drawn, at=at, mode=mode, proxy=proxy, evidence=checked)
    content = content_of(record)
    digest = hashlib.sha256(content.encode()).hexdigest()
    record = dataclasses.replace(record, content=content, content_sha256=digest)
    ledger.add_release(record, SIGNATURE)
    logged = event(AuditKind.RELEASE, receipt=str(drawn), content_sha256=digest, visit=f"v-{drawn}", mode=mode.value)
    ledger.record(dataclasses.replace(logged, at=at, subject=number))
    return record


def seal(ledger: Ledger, record: ReleaseRecord, *, printed: bool = True) -> None:
    number = str(record.receipt_no)
    pdf = f"%PDF {number} 王測一".encode()
    sha256 = hashlib.sha256(pdf).hexdigest()
    ledger.archive(ArchivedPaper(number, pdf, sha256, record.at))
    ledger.enqueue(PrintOrder("P1", number, pdf, 1, number), record.at)
    printed_event = event(AuditKind.PRINT, receipt=number, sha256=sha256)
    ledger.record(dataclasses.replace(printed_event, at=record.at, subject=record.student_no))
    if printed:
        for job in ledger.print_jobs([PaperState.QUEUED]):
            ledger.mark_print(job.id, PaperState.PRINTED, record.at)
