# SPDX-License-Identifier: GPL-3.0-or-later
"""Check digits that a school may use in its numbers: the last digit proves the ones before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType


def keeps_luhn(digits: str) -> bool:
    """Tell whether digits keep the Luhn formula (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def keeps_mod_11_10(digits: str) -> bool:
    """Tell whether digits keep the hybrid system MOD 11,10 of ISO/IEC 7064."""
    product = 10
    for digit in digits[:-1]:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


CHECK_DIGITS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"luhn": keeps_luhn, "iso7064-11-10": keeps_mod_11_10}
)


def has_check_digit(number: str, name: str) -> bool:
    """Tell whether a number keeps the check digit of a name; one with other characters than digits never does."""
    return len(number) > 1 and number.isascii() and number.isdecimal() and CHECK_DIGITS[name](number)
