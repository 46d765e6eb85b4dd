# SPDX-License-Identifier: GPL-3.0-or-later
"""The same look-ups and releases on a PostgreSQL server of its own, beside the bare driver; and eight desks at once.

python -m tests.bench.bench_server (filling the server takes some minutes; nothing of it is kept)
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from desk_app.storage.engine import BUSY_TIMEOUT_MS
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.server.engine import make_server_engine
from desk_app.storage.server.setting_up import SetUp, set_up_server_store
from desk_app.storage.server.store import open_server_store
from desk_app.storage.store import DeskStore
from tests.bench import dataset
from tests.bench.bench_import import Keys, measure_import
from tests.bench.bench_store import hand_over, look_up, visited
from tests.bench.table import Row, print_table, row_of, timed
from tests.postgres import DESK, OWNER, Cluster, running_cluster

_DATABASE = "bench"
_LOOKUPS = 2000
_RELEASES = 500
_DESKS = 8
_OF_EACH_DESK = 100
_WARM_UP = 10
"""Before the word, each desk hands over so many: it has been open since the morning, and nothing of it runs for the first time."""

_FREE_FOR_IMPORT = dataset.WAITING + 5000
_SELECTS = (
    "SELECT * FROM student WHERE number = %s",
    "SELECT * FROM card WHERE student_no = %s",
    "SELECT * FROM clearance_item WHERE student_no = %s",
    "SELECT * FROM holding WHERE student_no = %s",
    "SELECT * FROM release WHERE student_no = %s",
)


def measure() -> list[Row]:
    """Fill a throw-away server and measure on it."""
    with running_cluster() as cluster:
        _fill(cluster)
        store = open_server_store(cluster.address(_DATABASE), FieldCipher(dataset.KEY))
        try:
            return [
                _lookup(store, cluster),
                _search(store),
                _release(store, cluster),
                *_together(cluster),
                *_import(store, cluster),
                _verify(store, cluster),
            ]
        finally:
            store.close()


def commit_as_desk(address: str) -> None:
    """Be one of several clients of the bare driver, each committing one row at a time on the word."""
    with psycopg.connect(address) as bare:
        print("ready", flush=True)
        sys.stdin.readline()
        _tell(timed(lambda turn: _commit(bare, turn), _OF_EACH_DESK))


def work_as_desk(address: str, first: int) -> None:
    """Be one of several desks: say when ready, hand over on the word, say how long each hand-over took."""
    store = open_server_store(address, FieldCipher(dataset.KEY))

    def serve(turn: int) -> None:
        hand_over(store, first + turn, f"desk-{first}-{turn}")

    timed(serve, _WARM_UP)
    print("ready", flush=True)
    sys.stdin.readline()
    _tell(timed(lambda turn: serve(_WARM_UP + turn), _OF_EACH_DESK))
    store.close()


def _tell(samples: Sequence[float]) -> None:
    """Say when this client was ready, by the clock that all processes share, and how long each turn took."""
    print(time.monotonic(), *samples)


def _fill(cluster: Cluster) -> None:
    owner = cluster.address(_DATABASE, OWNER)
    cluster.administer(f"CREATE DATABASE {_DATABASE} OWNER {OWNER}")
    set_up_server_store(SetUp(owner, DESK))
    store = DeskStore(make_server_engine(owner, BUSY_TIMEOUT_MS), FieldCipher(dataset.KEY))
    dataset.fill(store)
    store.close()
    # The releases of the data set bring their numbers along; the server must not give them out again.
    cluster.administer("SELECT setval('release_id_seq', max(id)) FROM release", "VACUUM ANALYZE", database=_DATABASE)


def _lookup(store: DeskStore, cluster: Cluster) -> Row:
    with psycopg.connect(cluster.address(_DATABASE)) as bare:

        def bare_look_up(turn: int) -> None:
            found = bare.execute(
                "SELECT student_no FROM card WHERE uid = %s", (dataset.uid_of(visited(turn)),)
            ).fetchone()
            for statement in _SELECTS:
                bare.execute(statement, found).fetchall()
            bare.commit()

        floor = median(timed(bare_look_up, _LOOKUPS))
    look_up(store, 0)
    samples = timed(lambda turn: look_up(store, turn), _LOOKUPS)
    return row_of("server: card -> dossier", samples, 10.0, floor, "floor: same selects, bare driver")


def _search(store: DeskStore) -> Row:
    def search(turn: int) -> None:
        with store.read() as records:
            records.search(("測一", "王測", "maria", "測三丁")[turn % 4], 20)

    return row_of("server: search by part of name", timed(search, 100), None)


def _release(store: DeskStore, cluster: Cluster) -> Row:
    cluster.administer(f"CREATE TABLE bare (a integer, b text); GRANT ALL ON bare TO {DESK}", database=_DATABASE)
    with psycopg.connect(cluster.address(_DATABASE)) as bare:
        floor = median(timed(lambda turn: _commit(bare, turn), _RELEASES))
    samples = timed(lambda turn: hand_over(store, dataset.WAITING + turn, f"bench-{turn}"), _RELEASES)
    return row_of("server: release, durable", samples, 15.0, floor, "floor: one row, bare driver")


def _commit(bare: psycopg.Connection[Any], turn: int) -> None:
    bare.execute("INSERT INTO bare VALUES (%s, %s)", (turn, "x" * 100))
    bare.commit()


def _together(cluster: Cluster) -> list[Row]:
    """Let eight bare clients commit at once, then eight desks hand over, each its own certificates."""
    first = dataset.WAITING + _RELEASES
    bare, most = _at_once(cluster, [()] * _DESKS)
    samples, rate = _at_once(cluster, [(str(first + turn * (_WARM_UP + _OF_EACH_DESK)),) for turn in range(_DESKS)])
    note = f"{rate:.0f} releases/s together, target 200; bare commits {most:.0f}/s"
    return [row_of(f"server: release, {_DESKS} desks", samples, None, median(bare), note)]


def _at_once(cluster: Cluster, works: Sequence[tuple[str, ...]]) -> tuple[list[float], float]:
    """Start a process for each work and let all go at once; give the milliseconds of each turn, and turns a second."""
    command = [sys.executable, "-m", "tests.bench.bench_server", cluster.address(_DATABASE)]
    pipe = subprocess.PIPE
    desks = [
        subprocess.Popen([*command, *work], cwd=Path(__file__).parents[2], stdin=pipe, stdout=pipe, text=True)
        for work in works
    ]
    for desk in desks:
        assert desk.stdout is not None
        desk.stdout.readline()
    begin = time.monotonic()
    for desk in desks:
        assert desk.stdin is not None
        desk.stdin.write("\n")
        desk.stdin.flush()
    ends, samples = [], []
    for desk in desks:
        end, *its = (float(figure) for figure in desk.communicate()[0].split())
        ends.append(end)
        samples += its
    return samples, len(samples) / (max(ends) - begin)


def _import(store: DeskStore, cluster: Cluster) -> list[Row]:
    address = cluster.address(_DATABASE)
    return measure_import(store, address, _FREE_FOR_IMPORT, lambda rows: _bare_insert(cluster, rows), "server: ")


def _bare_insert(cluster: Cluster, rows: Keys) -> None:
    with psycopg.connect(cluster.address(_DATABASE)) as bare:
        bare.execute("CREATE TEMPORARY TABLE bare_item (a text, b text, c text, d text, PRIMARY KEY (a, b, c))")
        with bare.cursor().copy("COPY bare_item FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _verify(store: DeskStore, cluster: Cluster) -> Row:
    def verify(_turn: int) -> None:
        with store.read() as records:
            if not records.verify_chain().whole:
                raise ValueError(_DATABASE)

    with psycopg.connect(cluster.address(_DATABASE)) as bare:

        def bare_verify(_turn: int) -> None:
            with bare.cursor("log") as log:
                log.itersize = 5000
                for previous, body in log.execute("SELECT previous, body FROM audit ORDER BY sequence"):
                    sha256(f"{previous}\n{body}".encode()).hexdigest()

        floor = median(timed(bare_verify, 1))
    return row_of("server: verify 1M audit entries", timed(verify, 2), 5000.0, floor, "floor: bare driver, hashes only")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        work_as_desk(sys.argv[1], int(sys.argv[2]))
    elif len(sys.argv) > 1:
        commit_as_desk(sys.argv[1])
    else:
        print_table(measure())
