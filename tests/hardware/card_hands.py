# SPDX-License-Identifier: GPL-3.0-or-later
"""What hands do with cards at a simulated reader, as rules of a state machine need it."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.profile import CardProfile
from hardware.simulated.deck import issue_card
from hardware.simulated.faults import FaultField
from hardware.simulated.reader import SimulatedReader


class CardHands:
    """Lays cards on and takes them off; ``on_reader`` is the UID of the card that lies there, "" for none."""

    def __init__(self, profile: CardProfile, numbers: Mapping[str, str]) -> None:
        self.reader = SimulatedReader()
        self.on_reader = ""
        self._profile = profile
        self._numbers = numbers

    def lay_on(self, uid: str, faults: FaultField | None = None) -> None:
        """Lay a card on; one that is in nobody's hands bears no number."""
        self.on_reader = uid
        self.reader.present(issue_card(uid, self._numbers.get(uid, ""), self._profile, faults=faults))

    def take_off(self) -> None:
        """Take the card off."""
        self.on_reader = ""
        self.reader.remove()

    def act(self, hand: str, uid: str) -> None:
        """Do something quickly: put another card in the place of the one that lies there, or trouble the reader."""
        match hand:
            case "swap":
                self.lay_on(uid)
            case "remove":
                self.take_off()
            case "replace":
                self.take_off()
                self.lay_on(uid)
            case "unplug":
                self.reader.unplug()
                self.reader.plug_in()
            case _:
                self.reader.stop_service()
                self.reader.start_service()
