# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates of the Republic's calendar: year 114 is 2025; offices write 114.8.1, 民國114年8月1日 or 2025.8.1."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

ROC_OFFSET = 1911
"""ROC year + this = Gregorian year."""

_FIRST_GREGORIAN = 1000
_DAY = re.compile(
    r"(?:民國|中華民國)?\s*(?P<year>[0-9]{2,4})\s*(?:[./-]|年)\s*(?P<month>[0-9]{1,2})\s*(?:[./-]|月)\s*(?P<day>[0-9]{1,2})\s*日?"
)
_SHORT_END = re.compile(r"(?P<month>[0-9]{1,2})\s*(?:[./]|月)\s*(?P<day>[0-9]{1,2})\s*日?")
_RANGE = re.compile(r"\s*(?:~|～|〜|–|—|至|\s-\s)\s*")
_TERM = re.compile(r"(?P<year>[0-9]{2,3})-(?P<semester>[12])")


def parse_day(text: str) -> date | None:
    """Read a day in either calendar: years below 1000 are ROC years; ``None`` when it is no day."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year = int(found["year"])
    return _day(year if year >= _FIRST_GREGORIAN else year + ROC_OFFSET, int(found["month"]), int(found["day"]))


def parse_range(text: str) -> tuple[date, date] | None:
    """Read a range of days, ``2025.7.11 - 7.12``: both ends are included; ``None`` when it is none."""
    parts = _RANGE.split(unicodedata.normalize("NFKC", text).strip())
    if len(parts) != 2:
        return None
    start = parse_day(parts[0])
    if start is None:
        return None
    short = _SHORT_END.fullmatch(parts[1])
    end = _day(start.year, int(short["month"]), int(short["day"])) if short else parse_day(parts[1])
    return (start, end) if end is not None and start <= end else None


def term_days(term: str) -> tuple[date, date] | None:
    """Give first and last day of a term written ``113-2``: semesters begin on 1 August and 1 February (F6)."""
    found = _TERM.fullmatch(term)
    if found is None:
        return None
    year = int(found["year"]) + ROC_OFFSET
    if found["semester"] == "1":
        return date(year, 8, 1), date(year + 1, 1, 31)
    return date(year + 1, 2, 1), date(year + 1, 7, 31)


def dotted(day: date) -> str:
    """Write a day as offices do in tables: 114.8.1."""
    return f"{day.year - ROC_OFFSET}.{day.month}.{day.day}"


def long_form(day: date) -> str:
    """Write a day as on papers: 民國114年8月1日."""
    return f"民國{day.year - ROC_OFFSET}年{day.month}月{day.day}日"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
