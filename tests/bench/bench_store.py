# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the store answers and keeps at full size, beside what the bare driver needs for the same in the same run.

python -m tests.bench.bench_store FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlcipher3 import dbapi2

from desk_app.domain.facts import Mode
from desk_app.domain.records import AuditEvent, AuditKind, HandedDocument, Operator, ReceiptNumber, ReleaseRecord, Role
from desk_app.domain.signature import PenDevice, PenPoint, Signature
from desk_app.domain.verdict import PolicyRef
from desk_app.services.store_port import Records
from desk_app.storage.store import DeskStore
from tests.bench import dataset
from tests.bench.table import Row, print_table, row_of, timed

_LOOKUPS = 2000
_SEARCHES = 100
_RELEASES = 500
_STROKES = tuple(
    tuple(PenPoint(x, 40 + x % 37, 500, x * 3) for x in range(start, start + 150)) for start in (5, 200, 400)
)
_SIGNATURE = Signature(_STROKES, PenDevice.PEN, 600, 200, 96)
_CLERK = Operator("clerk-m1", "測試櫃員", Role.CLERK)
_POLICY = PolicyRef("ntnu-113-2", "113-2", "ab" * 32, None)


def measure(folder: Path) -> list[Row]:
    """Measure look-up, search and release on the big store in a folder (built when missing)."""
    store = dataset.open_big_store(folder)
    try:
        return [_lookup(store, folder), *_searches(store), _release(store, folder), *_day(store)]
    finally:
        store.close()


def visited(turn: int) -> int:
    """Give the index of the graduate of a turn: a step that shares no factor with the size visits all of the store."""
    return turn * 7919 % dataset.STUDENTS


def look_up(store: DeskStore, turn: int) -> None:
    """Read all that a card brings to the screen."""
    with store.read() as records:
        card = records.card(dataset.uid_of(visited(turn)))
        if card is None or records.dossier(card.student_no) is None:
            raise LookupError(visited(turn))


def hand_over(store: DeskStore, index: int, key: str) -> None:
    """Hand over as the use case does: asked again, numbered, recorded, logged, durable."""
    with store.write(about=(dataset.number_of(index),)) as ledger:
        if ledger.release_by_key(key) is not None or ledger.dossier(dataset.number_of(index)) is None:
            raise LookupError(index)
        ledger.prepare_entry(AuditKind.RELEASE, dataset.AT, dataset.number_of(index))
        record = _record(index, key, ledger.draw_receipt_number("MAIN", "B", dataset.AT.date()))
        ledger.add_release(record, _SIGNATURE)
        ledger.record(AuditEvent(AuditKind.RELEASE, dataset.AT, "MAIN", _CLERK.id, record.student_no))


def take_back(store: DeskStore) -> None:
    """Void what a benchmark has handed over, so that it can be run again."""
    with store._writers.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE release SET voided_at = at, void_reason = 'benchmark' WHERE key LIKE 'bench-%' AND voided_at IS NULL"
        )
        connection.exec_driver_sql("UPDATE holding SET released_by = NULL WHERE released_by LIKE 'B-%'")
        # They have no receipt and never will: a window opened on this store would go looking for it.
        connection.exec_driver_sql("DELETE FROM seal_pending WHERE receipt_no LIKE 'B-%'")


def _lookup(store: DeskStore, folder: Path) -> Row:
    bare = dbapi2.connect(str(folder / dataset.FILE), isolation_level=None)
    statements = (
        "SELECT * FROM student WHERE number = ?",
        "SELECT * FROM card WHERE student_no = ?",
        "SELECT * FROM clearance_item WHERE student_no = ?",
        "SELECT * FROM holding WHERE student_no = ?",
        "SELECT * FROM release WHERE student_no = ?",
    )

    def bare_look_up(turn: int) -> None:
        bare.execute("BEGIN")
        ((number,),) = bare.execute("SELECT student_no FROM card WHERE uid = ?", (dataset.uid_of(visited(turn)),))
        for statement in statements:
            bare.execute(statement, (number,)).fetchall()
        bare.execute("COMMIT")

    floor = median(timed(bare_look_up, _LOOKUPS))
    bare.close()
    look_up(store, 0)
    samples = timed(lambda turn: look_up(store, turn), _LOOKUPS)
    return row_of("card -> dossier", samples, 5.0, floor, "floor: same selects, bare driver")


