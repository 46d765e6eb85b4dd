# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a card is read in this process: the program's own share, without a real reader's radio and cable.

Run: ``python -m tests.bench.bench_reader``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from desk_app.card_profiles import load_profile
from hardware.api import CardPresented, CardTransport, ReaderEvent
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from hardware.simulated.faults import FaultField
from hardware.simulated.reader import SimulatedCard, SimulatedReader
from hardware.student_card import read_card, read_uid
from hardware.watcher import CardWatcher
from tests.bench.table import Row, print_table, row_of, timed

KEYS = {"demo": TRANSPORT_KEY}
SETTLE_S = 10.0


def measure() -> list[Row]:
    """Measure UID, whole read, presentation to record, and the stop while a slow card lies there."""
    profile = load_profile(Path(__file__).resolve().parents[2] / "resources/card_profiles/demo-4k.toml")
    card = issue_card("04112233445566", "41020901L", profile)
    reader = SimulatedReader()
    reader.present(card)
    reader.start(_ignore)
    reader.settle(SETTLE_S)
    transport = reader.open(reader.name, 1)
    rows = [*_reads(transport, profile), _presentations(card, profile), _stops(profile)]
    reader.stop()
    return rows


def _reads(transport: CardTransport, profile: CardProfile) -> list[Row]:
    uid = timed(lambda _: read_uid(transport, profile.uid), 5000)
    whole = timed(lambda _: read_card(transport, profile, KEYS), 2000)
    return [
        row_of("read: UID", uid, None),
        row_of("read: UID, key, auth, 3 blocks, UID", whole, 0.1),
    ]


def _presentations(card: SimulatedCard, profile: CardProfile) -> Row:
    reader = SimulatedReader()
    watcher = CardWatcher(reader, profile, KEYS, _ignore)
    watcher.start()
    reader.settle(SETTLE_S)
    samples = timed(_presenting(reader, card), 500)
    watcher.stop()
    return row_of("card presented to record told", samples, 5.0, note="across the reader's thread")


def _presenting(reader: SimulatedReader, card: SimulatedCard) -> Callable[[int], object]:
    def present(_: int) -> None:
        reader.present(card)
        reader.settle(SETTLE_S)

    return present


def _stops(profile: CardProfile) -> Row:
    samples = [sample for _ in range(20) for sample in _one_stop(profile)]
    return row_of("stop while a slow card is read", samples, 100.0)


def _one_stop(profile: CardProfile) -> list[float]:
    reader, presented = SimulatedReader(), threading.Event()

    def hear(event: ReaderEvent) -> None:
        if isinstance(event, CardPresented):
            presented.set()

    watcher = CardWatcher(reader, profile, KEYS, hear)
    reader.present(issue_card("04112233445566", "41020901L", profile, faults=FaultField(delay=30.0)))
    watcher.start()
    presented.wait(SETTLE_S)
    return timed(lambda _: watcher.stop(), 1)


def _ignore(event: ReaderEvent) -> None:
    """Hear nothing."""


if __name__ == "__main__":
    print_table(measure())
