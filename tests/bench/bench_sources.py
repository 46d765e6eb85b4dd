# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the offices are asked, over a real socket, beside what a bare question over HTTP needs in the same run.

python -m tests.bench.bench_sources FOLDER [ROWS]; ROWS is how many the long pull brings, 1,000,000 unless said.
"""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psutil
from sqlcipher3 import dbapi2

from desk_app.services.clearance.pull import ClearancePull, PullOutcome, PullProgress
from desk_app.services.clearance.refresh import ClearanceRefresh
from desk_app.source_settings import PortalSettings
from desk_app.sources.portal.client import PAGE_ROWS, PortalSource, Timing
from desk_app.storage.store import DeskStore
from tests.bench import bench_store, dataset
from tests.bench.counter import counter_on
from tests.bench.table import MB, Row, print_table, row_of, timed
from tests.portal.server import wait_until

_QUESTIONS = 500
_CHANGED = 50_000
_MANY = 1_000_000
_LOOKUP_PAUSE = 0.005
_UPSERT = """
    INSERT INTO clearance_item (student_no, item, source, state, as_of, window_closed)
    VALUES (:number, :code, :source, :state, :as_of, 0)
    ON CONFLICT (student_no, item, source) DO UPDATE SET state = excluded.state, as_of = excluded.as_of
"""


class Asking:
    """The use cases of one desk on the big store, with one portal."""

    def __init__(self, store: DeskStore, url: str) -> None:
        counter = counter_on(store)
        timing = Timing(time.monotonic, time.sleep, lambda: 0.5, counter.clock.now)
        self.source = PortalSource(PortalSettings("bench", url), timing)
        around = (store, (self.source,), counter.policy, counter.clock, counter.trail)
        self.pull = ClearancePull(*around)
        self.refresh = ClearanceRefresh(*around, time.monotonic)


def measure(folder: Path, many: int = _MANY) -> list[Row]:
    """Measure refresh and pull on the big store in a folder (built when missing)."""
    store = dataset.open_big_store(folder)
    try:
        with _portal(_CHANGED) as url:
            rows = [_refresh(store, url), *_pull_beside_lookups(store, folder, url)]
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
    asking = Asking(store, url)

    def ask(turn: int) -> None:
        result = asking.refresh.refresh(dataset.number_of(bench_store.visited(turn)))
        if not result.changed:
            raise LookupError(result)

    ask(_QUESTIONS)
    samples = timed(ask, _QUESTIONS)
    asking.source.close()
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


def _pull_beside_lookups(store: DeskStore, folder: Path, url: str) -> list[Row]:
    bare_at_work = -time.thread_time()
    floor = timed(lambda _: _bare_pull(folder, url), 1)[0]
    bare_at_work += time.thread_time()
    asking = Asking(store, url)
    took: list[float] = []
    at_work: list[float] = []

    def bring() -> None:
        at_work.append(-time.thread_time())
        took.extend(timed(lambda _: _require_all(asking.pull, None), 1))
        at_work.append(time.thread_time())

    helper = threading.Thread(target=bring)
    helper.start()
    samples: list[float] = []
    while helper.is_alive():
        samples += timed(partial(bench_store.look_up, store), 1)
        time.sleep(_LOOKUP_PAUSE)
    asking.source.close()
    note = f"while cards are looked up; at work {sum(at_work):.2f} s; floor: bare driver, at work {bare_at_work:.2f} s"
    return [
        row_of("pull of 50,000 changed rows", took, 5000, floor, note),
        row_of("card look-up beside that pull", samples, 100),
    ]


def _bare_pull(folder: Path, url: str) -> None:
    """Fetch all pages and keep their rows by the driver alone, checking nothing.

    In a file of its own: rows that the program has not sealed itself it calls altered.
    """
    line, cursor, more = http.client.HTTPConnection(urlsplit(url).netloc), "", True
    with tempfile.TemporaryDirectory(dir=folder) as place, closing(_bare_table(folder, Path(place))) as bare:
        while more:
            line.request("GET", f"/v1/changes?limit={PAGE_ROWS}{cursor}", headers={"Accept-Encoding": "gzip"})
            page = json.loads(gzip.decompress(line.getresponse().read()))
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(_UPSERT, (row | {"as_of": _as_kept(row["as_of"])} for row in page["changes"]))
            bare.execute("COMMIT")
            cursor, more = f"&cursor={page['cursor']}", page["more"]
    line.close()


def _bare_table(folder: Path, place: Path) -> dbapi2.Connection:
    """Make a file with the table of the store that keeps these rows, as durable as the store."""
    with closing(dbapi2.connect(str(folder / dataset.FILE), isolation_level=None)) as store:
        ((made,),) = store.execute("SELECT sql FROM sqlite_master WHERE name = 'clearance_item'")
    bare = dbapi2.connect(str(place / "bare.db"), isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute(made)
    return bare


@cache
def _as_kept(as_of: str) -> str:
    """Write an instant as the store does: text order is time order."""
    return datetime.fromisoformat(as_of).astimezone(UTC).isoformat(timespec="microseconds")


def _memory(store: DeskStore, url: str) -> Row:
    """Give by how much the process grows between the first tenth of a long pull and its end."""
    asking, process = Asking(store, url), psutil.Process()
    seen: list[tuple[int, float]] = []

    def told(progress: PullProgress) -> None:
        seen.append((progress.rows, process.memory_info().rss / 1024**2))

    begin = time.perf_counter()
    _require_all(asking.pull, told)
    asking.source.close()
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
