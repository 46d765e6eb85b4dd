# SPDX-License-Identifier: GPL-3.0-or-later
"""Check digits: the standards' own examples, and that one wrong digit is always noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.check_digits import CHECK_DIGITS, has_check_digit


@pytest.mark.parametrize(("name", "number"), [("luhn", "79927398713"), ("iso7064-11-10", "07945")])
def test_the_examples_of_the_standards_hold(name: str, number: str) -> None:
    assert has_check_digit(number, name)


@given(st.sampled_from(sorted(CHECK_DIGITS)), st.text("0123456789", min_size=1, max_size=12), st.data())
def test_every_number_has_one_check_digit_and_any_other_digit_is_noticed(
    name: str, number: str, data: st.DataObject
) -> None:
    (digit,) = [digit for digit in "0123456789" if has_check_digit(number + digit, name)]
    whole = number + digit
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([char for char in "0123456789" if char != whole[place]]))
    assert not has_check_digit(whole[:place] + other + whole[place + 1 :], name)


@pytest.mark.parametrize("number", ["", "0", "41020901L", "\N{ARABIC-INDIC DIGIT ONE}" * 3])
def test_what_has_no_digits_has_no_check_digit(number: str) -> None:
    assert not any(has_check_digit(number, name) for name in CHECK_DIGITS)
