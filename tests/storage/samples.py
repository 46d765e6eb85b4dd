# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic people, certificates and signatures; used by the tests and by the processes that they start."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from desk_app.domain.facts import ItemState, Mode, PhotoIdKind, StockState
from desk_app.domain.records import (
    AuditEvent,
    AuditKind,
    Graduate,
    HandedDocument,
    Holding,
    ItemRecord,
    Operator,
    ProxyCollector,
    ReceiptNumber,
    Relation,
    ReleaseRecord,
    Role,
)
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.domain.verdict import PolicyRef
from desk_app.services.store_port import Ledger, Store

KEY = bytes(range(32))
ZONE = ZoneInfo("Asia/Taipei")
NOW = datetime(2025, 6, 3, 10, 0, tzinfo=ZONE)
TODAY = NOW.date()
LIN = "41000901E"
WANG = "41020901L"
CLERK = Operator("clerk-m1", "測試櫃員", Role.CLERK)
POLICY = PolicyRef("ntnu-113-2", "113-2", "ab" * 32, date(2025, 1, 1))
PROXY = ProxyCollector("陳測友", PhotoIdKind.NATIONAL_ID, "Y12345****", Relation.FRIEND, date(2025, 6, 1), "day-key")
SIGNATURE = Signature(
    ((PenPoint(10, 10, 300, 0), PenPoint(90, 40, 500, 40)), (PenPoint(20, 60, 400, 90),)), PenDevice.PEN, 600, 200, 96
)


def graduate(number: str, name: str = "王測一", **more: Any) -> Graduate:
    return dataclasses.replace(Graduate(number, name, "CHU"), **more)


def item(code: str = "LIB_BOOKS", source: str = "NTNU", hours_old: int = 0, **more: Any) -> ItemRecord:
    made = ItemRecord(code, source, ItemState.CLEARED, NOW - timedelta(hours=hours_old))
    return dataclasses.replace(made, **more)


def holding(number: str, document: str = "DEGREE", **more: Any) -> Holding:
    made = Holding(serial_of(number, document), number, document, "MAIN", "M-001", StockState.IN_BOX)
    return dataclasses.replace(made, **more)


def serial_of(number: str, document: str = "DEGREE") -> str:
    return f"{document[0]}-{number}"


def handed(number: str, document: str = "DEGREE") -> HandedDocument:
    return HandedDocument(document, serial_of(number, document), "學位證書", "Degree certificate")


def release(number: str, key: str, receipt_no: ReceiptNumber, **more: Any) -> ReleaseRecord:
    made = ReleaseRecord(
        key=key,
        receipt_no=receipt_no,
        at=NOW,
        counter="MAIN",
        desk="1",
        operator=CLERK,
        student_no=number,
        graduate_name="王測一",
        unit="CHU",
        mode=Mode.IN_PERSON,
        proxy=None,
        documents=(handed(number),),
        evidence=("GRAD_CARD",),
        policy=POLICY,
        digital_due=date(2025, 6, 6),
        signature_sha256=SIGNATURE.sha256(),
        content='{"receipt":1}',
        content_sha256="cd" * 32,
        started_at=NOW - timedelta(minutes=2),
    )
    return dataclasses.replace(made, **more)


def event(kind: AuditKind = AuditKind.LOOKUP, **payload: object) -> AuditEvent:
    return AuditEvent(kind, NOW, "MAIN", CLERK.id, WANG, "113-2", POLICY.digest, payload)


def hand_over(ledger: Ledger, number: str, key: str, **more: Any) -> ReleaseRecord:
    """Do all the writes of one hand-over in the order in which the use case does them."""
    record = release(number, key, ledger.draw_receipt_number("MAIN", "M", TODAY), **more)
    ledger.add_release(record, SIGNATURE)
    ledger.record(dataclasses.replace(event(AuditKind.RELEASE, visit=f"visit-{key}"), subject=number))
    return record


def fill_roster(store: Store, numbers: tuple[str, ...] = (LIN, WANG)) -> None:
    with store.write() as ledger:
        ledger.put_students((graduate(number), None) for number in numbers)
        ledger.put_holdings(holding(number) for number in numbers)
