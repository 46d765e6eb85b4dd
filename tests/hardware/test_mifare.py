# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of a 4K card against the data sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import mifare
from hardware.mifare import TRANSPORT_ACCESS, AccessBits, Trailer

conditions = st.integers(0, 7)
access_bits = st.tuples(conditions, conditions, conditions, conditions).map(AccessBits)


@pytest.mark.parametrize(
    ("block", "sector", "trailer", "group"),
    [(0, 0, 3, 0), (3, 0, 3, 3), (40, 10, 43, 0), (127, 31, 127, 3), (128, 32, 143, 0), (132, 32, 143, 0),
     (133, 32, 143, 1), (142, 32, 143, 2), (143, 32, 143, 3), (255, 39, 255, 3)],
)  # fmt: skip
def test_the_map_of_the_card(block: int, sector: int, trailer: int, group: int) -> None:
    assert mifare.sector_of(block) == sector
    assert mifare.trailer_of(sector) == trailer
    assert mifare.access_group(block) == group


def test_the_sectors_cover_the_card_without_gap() -> None:
    blocks = [
        block
        for sector in range(mifare.SECTORS)
        for block in range(mifare.first_block(sector), mifare.first_block(sector) + mifare.blocks_in(sector))
    ]
    assert blocks == list(range(mifare.BLOCKS))


@pytest.mark.parametrize("number", [-1, 256])
def test_there_are_256_blocks(number: int) -> None:
    with pytest.raises(ValueError, match="not below"):
        mifare.sector_of(number)


def test_the_access_bits_of_the_factory() -> None:
    assert TRANSPORT_ACCESS.encode() == bytes.fromhex("FF0780")
    assert mifare.decode_access(bytes.fromhex("FF0780")) == TRANSPORT_ACCESS


def test_the_access_bits_of_a_common_read_a_write_b_sector() -> None:
    assert AccessBits((0b100, 0b100, 0b100, 0b011)).encode() == bytes.fromhex("787788")


@given(access_bits)
def test_access_bits_survive_a_round_trip(access: AccessBits) -> None:
    assert mifare.decode_access(access.encode()) == access


@given(access_bits, st.integers(0, 23))
def test_one_flipped_access_bit_is_noticed(access: AccessBits, bit: int) -> None:
    raw = bytearray(access.encode())
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError, match="contradict"):
        mifare.decode_access(bytes(raw))


def test_access_bits_have_three_bytes() -> None:
    with pytest.raises(ValueError, match="3 access bytes"):
        mifare.decode_access(b"\xff\x07")


@pytest.mark.parametrize(
    ("condition", "with_a", "with_b"),
    [(0b000, True, True), (0b010, True, True), (0b100, True, True), (0b110, True, True), (0b001, True, True),
     (0b011, False, True), (0b101, False, True), (0b111, False, False)],
)  # fmt: skip
def test_who_may_read_a_data_block(condition: int, with_a: bool, with_b: bool) -> None:
    access = AccessBits((condition, 0, 0, 0b011))
    assert access.reads_data(0, with_key_b=False) is with_a
    assert access.reads_data(0, with_key_b=True) is with_b


@pytest.mark.parametrize("trailer", [0b000, 0b010, 0b001])
def test_a_readable_key_b_opens_nothing(trailer: int) -> None:
    access = AccessBits((0, 0, 0, trailer))
    assert access.key_b_readable
    assert not access.reads_data(0, with_key_b=True)


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=6, max_size=6), access_bits, st.integers(0, 255))
def test_a_trailer_survives_a_round_trip_and_never_shows_key_a(
    key_a: bytes, key_b: bytes, access: AccessBits, general: int
) -> None:
    trailer = Trailer(key_a, key_b, access, general)
    assert mifare.decode_trailer(trailer.encode()) == trailer
    assert trailer.visible()[:6] == bytes(6)
    assert trailer.visible()[10:] == (key_b if access.key_b_readable else bytes(6))


def test_a_trailer_has_its_sizes() -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        Trailer(b"short", bytes(6)).encode()
    with pytest.raises(ValueError, match="16 bytes"):
        mifare.decode_trailer(bytes(15))


def test_the_value_block_of_the_data_sheet() -> None:
    block = bytes.fromhex("87D6120078 29EDFF87D6120011EE11EE")
    assert mifare.decode_value(block) == (0x0012D687, 0x11)
    assert mifare.encode_value(0x0012D687, 0x11) == block


@given(st.integers(-(2**31), 2**31 - 1), st.integers(0, 255))
def test_a_value_survives_a_round_trip(value: int, address: int) -> None:
    assert mifare.decode_value(mifare.encode_value(value, address)) == (value, address)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(0, 127))
def test_one_flipped_bit_makes_a_value_block_void(value: int, bit: int) -> None:
    raw = bytearray(mifare.encode_value(value, 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError, match="no value block"):
        mifare.decode_value(bytes(raw))


def test_a_short_block_is_no_value() -> None:
    with pytest.raises(ValueError, match="no value block"):
        mifare.decode_value(bytes(8))


def test_the_directory_checksum_of_the_application_note() -> None:
    directory = bytes.fromhex("010108010801080000000000000400 03100310021002100000000000001130")
    assert mifare.mad_crc(directory) == 0x89
