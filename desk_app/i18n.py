# SPDX-License-Identifier: GPL-3.0-or-later
"""Message catalogues: one mechanism for the texts of screens, papers and the command line.

A catalogue is the union of all TOML files of ``resources/i18n/<language>``; nested tables give dotted keys. A text
may hold ``{placeholders}``, and two forms ``[one|many]`` of which ``count`` chooses. Both languages must have the same
keys and placeholders (a test proves it).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from desk_app.domain.findings import Finding
from desk_app.domain.papers import Language
from desk_app.resources import resource

_FORMS = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_WEEKDAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class MessageMissingError(LookupError):
    """A text was asked for that the catalogue does not have: a fault of the program, not of a person."""


class Catalogue:
    """The texts of one language."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """Give the text of a key with its placeholders filled; raise :class:`MessageMissingError` without one."""
        text = self.texts.get(key)
        if text is None:
            raise MessageMissingError(f"{self.language.value}: {key}")
        if "count" in values and "[" in text:
            text = _FORMS.sub(r"\1" if str(values["count"]) == "1" else r"\2", text)
        return text.format_map(values) if values or "{" in text else text

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has a text for a key."""
        return key in self.texts

    def weekday(self, day: date) -> str:
        """Give the short name of a day's weekday: 四, Thu."""
        return self(f"date.weekday.{_WEEKDAY_KEYS[day.weekday()]}")

    def day(self, day: date) -> str:
        """Write a day of this year: 6 月 5 日（四）, Thu 5 June."""
        return self(
            "date.day", weekday=self.weekday(day), month=day.month, day=day.day, month_name=self.month_name(day)
        )

    def short_day(self, day: date) -> str:
        """Write a day briefly: 6/5（四）, Thu 5 Jun."""
        return self(
            "date.short", weekday=self.weekday(day), month=day.month, day=day.day, month_name=self.month_name(day)[:3]
        )

    def day_with_year(self, day: date) -> str:
        """Write a day with its year, as the office counts years: 114/6/5（四）, Thu 5 Jun 2025."""
        return self("date.with_year", short=self.short_day(day), roc=day.year - 1911, year=day.year)

    def month_name(self, day: date) -> str:
        """Give the name of a day's month."""
        return self(f"date.month.{day.month}")

    def full_stamp(self, instant: datetime) -> str:
        """Write an instant for a paper in both calendars, to the second, with its offset."""
        offset = instant.strftime("%z")
        return self(
            "date.stamp",
            roc=f"民國{instant.year - 1911}年{instant.month}月{instant.day}日",
            iso=instant.strftime("%Y-%m-%d"),
            time=instant.strftime("%H:%M:%S"),
            offset=f"{offset[:3]}:{offset[3:5]}" if offset else "",
        )

    def age(self, age: timedelta, *, short: bool = False) -> str:
        """Write how old a datum is: 2 分鐘前, 26 h ago, or ``short`` 26 h; the unit grows with the age."""
        key = "age_short" if short else "age"
        minutes = max(0, int(age.total_seconds() // 60))
        if minutes < 1:
            return self(f"{key}.now")
        if minutes < 60:
            return self(f"{key}.minutes", count=minutes)
        if minutes < 48 * 60:
            return self(f"{key}.hours", count=minutes // 60)
        return self(f"{key}.days", count=minutes // (24 * 60))


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flatten(value, path + ".")
        else:
            yield path, str(value)


def load_catalogue(language: Language, folder: Path | None = None, names: str = "*.toml") -> Catalogue:
    """Load the catalogue of a language, or only of the files whose ``names`` fit; a key that two define is a fault."""
    texts: dict[str, str] = {}
    for path in sorted((folder or resource("i18n", language.value)).glob(names)):
        for key, text in _flatten(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in texts:
                raise ValueError(f"{path.name}: {key} is defined twice")
            texts[key] = text
    return Catalogue(language, texts)


@cache
def catalogue(language: Language) -> Catalogue:
    """Give the shipped catalogue of a language, loaded once."""
    return load_catalogue(language)


def finding_text(file: str, finding: Finding, texts: Catalogue) -> str:
    """Say one place of an import file: where it is, what is wrong, what is allowed there."""
    key = f"import.finding.{finding.code}"
    text = texts(key, value=finding.value, allowed=finding.allowed)
    if finding.allowed and "{allowed}" not in texts.texts[key]:
        text += texts("import.allowed", allowed=finding.allowed)
    return f"{_place(file, finding, texts)}: {text}"


def _place(file: str, finding: Finding, texts: Catalogue) -> str:
    if finding.line and finding.column:
        return texts("import.place", file=file, line=finding.line, column=finding.column)
    if finding.line:
        return texts("import.place_line", file=file, line=finding.line)
    return texts("import.place_column", file=file, column=finding.column) if finding.column else file
