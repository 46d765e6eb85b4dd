# SPDX-License-Identifier: GPL-3.0-or-later
"""A transport straight to a simulated card, without a reader around it."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from hardware import apdu
from hardware.api import CardTransport
from hardware.simulated.part3 import Part3Reader
from hardware.simulated.reader import SimulatedCard


@dataclass
class CardWire(CardTransport):
    """A card on a wire; nobody takes it away."""

    card: SimulatedCard
    event_count: int = 0

    def __post_init__(self) -> None:
        self.part3 = Part3Reader(self.card.chip)

    @property
    @override
    def atr(self) -> bytes:
        return self.card.chip.atr

    @override
    def transmit(self, apdu_: bytes) -> tuple[bytes, int]:
        return apdu.split_response(self.part3.exchange(apdu_))

    @override
    def close(self) -> None: ...
