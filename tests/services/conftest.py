# SPDX-License-Identifier: GPL-3.0-or-later
"""A real store, a standing clock and small stand-ins for papers and printer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from desk_app.clock import StandingClock
from desk_app.domain.facts import CardGeneration, StockState
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, CardState, Graduate, Holding
from desk_app.domain.signature import Signature
from desk_app.services.desk import Desk
from desk_app.services.ports import DeskIdentity
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, open_store
from tests.empty_store import new_store
from tests.plain_desk import (
    CLERK,
    KEY,
    SUPERVISOR,
    TAIPEI,
    CountingIds,
    PlainPapers,
    Tray,
    cleared_items,
    drawn_signature,
    plain_desk,
)
from tests.shipped_rules import shipped_library

TEN = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)


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
        return plain_desk(
            own,
            policy,
            clock,
            identity=DeskIdentity(counter, desk, counter[0]),
            ids=CountingIds(f"{counter}{desk}-{len(opened)}-"),
            papers=papers,
            printer=tray,
            needs_verifier=needs_verifier,
        )

    yield make
    for extra in opened:
        if extra is not store:
            extra.close()


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    return desk_at()


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
    return drawn_signature()
