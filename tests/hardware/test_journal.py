# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal knows how a reader stands after whatever it was told, and lets others wait for it."""

from __future__ import annotations

import threading

from hardware import api
from hardware.api import CardPresented, CardReadRecord, CardRemoved, ReadDone, ReaderArrived, ReaderLeft, ReadFailed
from hardware.errors import AccessRefusedError, CardGoneError, ServiceDownError
from hardware.journal import ReaderJournal, Standing

DONE = ReadDone(1, CardReadRecord("5A0B0C0D"))
CARD = CardPresented("r", 1, b"\x3b")


def _after(*events: api.ReaderEvent) -> Standing:
    journal = ReaderJournal()
    for event in events:
        journal(event)
    return journal.standing


def test_nothing_is_known_before_the_reader_has_told_anything() -> None:
    assert _after() == Standing()


def test_service_and_readers_are_remembered() -> None:
    assert _after(
        api.ServiceUp(), ReaderArrived("a"), ReaderArrived("b"), ReaderArrived("a"), ReaderLeft("b")
    ) == Standing(heard=True, readers=("a",))


def test_a_watch_that_begins_again_names_its_readers_anew() -> None:
    assert _after(api.ServiceUp(), ReaderArrived("gone"), api.ServiceUp(), ReaderArrived("r")).readers == ("r",)


def test_a_service_that_goes_takes_readers_and_card_with_it() -> None:
    fault = AccessRefusedError()
    gone = _after(api.ServiceUp(), ReaderArrived("r"), CARD, DONE, api.ServiceDown(fault))
    assert gone == Standing(heard=True, fault=fault)
    assert isinstance(_after(api.ServiceDown()).fault, ServiceDownError)
    assert _after(api.ServiceDown(), api.ServiceUp()).fault is None


def test_the_outcome_belongs_to_the_card_that_lies_there() -> None:
    assert _after(CARD, DONE) == Standing(presented=CARD, outcome=DONE)
    late = ReadFailed(1, CardGoneError())
    newer = CardPresented("r", 2, b"\x3b")
    assert _after(CARD, newer, DONE, late, CardRemoved("r", 1)) == Standing(presented=newer)
    assert _after(CARD, DONE, CardRemoved("r", 1)) == Standing()


def test_one_may_wait_for_something() -> None:
    journal = ReaderJournal()
    waiter = threading.Timer(0.02, journal, [CARD])
    waiter.start()
    assert journal.wait_until(lambda standing: standing.presented is not None, 5)
    waiter.join()
    assert not journal.wait_until(lambda standing: standing.outcome is not None, 0.01)


def test_a_new_watch_begins_without_memory() -> None:
    journal = ReaderJournal()
    journal(CARD)
    journal.forget()
    assert journal.standing == Standing()
