# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the offices are asked, over a real socket, beside what a bare question over HTTP needs in the same run.

python -m tests.bench.bench_sources FOLDER [ROWS]; ROWS is how many the long pull brings, 1,000,000 unless said.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psutil

from desk_app.clock import StandingClock
from desk_app.domain.records import Operator, Role
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource
from desk_app.services.clearance.pull import ClearancePull, PullOutcome, PullProgress
from desk_app.services.clearance.refresh import ClearanceRefresh
from desk_app.services.operators import Operators
from desk_app.services.ports import DeskIdentity
from desk_app.services.trail import Trail
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal.client import PortalSource, Timing
from desk_app.storage.store import DeskStore
from tests.bench import bench_store, dataset
from tests.bench.table import MB, Row, print_table, row_of, timed
from tests.portal.server import wait_until

_QUESTIONS = 500
_CHANGED = 50_000
_MANY = 1_000_000
_LOOKUP_PAUSE = 0.005


class Counter:
    """The use cases of one desk on the big store, with one portal."""

    def __init__(self, store: DeskStore, url: str) -> None:
        policy = PolicyLibrary(resource("policy")).load("ntnu-113-2")
        clock = StandingClock(dataset.AT, policy.edition.timezone)
        timing = Timing(time.monotonic, time.sleep, lambda: 0.5, clock.now)
        self.source = PortalSource(PortalSettings("bench", url), timing)
        operators = Operators(store, Operator("clerk-m1", "測試櫃員", Role.CLERK))
        trail = Trail(DeskIdentity("MAIN", "1", "M"), policy, operators)
        self.pull = ClearancePull(store, (self.source,), policy, clock, trail)
        self.refresh = ClearanceRefresh(store, (self.source,), policy, clock, trail, time.monotonic)


def measure(folder: Path, many: int = _MANY) -> list[Row]:
    """Measure refresh and pull on the big store in a folder (built when missing)."""
    store = dataset.open_big_store(folder)
    try:
        with _portal(_CHANGED) as url:
            rows = [_refresh(store, url), *_pull_beside_lookups(store, url)]
        with _portal(many) as url:
            return [*rows, _memory(store, url)]
    finally:
        store.close()


@contextmanager
def _portal(rows: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as place:
        ready = Path(place) / "address"
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.big_portal", str(rows), str(ready)])
        try:
            wait_until(ready.exists, 60)
            yield ready.read_text(encoding="ascii")
        finally:
            process.terminate()
            process.wait(10)


def _refresh(store: DeskStore, url: str) -> Row:
    counter = Counter(store, url)

    def ask(turn: int) -> None:
        result = counter.refresh.refresh(dataset.number_of(bench_store.visited(turn)))
        if not result.changed:
            raise LookupError(result)

    ask(_QUESTIONS)
    samples = timed(ask, _QUESTIONS)
    counter.source.close()
    note = "question, five newer rows checked and kept durably; floor: the bare question"
    return row_of("refresh of one graduate", samples, 50, median(_bare_questions(url)), note)


def _bare_questions(url: str) -> list[float]:
    line = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(turn: int) -> None:
        line.request("GET", f"/v1/students/{dataset.number_of(bench_store.visited(turn))}")
        line.getresponse().read()

    try:
        return timed(ask, _QUESTIONS)
    finally:
        line.close()


def _pull_beside_lookups(store: DeskStore, url: str) -> list[Row]:
    counter = Counter(store, url)
    took: list[float] = []

    def bring() -> None:
        begin = time.perf_counter()
        _require_all(counter.pull, None)
        took.append((time.perf_counter() - begin) * 1000)

    helper = threading.Thread(target=bring)
    helper.start()
    samples: list[float] = []
    while helper.is_alive():
        samples += timed(partial(bench_store.look_up, store), 1)
        time.sleep(_LOOKUP_PAUSE)
    counter.source.close()
    return [
        row_of("pull of 50,000 changed rows", took, 5000, note="fetched, checked, kept, while cards are looked up"),
        row_of("card look-up beside that pull", samples, 100),
    ]


def _memory(store: DeskStore, url: str) -> Row:
    """Give by how much the process grows between the first tenth of a long pull and its end."""
    counter, process = Counter(store, url), psutil.Process()
    seen: list[tuple[int, float]] = []

    def told(progress: PullProgress) -> None:
        seen.append((progress.rows, process.memory_info().rss / 1024**2))

    begin = time.perf_counter()
    _require_all(counter.pull, told)
    counter.source.close()
    total = seen[-1][0]
    early = max(memory for rows, memory in seen if rows <= total // 10)
    grown = max(0.0, max(memory for _, memory in seen) - early)
    note = f"after its first tenth; {total:,} rows in {time.perf_counter() - begin:.0f} s, {early:.0f} MB"
    return row_of("growth during a long pull", [grown], 20, note=note, unit=MB)


def _require_all(pull: ClearancePull, told: Callable[[PullProgress], None] | None) -> None:
    (result,) = pull.run(told, anew=True)
    if result.outcome is not PullOutcome.DONE or result.skipped:
        raise LookupError(result)


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1]), *(int(count) for count in sys.argv[2:3])))
