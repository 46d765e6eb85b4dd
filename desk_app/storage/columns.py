# SPDX-License-Identifier: GPL-3.0-or-later
"""Column types of both databases: over the few storage classes of a STRICT table, and PostgreSQL's own where it has them.

Whoever makes a table takes its types from here and need not think of either database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlalchemy import Boolean, Date, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from desk_app.domain.errors import StoreError

DESK_ZONE = ZoneInfo("Asia/Taipei")
"""Instants are kept in UTC and come back in the zone in which people read them."""

POSTGRESQL = "postgresql"
"""The dialect's name; the other one is SQLite."""

Text = sqlalchemy.Text().with_variant(sqlalchemy.Text(collation="C"), POSTGRESQL)
"""Text that both databases compare by its code points: the same order and the same beginnings everywhere."""

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")
_SHOWN = 20
"""So much of a value is told: enough to find it, and no more of what may be personal."""


class Instant(TypeDecorator[datetime]):
    """An aware instant; in SQLite ISO text in UTC of fixed width, so that text order is time order."""

    impl = sqlalchemy.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _native(dialect, DateTime(timezone=True)) or super().load_dialect_impl(dialect)

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise StoreError(detail="an instant without a zone cannot be kept")
        return value if dialect.name == POSTGRESQL else value.astimezone(UTC).isoformat(timespec="microseconds")

    @override
    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:
        instant = _read(datetime.fromisoformat, value) if isinstance(value, str) else value
        return None if instant is None else instant.astimezone(DESK_ZONE)


class Day(TypeDecorator[date]):
    """A day; in SQLite ISO text."""

    impl = sqlalchemy.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _native(dialect, Date()) or super().load_dialect_impl(dialect)

    @override
    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | date | None:
        return value if value is None or dialect.name == POSTGRESQL else value.isoformat()

    @override
    def process_result_value(self, value: str | date | None, dialect: Dialect) -> date | None:
        return _read(date.fromisoformat, value) if isinstance(value, str) else value


class DayOrInstant(TypeDecorator[date]):
    """A day, or an aware instant, kept as ISO text; told apart by the time that only an instant has."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        return None if value is None else value.isoformat()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        if value is None:
            return None
        if "T" not in value:
            return _read(date.fromisoformat, value)
        return _read(datetime.fromisoformat, value).astimezone(DESK_ZONE)


class Flag(TypeDecorator[bool]):
    """Yes or no; in SQLite 1 or 0."""

    impl = Integer
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _native(dialect, Boolean()) or super().load_dialect_impl(dialect)

    @override
    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return value if value is None or dialect.name == POSTGRESQL else int(value)

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
        return None if value is None else _read(self.members, value)


class JsonText(TypeDecorator[object]):
    """Any JSON value, kept as canonical text; ``None`` stays NULL."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: object | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> object | None:
        return None if value is None else _read(json.loads, value)


def _read(reading: Callable[[str], _Value], kept: str) -> _Value:
    """Read what the store keeps; raise :class:`StoreError` for what this program has never written, but a hand."""
    try:
        return reading(kept)
    except ValueError as error:
        raise StoreError("store_value_altered", found=kept[:_SHOWN]) from error


def _native(dialect: Dialect, kind: TypeEngine[Any]) -> TypeEngine[Any] | None:
    return dialect.type_descriptor(kind) if dialect.name == POSTGRESQL else None


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
