# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks for names and numbers, as the ministry's letter of 2021-09-15 and custom ask for (F50)."""

from __future__ import annotations

import unicodedata

from desk_app.domain.person_number import holds_person_number

MASK_GLYPH = "\u25cb"
_STUDENT_NUMBER_LENGTH = 9


def mask_name(name: str) -> str:
    """Mask a name: 王測一 to 王○一, 王測 to 王○, four and more keep first and last; Latin names keep the family name.

    Of a text in which a personal number stands only the first character is shown.
    """
    text = name.strip()
    if not text:
        return ""
    if holds_person_number(unicodedata.normalize("NFKC", text)):
        return text[0] + MASK_GLYPH * 2
    if any("a" <= char.lower() <= "z" for char in text):
        return _mask_latin(text)
    if len(text) == 1:
        return MASK_GLYPH
    if len(text) == 2:
        return text[0] + MASK_GLYPH
    return text[0] + MASK_GLYPH * (len(text) - 2 if len(text) < 6 else 2) + text[-1]


def _mask_latin(text: str) -> str:
    """Keep the family name (before a comma, else the first word) and one letter of what follows."""
    family, separator, given = text.partition(",")
    if not separator:
        family, separator, given = text.partition(" ")
    given = given.strip()
    if not given:
        return family[0] + MASK_GLYPH
    join = ", " if separator == "," else " "
    return f"{family}{join}{given[0]}{MASK_GLYPH}"


def mask_person_number(number: str) -> str:
    """Mask the last four characters of a person number: A123456789 to A12345****."""
    return number[:-4] + "****"


def mask_phone_number(number: str) -> str:
    """Keep the first digits of a telephone number, half of them and six at most: 02-7749-0003 to 02-774*-****."""
    kept = min(sum(char.isdigit() for char in number) // 2, 6)
    shown = ""
    for char in number:
        shown += "*" if char.isdigit() and kept <= 0 else char
        kept -= char.isdigit()
    return shown


def hide_person_number(text: str) -> str:
    """Give a text from outside as it may be shown, or only a mark where a personal number seems to stand in it."""
    return MASK_GLYPH * 3 if holds_person_number(unicodedata.normalize("NFKC", text)) else text


def mask_student_number(number: str) -> str:
    """Mask class and seat of a student number: 41044901S to 41044***S; of other texts little is shown.

    What was typed may be anything, a personal number too: a shorter text keeps half, a longer one four characters.
    """
    if len(number) == _STUDENT_NUMBER_LENGTH:
        return number[:5] + "***" + number[8:]
    kept = min(len(number) // 2, 4)
    return number[:kept] + "*" * min(len(number) - kept, _STUDENT_NUMBER_LENGTH)


def mask_uid(uid: str) -> str:
    """Keep the last four hexadecimal digits of a card's UID."""
    return "\u2026" + uid[-4:] if len(uid) > 4 else "\u2026"
