# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever hands, readers and late answers do, nobody's record comes to the screen over another person's card.

The reader is simulated and runs on its own thread; when its events reach the screen, and when the answer of a use case
does, is decided by the test, in any order that the real event loop and the real task runner allow.
"""

from __future__ import annotations

from collections import Counter as Tally
from pathlib import Path

import pytest
import shiboken6
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from desk_app.card_profiles import load_profile
from desk_app.domain.signature import Signature
from desk_app.services.desk import Desk
from desk_app.ui.context import UiContext
from desk_app.ui.pages.page import PageParts
from desk_app.ui.pages.pickup.evidence import PickupPresenter
from desk_app.ui.pages.pickup.page import PickupPage
from desk_app.ui.pages.pickup.state import Phase
from desk_app.ui.reader_bridge import ReaderBridge
from hardware.api import CardPresented, CardReadRecord, CardRemoved, ReadDone, ReaderEvent
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.faults import FaultField
from hardware.watcher import CardWatcher
from tests.examples import examples
from tests.hardware.ambush import Ambush
from tests.hardware.card_hands import CardHands
from tests.ui.pages.pickup.conftest import Roster
from tests.ui.prompt_tasks import LateTasks

PEOPLE = {"58237714": "41020901L", "04AABBCCDDEEFF": "41030901A", "04112233445566": "41040901B"}
UNKNOWN = "0A0B0C99"
CARDS = sorted((*PEOPLE, UNKNOWN))
HANDS = ("swap", "remove", "replace", "restart")


class Counter(RuleBasedStateMachine):
    """A clerk, visitors with cards, and a look at the screen after every change of it."""

    def __init__(self, desk: Desk, profile: CardProfile, signature: Signature, looks: Tally[str]) -> None:
        super().__init__()
        self.hands = CardHands(profile, PEOPLE)
        self.signature = signature
        self.looks = looks
        self.read_last = ""
        self.kept = False
        self.seen: set[str] = set()
        self.broken: list[str] = []
        self.bridge = ReaderBridge()
        self.tasks = LateTasks()
        self.presenter = PickupPresenter(desk, self.tasks, self.look, lambda _number: None)
        self.bridge.card_presented.connect(lambda _generation: self.presenter.card_presented())
        self.bridge.card_read.connect(self.take_card)
        self.bridge.read_failed.connect(lambda fault: self.presenter.read_failed(fault.code))
        self.bridge.card_removed.connect(self.presenter.card_removed)
        self.watcher = CardWatcher(self.hands.reader, profile, {"demo": TRANSPORT_KEY}, self.hear)
        self.watcher.start()
        assert self.hands.reader.settle()

    def take_card(self, record: CardReadRecord) -> None:
        self.presenter.open_card(record.uid, record.student_no, self.bridge.still_newest())

    def hear(self, event: ReaderEvent) -> None:
        if isinstance(event, (CardPresented, CardRemoved)):
            self.read_last = ""
        elif isinstance(event, ReadDone):
            self.read_last = event.record.uid
            self.kept = False
        self.bridge.post(event)

    def look(self) -> None:
        """Look at the screen: a record that is new on it, and the card that it counts as shown."""
        case = self.presenter.state.case
        if case is None or self.presenter.state.phase is not Phase.CASE:
            return
        visit, number = case.visit, case.dossier.graduate.number if case.dossier else ""
        self.looks[number] += 1
        if visit.card_uid and PEOPLE.get(visit.card_uid, "") != number:
            self.broken.append(f"the card {visit.card_uid} counts for {number or 'nobody'}")
        if visit.id not in self.seen and visit.card_uid and self.hands.on_reader not in ("", visit.card_uid):
            self.broken.append(
                f"{number or 'an unknown card'} came to the screen while {self.hands.on_reader} lay there"
            )
        self.seen.add(visit.id)

    def settle(self, heard: bool) -> None:
        """Let the reader tell all; ``heard`` says whether the screen's event loop turns as well."""
        assert self.hands.reader.settle()
        if heard:
            QCoreApplication.processEvents()

    @rule(uid=st.sampled_from(CARDS), heard=st.booleans())
    def lay_a_card_on(self, uid: str, heard: bool) -> None:
        self.hands.lay_on(uid)
        self.settle(heard)

    @rule(hand=st.sampled_from(HANDS), uid=st.sampled_from(CARDS), heard=st.booleans())
    def move_the_card(self, hand: str, uid: str, heard: bool) -> None:
        self.hands.act(hand, uid)
        self.settle(heard)

    @rule(
        uid=st.sampled_from(CARDS),
        at=st.integers(1, 7),
        hand=st.sampled_from(HANDS),
        other=st.sampled_from(CARDS),
        heard=st.booleans(),
    )
    def move_the_card_during_its_read(self, uid: str, at: int, hand: str, other: str, heard: bool) -> None:
        self.hands.lay_on(uid, Ambush(at=at, hand=lambda: self.hands.act(hand, other)))
        self.settle(heard)

    @rule(uid=st.sampled_from(CARDS), commands=st.integers(0, 8), heard=st.booleans())
    def pull_a_card(self, uid: str, commands: int, heard: bool) -> None:
        faults = FaultField(pull_after=commands)
        self.hands.lay_on(uid, faults)
        self.settle(heard)
        if faults.commands > commands:
            self.hands.on_reader = ""

    @rule()
    def let_the_first_answer_come(self) -> None:
        if self.tasks.waiting:
            self.tasks.waiting.pop(0)()

    @rule(act=st.sampled_from(("type", "sign", "yes", "no", "clear")), number=st.sampled_from(sorted(PEOPLE.values())))
    def let_the_clerk_act(self, act: str, number: str) -> None:
        # Asked whether another record may replace the one with evidence, the clerk keeps it: the card is put aside.
        self.kept |= self.presenter.state.question is not None and act in ("no", "clear")
        match act:
            case "type":
                self.presenter.open_number(number)
            case "sign":
                self.presenter.signed(self.signature)
            case "clear":
                self.presenter.clear()
            case _:
                self.presenter.answer(agreed=act == "yes")

    @rule()
    def let_everything_come(self) -> None:
        """Once all is told, the screen shows the person whose card lies there, unless the clerk is asked or has acted."""
        asked_before = self.presenter.state.question
        QCoreApplication.processEvents()
        fresh = bool(self.tasks.waiting) and not self.kept
        while self.tasks.waiting:
            self.tasks.let_go()
        state = self.presenter.state
        if fresh and self.read_last in PEOPLE and asked_before is state.question is None and state.case is not None:
            dossier = state.case.dossier
            typed = state.case.visit.card_uid == ""
            assert typed or (dossier is not None and dossier.graduate.number == PEOPLE[self.read_last])

    @invariant()
    def no_record_came_over_another_card(self) -> None:
        assert self.broken == []

    @override
    def teardown(self) -> None:
        self.watcher.stop()
        self.tasks.waiting.clear()
        QCoreApplication.processEvents()


