# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs that hold the card or reset it: the read waits, begins anew, or says who is in the way."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desk_app.ui.reader_bridge import ReaderBridge, ReaderState
from hardware import apdu
from hardware.api import CardPresented, ReadDone, ReaderEvent, ReadFailed
from hardware.errors import CardBusyError, CardResetError, ReaderError
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.watcher import CardWatcher
from tests.hardware.pcsc.conftest import KEYS, Desk, MakeCard
from tests.hardware.pcsc.disturbers import Interposed, other_program
from tests.hardware.virtual_stack import wait_for

pytestmark = pytest.mark.pcsc


def test_a_card_held_exclusively_is_busy_after_three_tries(desk: Desk, make_card: MakeCard) -> None:
    backend = Interposed(desk.backend, lambda _count, _fault: None)
    watcher = CardWatcher(backend, desk.profile, KEYS, desk.told)
    desk.hand.present(make_card())
    with other_program("exclusive", desk.hand.reader):
        watcher.start()
        assert wait_for(lambda: bool(desk.told.of(ReadFailed)))
        watcher.stop()
    assert type(desk.told.of(ReadFailed)[0].fault) is CardBusyError
    assert backend.opened == 3


def test_a_card_that_is_let_go_in_time_is_read(desk: Desk, make_card: MakeCard) -> None:
    desk.hand.present(make_card())
    with other_program("exclusive", desk.hand.reader) as other:
        faults: list[ReaderError | None] = []

        def let_go_after_the_first(count: int, fault: ReaderError | None) -> None:
            faults.append(fault)
            if count == 1:
                other.let_go()

        watcher = CardWatcher(Interposed(desk.backend, let_go_after_the_first), desk.profile, KEYS, desk.told)
        watcher.start()
        assert wait_for(lambda: bool(desk.told.records))
        watcher.stop()
    assert [type(fault) for fault in faults] == [CardBusyError, type(None)]


def test_a_reset_by_another_program_begins_the_read_anew(desk: Desk, make_card: MakeCard) -> None:
    desk.hand.present(make_card())
    with other_program("reset", desk.hand.reader) as other:
        backend = Interposed(desk.backend, lambda _count, _fault: other.let_go())
        watcher = CardWatcher(backend, desk.profile, KEYS, desk.told)
        watcher.start()
        assert wait_for(lambda: bool(desk.told.records))
        watcher.stop()
    assert backend.opened == 2
    assert len(desk.told.of(CardPresented)) == 1


def test_a_card_that_is_reset_again_and_again_is_told(desk: Desk, make_card: MakeCard) -> None:
    def reset(_count: int, _fault: ReaderError | None) -> None:
        with other_program("reset", desk.hand.reader):
            pass

    watcher = CardWatcher(Interposed(desk.backend, reset), desk.profile, KEYS, desk.told)
    desk.hand.present(make_card())
    watcher.start()
    assert wait_for(lambda: bool(desk.told.of(ReadFailed)))
    watcher.stop()
    assert type(desk.told.of(ReadFailed)[0].fault) is CardResetError


def test_another_programs_transaction_makes_the_read_slow_and_no_error(
    desk: Desk, make_card: MakeCard, qtbot: QtBot
) -> None:
    bridge = ReaderBridge()
    bridge._slow.setInterval(100)

    def hear(event: ReaderEvent) -> None:
        desk.told(event)
        bridge.post(event)

    watcher = CardWatcher(desk.backend, desk.profile, KEYS, hear)
    desk.hand.present(make_card())
    with other_program("transaction", desk.hand.reader) as other:
        watcher.start()
        qtbot.waitUntil(lambda: bridge.state is ReaderState.SLOW)
        assert not desk.told.of(ReadDone)
        assert not desk.told.of(ReadFailed)
        other.let_go()
        qtbot.waitUntil(lambda: bridge.state is ReaderState.READY)
    watcher.stop()
    assert len(desk.told.records) == 1


def test_while_the_desk_reads_no_other_program_resets_the_card(desk: Desk, make_card: MakeCard) -> None:
    statuses: list[int] = []

    def read_beside_another(event: ReaderEvent) -> None:
        desk.told(event)
        if isinstance(event, CardPresented):
            with other_program("reset", event.reader) as other:
                transport = desk.backend.open(event.reader, event.generation)
                transport.transmit(apdu.load_key(0, TRANSPORT_KEY))
                transport.transmit(apdu.authenticate(40, apdu.KeyType.A, 0))
                other.speak()
                assert not other.has_let_go_within(0.3)
                statuses.append(transport.transmit(apdu.read_block(40))[1])
                transport.close()

    desk.backend.start(read_beside_another)
    desk.hand.present(make_card())
    assert desk.backend.settle(desk.hand)
    desk.backend.stop()
    assert statuses == [apdu.SW_OK]
