# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk with a real store and a standing clock, graduates in every state, and the page in a window."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QWidget

from desk_app.clock import StandingClock
from desk_app.domain.facts import CardGeneration, ItemState, PhotoIdKind, StockState
from desk_app.domain.papers import Language
from desk_app.domain.policy import Policy
from desk_app.domain.records import CardRecord, CardState, Graduate, Holding, ItemRecord, Relation
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.services.desk import Desk
from desk_app.storage.store import DeskStore
from desk_app.ui.context import UiContext
from desk_app.ui.pages.page import PageParts
from desk_app.ui.pages.pickup import PickupPage
from desk_app.ui.pages.pickup.evidence import PickupPresenter
from desk_app.ui.pages.pickup.letter import LetterTick
from desk_app.ui.pages.pickup.state import Choice
from desk_app.ui.reader_bridge import ReaderBridge
from desk_app.ui.theme import load_fonts
from tests.empty_store import new_store
from tests.plain_desk import CLERK, KEY, PROXY_NUMBER, TAIPEI, Tray, cleared_items, drawn_signature, plain_desk
from tests.shipped_rules import shipped_library
from tests.ui.prompt_tasks import LateTasks, PromptTasks

TEN = datetime(2025, 6, 3, 10, 2, tzinfo=TAIPEI)
UID = "58237714"
"""The card of the graduate whom a test enrols first."""


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
        ledger.put_operators([CLERK])
    yield store
    store.close()


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def needs_verifier() -> bool:
    """Whether a verifier stands for a proxy's papers; a test that wants it says so."""
    return False


@pytest.fixture
def desk(policy: Policy, clock: StandingClock, store: DeskStore, tray: Tray, needs_verifier: bool) -> Desk:
    return plain_desk(store, policy, clock, printer=tray, needs_verifier=needs_verifier)


@dataclass
class Roster:
    """Puts graduates into the store."""

    policy: Policy
    store: DeskStore

    def enrol(self, number: str = "41020901L", uid: str = UID, serial: str = "M-0123", **changes: Any) -> None:
        counter = changes.pop("counter", "MAIN")
        items = changes.pop("items", ())
        card_state = changes.pop("card_state", CardState.ACTIVE)
        photo = changes.pop("photo", None)
        graduate = dataclasses.replace(Graduate(number, "王測一", "CHU", "WANG, TEST-ONE"), **changes)
        at = TEN - timedelta(minutes=2)
        records = {(one.item, one.source): one for one in (*cleared_items(self.policy, at), *items)}
        with self.store.write() as ledger:
            ledger.put_students([(graduate, None)])
            ledger.put_items([(number, record) for record in records.values()])
            holding = Holding(serial, number, "DEGREE_CERTIFICATE", counter, f"{counter[0]}-012", StockState.IN_BOX)
            ledger.put_holdings([holding])
            ledger.put_cards([CardRecord(uid, number, CardGeneration.FOUR_K, card_state)])
            if photo:
                ledger.put_photo(number, photo)

    def held(self) -> None:
        """A graduate with two open items and one whose data are too old."""
        at = TEN - timedelta(minutes=2)
        self.enrol(
            "41073901H",
            "0A0B0C0D",
            "M-0287",
            name="范姜測巳",
            unit="MTU",
            name_romanised="FANCHIANG, TEST",
            items=(
                ItemRecord("LIB_BOOKS", "NTU", ItemState.OPEN, at),
                ItemRecord("GA_FEES", "", ItemState.OPEN, at),
                ItemRecord("LIB_BOOKS", "NTUST", ItemState.CLEARED, TEN - timedelta(hours=26)),
                ItemRecord("GA_GOWN", "", ItemState.NOT_APPLICABLE, at),
            ),
        )

    def elsewhere(self) -> None:
        """A graduate whose certificate lies at the other counter."""
        name = "歐陽測三"
        self.enrol("41047901S", "0A0B0C0E", "G-0031", name=name, unit="CSU", counter="GONGGUAN")


@pytest.fixture
def roster(policy: Policy, store: DeskStore) -> Roster:
    roster = Roster(policy, store)
    roster.enrol()
    return roster


@dataclass
class Counter:
    """A presenter with what it has told."""

    presenter: PickupPresenter
    changes: list[str]
    released: list[str]


@pytest.fixture
def counter(desk: Desk, roster: Roster) -> Counter:
    changes: list[str] = []
    released: list[str] = []
    tasks = PromptTasks()
    presenter = PickupPresenter(desk, tasks, lambda: changes.append("change"), released.append)
    return Counter(presenter, changes, released)


@pytest.fixture
def late(desk: Desk, roster: Roster) -> tuple[PickupPresenter, LateTasks]:
    tasks = LateTasks()
    return PickupPresenter(desk, tasks, lambda: None, lambda _number: None), tasks


@pytest.fixture
def signature() -> Signature:
    return drawn_signature()


@pytest.fixture
def dot() -> Signature:
    return Signature(((PenPoint(40, 40, 500, 0), PenPoint(41, 40, 500, 12)),), PenDevice.PEN, 520, 180, 96)


Collect = Callable[[PickupPresenter], None]


@pytest.fixture
def letter_and_id() -> Collect:
    """Show a right letter and the proxy's ID."""

    def show(presenter: PickupPresenter) -> None:
        presenter.choose(Choice.BY_PROXY)
        presenter.type_letter_date("6/2")
        presenter.accept_letter()
        presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "許試言", PROXY_NUMBER)

    return show


@pytest.fixture
def everything(letter_and_id: Collect, signature: Signature) -> Collect:
    """Show everything that a proxy needs."""

    def show(presenter: PickupPresenter) -> None:
        letter_and_id(presenter)
        presenter.choose_relation(Relation.FAMILY)
        presenter.confirm_serial("m-0123")
        presenter.signed(signature)

    return show


@pytest.fixture
def missing_proxy_signature() -> Collect:
    """Show a letter that the proxy has not signed, then the ID."""

    def show(presenter: PickupPresenter) -> None:
        presenter.choose(Choice.BY_PROXY)
        presenter.type_letter_date("6/2")
        presenter.tick_letter(LetterTick.PROXY)
        presenter.tick_letter(LetterTick.PROXY)
        presenter.accept_letter()
        presenter.check_proxy_id(PhotoIdKind.NATIONAL_ID, "許試言", PROXY_NUMBER)

    return show


@pytest.fixture(scope="session")
def faces(qapp: QApplication) -> tuple[str, ...]:
    return load_fonts()


@pytest.fixture
def context(qapp: QApplication, faces: tuple[str, ...]) -> UiContext:
    assert faces
    return UiContext(qapp, Language.ZH)


@pytest.fixture
def page(context: UiContext, desk: Desk, roster: Roster) -> Iterator[PickupPage]:
    tasks = PromptTasks()
    page = PickupPage(PageParts(context, desk, tasks, ReaderBridge()))
    window = PageWindow(page)
    window.show()
    yield page
    window.hide()
    shiboken6.delete(window)  # at once: what waits for the event loop would be restyled by every later test


class PageWindow(QWidget):
    """The room that the page has in the window of 1440 by 900."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.page = page
        page.setParent(self)
        self.fit(1440, 900)

    def fit(self, width: int, height: int) -> None:
        """Give the page what top bar and rail leave of a window."""
        self.setFixedSize(width - 80, height - 56)
        self.page.setGeometry(0, 0, width - 80, height - 56)
