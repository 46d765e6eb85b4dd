# SPDX-License-Identifier: GPL-3.0-or-later
"""A watch over one reader of the real card service."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hardware.api import CardPresented, ReadDone, ReaderEvent, ReadFailed
from hardware.errors import ReaderError
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.reader import SimulatedCard
from hardware.watcher import CardWatcher
from tests.hardware.conftest import Told
from tests.hardware.virtual_stack import Hand, SettlingBackend, VirtualStack, wait_for

MakeCard = Callable[..., SimulatedCard]
KEYS = {"demo": TRANSPORT_KEY}


@pytest.fixture
def hand(virtual_stack: VirtualStack) -> Iterator[Hand]:
    made = virtual_stack.hand()
    yield made
    made.remove()


class Desk:
    """A watch over one reader of the real service, and what it told."""

    def __init__(self, hand: Hand, profile: CardProfile, told: Told) -> None:
        self.hand = hand
        self.backend = SettlingBackend(hand.reader)
        self.told = told
        self.profile = profile
        self.watcher = CardWatcher(self.backend, profile, KEYS, told)

    def read(self, card: SimulatedCard) -> ReadDone | ReadFailed:
        """Lay a card on and give the outcome of its read."""
        self.hand.present(card)
        assert self.backend.settle(self.hand)
        outcome = next(event for event in reversed(self.told.events) if isinstance(event, (ReadDone, ReadFailed)))
        assert outcome.generation == self.told.of(CardPresented)[-1].generation
        return outcome

    def fault(self, card: SimulatedCard) -> ReaderError:
        """Lay a card on whose read fails, and give the fault."""
        outcome = self.read(card)
        assert isinstance(outcome, ReadFailed)
        return outcome.fault

    def wait_for(self, event: ReaderEvent) -> None:
        """Wait until an event is told."""
        assert wait_for(lambda: event in self.told.events), self.told.events


@pytest.fixture
def desk(hand: Hand, profile: CardProfile, told: Told) -> Iterator[Desk]:
    made = Desk(hand, profile, told)
    yield made
    made.watcher.stop()
