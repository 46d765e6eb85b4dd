# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one TOML table strictly: every key has a type and a list of what it may hold, every other key is a problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from desk_app.policy.problems import ProblemLog

_Code = TypeVar("_Code", bound=StrEnum)
_Value = TypeVar("_Value")

_UPPER_SNAKE = re.compile(r"[A-Z][A-Z0-9_]*")
_NO_DAY = date(2000, 1, 1)
"""Stands for a day that could not be read, so that reading goes on; the problem is in the log."""


def check_upper_snake(word: str, place: str, log: ProblemLog) -> None:
    """Note a code that is not written like ``TWO_WORDS``."""
    if not _UPPER_SNAKE.fullmatch(word):
        log.add("upper_snake", place, found=word)


class TableReader:
    """One table with its key path; what is not asked for until :meth:`done` is an unknown key.

    A method without ``_or_none`` or a default demands its key. After a problem it gives a stand-in of the right
    type: the log decides whether the result may be used.
    """

    def __init__(self, values: Mapping[str, object], path: str, log: ProblemLog) -> None:
        self.values = values
        self.path = path
        self.log = log
        self._known: set[str] = set()

    def place(self, key: str) -> str:
        """Give the key path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.values:
            if key not in self._known:
                self.log.add_unknown("unknown_key", self.place(key), found=key, known=self._known)

    def has(self, key: str) -> bool:
        """Tell whether a key is given."""
        return key in self.values

    def require(self, key: str) -> None:
        """Note a key that is missing."""
        if key not in self.values:
            self.log.add("missing_key", self.place(key))

    def _read(self, key: str, kind: type[_Value], expected: str) -> _Value | None:
        """Give a value of exactly this type: true is no number, a date-time no date."""
        self._known.add(key)
        if key not in self.values:
            return None
        value = self.values[key]
        if type(value) is kind:
            return value
        self.log.add("wrong_type", self.place(key), expected=expected)
        return None

    def text(self, key: str) -> str:
        """Give a required string."""
        self.require(key)
        return self.text_or_none(key) or ""

    def text_or_none(self, key: str) -> str | None:
        """Give a string, or ``None`` when the key is absent."""
        return self._read(key, str, "string")

    def whole(self, key: str, *, minimum: int | None = 0) -> int:
        """Give a required integer; ``minimum`` ``None`` allows negative ones."""
        self.require(key)
        return self.whole_or_none(key, minimum=minimum) or 0

    def whole_or_none(self, key: str, *, minimum: int | None = 0, maximum: int | None = None) -> int | None:
        """Give an integer within its limits, or ``None`` when the key is absent."""
        value = self._read(key, int, "integer")
        if value is None:
            return None
        if minimum is not None and value < minimum:
            self.log.add("too_small", self.place(key), minimum=minimum)
        if maximum is not None and value > maximum:
            self.log.add("too_large", self.place(key), maximum=maximum)
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Give a boolean; without a default it is required."""
        value = self.flag_or_none(key)
        if value is not None:
            return value
        if default is None:
            self.require(key)
        return bool(default)

    def flag_or_none(self, key: str) -> bool | None:
        """Give a boolean, or ``None`` when the key is absent."""
        return self._read(key, bool, "boolean")

    def day(self, key: str) -> date:
        """Give a required date."""
        self.require(key)
        return self.day_or_none(key) or _NO_DAY

    def day_or_none(self, key: str) -> date | None:
        """Give a date, or ``None`` when the key is absent."""
        return self._read(key, date, "date")

    def clock_time(self, key: str) -> time:
        """Give a required time of day."""
        self.require(key)
        value = self._read(key, time, "time")
        return time() if value is None else self._whole_second(key, value)

    def instant_or_none(self, key: str, zone: ZoneInfo) -> datetime | None:
        """Give a date-time in the edition's time zone, or ``None`` when the key is absent."""
        value = self._read(key, datetime, "date-time")
        return None if value is None else self.localise(key, value, zone)

    def instant(self, key: str, zone: ZoneInfo) -> datetime:
        """Give a required date-time in the edition's time zone."""
        self.require(key)
        return self.instant_or_none(key, zone) or datetime(_NO_DAY.year, 1, 1, tzinfo=zone)

    def localise(self, key: str, value: datetime, zone: ZoneInfo) -> datetime:
        """Take a date-time without offset as local time, convert one with an offset."""
        self._whole_second(key, value)
        try:
            local = value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
            local.astimezone(UTC)
        except OverflowError:
            self.log.add("out_of_range", self.place(key))
            return datetime(_NO_DAY.year, 1, 1, tzinfo=zone)
        return local

    def _whole_second(self, key: str, value: _Value) -> _Value:
        if isinstance(value, (time, datetime)) and value.microsecond:
            self.log.add("fraction", self.place(key))
        return value

    def choice(self, key: str, kind: type[_Code], default: _Code | None = None) -> _Code:
        """Give one code of a closed list; without a default the key is required."""
        if default is None:
            self.require(key)
        return self.choice_or_none(key, kind) or default or next(iter(kind))

    def choice_or_none(self, key: str, kind: type[_Code]) -> _Code | None:
        """Give one code of a closed list, or ``None`` when the key is absent."""
        found = self.text_or_none(key)
        return None if found is None else self._code(self.place(key), found, kind)

    def _code(self, place: str, found: str, kind: type[_Code]) -> _Code | None:
        try:
            return kind(found)
        except ValueError:
            self.log.add_unknown("not_allowed", place, found=found, known=[code.value for code in kind])
            return None

    def word(self, key: str, known: Iterable[str], unknown: str) -> str:
        """Give a required string that must be one of ``known``; ``unknown`` is the problem's code otherwise."""
        found = self.text(key)
        known = tuple(known)
        if key in self.values and isinstance(self.values[key], str) and found not in known:
            self.log.add_unknown(unknown, self.place(key), found=found, known=known)
        return found

    def _array(self, key: str, kind: type[_Value], expected: str) -> list[tuple[str, _Value]] | None:
        """Give the elements of an array with their places, without those of another type."""
        values = self._read(key, list, f"array of {expected}")
        if values is None:
            return None
        elements: list[tuple[str, _Value]] = []
        for place, value in self.places(key, values):
            if type(value) is kind:
                elements.append((place, value))
            else:
                self.log.add("wrong_type", place, expected=expected)
        return elements

    def places(self, key: str, values: list[object]) -> list[tuple[str, object]]:
        """Give the elements of an array with their key paths."""
        return [(f"{self.place(key)}[{index}]", value) for index, value in enumerate(values)]

    def array_or_none(self, key: str) -> list[object] | None:
        """Give an array of whatever, or ``None`` when the key is absent."""
        return self._read(key, list, "array")

    def texts_or_none(self, key: str) -> tuple[str, ...] | None:
        """Give an array of strings, or ``None`` when the key is absent."""
        found = self._array(key, str, "string")
        return None if found is None else tuple(value for _, value in found)

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a required array of strings."""
        self.require(key)
        return self.texts_or_none(key) or ()

    def checked_texts(self, key: str, check: Callable[[str, str], None]) -> tuple[str, ...] | None:
        """Give an array of strings after ``check(place, value)`` for each, or ``None`` when the key is absent."""
        found = self._array(key, str, "string")
        for place, value in found or ():
            check(place, value)
        return None if found is None else tuple(value for _, value in found)

    def codes_or_none(self, key: str, kind: type[_Code]) -> tuple[_Code, ...] | None:
        """Give an array of codes of a closed list, or ``None`` when the key is absent."""
        found = self._array(key, str, "string")
        if found is None:
            return None
        codes = (self._code(place, value, kind) for place, value in found)
        return tuple(code for code in codes if code is not None)

    def codes(self, key: str, kind: type[_Code]) -> tuple[_Code, ...]:
        """Give a required array of codes of a closed list."""
        self.require(key)
        return self.codes_or_none(key, kind) or ()

    def wholes_or_none(self, key: str) -> tuple[int, ...] | None:
        """Give an array of integers, negative ones too, or ``None`` when the key is absent."""
        found = self._array(key, int, "integer")
        return None if found is None else tuple(value for _, value in found)

    def clock_times(self, key: str) -> tuple[time, ...]:
        """Give a required array of times of day, at least one."""
        self.require(key)
        found = self._array(key, time, "time")
        if found is not None and not found:
            self.log.add("empty", self.place(key))
        return tuple(self._whole_second(key, value) for _, value in found or ())

    def child(self, key: str, *, required: bool = False) -> TableReader | None:
        """Give a table inside this one, or ``None`` when it is absent."""
        if required:
            self.require(key)
        value = self._read(key, dict, "table")
        return None if value is None else TableReader(value, self.place(key), self.log)

    def needed_child(self, key: str) -> TableReader:
        """Give a required table; an empty stand-in without problems of its own when it is missing."""
        child = self.child(key, required=True)
        return child if child is not None else TableReader({}, self.place(key), ProblemLog())

    def children(self, key: str, *, required: bool = False) -> list[TableReader]:
        """Give an array of tables; empty when it is absent."""
        if required:
            self.require(key)
        found = self._array(key, dict, "table")
        return [TableReader(value, place, self.log) for place, value in found or ()]

    def named_children(self) -> list[tuple[str, TableReader]]:
        """Give every table inside this one by its key; anything else is a problem."""
        found = ((key, self.child(key)) for key in self.values)
        return [(key, child) for key, child in found if child is not None]