def _searches(store: DeskStore) -> list[Row]:
    def search(texts: tuple[str, ...]) -> Callable[[int], None]:
        def run(turn: int) -> None:
            with store.read() as records:
                records.search(texts[turn % len(texts)], 20)

        return run

    return [
        row_of("search by part of name", timed(search(("測一", "王測", "maria", "測三丁")), _SEARCHES), 50.0),
        row_of("search, nobody of that name", timed(search(("無此人",)), _SEARCHES), 50.0, note="walks all names"),
        row_of("search by number", timed(search(("4104", "41047901S", "412")), _SEARCHES), 50.0),
        row_of("search by receipt", timed(search(("M-20250310-042",)), _SEARCHES), 50.0),
    ]


def _release(store: DeskStore, folder: Path) -> Row:
    """Hand over, and take it back at the end."""
    # Neither those who wait (other benchmarks hand over to them) nor those who have collected.
    chosen = range(dataset.WAITING, dataset.WAITING + _RELEASES)
    run = uuid.uuid4().hex

    floor = median(_bare_commits(folder))
    samples = timed(lambda turn: hand_over(store, chosen[turn], f"bench-{run}-{turn}"), _RELEASES)
    take_back(store)
    return row_of("release, durable", samples, 30.0, floor, "floor: one row, FULL, bare driver")


def _day(store: DeskStore) -> list[Row]:
    day = dataset.AT.date() - timedelta(days=50)

    def reading(read: Callable[[Records], object]) -> list[float]:
        def run(_turn: int) -> None:
            with store.read() as records:
                read(records)

        return timed(run, 20)

    return [
        row_of("ledger of a day", reading(lambda records: records.ledger(day, None)), None, note="1,000 releases"),
        row_of("counts of a day", reading(lambda records: records.day_counts(day, "MAIN")), None),
        row_of("stock of a counter", reading(lambda records: records.stock_count("MAIN")), None),
    ]


def _record(index: int, key: str, receipt_no: ReceiptNumber) -> ReleaseRecord:
    return ReleaseRecord(
        key=key,
        receipt_no=receipt_no,
        at=dataset.AT,
        counter="MAIN",
        desk="1",
        operator=_CLERK,
        student_no=dataset.number_of(index),
        graduate_name=dataset.name_of(index),
        unit=dataset.unit_of(index).key,
        mode=Mode.IN_PERSON,
        proxy=None,
        documents=(HandedDocument(dataset.DOCUMENT, dataset.serial_of(index), "學位證書", "degree certificate"),),
        evidence=("GRAD_CARD",),
        policy=_POLICY,
        digital_due=None,
        signature_sha256=_SIGNATURE.sha256(),
        content=f'{{"receipt":"{receipt_no}","text":"{"領取" * 300}"}}',
        content_sha256="cd" * 32,
        started_at=dataset.AT,
    )


def _bare_commits(folder: Path) -> list[float]:
    """Commit one row at a time, as durable as the store, in a file of its own on the same disk."""
    with tempfile.TemporaryDirectory(dir=folder) as spot:
        bare = dbapi2.connect(str(Path(spot) / "bare.db"), isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t (a INTEGER, b TEXT)"):
            bare.execute(statement)

        def commit(turn: int) -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO t VALUES (?, ?)", (turn, "x" * 100))
            bare.execute("COMMIT")

        samples = timed(commit, _RELEASES)
        bare.close()
    return samples


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1])))
