# SPDX-License-Identifier: GPL-3.0-or-later
"""The card's application directory: the application note's own example, round trips, and every flipped bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import mad, mifare

# AN10787, chapter 3.7: the example of a directory with its checksum 89.
EXAMPLE = bytes.fromhex("89010108010801080000000000000400 03100310021002100000000000001130")
APPLICATIONS = st.integers(mifare.LAST_RESERVED_APPLICATION + 1, 0xFFFF)


def test_the_example_of_the_application_note_is_understood() -> None:
    assert mad.find_application(EXAMPLE, 0x0801) == (1, 2, 3)
    assert mad.find_application(EXAMPLE, 0x1003) == (8, 9)
    assert mad.find_application(EXAMPLE, 0x3011) == (15,)
    assert mad.find_application(EXAMPLE, 0x4711) == ()


@given(st.dictionaries(st.integers(1, 15), APPLICATIONS), APPLICATIONS)
def test_a_first_directory_survives_a_round_trip(listed: dict[int, int], wanted: int) -> None:
    raw = mad.write_directory(listed)
    assert len(raw) == 32
    assert mad.find_application(raw, wanted) == tuple(sorted(s for s, name in listed.items() if name == wanted))


@given(st.dictionaries(st.integers(17, 39), APPLICATIONS, min_size=1))
def test_a_second_directory_survives_a_round_trip(listed: dict[int, int]) -> None:
    raw = mad.write_directory(listed, second=True)
    assert len(raw) == 48
    for name in set(listed.values()):
        assert mad.find_application(raw, name) == tuple(sorted(s for s, found in listed.items() if found == name))


@given(st.dictionaries(st.integers(1, 15), APPLICATIONS), st.integers(0, 255))
def test_one_flipped_bit_is_noticed(listed: dict[int, int], bit: int) -> None:
    raw = bytearray(mad.write_directory(listed))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError, match="checksum"):
        mad.find_application(bytes(raw), 0x4801)


@pytest.mark.parametrize("size", [0, 16, 31, 64])
def test_a_directory_has_its_size(size: int) -> None:
    with pytest.raises(ValueError, match="two or three blocks"):
        mad.find_application(bytes(size), 0x4801)
