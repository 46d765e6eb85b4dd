# SPDX-License-Identifier: GPL-3.0-or-later
"""An office's drop folder, its profiles and its lists, made for tests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from desk_app.domain.clearance_sources import ChangePage, ItemReport
from desk_app.domain.errors import SourceError
from desk_app.domain.papers import Language
from desk_app.i18n import catalogue, finding_text
from desk_app.source_settings import FolderSettings
from desk_app.sources.folder import FolderSource
from desk_app.sources.folder_files import Delivery, read_delivery
from desk_app.sources.mapping.profile import load_profile
from desk_app.sources.surroundings import Surroundings

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2025, 6, 3, 10, 0, tzinfo=TAIPEI)
AT = datetime(2025, 6, 3, 9, 58, tzinfo=TAIPEI)
LATEST = NOW + timedelta(minutes=2)
WALL = 2_000_000_000.0
LIBRARY = """
[columns]
number = ["學號", "Student ID"]
source = "館別"
state = ["狀態", "Status"]
as_of = "資料時間"
note = "備註"
[fixed]
item = "LIB_BOOKS"
[words.source]
"本校" = "NTNU"
"臺大" = "NTU"
[states]
CLEARED = ["已還清", "Cleared"]
OPEN = ["未還", "Overdue"]
PENDING = "處理中"
"""
HEAD = ("學號", "館別", "狀態", "資料時間", "備註")
Cells = Sequence[object]


def surroundings(shipped: Path) -> Surroundings:
    """Give the clocks and words of a desk at ten; files are dated far from its clock."""
    texts = catalogue(Language.EN)
    return Surroundings(
        now=lambda: NOW,
        wall=lambda: WALL,
        timezone=TAIPEI,
        skew=timedelta(minutes=2),
        shipped=shipped,
        describe=lambda file, finding: finding_text(file, finding, texts),
    )


@dataclass
class Office:
    """A drop folder with its source; ``pull`` asks for changes as the service does, and keeps the cursor."""

    base: Path
    cursor: str = ""

    @property
    def folder(self) -> Path:
        return self.base / "inbox"

    def source(self, pattern: str = "*.*", profile: str = "library") -> FolderSource:
        settings = FolderSettings("library", self.folder, profile, self.base / "profiles", pattern)
        return FolderSource(settings, surroundings(self.base / "shipped"))

    def write_profile(self, text: str = LIBRARY, name: str = "library") -> Path:
        path = self.base / "profiles" / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def drop(self, name: str, data: bytes, seconds_ago: float = 60) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return self.date(path, seconds_ago)

    def date(self, path: Path, seconds_ago: float) -> Path:
        os.utime(path, (WALL - seconds_ago, WALL - seconds_ago))
        return path

    def drop_rows(self, name: str, rows: Iterable[Cells], encoding: str = "utf-8", head: Cells = HEAD) -> Path:
        return self.drop(name, csv_of(rows, head).encode(encoding))

    def pull(self, source: FolderSource | None = None) -> tuple[list[ItemReport], SourceError | None]:
        """Take what lies ready; give the reports that came and the error with which the pull ended."""
        found: list[ItemReport] = []
        try:
            for page in (source or self.source()).changes(self.cursor):
                found += page.reports
                self.cursor = page.cursor
        except SourceError as error:
            return found, error
        return found, None

    def pages(self) -> list[ChangePage]:
        return list(self.source().changes(self.cursor))

    def names(self, place: str = "") -> list[str]:
        folder = self.folder / place
        return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []

    def report(self, file: str) -> str:
        return (self.folder / "refused" / f"{file}.report.txt").read_text(encoding="utf-8-sig")


def new_office(base: Path) -> Office:
    """Make an office with the library's profile and an empty drop folder."""
    for name in ("inbox", "profiles", "shipped"):
        (base / name).mkdir(parents=True)
    office = Office(base)
    office.write_profile()
    return office


def csv_of(rows: Iterable[Cells], head: Cells = HEAD) -> str:
    return "".join(",".join(map(str, row)) + "\r\n" for row in (head, *rows))


def save_workbook(path: Path, rows: Iterable[Cells], head: Cells = HEAD, sheet: str = "清冊") -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in (head, *rows):
        page.append(list(row))
    book.save(path)
    book.close()


def read_list(office: Office, path: Path) -> Delivery:
    return read_delivery(path, load_profile(office.base / "profiles" / "library.toml"), TAIPEI, LATEST)


def read_rows(office: Office, *rows: Cells, encoding: str = "utf-8", head: Cells = HEAD) -> Delivery:
    return read_list(office, office.drop_rows("list.csv", rows, encoding, head))


def codes_of(delivery: Delivery) -> list[tuple[str, int, str]]:
    assert bool(delivery.problems) != bool(delivery.reports)
    return [(problem.code, problem.line, problem.column) for problem in delivery.problems]
