# SPDX-License-Identifier: GPL-3.0-or-later
"""An office's database with a view, made for tests, and the desk's source on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.errors import SourceError
from desk_app.source_settings import ViewSettings
from desk_app.sources.view import ViewSource
from tests.sources.office_files import NOW, surroundings

READER, DATABASE = "desk_reader", "affairs"
PROFILE = """
[columns]
number = "學號"
item = "item"
source = "Office"
state = "state"
as_of = "as_of"
note = "note"
[states]
CLEARED = ["CLEARED", "已還清"]
OPEN = ["OPEN"]
[view]
changed = "updated_at"
"""
WHOLE = PROFILE.partition("[view]")[0]
Row = tuple[object, ...]


def row(number: str = "41020901L", state: str = "CLEARED", minutes: int = 10, **more: object) -> Row:
    at = NOW - timedelta(minutes=minutes)
    made = {"item": "LIB_BOOKS", "office": "NTNU", "as_of": at, "note": None, "updated_at": at} | more
    return (number, made["item"], made["office"], state, made["as_of"], made["note"], made["updated_at"])


@dataclass
class Affairs:
    """An office's database with a view, and the desk's source on it."""

    base: Path
    address: str
    view: str
    execute: Callable[..., None]
    sources: list[ViewSource] = field(default_factory=list)

    def put(self, *rows: Row) -> None:
        for one in rows:
            self.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", *one)

    def source(self, profile: str = PROFILE, view: str = "", address: str = "") -> ViewSource:
        (self.base / "affairs.toml").write_text(profile, encoding="utf-8")
        settings = ViewSettings("affairs", address or self.address, view or self.view, "affairs", self.base)
        self.sources.append(ViewSource(settings, surroundings(self.base)))
        return self.sources[-1]


def pull_view(source: ViewSource, cursor: str = "") -> tuple[list[ItemReport], str]:
    found: list[ItemReport] = []
    for page in source.changes(cursor):
        found += page.reports
        cursor = page.cursor
    return found, cursor


def numbers_of(reports: list[ItemReport]) -> list[str]:
    return [report.student_no for report in reports]


def refusal_of(source: ViewSource, seconds: float = 2.0) -> SourceError:
    with pytest.raises(SourceError) as refused:
        source.student("41020901L", seconds)
    assert refused.value.data["source"] == "affairs"
    return refused.value
