# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the bodies of the contract, strictly: one wrong field, and the whole answer is refused with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from desk_app.domain.clearance_sources import LONGEST_NOTE, ItemReport
from desk_app.domain.errors import SourceError
from desk_app.domain.facts import CertDetail, ItemState
from desk_app.domain.masking import hide_person_number
from desk_app.domain.records import ItemRecord

MOST_ROWS = 5000
MOST_ITEMS = 200
MOST_COUNTED = 10**12
CONTRACT = "1"

_NUMBER = re.compile(r"[0-9A-Z]{1,20}")
_CURSOR = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_OFFICE = re.compile(r"(?:[A-Z][A-Z0-9_]{0,19})?")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STATES = {state.value: state for state in ItemState}
_DETAILS = {detail.value: detail for detail in CertDetail}
_SHOWABLE = re.compile(r"[\w.:+-]{1,40}")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Changes:
    """A page as the portal gives it."""

    reports: tuple[ItemReport, ...]
    cursor: str
    more: bool
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Health:
    """What the portal says of itself."""

    contract: str
    now: datetime
    newest: datetime | None
    rows: int | None


class _MalformedError(ValueError):
    """A place of an answer that is not as the contract says, "" for the whole."""

    def __init__(self, place: str, value: object = "") -> None:
        self.place = place
        self.value = _shown(value)
        super().__init__(place)

    def inside(self, outer: str) -> None:
        """Name the place as it is seen from further outside."""
        self.place = f"{outer}.{self.place}".rstrip(".")


class AnswerReader:
    """Reads the answers of the portal of a name; raises :class:`SourceError` (``source_malformed``)."""

    def __init__(self, source: str) -> None:
        self._source = source

    def student(self, body: bytes, asked: str) -> tuple[ItemReport, ...]:
        """Read all items of a graduate, who must be the one that was asked for."""
        try:
            fields = _Fields(_load(body))
            if (found := fields.text("number", _NUMBER)) != asked:
                raise SourceError("source_other_student", source=self._source)
            return _each_once(fields.each("items", MOST_ITEMS, lambda row: ItemReport(found, _record(row))))
        except _MalformedError as error:
            raise self._refused(error) from error

    def changes(self, body: bytes) -> Changes:
        """Read a page."""
        try:
            fields = _Fields(_load(body))
            return Changes(
                fields.each("changes", MOST_ROWS, lambda row: ItemReport(row.text("number", _NUMBER), _record(row))),
                fields.text("cursor", _CURSOR),
                fields.truth("more"),
                fields.optional("remaining", fields.count),
            )
        except _MalformedError as error:
            raise self._refused(error) from error

    def health(self, body: bytes) -> Health:
        """Read what the portal says of itself."""
        try:
            fields = _Fields(_load(body))
            return Health(
                fields.text("contract", re.compile(CONTRACT)),
                fields.instant("now"),
                fields.optional("newest", fields.instant),
                fields.optional("rows", fields.count),
            )
        except _MalformedError as error:
            raise self._refused(error) from error

    def _refused(self, error: _MalformedError) -> SourceError:
        return SourceError("source_malformed", source=self._source, place=error.place or "{}", value=error.value or "…")


class _Fields:
    """The members of one object; a wrong one is refused with its place, and one that is missing like a wrong one."""

    __slots__ = ("members",)

    def __init__(self, members: object) -> None:
        if not isinstance(members, dict):
            raise _MalformedError("")
        self.members: Mapping[str, Any] = members

    def text(self, name: str, form: re.Pattern[str]) -> str:
        value = self.members.get(name)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise _MalformedError(name, value)
        return value

    def choice(self, name: str, words: Mapping[str, _T]) -> _T:
        value = self.members.get(name)
        if not isinstance(value, str) or value not in words:
            raise _MalformedError(name, value)
        return words[value]

    def instant(self, name: str) -> datetime:
        text = self.text(name, _INSTANT)
        try:
            return _instant(text)
        except (ValueError, OverflowError):
            raise _MalformedError(name, text) from None

    def day(self, name: str) -> date:
        text = self.text(name, _DAY)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _MalformedError(name, text) from None

    def truth(self, name: str) -> bool:
        value = self.members.get(name)
        if not isinstance(value, bool):
            raise _MalformedError(name, value)
        return value

    def count(self, name: str) -> int:
        value = self.members.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
            raise _MalformedError(name, value)
        return value

    def note(self, name: str) -> str:
        """Give the note in one line, without signs that nobody sees or that turn a line round.

        A wrong one is not repeated anywhere, because it is the graduate's alone.
        """
        value = self.members[name]
        if not isinstance(value, str) or len(value) > LONGEST_NOTE:
            raise _MalformedError(name)
        if not value.isprintable():
            value = "".join(sign if sign.isprintable() else " " for sign in value)
        return " ".join(value.split())

    def each(self, name: str, most: int, read: Callable[[_Fields], _T]) -> tuple[_T, ...]:
        """Read every object of a list."""
        rows = self.members.get(name)
        if not isinstance(rows, list) or len(rows) > most:
            raise _MalformedError(name)
        return tuple(_read_each(name, rows, read))

    def optional(self, name: str, read: Callable[[str], _T]) -> _T | None:
        return read(name) if name in self.members else None


def _each_once(reports: tuple[ItemReport, ...]) -> tuple[ItemReport, ...]:
    """Refuse an answer that says something about one item of one source again: which of the two counts would be a guess."""
    seen: set[tuple[str, str]] = set()
    for place, report in enumerate(reports):
        key = (report.record.item, report.record.source)
        if key in seen:
            raise _MalformedError(f"items[{place}].code", report.record.item)
        seen.add(key)
    return reports


def _read_each(name: str, rows: list[object], read: Callable[[_Fields], _T]) -> Iterator[_T]:
    for place, row in enumerate(rows):
        try:
            yield read(_Fields(row))
        except _MalformedError as error:
            error.inside(f"{name}[{place}]")
            raise


@lru_cache(maxsize=1024)
def _instant(text: str) -> datetime:
    """Read an instant; the rows of one export all have the same."""
    instant = datetime.fromisoformat(text.upper())
    # The store keeps UTC, which the first and the last day of the calendar do not have.
    instant.astimezone(UTC)
    return instant


# Asked for only where they are: most rows hold none of them.
_NOT_REQUIRED: Mapping[str, Callable[[_Fields, str], Any]] = {
    "window_closed": _Fields.truth,
    "detail": lambda fields, name: fields.choice(name, _DETAILS),
    "certificate_date": _Fields.day,
    "note": _Fields.note,
}


def _record(fields: _Fields) -> ItemRecord:
    return ItemRecord(
        fields.text("code", _CODE),
        fields.text("source", _OFFICE),
        fields.choice("state", _STATES),
        fields.instant("as_of"),
        **{name: read(fields, name) for name, read in _NOT_REQUIRED.items() if name in fields.members},
    )


def _load(body: bytes) -> object:
    """Read JSON in UTF-8; a name that stands twice, and numbers that JSON does not have, are refused."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _MalformedError("JSON") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _no_number(text: str) -> float:
    raise ValueError(text)


def _shown(value: object) -> str:
    """Give what may be repeated of a wrong value: a word without a personal number, else only that there is one."""
    text = value if isinstance(value, str) else repr(value) if isinstance(value, (bool, int)) else ""
    hidden = hide_person_number(text)
    return hidden if hidden != text or _SHOWABLE.fullmatch(text) else ""
