# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reference portal knows: rows by graduate, and the order in which they have changed."""

from __future__ import annotations

import csv
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

Key = tuple[str, str, str]
Now = Callable[[], datetime]

STATES = ("CLEARED", "OPEN", "PENDING", "NOT_APPLICABLE", "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Row:
    """What one office says about one item of one graduate; ``as_of`` as the contract writes it."""

    number: str
    code: str
    source: str
    state: str
    as_of: str
    note: str = ""
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def key(self) -> Key:
        """What the row is about."""
        return self.number, self.code, self.source

    def item(self) -> dict[str, Any]:
        """Give the row as an item of the contract."""
        made = {"code": self.code, "source": self.source, "state": self.state, "as_of": self.as_of}
        return made | ({"note": self.note} if self.note else {}) | dict(self.more)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order of their changes; ``last`` is the place behind the last of them."""

    rows: tuple[Row, ...]
    last: int
    remaining: int


@dataclass
class Rows:
    """All rows, safe to be changed while they are asked for."""

    _by_number: dict[str, dict[Key, Row]] = field(default_factory=lambda: defaultdict(dict))
    _log: list[Key] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, rows: Iterable[Row]) -> None:
        """Take rows over, each as the newest change."""
        with self._lock:
            for row in rows:
                self._by_number[row.number][row.key] = row
                self._log.append(row.key)

    def tick(self, key: Key, state: str, as_of: str) -> None:
        """Give an item another state, as a trainer does."""
        with self._lock:
            row = self._by_number[key[0]][key]
        self.put([replace(row, state=state, as_of=as_of, note="")])

    def of(self, number: str) -> tuple[Row, ...]:
        """Give all rows of a graduate, nothing for a stranger."""
        with self._lock:
            return tuple(self._by_number[number].values()) if number in self._by_number else ()

    def numbers(self) -> tuple[str, ...]:
        """Give all graduates."""
        with self._lock:
            return tuple(sorted(self._by_number))

    def page(self, after: int, limit: int) -> Page:
        """Give the rows behind a place."""
        with self._lock:
            keys = self._log[after : after + limit]
            rows = tuple(self._by_number[key[0]][key] for key in keys)
            return Page(rows, after + len(keys), len(self._log) - after - len(keys))

    @property
    def count(self) -> int:
        """How many changes there have been."""
        with self._lock:
            return len(self._log)


def rows_of_csv(file: Path) -> tuple[Row, ...]:
    """Read the sample data of the demonstration."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(_row(line) for line in csv.DictReader(lines))


def instant(at: datetime) -> str:
    """Write an instant as the contract does."""
    return at.isoformat(timespec="seconds")


def _row(line: dict[str, str]) -> Row:
    at = datetime.fromisoformat(line["as_of"])
    closed = (("window_closed", True),) if line.get("window_closed", "").lower() in ("true", "1") else ()
    detail = (("detail", line["detail"]),) if line.get("detail") else ()
    day = (("certificate_date", line["certificate_date"]),) if line.get("certificate_date") else ()
    return Row(
        line["number"],
        line["code"],
        line["source"],
        line["state"],
        instant(at),
        line.get("note", ""),
        closed + detail + day,
    )
