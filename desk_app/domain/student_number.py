# SPDX-License-Identifier: GPL-3.0-or-later
"""Student numbers: one normal form for what is typed or scanned, and the parts that a pack's pattern names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from desk_app.domain.facts import Level
from desk_app.domain.policy import StudentNumberRule

# The Unicode property White_Space; str.strip() alone would also take the separators U+001C to U+001F.
WHITE_SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)


def trim(text: str) -> str:
    """Cut white space (Unicode property White_Space) at both ends."""
    return text.strip(WHITE_SPACE)


def normalise_number(typed: str) -> str:
    """Bring a typed number into its normal form: NFKC, trimmed, upper case (R8)."""
    if typed.isascii():
        return trim(typed).upper()
    return trim(unicodedata.normalize("NFKC", typed)).upper()


@dataclass(frozen=True, slots=True)
class StudentNumber:
    """A well-formed number and what its parts say; ``None`` where the pattern has no such part.

    ``entry_ay`` is a ROC year in the packs whose pattern names the entry digits.
    """

    text: str
    level: Level | None = None
    entry_ay: int | None = None
    unit: str | None = None
    letter: str | None = None


def read_student_number(rule: StudentNumberRule, typed: str) -> StudentNumber | None:
    """Read a number as typed; ``None`` when its normal form does not match the pack's pattern as a whole."""
    text = normalise_number(typed)
    found = rule.pattern.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    level = parts.get("level")
    return StudentNumber(
        text=text,
        level=None if level is None else rule.level_digits.get(level),
        entry_ay=_entry_year(parts.get("entry"), rule.entry_pivot),
        unit=parts.get("unit"),
        letter=parts.get("letter"),
    )


def _entry_year(digits: str | None, pivot: int | None) -> int | None:
    """Turn entry digits into a year: at or above the pivot the year itself, smaller ones plus 100."""
    if digits is None or pivot is None or not digits.isdecimal():
        return None
    year = int(digits)
    return year if year >= pivot else year + 100
