# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated reader with one thread of its own: a hand lays cards on, takes them off and swaps them at any time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from typing_extensions import override

from hardware import api
from hardware.apdu import split_response
from hardware.api import CardTransport, EventSink, ReaderBackend
from hardware.errors import CardGoneError, NoReaderError, error_from_pcsc
from hardware.simulated.classic import Classic4K
from hardware.simulated.faults import FaultField
from hardware.simulated.part3 import Part3Reader

_STOP_TIMEOUT_S = 1.0
_NOT_TRANSACTED = 0x80100016
_REMOVED_CARD = 0x80100069


@dataclass(slots=True, eq=False)
class SimulatedCard:
    """A card to lay on the reader, with what goes wrong when it is used."""

    chip: Classic4K
    faults: FaultField = field(default_factory=FaultField)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the reader sees at one instant; ``insertion`` is 0 without a card under power."""

    service: bool
    plugged: bool
    insertion: int
    card: SimulatedCard | None

    @property
    def reader_there(self) -> bool:
        return self.service and self.plugged


_NOTHING = _Sight(service=False, plugged=False, insertion=0, card=None)


class _Slot:
    """The place where a card lies, shared by the hand's thread and the reader's; every change is counted."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.changes = 0
        self.told = -1
        self.stopping = False
        self._service = True
        self._plugged = True
        self._card: SimulatedCard | None = None
        self._insertion = 0

    def put(self, card: SimulatedCard | None) -> None:
        """Lay a card on in place of whatever lies there, or take it off."""
        with self.condition:
            self._card = card
            self._power_up()

    def take_off(self, insertion: int) -> None:
        """Take the card of one insertion off, if it still lies there."""
        with self.condition:
            if self.holds(insertion):
                self.put(None)

    def switch(self, *, service: bool | None = None, plugged: bool | None = None) -> None:
        """Stop or start the service, pull or plug the reader; a card that lies there is powered up anew."""
        with self.condition:
            self._service = self._service if service is None else service
            self._plugged = self._plugged if plugged is None else plugged
            self._power_up()

    def sight(self) -> _Sight:
        """Tell what the reader sees now."""
        with self.condition:
            powered = self._card is not None and self._service and self._plugged
            return _Sight(self._service, self._plugged, self._insertion if powered else 0, self._card)

    def holds(self, insertion: int) -> bool:
        """Tell whether the card of an insertion still lies there, under power."""
        return not self.stopping and self.sight().insertion == insertion

    def linger(self, insertion: int, seconds: float) -> None:
        """Let a slow card take its time; its removal or the end of the watch cuts it short."""
        with self.condition:
            self.condition.wait_for(lambda: not self.holds(insertion), seconds)

    def _power_up(self) -> None:
        self._insertion += 1 if self._card is not None else 0
        self.changes += 1
        self.condition.notify_all()


class _SimulatedTransport(CardTransport):
    """The connection to the card of one insertion."""

    def __init__(self, slot: _Slot, card: SimulatedCard, insertion: int) -> None:
        self._slot = slot
        self._card = card
        self._insertion = insertion
        self._part3 = Part3Reader(card.chip)
        self._misses = 0

    @property
    @override
    def atr(self) -> bytes:
        return self._card.chip.atr

    @property
    @override
    def event_count(self) -> int:
        return self._slot.changes

    @override
    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        faults = self._card.faults
        if faults.pulls():
            self._slot.take_off(self._insertion)
        if faults.delay:
            self._slot.linger(self._insertion, faults.delay)
        if not self._slot.holds(self._insertion):
            return split_response(self._answer_of_air())
        forced = faults.answer(apdu)
        return split_response(self._part3.exchange(apdu) if forced is None else forced)

    @override
    def close(self) -> None:
        self._insertion = -1  # no insertion has this number, so nothing answers any more

    def _answer_of_air(self) -> bytes:
        """Answer as real readers were seen to: an empty success first, then two different codes."""
        self._misses += 1
        if self._misses == 1:
            return b""
        raise error_from_pcsc(_NOT_TRANSACTED if self._misses == 2 else _REMOVED_CARD)


class SimulatedReader(ReaderBackend):
    """A reader backend whose cards are values of this program.

    ``present``, ``remove``, ``swap`` and the service's switches may be called on any thread at any time; the events go
    to the sink on the reader's own thread. A generation is the number of the insertion.
    """

    def __init__(self, name: str = "Simulated reader 0") -> None:
        self.name = name
        self._slot = _Slot()
        self._thread: threading.Thread | None = None

    @override
    def start(self, sink: EventSink) -> None:
        self.stop()
        self._slot.stopping, self._slot.told = False, -1
        self._thread = threading.Thread(target=self._watch, args=(sink,), name=self.name, daemon=True)
        self._thread.start()

    @override
    def stop(self) -> None:
        with self._slot.condition:
            self._slot.stopping = True
            self._slot.condition.notify_all()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_TIMEOUT_S)

    @override
    def open(self, reader: str, generation: int) -> CardTransport:
        if reader != self.name:
            raise NoReaderError
        sight = self._slot.sight()
        if sight.card is None or sight.insertion != generation:
            raise CardGoneError
        sight.card.faults.connect()
        return _SimulatedTransport(self._slot, sight.card, generation)

    def present(self, card: SimulatedCard) -> None:
        """Lay a card on the reader; one that lies there already is swapped for it."""
        self._slot.put(card)

    def remove(self) -> None:
        """Take the card off."""
        self._slot.put(None)

    def swap(self, card: SimulatedCard) -> None:
        """Put another card in the place of the one that lies there, so fast that the reader sees no gap."""
        self._slot.put(card)

    def unplug(self) -> None:
        """Pull the reader's cable."""
        self._slot.switch(plugged=False)

    def plug_in(self) -> None:
        """Connect the reader again."""
        self._slot.switch(plugged=True)

    def stop_service(self) -> None:
        """Stop the system's reader service."""
        self._slot.switch(service=False)

    def start_service(self) -> None:
        """Start the system's reader service again."""
        self._slot.switch(service=True)

    def settle(self, timeout: float = 5.0) -> bool:
        """Wait until all that happened so far has been told and read; false when that took longer than ``timeout`` s."""
        with self._slot.condition:
            return self._slot.condition.wait_for(lambda: self._slot.told == self._slot.changes, timeout)

    def _watch(self, sink: EventSink) -> None:
        slot, seen, first = self._slot, _NOTHING, True
        while True:
            with slot.condition:
                slot.condition.wait_for(lambda: slot.stopping or slot.told != slot.changes)
                if slot.stopping:
                    return
                now, change = slot.sight(), slot.changes
            for event in self._differences(seen, now, first=first):
                sink(event)
            seen, first = now, False
            with slot.condition:
                slot.told = change
                slot.condition.notify_all()

    def _differences(self, seen: _Sight, now: _Sight, *, first: bool) -> list[api.ReaderEvent]:
        """Tell in order what happened between two sights: what went away before what came."""
        events: list[api.ReaderEvent] = []
        if seen.insertion and seen.insertion != now.insertion:
            events.append(api.CardRemoved(self.name, seen.insertion))
        if seen.reader_there and not now.reader_there:
            events.append(api.ReaderLeft(self.name))
        if first or seen.service != now.service:
            events.append(api.ServiceUp() if now.service else api.ServiceDown())
        if now.reader_there and not seen.reader_there:
            events.append(api.ReaderArrived(self.name))
        if now.card is not None and now.insertion not in (0, seen.insertion):
            events.append(api.CardPresented(self.name, now.insertion, now.card.chip.atr))
        return events
