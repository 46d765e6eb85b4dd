# SPDX-License-Identifier: GPL-3.0-or-later
"""A real store, a standing clock and small stand-ins for papers and printer."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.audit import Checkpoint
from desk_app.domain.errors import PrintError
from desk_app.domain.facts import CardGeneration, ItemState, StockState
from desk_app.domain.papers import CopyMark, DailyLogContent, ReceiptContent, SlipContent
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, CardState, Graduate, Holding, ItemRecord, Operator, Role
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.policy.shelf import PackShelf
from desk_app.services.desk import Desk, Ground, desk_on
from desk_app.services.keyed_index import KeyedIndex
from desk_app.services.operators import Operators
from desk_app.services.ports import DeskIdentity
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, open_store
from tests.empty_store import new_store
from tests.quick_phrases import QuickPhrases
from tests.shipped_rules import shipped_library

TAIPEI = ZoneInfo("Asia/Taipei")
TEN = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)
CLERK = Operator("clerk-m1", "林測一", Role.CLERK)
SUPERVISOR = Operator("super-m", "周測主", Role.SUPERVISOR)
KEY = b"k" * 32


class PlainPapers:
    """Makes "papers" that name their content, so that tests can read them."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def receipt(self, content: ReceiptContent) -> bytes:
        self.made.append(content.receipt_no)
        return f"%PDF receipt {content.receipt_no} {len(self.made)}".encode()

    def receipt_copy(self, original: bytes, mark: CopyMark) -> bytes:
        return original + f" copy {mark.number} by {mark.by}".encode()

    def slip(self, content: SlipContent) -> bytes:
        return f"%PDF slip {content.code}".encode()

    def daily_log(self, content: DailyLogContent) -> bytes:
        return f"%PDF log {content.day} {len(content.rows)}".encode()

    def sign_checkpoint(self, checkpoint: Checkpoint) -> str:
        return f"SIGNED {checkpoint.code}"

    def warm_up(self) -> None:
        self.made.clear()

    def unprintable(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(char for char in text if "\ue000" <= char <= "\uf8ff"))


class PlainTables:
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
    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"{self._prefix}{next(self._numbers)}"


@pytest.fixture(scope="session")
def policy() -> Policy:
    return shipped_library().load("ntnu-113-2")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(TEN, TAIPEI)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DeskStore]:
    store = new_store(tmp_path / "desk.db", KEY)
    with store.write() as ledger:
        ledger.put_operators([CLERK, SUPERVISOR])
    yield store
    store.close()


@pytest.fixture
def papers() -> PlainPapers:
    return PlainPapers()


@pytest.fixture
def tray() -> Tray:
    return Tray()


DeskAt = Callable[..., Desk]


@pytest.fixture
def desk_at(
    policy: Policy, clock: StandingClock, store: DeskStore, papers: PlainPapers, tray: Tray, tmp_path: Path
) -> Iterator[DeskAt]:
    """Make desks that share the one store: each with its own connection, as another machine would have."""
    opened: list[DeskStore] = []

    def make(
        counter: str = "MAIN", desk: str = "1", *, own_connection: bool = False, needs_verifier: bool = False
    ) -> Desk:
        own = open_store(tmp_path / "desk.db", FieldCipher(KEY)) if own_connection else store
        opened.append(own)
        return desk_on(
            Ground(
                identity=DeskIdentity(counter, desk, counter[0]),
                policy=policy,
                clock=clock,
                ids=CountingIds(f"{counter}{desk}-{len(opened)}-"),
                store=own,
                index=KeyedIndex(KEY),
                papers=papers,
                exporter=PlainTables(),
                printer=tray,
                rules=PackShelf(shipped_library),
                phrases=QuickPhrases(),
                operators=Operators(own, CLERK),
                needs_verifier=needs_verifier,
            )
        )

    yield make
    for extra in opened:
        if extra is not store:
            extra.close()


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    return desk_at()


def cleared_items(policy: Policy, at: datetime, *, without: frozenset[str] = frozenset()) -> list[ItemRecord]:
    """Give every item that applies to all, cleared two minutes before 10:00."""
    return [
        ItemRecord(item.code, source, ItemState.CLEARED, at)
        for item in policy.clearance
        if item.applies_to_all and not item.closed_by_release and item.code not in without
        for source in item.source_keys
    ]


@pytest.fixture
def enrol(policy: Policy, store: DeskStore) -> Callable[..., Graduate]:
    """Put a graduate into the store, with all items cleared, a certificate in its box and a card."""

    def put(number: str = "41020901L", *, serial: str = "M-0001", uid: str = "58237714", **changes: Any) -> Graduate:
        counter = changes.pop("counter", "MAIN")
        card_state = changes.pop("card_state", CardState.ACTIVE)
        stock_state = changes.pop("stock_state", StockState.IN_BOX)
        items = changes.pop("items", None)
        blind = changes.pop("blind", None)
        graduate = dataclasses.replace(Graduate(number, "王測一", "CHU", "WANG, TEST-ONE"), **changes)
        records = cleared_items(policy, datetime(2025, 6, 3, 9, 58, tzinfo=TAIPEI)) if items is None else items
        with store.write() as ledger:
            ledger.put_students([(graduate, blind)])
            ledger.put_items([(number, record) for record in records])
            if serial:
                ledger.put_holdings(
                    [Holding(serial, number, "DEGREE_CERTIFICATE", counter, f"{counter[0]}-001", stock_state)]
                )
            if uid:
                ledger.put_cards([CardRecord(uid, number, CardGeneration.FOUR_K, card_state)])
        return graduate

    return put


@pytest.fixture
def signature() -> Signature:
    stroke = tuple(PenPoint(40 + 6 * step, 80 + (step % 5) * 9, 500, 12 * step) for step in range(30))
    return Signature((stroke,), PenDevice.PEN, 520, 180, 96)
