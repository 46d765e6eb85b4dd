# SPDX-License-Identifier: GPL-3.0-or-later
"""A portal with as many rows as wanted, made when they are asked for: python -m tests.bench.big_portal ROWS FILE.

It runs in a process of its own, so that what is measured is the desk. FILE gets the address once the portal answers.
"""

from __future__ import annotations

import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from typing_extensions import override

from tests.bench import dataset
from tests.portal.app import Portal
from tests.portal.rows import Page, Row, Rows
from tests.portal.server import listening, make_server, wait_until

_EARLIER_RUNS = 1_790_000_000
_CODES = ("REG_GRADES", "GA_GOWN", "GA_FEES", "CUR_SURVEY", "ALU_DB")


class MadeRows(Rows):
    """Rows of the big store's graduates; every question about one of them finds newer data."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    @override
    def of(self, number: str) -> tuple[Row, ...]:
        as_of = _newer()
        return tuple(Row(number, code, "", "CLEARED", as_of) for code in _CODES)

    @override
    def page(self, after: int, limit: int) -> Page:
        last = min(after + limit, self._count)
        as_of = _newer()
        rows = tuple(_row(index, as_of) for index in range(after, last))
        return Page(rows, last, self._count - last)

    @property
    @override
    def count(self) -> int:
        return self._count


def _row(index: int, as_of: str) -> Row:
    graduate, turn = index % dataset.STUDENTS, index // dataset.STUDENTS
    return Row(dataset.number_of(graduate), _CODES[turn % len(_CODES)], "", "CLEARED", as_of)


def _newer() -> str:
    """Give an instant newer than all that the store holds, also of earlier runs: a microsecond a second."""
    since = time.time() - _EARLIER_RUNS
    return (dataset.AT - timedelta(seconds=100) + timedelta(microseconds=int(since))).isoformat()


def main(rows: int, ready: Path) -> None:
    """Serve until the process is ended."""
    portal = Portal(MadeRows(rows), lambda: dataset.AT)
    with listening() as door:
        server = make_server(portal.app())
        threading.Thread(target=_tell, args=(ready, door.getsockname()[1], server), daemon=True).start()
        server.run(sockets=[door])


def _tell(ready: Path, port: int, server: object) -> None:
    wait_until(lambda: bool(getattr(server, "started", False)))
    partial = ready.with_suffix(".part")
    partial.write_text(f"http://127.0.0.1:{port}", encoding="ascii")
    partial.replace(ready)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
