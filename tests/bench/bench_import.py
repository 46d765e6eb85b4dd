# SPDX-License-Identifier: GPL-3.0-or-later
"""How long 50,000 rows of clearance data take from the file into the store, and how long a release waits meanwhile.

python -m tests.bench.bench_import FOLDER
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from statistics import median

from sqlcipher3 import dbapi2

from desk_app.domain.records import AuditEvent, AuditKind
from desk_app.policy.library import PolicyLibrary
from desk_app.resources import resource
from desk_app.services.store_port import Ledger
from desk_app.sources.files import DeskFiles
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.server.store import open_server_store
from desk_app.storage.store import DeskStore, open_store
from tests.bench import dataset
from tests.bench.bench_store import hand_over, take_back
from tests.bench.table import Row, print_table, row_of, timed

ROWS = 50_000
_TURNS = 3
_PAUSE_S = 0.026
"""From a release beside the import to the next: far more than all clerks of a university do."""

_CREATE = "CREATE TABLE bare_item (student_no text, item text, source text, as_of text, PRIMARY KEY (student_no, item, source))"

Keys = Sequence[tuple[str, str, str, str]]


def measure(folder: Path) -> list[Row]:
    """Measure on the big store in a folder (built when missing)."""
    store = dataset.open_big_store(folder)
    address = str(folder / dataset.FILE)
    try:
        return measure_import(store, address, dataset.WAITING + 5000, lambda rows: _bare_insert(folder, rows))
    finally:
        take_back(store)
        store.close()


def measure_import(
    store: DeskStore, address: str, first: int, bare_insert: Callable[[Keys], None], where: str = ""
) -> list[Row]:
    """Import a file several times, with a desk beside it that hands over to graduates from ``first`` on.

    ``bare_insert`` writes the keys of the rows in one transaction by the driver alone.
    """
    waits: list[float] = []
    times: list[float] = []
    with tempfile.TemporaryDirectory() as spot:
        for turn in range(_TURNS):
            file = Path(spot) / f"items-{turn}.csv"
            keys = _write(file, turn)
            # As in life the office imports in a process of its own.
            command = [sys.executable, "-m", "tests.bench.bench_import", address, str(file)]
            office = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
            waits += _hand_over_beside(store, first + turn * 1000, office)
            times.append(float(office.communicate()[0]))
    floor = min(timed(lambda _turn: bare_insert(keys), 1))
    beside = Row(
        f"{where}release beside it", len(waits), median(waits), max(waits), 300.0, note="the longest under p99"
    )
    return [
        row_of(f"{where}import 50,000 clearance rows", times, 3000.0, floor, "floor: keys only, bare driver"),
        beside,
    ]


def import_as_office(address: str, file: Path) -> None:
    """Read a file and take it over; say how many milliseconds that took."""
    cipher = FieldCipher(dataset.KEY)
    store = open_server_store(address, cipher) if "://" in address else open_store(Path(address), cipher)
    policy = PolicyLibrary(resource("policy")).load("ntnu-113-2")
    begin = time.perf_counter()
    parsed = DeskFiles(policy, "MAIN", str).items(file)
    rows = ((placed.row.student_no, placed.row.record) for placed in parsed.rows)
    store.take_over_items(rows, dataset.AT, _log)
    print((time.perf_counter() - begin) * 1000)
    store.close()


def _log(ledger: Ledger, rows: int) -> None:
    ledger.record(AuditEvent(AuditKind.IMPORT, dataset.AT, "MAIN", "clerk-m1", payload={"rows": rows}))


def _hand_over_beside(store: DeskStore, first: int, office: subprocess.Popen[str]) -> list[float]:
    """Hand over until the import has ended, and say how long each release took."""
    waits = []
    for index in count(first):
        begin = time.perf_counter()
        hand_over(store, index, f"bench-beside-{index}-{time.time_ns()}")
        waits.append((time.perf_counter() - begin) * 1000)
        time.sleep(_PAUSE_S)
        if office.poll() is not None:
            break
    return waits


def _write(file: Path, turn: int) -> Keys:
    """Write a file whose data are newer than those of the store and of the turn before."""
    at = dataset.AT - timedelta(minutes=30 - turn)
    keys = [(number, item.item, item.source, at.isoformat()) for number, item in islice(dataset.items(), ROWS)]
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["number", "code", "source", "as_of", "state"])
        table.writerows([*key, "CLEARED"] for key in keys)
    return keys


def _bare_insert(folder: Path, rows: Keys) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as spot:
        bare = dbapi2.connect(str(Path(spot) / "bare.db"), isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _CREATE, "BEGIN IMMEDIATE"):
            bare.execute(statement)
        bare.executemany("INSERT INTO bare_item VALUES (?, ?, ?, ?)", rows)
        bare.execute("COMMIT")
        bare.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        import_as_office(sys.argv[1], Path(sys.argv[2]))
    else:
        print_table(measure(Path(sys.argv[1])))
