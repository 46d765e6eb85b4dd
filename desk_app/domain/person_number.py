# SPDX-License-Identifier: GPL-3.0-or-later
"""Check digits of Taiwan's personal numbers: national IDs, legacy and new resident numbers (F33 to F35).

A number that passes is well-formed, no more: the last two digits have equal weight, so exchanging them goes
unseen (F37).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

LEGACY_VOID_FROM = date(2031, 1, 1)
"""From this day on a legacy resident number is void (F34)."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_VALUES = {letter: place + 10 for place, letter in enumerate(_LETTERS)}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1, 1)
_LENGTH = 10
_FORM = re.compile(r"[A-Z](?:[1289]|[A-D])[0-9]{8}")
# Ideographs may stand directly beside it, and so may a student number that was typed before it.
_INSIDE_TEXT = re.compile(r"[A-Za-z][1289A-Da-d][0-9]{8}(?![0-9])")
_DIGITS = re.compile(r"(?:\d\D{0,3}){8}")
_BETWEEN = r"[ .\u2010-\u2015-]"
_PARTED = re.compile(rf"[A-Za-z]{_BETWEEN}?[1289A-Da-d](?:{_BETWEEN}?[0-9]){{8}}(?![0-9])")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


class PersonNumberKind(StrEnum):
    """The three kinds of personal numbers."""

    NATIONAL_ID = "national_id"
    LEGACY_RESIDENT = "legacy_resident"
    RESIDENT = "resident"


def person_number_kind(number: str) -> PersonNumberKind | None:
    """Tell the kind of a valid number in normal form; ``None`` for a wrong form or check digit (F33 to F35)."""
    if not _FORM.fullmatch(number):
        return None
    letter = _VALUES[number[0]]
    second = number[1]
    digits = [_VALUES[second] % 10 if second.isalpha() else int(second), *map(int, number[2:])]
    total = letter // 10 + letter % 10 * 9 + sum(w * d for w, d in zip(_WEIGHTS, digits, strict=True))
    if total % 10:
        return None
    if second.isalpha():
        return PersonNumberKind.LEGACY_RESIDENT
    return PersonNumberKind.NATIONAL_ID if second in "12" else PersonNumberKind.RESIDENT


class NumberFault(StrEnum):
    """What is wrong with a number that can be no personal number."""

    LENGTH = "length"
    FORM = "form"
    CHECK_DIGIT = "check_digit"


def person_number_fault(number: str) -> NumberFault | None:
    """Tell what is wrong with a number in normal form, ``None`` when it is well-formed."""
    if len(number) != _LENGTH:
        return NumberFault.LENGTH
    if not _FORM.fullmatch(number):
        return NumberFault.FORM
    return None if person_number_kind(number) else NumberFault.CHECK_DIGIT


def is_void(kind: PersonNumberKind, today: date) -> bool:
    """Tell whether a valid number of this kind no longer counts on a day (F34)."""
    return kind is PersonNumberKind.LEGACY_RESIDENT and today >= LEGACY_VOID_FROM


def holds_person_number(text: str) -> bool:
    """Tell whether a free text seems to hold a personal number, which must never be saved.

    In full width, too, as an input method for Chinese writes it; one that is parted by blanks, points or hyphens is told
    from other numbers by its check digit.
    """
    if _DIGITS.search(text) is None:  # as in almost every cell of a file that is imported
        return False
    plain = text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    if _INSIDE_TEXT.search(plain):
        return True
    return any(person_number_kind(re.sub(_BETWEEN, "", found[0]).upper()) for found in _PARTED.finditer(plain))
