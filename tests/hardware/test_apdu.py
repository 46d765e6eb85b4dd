# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of PC/SC part 3, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import apdu
from hardware.apdu import KeyType
from hardware.api import CardKind
from hardware.errors import CardGoneError, ProtocolFaultError

ATR_4K = bytes.fromhex("3B8F8001804F0CA000000306030002 0000000069")


def test_the_commands_are_those_of_the_standard() -> None:
    assert bytes.fromhex("FFCA000000") == apdu.GET_UID
    assert apdu.load_key(0x20, b"\x01\x02\x03\x04\x05\x06") == bytes.fromhex("FF82002006010203040506")
    assert apdu.authenticate(0x0104, KeyType.B, 1) == bytes.fromhex("FF860000050101046101")
    assert apdu.read_block(40) == bytes.fromhex("FFB0002810")


def test_a_key_has_six_bytes() -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        apdu.load_key(0, b"short")


@pytest.mark.parametrize(
    ("command", "data", "expected"),
    [("FFCA0000", b"", None), ("FFCA000000", b"", 0), ("FF8200000101", b"\x01", None), ("FF820000010110", b"\x01", 16)],
)
def test_a_command_is_taken_apart(command: str, data: bytes, expected: int | None) -> None:
    parsed = apdu.parse_command(bytes.fromhex(command))
    assert (parsed.data, parsed.expected) == (data, expected)


@pytest.mark.parametrize("command", ["", "FFCA00", "FF82000006010203", "FF8200000101AABB"])
def test_a_command_of_a_wrong_length_is_refused(command: str) -> None:
    with pytest.raises(ValueError, match="command"):
        apdu.parse_command(bytes.fromhex(command))


@given(st.binary(max_size=255), st.integers(0, 0xFFFF))
def test_a_response_is_split_into_data_and_status(data: bytes, status: int) -> None:
    assert apdu.split_response(data + status.to_bytes(2, "big")) == (data, status)


def test_an_empty_success_is_a_pulled_card_and_one_byte_is_nonsense() -> None:
    with pytest.raises(CardGoneError):
        apdu.split_response(b"")
    with pytest.raises(ProtocolFaultError):
        apdu.split_response(b"\x90")


def test_the_answer_to_reset_of_a_4k_card_is_known() -> None:
    assert apdu.storage_card_atr(0x0002) == ATR_4K
    assert apdu.card_name(ATR_4K) == 0x0002
    assert apdu.card_kind(ATR_4K) is CardKind.FOUR_K


@pytest.mark.parametrize(
    ("name", "kind"),
    [(0x0001, CardKind.OLD), (0x0036, CardKind.OLD), (0x0037, CardKind.OLD), (0x0039, CardKind.UNKNOWN)],
)
def test_other_cards_are_told_from_their_name(name: int, kind: CardKind) -> None:
    assert apdu.card_kind(apdu.storage_card_atr(name)) is kind


@pytest.mark.parametrize("atr", [b"", ATR_4K[:-1] + b"\x00", b"\x3b\x00", bytes(20)])
def test_a_strange_answer_to_reset_has_no_name(atr: bytes) -> None:
    assert apdu.card_name(atr) is None
    assert apdu.card_kind(atr) is CardKind.UNKNOWN
