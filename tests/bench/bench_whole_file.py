# SPDX-License-Identifier: GPL-3.0-or-later
"""What whole-file encryption costs: the same look-ups, searches and hand-overs on a plain and on an enciphered store.

python -m tests.bench.bench_whole_file FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from sqlcipher3 import dbapi2

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.keys.whole_file import encipher_copy
from desk_app.storage.store import DeskStore, open_store
from tests.bench import dataset
from tests.bench.bench_store import hand_over, look_up, take_back
from tests.bench.table import Row, print_table, row_of, timed

_FILE = "big.enciphered.db"
_LOOKUPS, _SEARCHES, _RELEASES = 4000, 80, 200
_IN_A_ROW = 20


def measure(folder: Path) -> list[Row]:
    """Measure on the big store in a folder (built when missing) and on an enciphered copy of it, made once."""
    with closing(dataset.open_big_store(folder)) as plain, closing(_enciphered(folder)) as enciphered:
        run = uuid.uuid4().hex

        def release(store: DeskStore, turn: int) -> None:
            hand_over(store, dataset.WAITING // 2 + turn, f"bench-{run}-{turn}")

        both = (plain, enciphered)
        rows = [
            _row("card -> dossier", _Work(look_up, _LOOKUPS, 10.0), *both),
            _row("search by part of name", _Work(_search, _SEARCHES, 50.0), *both),
            _row("release, durable", _Work(release, _RELEASES, 30.0), *both),
        ]
        for store in both:
            take_back(store)
        return rows


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done to a store, how many times, and the milliseconds that it may take."""

    do: Callable[[DeskStore, int], None]
    turns: int
    target: float


def _row(name: str, work: _Work, plain: DeskStore, enciphered: DeskStore) -> Row:
    """Let the two take turns, so that what else the machine does falls on both."""
    taken: dict[DeskStore, list[float]] = {plain: [], enciphered: []}
    for start in range(0, work.turns, _IN_A_ROW):
        for store, samples in taken.items():
            samples.extend(timed(partial(_turn, work.do, store, start), _IN_A_ROW))
    floor = median(taken[plain])
    return row_of(f"enciphered file: {name}", taken[enciphered], work.target, floor, "floor: the plain store")


def _turn(work: Callable[[DeskStore, int], None], store: DeskStore, start: int, turn: int) -> None:
    work(store, start + turn)


def _search(store: DeskStore, turn: int) -> None:
    with store.read() as records:
        records.search(("測一", "王測", "maria", "無此人")[turn % 4], 20)


def _enciphered(folder: Path) -> DeskStore:
    target, cipher = folder / _FILE, FieldCipher(dataset.KEY)
    if not target.exists():
        with closing(dbapi2.connect(str(folder / dataset.FILE), isolation_level=None)) as source:
            encipher_copy(source, target, cipher)
    return open_store(target, cipher)


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir())))
