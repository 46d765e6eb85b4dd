# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes numbers and dates of what was read from a card, and says, masked, what was read instead of them."""

from __future__ import annotations

from datetime import date, datetime

from hardware.check_digits import has_check_digit
from hardware.codecs import CODECS
from hardware.errors import BadCardDataError
from hardware.profile import DATE_DIGITS, CardChecks, CardField

_SHOWN = 2
_BLANKS = b"\x00\x20\xff"


def as_number(raw: bytes, field: CardField, checks: CardChecks) -> str:
    """Read a number, "" for a blank field; raise ``BadCardDataError`` for what the profile does not expect."""
    number = _decoded(raw, field)
    if not number:
        if checks.required:
            raise fault_of("number", raw)
        return ""
    if checks.pattern is not None and not checks.pattern.fullmatch(number):
        raise fault_of("pattern", raw)
    if checks.digit and not has_check_digit(number, checks.digit):
        raise fault_of("digit", raw)
    return number


def as_date(raw: bytes, field: CardField) -> date | None:
    """Read a date of eight digits, ``None`` for a blank field; raise ``BadCardDataError`` for anything else."""
    digits = _decoded(raw, field)
    if not digits:
        return None
    try:
        if len(digits) != DATE_DIGITS or not digits.isdecimal():
            raise ValueError("not eight digits")
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise fault_of("date", raw) from error


def fault_of(expected: str, raw: bytes) -> BadCardDataError:
    """Give the fault of bytes that are not what was expected; of what they say only the beginning is kept."""
    return BadCardDataError(expected=expected, seen=masked(raw))


def masked(raw: bytes) -> str:
    """Write bytes so that nobody can be found by them: two characters or bytes, and how many there are."""
    content = raw.rstrip(_BLANKS)
    if content and all(0x21 <= byte < 0x7F for byte in content):
        return f"{content[:_SHOWN].decode('ascii')}{'*' * (len(content) - _SHOWN)}"
    return f"{content[:_SHOWN].hex(' ').upper()} … ({len(raw)})" if content else f"– ({len(raw)})"


def _decoded(raw: bytes, field: CardField) -> str:
    try:
        number = CODECS[field.codec].decode(raw)
    except ValueError as error:
        raise fault_of(field.codec, raw) from error
    return number.zfill(field.digits) if number else ""
