# SPDX-License-Identifier: GPL-3.0-or-later
"""How numbers stand on cards: every codec walks its own vectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.codecs import CODECS
from hardware.mifare import encode_value

VECTORS = [(name, number, raw) for name, codec in CODECS.items() for number, raw in codec.vectors]


@pytest.mark.parametrize(("name", "number", "raw"), VECTORS)
def test_every_codec_keeps_its_vectors(name: str, number: str, raw: str) -> None:
    assert CODECS[name].encode(number) == bytes.fromhex(raw)
    assert CODECS[name].decode(bytes.fromhex(raw)) == number


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=12), st.sampled_from([b"\x00", b" ", b"\xff"]))
def test_filling_does_not_change_a_number_in_ascii(number: str, filling: bytes) -> None:
    assert CODECS["ascii"].decode(CODECS["ascii"].encode(number).ljust(16, filling)) == number


@given(st.text("0123456789", max_size=15))
def test_filling_does_not_change_a_number_in_bcd(number: str) -> None:
    assert CODECS["bcd"].decode(CODECS["bcd"].encode(number).ljust(16, b"\xff")) == number


@given(st.integers(0, 2**31 - 1))
def test_a_number_survives_a_value_block(number: int) -> None:
    assert CODECS["value"].decode(CODECS["value"].encode(str(number))) == str(number)


@pytest.mark.parametrize("name", sorted(CODECS))
def test_a_blank_field_is_no_number(name: str) -> None:
    assert CODECS[name].decode(bytes(16)) == ""
    assert CODECS[name].decode(b"\xff" * 16) == ""


def test_a_negative_value_and_a_broken_block_are_no_number() -> None:
    for raw in (encode_value(-1, 0), bytes(15) + b"\x01"):
        with pytest.raises(ValueError):
            CODECS["value"].decode(raw)
    assert CODECS["value"].encode("") == b""


@pytest.mark.parametrize(
    ("name", "raw"), [("ascii", b"4102\x01"), ("ascii", b"4102abc"), ("ascii", b"\x80"), ("bcd", b"\x1a")]
)
def test_what_is_no_number_is_refused(name: str, raw: bytes) -> None:
    with pytest.raises(ValueError):
        CODECS[name].decode(raw)
