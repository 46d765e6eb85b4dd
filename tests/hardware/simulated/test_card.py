# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated card and its part-3 reader behave like the data sheets say, also when asked nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import apdu
from hardware.apdu import KeyType
from hardware.mifare import AccessBits, Trailer
from hardware.simulated.classic import TRANSPORT_KEY, CardRefusedError, Classic4K
from hardware.simulated.part3 import Part3Reader

UID = bytes.fromhex("04112233445566")
KEY_A, KEY_B = b"AAAAAA", b"BBBBBB"


@pytest.fixture
def chip() -> Classic4K:
    made = Classic4K(UID)
    made.put(40, b"sixteen bytes...")
    made.put_trailer(10, Trailer(KEY_A, KEY_B, AccessBits((0b100, 0b011, 0b111, 0b011))))
    return made


@pytest.fixture
def part3(chip: Classic4K) -> Part3Reader:
    return Part3Reader(chip)


def _status(raw: bytes) -> int:
    return int.from_bytes(raw[-2:], "big")


def test_a_block_needs_its_sectors_key(chip: Classic4K) -> None:
    with pytest.raises(CardRefusedError):
        chip.read(40)
    assert chip.authenticate(41, KeyType.A, KEY_A)
    assert chip.read(40) == b"sixteen bytes..."
    with pytest.raises(CardRefusedError):
        chip.read(44)


def test_a_wrong_key_halts_the_card_until_it_is_selected(chip: Classic4K) -> None:
    assert not chip.authenticate(40, KeyType.A, TRANSPORT_KEY)
    assert not chip.authenticate(40, KeyType.A, KEY_A)
    with pytest.raises(CardRefusedError):
        chip.read(40)
    chip.select()
    assert chip.authenticate(40, KeyType.A, KEY_A)


def test_the_access_bits_decide_what_a_key_may_read(chip: Classic4K) -> None:
    chip.authenticate(40, KeyType.A, KEY_A)
    for block in (41, 42):
        with pytest.raises(CardRefusedError):
            chip.read(block)
    chip.authenticate(40, KeyType.B, KEY_B)
    assert chip.read(41) == bytes(16)
    with pytest.raises(CardRefusedError):
        chip.read(42)


def test_a_trailer_hides_its_keys(chip: Classic4K) -> None:
    chip.authenticate(40, KeyType.A, KEY_A)
    seen = chip.read(43)
    assert KEY_A not in seen
    assert KEY_B not in seen


def test_a_block_has_sixteen_bytes(chip: Classic4K) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        chip.put(1, b"short")


def test_the_reader_reads_a_block(part3: Part3Reader) -> None:
    assert part3.exchange(apdu.GET_UID) == UID + b"\x90\x00"
    assert _status(part3.exchange(apdu.load_key(5, KEY_A))) == apdu.SW_OK
    assert _status(part3.exchange(apdu.authenticate(40, KeyType.A, 5))) == apdu.SW_OK
    assert part3.exchange(apdu.read_block(40)) == b"sixteen bytes...\x90\x00"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("FFCA", 0x6700),
        ("00CA000000", 0x6E00),
        ("FFCA010000", 0x6A81),
        ("FFD6000000", 0x6D00),
        ("FF82000005AAAAAAAAAA", 0x6989),
        ("FF8600000401002860", 0x6700),
        ("FF860000050101006000", 0x6A82),
        ("FF860000050100286200", 0x6986),
        ("FF860000050100286009", 0x6988),
        ("FFB0010010", 0x6A82),
        ("FFB0002804", 0x6700),
        ("FFB0002810", 0x6982),
    ],
)
def test_the_reader_answers_nonsense_with_a_status_word(part3: Part3Reader, command: str, status: int) -> None:
    assert part3.exchange(bytes.fromhex(command)) == status.to_bytes(2, "big")


def test_a_failed_authentication_says_so(part3: Part3Reader) -> None:
    part3.exchange(apdu.load_key(0, TRANSPORT_KEY))
    assert _status(part3.exchange(apdu.authenticate(40, KeyType.A, 0))) == 0x6300


@given(st.binary(max_size=32))
def test_any_bytes_get_an_answer(command: bytes) -> None:
    assert len(Part3Reader(Classic4K(UID)).exchange(command)) >= 2
