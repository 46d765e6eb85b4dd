# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk whose store and rules are real, with small stand-ins for papers, files, printer and numbers."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk_app.domain.audit import Checkpoint
from desk_app.domain.errors import PrintError
from desk_app.domain.facts import ItemState
from desk_app.domain.papers import CopyMark, DailyLogContent, ReceiptContent, SlipContent
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditEntry, ItemRecord, Operator, Role
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.policy.shelf import PackShelf
from desk_app.services.desk import Desk, Ground, desk_on
from desk_app.services.keyed_index import KeyedIndex
from desk_app.services.operators import Operators
from desk_app.services.ports import Clock, DeskIdentity
from desk_app.services.store_port import Store
from desk_app.storage.store import DeskStore
from tests.quick_phrases import QuickPhrases
from tests.shipped_rules import shipped_library

TAIPEI = ZoneInfo("Asia/Taipei")
CLERK = Operator("clerk-m1", "林測一", Role.CLERK)
SUPERVISOR = Operator("super-m", "周測主", Role.SUPERVISOR)
KEY = b"k" * 32
PHRASE = "correct horse"
PROXY_NUMBER = "Y190000016"


class PlainPapers:
    """Makes "papers" that name their content, so that tests can read them."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.loaded = 0

    def receipt(self, content: ReceiptContent) -> bytes:
        self.made.append(content.receipt_no)
        return f"%PDF receipt {content.receipt_no} {len(self.made)}".encode()

    def receipt_copy(self, original: bytes, mark: CopyMark) -> bytes:
        return original + f" copy {mark.number} by {mark.by}".encode()

    def slip(self, content: SlipContent) -> bytes:
        return f"%PDF slip {content.code} {content.language}".encode()

    def daily_log(self, content: DailyLogContent) -> bytes:
        return f"%PDF log {content.day} {len(content.rows)}".encode()

    def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        return f"SIGNED {checkpoint.code}"

    def warm_up(self) -> None:
        """Count: nothing is slow here."""
        self.loaded += 1

    def unprintable(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(char for char in text if "\ue000" <= char <= "\uf8ff"))


class PlainTables:
    """Writes how many rows there are."""

    def csv(self, content: DailyLogContent) -> bytes:
        return f"csv {len(content.rows)}".encode()

    def xlsx(self, content: DailyLogContent) -> bytes:
        return f"xlsx {len(content.rows)}".encode()


class Tray:
    """A printer that keeps what it was given; it can be out of paper."""

    name = "Tray"

    def __init__(self) -> None:
        self.papers: list[tuple[str, bytes]] = []
        self.empty = False
        self.delivers = True

    def send(self, title: str, pdf: bytes) -> str:
        if self.empty:
            raise PrintError("print_out_of_paper")
        self.papers.append((title, pdf))
        return f"tray {len(self.papers)}"


class CountingIds:
    """Identifiers in a row."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"{self._prefix}{next(self._numbers)}"


def plain_desk(store: DeskStore, policy: Policy, clock: Clock, **changes: Any) -> Desk:
    """Put a clerk's desk on a store; ``changes`` are fields of its ground."""
    ground = Ground(
        identity=DeskIdentity("MAIN", "1", "M"),
        policy=policy,
        clock=clock,
        ids=CountingIds(),
        store=store,
        index=KeyedIndex(KEY),
        papers=PlainPapers(),
        exporter=PlainTables(),
        printer=Tray(),
        rules=PackShelf(shipped_library),
        phrases=QuickPhrases(),
        operators=Operators(store, CLERK),
    )
    return desk_on(dataclasses.replace(ground, **changes))


def give_phrases(desk: Desk, *others: Operator) -> Desk:
    """Let the supervisor begin and give the others their pass phrase, too; the clerk works at the desk afterwards."""
    desk.staff.begin(SUPERVISOR.id, PHRASE)
    for other in others:
        desk.operators.switch(other.id)
        desk.staff.set_phrase(other.id, PHRASE)
    desk.operators.switch(CLERK.id)
    return desk


def cleared_items(policy: Policy, at: datetime) -> list[ItemRecord]:
    """Give every item that applies to all, cleared at an instant."""
    return [
        ItemRecord(item.code, source, ItemState.CLEARED, at)
        for item in policy.clearance
        if item.applies_to_all and not item.closed_by_release
        for source in item.source_keys
    ]


def last_entry(store: Store) -> AuditEntry:
    """Give the newest entry of the audit log."""
    with store.read() as records:
        entry = records.last_audit()
    assert entry is not None
    return entry


def drawn_signature() -> Signature:
    """Give a signature that counts as one."""
    stroke = tuple(PenPoint(40 + 6 * step, 80 + (step % 5) * 9, 500, 12 * step) for step in range(30))
    return Signature((stroke,), PenDevice.PEN, 520, 180, 96)
