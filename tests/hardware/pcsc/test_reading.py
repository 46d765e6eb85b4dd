# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards on the real card service: read, pulled off, misbehaving, under a wrong key."""

from __future__ import annotations

import pytest

from hardware import apdu
from hardware.api import CardPresented, ReadDone, ReaderEvent
from hardware.errors import AuthFailedError, CardGoneError, ProtocolFaultError, ReaderError
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.deck import issue_card
from tests.hardware.pcsc.conftest import Desk, MakeCard

pytestmark = pytest.mark.pcsc


def test_a_card_is_read_from_the_virtual_reader(desk: Desk, make_card: MakeCard) -> None:
    desk.watcher.start()
    outcome = desk.read(make_card())
    assert isinstance(outcome, ReadDone)
    assert (outcome.record.uid, outcome.record.student_no) == ("04112233445566", "41020901L")


def test_a_uid_of_four_bytes_is_read_as_it_is(desk: Desk, make_card: MakeCard) -> None:
    desk.watcher.start()
    outcome = desk.read(make_card("5A0B0C0D"))
    assert isinstance(outcome, ReadDone)
    assert outcome.record.uid == "5A0B0C0D"


def test_a_card_pulled_between_commands_gives_no_record(desk: Desk, make_card: MakeCard) -> None:
    desk.watcher.start()
    faults = [type(desk.fault(make_card(pull_after=commands))) for commands in range(7)]
    assert faults == [CardGoneError] * 7
    assert desk.told.records == []


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ({"short_at": 2}, ProtocolFaultError),
        ({"status": {apdu.Instruction.READ_BINARY: 0x6F00}}, ProtocolFaultError),
    ],
)
def test_a_card_that_misbehaves_is_told_by_name(
    faults: dict[str, object], expected: type[ReaderError], desk: Desk, make_card: MakeCard
) -> None:
    desk.watcher.start()
    assert type(desk.fault(make_card(**faults))) is expected


def test_a_wrong_key_is_told_once_and_the_next_card_is_read(
    desk: Desk, profile: CardProfile, make_card: MakeCard
) -> None:
    desk.watcher.start()
    assert type(desk.fault(issue_card("04AABBCCDDEEFF", "41030901A", profile, b"OTHERS"))) is AuthFailedError
    assert len(desk.told.of(CardPresented)) == 1  # waking the card up is no new insertion
    assert isinstance(desk.read(make_card()), ReadDone)


def test_a_card_halted_by_a_wrong_key_is_awake_for_the_next_read(desk: Desk, make_card: MakeCard) -> None:
    statuses: list[int] = []

    def try_keys(event: ReaderEvent) -> None:
        desk.told(event)
        if isinstance(event, CardPresented):
            for key in (b"WRONG!", TRANSPORT_KEY):
                transport = desk.backend.open(event.reader, event.generation)
                transport.transmit(apdu.load_key(0, key))
                statuses.append(transport.transmit(apdu.authenticate(40, apdu.KeyType.A, 0))[1])
                transport.close()

    desk.backend.start(try_keys)
    desk.hand.present(make_card())
    assert desk.backend.settle(desk.hand)
    desk.backend.stop()
    assert statuses == [0x6300, apdu.SW_OK]
