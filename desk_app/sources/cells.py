# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the texts of one row into values, and remembers every place that is wrong or was put right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from desk_app.domain.findings import Finding
from desk_app.domain.masking import MASK_GLYPH
from desk_app.domain.person_name import name_fault
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.roc_dates import parse_day
from desk_app.domain.student_number import normalise_number, trim
from desk_app.sources.table import Line

_EnumT = TypeVar("_EnumT", bound=StrEnum)
_ValueT = TypeVar("_ValueT")

_TRUE = frozenset({"true", "yes", "y", "1", "是", "有"})
_FALSE = frozenset({"false", "no", "n", "0", "否", "無"})
_INSTANT = re.compile(
    r"(?P<day>.*?[0-9日])[ T]+(?P<half>上午|下午)?[ ]*(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_RUN_TOGETHER = re.compile(r"(?P<year>[0-9]{3,4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[./-]")
_MARKED_ROC = "民國"
_LONGEST_SHOWN = 60
_SIGNS, _NO_SIGN = {"\t": "\u21e5", "\n": "\u21b5"}, "\ufffd"
"""How signs are shown that nobody sees, or that would end the line of a report."""

_LONGEST_NUMBER = 4
"""Digits of the largest whole number in any column: a year."""

_REMEMBERED = 1024
"""So many different days and instants are kept ready."""


@dataclass(frozen=True, slots=True)
class _Read(Generic[_ValueT]):
    """What a text says, or the code of what is wrong with it."""

    text: str
    value: _ValueT | None = None
    fault: str = ""


class Notebook:
    """Collects the findings of one file."""

    def __init__(self) -> None:
        self.problems: list[Finding] = []
        self.notes: list[Finding] = []

    def refuse(self, code: str, line: int, column: str = "", value: str = "", allowed: str = "") -> None:
        """Remember a place that is wrong."""
        self.problems.append(Finding(code, line, column, _shown(value), allowed))

    def mention(self, code: str, line: int, column: str = "", value: str = "") -> None:
        """Remember a place that was put right."""
        self.notes.append(Finding(code, line, column, value))


def _shown(value: str) -> str:
    """Give what may be repeated of a cell: no personal number that stands in a wrong column, and no endless text."""
    if holds_person_number(unicodedata.normalize("NFKC", value)):
        return MASK_GLYPH * 3
    value = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}\u2026"
    return (
        value
        if value.isprintable()
        else "".join(sign if sign.isprintable() else _SIGNS.get(sign, _NO_SIGN) for sign in value)
    )


class Cells:
    """The cells of one row; a value that is wrong is remembered and given as ``None``."""

    def __init__(self, line: Line, notebook: Notebook, timezone: ZoneInfo) -> None:
        self._line = line
        self._notebook = notebook
        self._timezone = timezone

    @property
    def line(self) -> int:
        """The line of the file on which the row begins."""
        return self._line.number

    def raw(self, column: str) -> str:
        """Give a text without blanks around it; characters are never exchanged (names)."""
        return trim(self._line.texts.get(column, ""))

    def text(self, column: str) -> str:
        """Give a text in its normal form: NFKC, no blanks around."""
        text = self._line.texts.get(column, "")
        return _normal_text(text) if text else ""

    def number(self, column: str, pattern: re.Pattern[str] | None = None) -> str | None:
        """Give a student number in its normal form, with a note when it was written otherwise."""
        typed = self._line.texts.get(column, "")
        number = normalise_number(typed)
        if not number:
            self.refuse("value_missing", column)
            return None
        if pattern is not None and not pattern.fullmatch(number):
            self.refuse("number_malformed", column, typed, pattern.pattern)
            return None
        if number != typed:
            self._notebook.mention("normalised", self.line, column, number)
        return number

    def name(self, column: str) -> str:
        """Give a person's name as written; what can be no name is remembered."""
        text = self.raw(column)
        if fault := name_fault(text):
            self.refuse(fault, column)
        return text

    def required_name(self, column: str) -> str | None:
        """Give a person's name, which must be there."""
        text = self.name(column)
        if not text:
            self.refuse("value_missing", column)
        return text or None

    def choice(self, column: str, kind: type[_EnumT], *, fold: bool = True) -> _EnumT | None:
        """Give a value of a closed list; ``fold`` takes lower case for upper."""
        typed = self.text(column)
        text = typed.upper() if fold else typed
        try:
            return kind(text)
        except ValueError:
            allowed = ", ".join(member.value for member in kind)
            self.refuse("value_unknown" if text else "value_missing", column, typed, allowed)
            return None

    def one_of(self, column: str, allowed: Collection[str], code: str = "value_unknown") -> str | None:
        """Give a text of a list that the policy makes."""
        text = self.text(column)
        if text not in allowed:
            self.refuse(code, column, text, ", ".join(sorted(allowed)))
            return None
        return text

    def truth(self, column: str, *, default: bool | None) -> bool | None:
        """Give a truth value; an empty cell gives the default."""
        text = self.text(column).lower()
        if not text:
            return default
        if text not in _TRUE | _FALSE:
            self.refuse("value_unknown", column, text, "true, false")
            return default
        return text in _TRUE

    def integer(self, column: str) -> int | None:
        """Give a whole number, or ``None`` for an empty cell."""
        text = self.text(column)
        if text and not (text.isdecimal() and len(text) <= _LONGEST_NUMBER):
            self.refuse("number_wanted", column, text)
            return None
        return int(text) if text else None

    def day(self, column: str) -> date | None:
        """Give a day in either calendar, or ``None`` for an empty cell."""
        text = self.text(column)
        return self._accepted(column, _day(text)) if text else None

    def instant(self, column: str) -> datetime | None:
        """Give an instant, or ``None`` for an empty cell; without an offset it is the desk's local time."""
        text = self.text(column)
        if not text:
            return None
        return self._accepted(column, _instant(text, self._timezone))

    def refuse(self, code: str, column: str, value: str = "", allowed: str = "") -> None:
        """Remember that a cell is wrong."""
        self._notebook.refuse(code, self.line, column, value, allowed)

    def _accepted(self, column: str, read: _Read[_ValueT]) -> _ValueT | None:
        if read.fault:
            self.refuse(read.fault, column, read.text)
        return read.value


def day_of(text: str, timezone: ZoneInfo) -> date | None:
    """Give the day that a text names, alone or with a time; ``None`` when it is none."""
    plain = _normal_text(text)
    instant = _instant(plain, timezone).value
    return instant.date() if instant is not None else _day(plain).value


def _normal_text(text: str) -> str:
    """Give a text in its normal form: NFKC, no blanks around."""
    # Most texts of a long file are plain, and NFKC leaves them as they are.
    return trim(text if text.isascii() else unicodedata.normalize("NFKC", text))


# The rows of a file say the same days and instants again and again.
@lru_cache(maxsize=_REMEMBERED)
def _instant(text: str, timezone: ZoneInfo) -> _Read[datetime]:
    # Blanks are searched for at every place: a cell that is full of them would keep the whole desk waiting.
    found = _INSTANT.fullmatch(text) if len(text) <= _LONGEST_SHOWN else None
    if found is None:
        return _Read(text, fault="instant_malformed")
    day = _day(found["day"])
    if day.value is None:
        return _Read(day.text, fault=day.fault)
    time = _on_24_hours(found["half"], found["time"])
    instant = _aware(f"{day.value.isoformat()}T{time}{found['offset'] or ''}", timezone)
    return _Read(text, instant, "" if instant else "instant_malformed")


def _aware(iso: str, timezone: ZoneInfo) -> datetime | None:
    try:
        instant = datetime.fromisoformat(iso)
        local = instant.replace(tzinfo=timezone) if instant.tzinfo is None else instant.astimezone(timezone)
        # The store keeps UTC, which the first and the last day of the calendar do not have.
        local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return local


@lru_cache(maxsize=_REMEMBERED)
def _day(text: str) -> _Read[date]:
    """Read a day; a year of one or two digits could be of either calendar unless 民國 stands before it."""
    if _SHORT_YEAR.match(text) and _MARKED_ROC not in text:
        return _Read(text, fault="day_ambiguous")
    # Seven digits are a year of the Republic, 1140603, eight one of the other calendar.
    day = parse_day(_RUN_TOGETHER.sub(r"\g<year>.\g<month>.\g<day>", text) if text.isdecimal() else text)
    return _Read(text, day, "" if day else "day_malformed")


def _on_24_hours(half: str | None, time: str) -> str:
    """Write a time as the standard does; 下午 2:30 is 14:30, 上午 12:30 is half past midnight."""
    hour, _, rest = time.partition(":")
    hours = int(hour)
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half == "下午" else 0)
    elif half:
        # 下午 14:30 says the same twice, or something else: no guess.
        hours = 99
    return f"{hours:02}:{rest}"
