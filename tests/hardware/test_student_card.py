# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a card: UID first and last, and every fault by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from hardware import apdu
from hardware.apdu import Instruction
from hardware.api import CardKind, CardReadRecord
from hardware.errors import (
    AuthFailedError,
    BadCardDataError,
    CardGoneError,
    ProtocolFaultError,
    ReaderError,
    UnsupportedCardError,
)
from hardware.profile import CardProfile
from hardware.simulated.classic import TRANSPORT_KEY
from hardware.simulated.reader import SimulatedCard
from hardware.student_card import read_card
from tests.hardware.card_wire import CardWire

MakeCard = Callable[..., SimulatedCard]
KEYS = {"demo": TRANSPORT_KEY}


@dataclass
class Wire(CardWire):
    """A transport straight to a card, which a test bends as it likes."""

    sent: list[bytes] = field(default_factory=list)
    bend: Callable[[int, bytes, tuple[bytes, int]], tuple[bytes, int]] = lambda _number, _command, answer: answer

    @override
    def transmit(self, apdu_: bytes) -> tuple[bytes, int]:
        self.sent.append(apdu_)
        return self.bend(len(self.sent), apdu_, super().transmit(apdu_))


def _with_status(instruction: Instruction, status: int) -> Callable[[int, bytes, tuple[bytes, int]], tuple[bytes, int]]:
    return lambda _number, command, answer: (b"", status) if command[1] == instruction else answer


def test_a_4k_card_gives_uid_number_and_kind(make_card: MakeCard, profile: CardProfile) -> None:
    record = read_card(Wire(make_card()), profile, KEYS)
    assert record == CardReadRecord("04112233445566", "41020901L", CardKind.FOUR_K)


def test_the_uid_is_read_first_and_last(make_card: MakeCard, profile: CardProfile) -> None:
    wire = Wire(make_card())
    read_card(wire, profile, KEYS)
    assert [command[1] for command in wire.sent] == [0xCA, 0x82, 0x86, 0xB0, 0xB0, 0xB0, 0xCA]


def test_a_uid_of_four_bytes_is_as_good(make_card: MakeCard, profile: CardProfile) -> None:
    assert read_card(Wire(make_card("5A0B0C0D")), profile, KEYS).uid == "5A0B0C0D"


def test_without_a_number_on_the_card_the_uid_alone_is_read(make_card: MakeCard) -> None:
    wire = Wire(make_card())
    assert read_card(wire, CardProfile("uid-only"), {}) == CardReadRecord("04112233445566", "", CardKind.FOUR_K)
    assert len(wire.sent) == 2


def test_a_blank_sector_is_no_number(make_card: MakeCard, profile: CardProfile) -> None:
    assert read_card(Wire(make_card(number="")), profile, KEYS).student_no == ""


def test_the_uid_is_no_part_of_what_a_log_may_show() -> None:
    assert "04112233445566" not in repr(CardReadRecord("04112233445566", "41020901L"))


def test_another_uid_at_the_end_makes_the_read_worthless(make_card: MakeCard, profile: CardProfile) -> None:
    other = bytes.fromhex("04AABBCCDDEEFF")
    wire = Wire(make_card(), bend=lambda number, _command, answer: (other, apdu.SW_OK) if number == 7 else answer)
    with pytest.raises(CardGoneError):
        read_card(wire, profile, KEYS)


def test_a_moved_event_counter_makes_the_read_worthless(make_card: MakeCard, profile: CardProfile) -> None:
    wire = Wire(make_card())

    def move(number: int, _command: bytes, answer: tuple[bytes, int]) -> tuple[bytes, int]:
        wire.event_count += number == 4
        return answer

    wire.bend = move
    with pytest.raises(CardGoneError):
        read_card(wire, profile, KEYS)


@pytest.mark.parametrize("uid", ["08112233", "0411", "04112233445566778899"])
def test_a_random_uid_or_one_of_a_strange_length_is_refused(
    uid: str, make_card: MakeCard, profile: CardProfile
) -> None:
    with pytest.raises(UnsupportedCardError):
        read_card(Wire(make_card(uid)), profile, KEYS)


def test_a_key_that_the_desk_does_not_have_is_a_failed_authentication(
    make_card: MakeCard, profile: CardProfile
) -> None:
    with pytest.raises(AuthFailedError):
        read_card(Wire(make_card()), profile, {})


def test_a_foreign_key_is_a_failed_authentication(make_card: MakeCard, profile: CardProfile) -> None:
    with pytest.raises(AuthFailedError) as caught:
        read_card(Wire(make_card()), profile, {"demo": b"wrong!"})
    assert caught.value.raw == 0x6300


@pytest.mark.parametrize(
    ("instruction", "status", "fault"),
    [
        (Instruction.GET_DATA, 0x6A81, UnsupportedCardError),
        (Instruction.LOAD_KEY, 0x6989, ProtocolFaultError),
        (Instruction.AUTHENTICATE, 0x6983, AuthFailedError),
        (Instruction.READ_BINARY, 0x6982, AuthFailedError),
        (Instruction.READ_BINARY, 0x6A82, UnsupportedCardError),
    ],
)
def test_a_status_word_is_named(
    instruction: Instruction, status: int, fault: type[ReaderError], make_card: MakeCard, profile: CardProfile
) -> None:
    with pytest.raises(fault) as caught:
        read_card(Wire(make_card(), bend=_with_status(instruction, status)), profile, KEYS)
    assert caught.value.raw == status


def test_a_short_block_is_a_fault_of_the_protocol(make_card: MakeCard, profile: CardProfile) -> None:
    wire = Wire(
        make_card(), bend=lambda number, _command, answer: (answer[0][:8], answer[1]) if number == 5 else answer
    )
    with pytest.raises(ProtocolFaultError):
        read_card(wire, profile, KEYS)


def test_a_number_that_is_none_is_bad_data(make_card: MakeCard, profile: CardProfile) -> None:
    card = make_card()
    card.chip.put(40, b"\x01" * 16)
    with pytest.raises(BadCardDataError):
        read_card(Wire(card), profile, KEYS)
