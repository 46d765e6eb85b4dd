# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader's keys are told from a person's by their speed, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.wedge.bursts import ENTER, LONGEST_GAP_S, BurstListener

FAST, SLOW = 0.004, 0.12
CARD = "1510673421"


def _hear(keys: list[tuple[str, float]]) -> tuple[str, list[str]]:
    """Feed keys with their gaps; give what a field would have got of them, and every burst."""
    listener, now, field, bursts = BurstListener(), 100.0, "", []
    for character, gap in keys:
        now += gap
        heard = listener.hear(character, now)
        field += heard.release
        if heard.burst:
            bursts.append(heard.burst)
        elif not heard.keep:
            field += character
    return field + listener.pause(), bursts


def _keys(text: str, gap: float) -> list[tuple[str, float]]:
    return [(character, gap) for character in text]


def test_a_reader_types_a_card_and_only_its_first_character_is_let_through() -> None:
    assert _hear(_keys(CARD + ENTER, FAST)) == (CARD[0], [CARD])


def test_two_cards_in_a_row_are_two() -> None:
    field, bursts = _hear([*_keys(CARD + ENTER, FAST), ("5", 1.0), *_keys("A0B0C0D" + ENTER, FAST)])
    assert (field, bursts) == ("15", [CARD, "5A0B0C0D"])


def test_a_person_who_types_the_same_is_no_reader() -> None:
    assert _hear(_keys(CARD + ENTER, SLOW)) == (CARD + ENTER, [])


@pytest.mark.parametrize("text", ["1234567", "M-0123456", "4102090 1234"])
def test_what_is_too_short_or_has_other_characters_goes_on_whole(text: str) -> None:
    assert _hear(_keys(text + ENTER, FAST)) == (text + ENTER, [])


def test_a_burst_without_its_end_goes_on_after_a_pause() -> None:
    listener = BurstListener()
    for place, character in enumerate(CARD):
        assert listener.hear(character, place * FAST).keep is (place > 0)
    assert listener.holds
    assert listener.pause() == CARD[1:]
    assert not listener.holds


def test_an_enter_that_comes_late_belongs_to_a_person() -> None:
    assert _hear([*_keys(CARD, FAST), (ENTER, 1.0)]) == (CARD + ENTER, [])


def test_nothing_grows_without_end() -> None:
    field, bursts = _hear(_keys("1" * 100, FAST))
    assert (field, bursts) == ("1" * 100, [])


def test_a_clock_that_goes_back_ends_a_burst() -> None:
    assert _hear([("1", 0.0), *_keys(CARD, -FAST)])[0] == "1" + CARD


KEYS = st.lists(
    st.tuples(st.sampled_from("0123456789ABCDEFabcdef,xyzLM- " + ENTER), st.sampled_from([FAST, LONGEST_GAP_S, SLOW])),
    max_size=80,
)


@given(KEYS)
def test_every_key_reaches_the_field_or_a_burst_in_order(keys: list[tuple[str, float]]) -> None:
    field, bursts = _hear(keys)
    typed = "".join(character for character, _ in keys)
    for burst in bursts:
        # The field has the burst's first character; the rest and Enter were kept.
        assert burst + ENTER in typed
        typed = typed.replace(burst + ENTER, burst[0], 1)
    assert field == typed


@given(st.text("0123456789ABCDEFxyz", min_size=1, max_size=40), st.floats(0.051, 3))
def test_no_pace_of_a_person_makes_a_card(text: str, gap: float) -> None:
    assert _hear(_keys(text + ENTER, gap)) == (text + ENTER, [])
