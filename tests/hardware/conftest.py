# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers under test: whatever the backend, a rig lays cards on it and writes down what it tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from desk_app.card_profiles import load_profile
from hardware.api import CardReadRecord, ReadDone, ReaderBackend, ReaderEvent
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from hardware.simulated.faults import FaultField
from hardware.simulated.reader import SimulatedCard, SimulatedReader
from hardware.watcher import CardWatcher
from tests.hardware.virtual_stack import SettlingBackend

E = TypeVar("E")

KEYS = {"demo": TRANSPORT_KEY}
READ_TIMEOUT_S = 5.0


@dataclass(slots=True, eq=False)
class Told:
    """An event sink that remembers what it was told, and on which thread."""

    events: list[ReaderEvent] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def __call__(self, event: ReaderEvent) -> None:
        self.threads.add(threading.get_ident())
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def records(self) -> list[CardReadRecord]:
        return [event.record for event in self.events if isinstance(event, ReadDone)]


@dataclass(slots=True, eq=False)
class Rig:
    """A backend with hands: what the contract suite needs to know of it.

    ``settle`` waits until the sink has been told all that the hands did, and has come back from it.
    """

    backend: ReaderBackend
    reader: str
    present: Callable[[SimulatedCard], None]
    remove: Callable[[], None]
    settle: Callable[[], bool]

    @property
    def swap(self) -> Callable[[SimulatedCard], None]:
        """Lay another card on in place of the one that lies there."""
        return self.present


def _simulated_rig(request: pytest.FixtureRequest) -> Rig:
    reader = SimulatedReader()
    return Rig(reader, reader.name, reader.present, reader.remove, lambda: reader.settle(READ_TIMEOUT_S))


def _pcsc_rig(request: pytest.FixtureRequest) -> Rig:
    hand = request.getfixturevalue("virtual_stack").hand()
    backend = SettlingBackend(hand.reader)
    return Rig(backend, hand.reader, hand.present, hand.remove, lambda: backend.settle(hand))


RIGS: dict[str, Callable[[pytest.FixtureRequest], Rig]] = {"simulated": _simulated_rig, "pcsc": _pcsc_rig}
"""Every backend that must keep the contract."""


@pytest.fixture(params=["simulated", pytest.param("pcsc", marks=pytest.mark.pcsc)])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    made = RIGS[request.param](request)
    yield made
    made.backend.stop()
    made.remove()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(scope="session")
def profile(project_root: Path) -> CardProfile:
    return load_profile(project_root / "resources/card_profiles/demo-4k.toml")


@pytest.fixture
def make_card(profile: CardProfile) -> Callable[..., SimulatedCard]:
    def make(uid: str = "04112233445566", number: str = "41020901L", **faults: object) -> SimulatedCard:
        return issue_card(uid, number, profile, faults=FaultField(**faults))  # type: ignore[arg-type]  # any fault by name

    return make


@pytest.fixture
def reader() -> Iterator[SimulatedReader]:
    made = SimulatedReader()
    yield made
    made.stop()


@pytest.fixture
def watch(reader: SimulatedReader, profile: CardProfile, told: Told) -> Iterator[CardWatcher]:
    watcher = CardWatcher(reader, profile, KEYS, told)
    watcher.start()
    yield watcher
    watcher.stop()
