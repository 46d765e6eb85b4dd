# SPDX-License-Identifier: GPL-3.0-or-later
"""The safety device: whatever hands do at whatever moment, no record belongs to a card that is not the current one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from typing_extensions import override

from desk_app.card_profiles import load_profile
from hardware.api import CardPresented, ReadDone, ReaderEvent, ReadFailed
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.faults import FaultField
from hardware.watcher import CardWatcher
from tests.examples import examples
from tests.hardware.ambush import Ambush
from tests.hardware.card_hands import CardHands

PROFILE = load_profile(Path(__file__).parents[2] / "resources/card_profiles/demo-4k.toml")
NUMBERS = {"04112233445566": "41020901L", "04AABBCCDDEEFF": "41030901A", "5A0B0C0D": "41047901S"}
HANDS = ("swap", "remove", "replace", "unplug", "restart")


class Desk(RuleBasedStateMachine):
    """Hands at a reader, and a listener that checks every event in the moment it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.hands = CardHands(PROFILE, NUMBERS)
        self.presented: dict[int, str] = {}
        self.newest = 0
        self.outcomes: list[int] = []
        self.broken: list[str] = []
        self.watcher = CardWatcher(self.hands.reader, PROFILE, {"demo": TRANSPORT_KEY}, self.hear)
        self.watcher.start()

    def hear(self, event: ReaderEvent) -> None:
        if isinstance(event, CardPresented):
            self.newest = event.generation
        elif isinstance(event, (ReadDone, ReadFailed)):
            self.outcomes.append(event.generation)
            if event.generation != self.newest:
                self.broken.append(f"{event} is of an old generation")
        if isinstance(event, ReadDone):
            record = event.record
            if record.uid != self.hands.on_reader or NUMBERS[record.uid] != record.student_no:
                self.broken.append(f"{record.uid} was told while {self.hands.on_reader or 'nothing'} lay there")

    @rule(uid=st.sampled_from(sorted(NUMBERS)))
    def present(self, uid: str) -> None:
        self.hands.lay_on(uid)
        assert self.hands.reader.settle()

    @rule(
        uid=st.sampled_from(sorted(NUMBERS)),
        at=st.integers(1, 7),
        hand=st.sampled_from(HANDS),
        other=st.sampled_from(sorted(NUMBERS)),
    )
    def ambush(self, uid: str, at: int, hand: str, other: str) -> None:
        self.hands.lay_on(uid, Ambush(at=at, hand=lambda: self.hands.act(hand, other)))
        assert self.hands.reader.settle()

    @rule(uid=st.sampled_from(sorted(NUMBERS)), commands=st.integers(0, 8))
    def pull(self, uid: str, commands: int) -> None:
        self.hands.lay_on(uid, FaultField(pull_after=commands))
        assert self.hands.reader.settle()

    @rule(hand=st.sampled_from(HANDS), uid=st.sampled_from(sorted(NUMBERS)))
    def act_between_reads(self, hand: str, uid: str) -> None:
        self.hands.act(hand, uid)
        assert self.hands.reader.settle()

    @invariant()
    def nothing_stale_was_told(self) -> None:
        assert self.broken == []
        assert self.outcomes == sorted(set(self.outcomes))

    @override
    def teardown(self) -> None:
        self.watcher.stop()


Desk.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=12, deadline=None)
TestDesk = Desk.TestCase
