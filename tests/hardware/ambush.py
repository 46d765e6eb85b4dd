# SPDX-License-Identifier: GPL-3.0-or-later
"""A card on which a hand lies in wait, for the tests of what may be told about a card that is moved while it is read."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from hardware.simulated.faults import FaultField


@dataclass(slots=True, eq=False)
class Ambush(FaultField):
    """Lets a hand act in the middle of a read, on the reader's own thread: the worst moment there is."""

    at: int = 0
    hand: object = None

    @override
    def pulls(self) -> bool:
        pulled = FaultField.pulls(self)
        if self.commands == self.at and callable(self.hand):
            self.hand()
        return pulled