@pytest.fixture
def profile(project_root: Path) -> CardProfile:
    return load_profile(project_root / "resources/card_profiles/demo-4k.toml")


def test_no_record_comes_to_the_screen_over_another_persons_card(
    qapp: QApplication, desk: Desk, roster: Roster, profile: CardProfile, signature: Signature
) -> None:
    for serial, (uid, number) in enumerate(list(PEOPLE.items())[1:]):
        roster.enrol(number, uid, f"M-02{serial:02}", name=f"測{serial}")
    looks: Tally[str] = Tally()
    run_state_machine_as_test(
        lambda: Counter(desk, profile, signature, looks),  # type: ignore[arg-type]  # whatever makes one will do
        settings=settings(max_examples=examples(100), stateful_step_count=20, deadline=None),
    )
    assert len(looks) > 1  # the records of several persons came to the screen, or nothing was tried


def test_the_page_does_not_show_a_record_that_is_found_when_another_card_lies_there(
    context: UiContext, desk: Desk, roster: Roster
) -> None:
    tasks, bridge = LateTasks(), ReaderBridge()
    page = PickupPage(PageParts(context, desk, tasks, bridge))

    def phase() -> str:
        return page.presenter.state.phase.value

    bridge.post(CardPresented("reader", 1, b""))
    bridge.post(ReadDone(1, CardReadRecord("58237714", "41020901L")))
    QCoreApplication.processEvents()
    bridge.post(CardPresented("reader", 2, b""))
    tasks.let_go()
    assert phase() == "reading"
    bridge.post(ReadDone(2, CardReadRecord("58237714", "41020901L")))
    QCoreApplication.processEvents()
    tasks.let_go()
    assert phase() == "case"
    shiboken6.delete(page)
