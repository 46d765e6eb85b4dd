# SPDX-License-Identifier: GPL-3.0-or-later
"""Column types over the few storage classes that a STRICT table accepts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

DESK_ZONE = ZoneInfo("Asia/Taipei")
"""Instants are kept in UTC and come back in the zone in which people read them."""

_Choice = TypeVar("_Choice", bound=StrEnum)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as ISO text in UTC of fixed width, so that text order is time order."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be kept")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value).astimezone(DESK_ZONE)


class Day(TypeDecorator[date]):
    """A day, kept as ISO text."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class DayOrInstant(TypeDecorator[date]):
    """A day, or an aware instant; told apart by the time that only an instant has."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        if isinstance(value, datetime):
            return Instant().process_bind_param(value, dialect)
        return Day().process_bind_param(value, dialect)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        column = Instant() if value and "T" in value else Day()
        return column.process_result_value(value, dialect)


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0."""

    impl = Integer
    cache_ok = True

    @override
    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Choice(TypeDecorator[_Choice], Generic[_Choice]):
    """One member of an enumeration, kept by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[_Choice]) -> None:
        super().__init__()
        self.members = members

    @override
    def process_bind_param(self, value: _Choice | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> _Choice | None:
        return None if value is None else self.members(value)


class JsonText(TypeDecorator[object]):
    """Any JSON value, kept as canonical text; ``None`` stays NULL."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: object | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> object | None:
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """Write a JSON value in the one form that hashes can cover: sorted keys, no blanks, days and instants as ISO text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_json_value)


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
