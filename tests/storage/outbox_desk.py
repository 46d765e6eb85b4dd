# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk that hands one certificate over and is killed on the way to its papers: ``python outbox_desk.py STORE TRAY STEP``."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from desk_app.clock import StandingClock
from desk_app.domain.facts import CardGeneration, ItemState, StockState
from desk_app.domain.records import CardRecord, CardState, Graduate, Holding, ItemRecord, Operator, Role
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.identifiers import RandomIdentifiers
from desk_app.policy.library import PolicyLibrary
from desk_app.policy.shelf import PackShelf
from desk_app.resources import resource
from desk_app.services.desk import Desk, Ground, desk_on
from desk_app.services.keyed_index import KeyedIndex
from desk_app.services.operators import Operators
from desk_app.services.ports import DeskIdentity, LogExporter, PaperMaker
from desk_app.storage.store import DeskStore
from tests.quick_phrases import QuickPhrases
from tests.storage.places import open_at

CLERK = Operator("clerk-m1", "林測一", Role.CLERK)
NUMBER, UID, SERIAL, DOCUMENT = "41020901L", "58237714", "M-0001", "DEGREE_CERTIFICATE"
TAIPEI = ZoneInfo("Asia/Taipei")
TEN = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)
STEPS = ("released", "laid_out", "sealed", "taken", "printed")
"""Where the desk is killed: before and after the papers are made, before and after the printer has them."""


class Papers:
    """Makes a receipt that names itself, and is killed where a test says."""

    def __init__(self, step: str = "") -> None:
        self.step = step

    def receipt(self, content: Any) -> bytes:
        """Give what stands for the sealed receipt."""
        _reached("laid_out", self.step)
        return f"%PDF {content.receipt_no}".encode()


class Tray:
    """A printer whose papers are lines of a file, which outlives the desk."""

    name, delivers = "Tray", True

    def __init__(self, file: Path, step: str = "") -> None:
        self.file = file
        self.step = step

    def send(self, title: str, _pdf: bytes) -> str:
        """Print a line."""
        _reached("taken", self.step)
        with self.file.open("a", encoding="utf-8") as lines:
            print(title, file=lines, flush=True)
        _reached("printed", self.step)
        return "tray"


def desk_on_store(store: DeskStore, tray: Path, step: str = "", number: str = "1") -> Desk:
    """Build the use cases of a desk on a store."""
    library = PolicyLibrary(resource("policy"))
    ground = Ground(
        identity=DeskIdentity("MAIN", number, "M"),
        policy=library.load("ntnu-113-2"),
        clock=StandingClock(TEN, TAIPEI),
        ids=RandomIdentifiers(),
        store=store,
        index=KeyedIndex(bytes(32)),
        papers=cast(PaperMaker, Papers(step)),
        exporter=cast(LogExporter, None),
        printer=Tray(tray, step),
        rules=PackShelf(lambda: library),
        phrases=QuickPhrases(),
        operators=Operators(store, CLERK),
    )
    return desk_on(ground)


def enrol(desk: Desk) -> None:
    """Put one graduate into the store, with all items cleared, a certificate in its box and a card."""
    items = [
        ItemRecord(item.code, source, ItemState.CLEARED, TEN)
        for item in desk.policy.clearance
        if item.applies_to_all and not item.closed_by_release
        for source in item.source_keys
    ]
    with desk.store.write() as ledger:
        ledger.put_operators([CLERK])
        ledger.put_students([(Graduate(NUMBER, "王測一", "CHU"), None)])
        ledger.put_items([(NUMBER, item) for item in items])
        ledger.put_holdings([Holding(SERIAL, NUMBER, DOCUMENT, "MAIN", "M-001", StockState.IN_BOX)])
        ledger.put_cards([CardRecord(UID, NUMBER, CardGeneration.FOUR_K, CardState.ACTIVE)])


def start_again(desk: Desk) -> None:
    """Do what every start of the counter does with papers that an earlier run owes."""
    desk.receipts.finish_pending()
    desk.print_queue.deliver()


def hand_over_and_print(desk: Desk, step: str) -> None:
    """Hand over, seal and print, and be killed at one step."""
    stroke = tuple(PenPoint(40 + 6 * point, 80, 500, 12 * point) for point in range(30))
    case = desk.pickup.confirm_serial(desk.pickup.open_card(UID, TEN), SERIAL)
    signature = Signature((stroke,), PenDevice.PEN, 520, 180, 96)
    case = desk.pickup.revise(case, dataclasses.replace(case.visit, signature=signature))
    release = desk.pickup.release(case, desk.pickup.begin_confirmation(case))
    _reached("released", step)
    desk.receipts.finish(release)
    _reached("sealed", step)
    desk.print_queue.deliver()


def _reached(here: str, step: str) -> None:
    if here == step:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    hand_over_and_print(desk_on_store(open_at(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), sys.argv[3])
