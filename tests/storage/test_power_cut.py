# SPDX-License-Identifier: GPL-3.0-or-later
"""The power is cut at every write of a desk at work: whatever the disk kept, nothing that was confirmed is lost."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, open_store, verify_audit
from tests.storage.desk_process import numbers
from tests.storage.power_cut import Cut, Kind, Step, cuts, record
from tests.storage.samples import KEY, TODAY, fill_roster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the recorder is Linux's strace"),
]

SEED = 20250603


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many cuts were tried, and how many of them had lost a confirmed hand-over."""

    tried: int
    losing: int


def chance() -> random.Random:
    return random.Random(SEED)  # noqa: S311 - it must give the same cuts every time


@pytest.fixture
def loaded(store: DeskStore, store_path: Path) -> Path:
    """Give a store with certificates to hand over, alone in a folder and closed."""
    fill_roster(store, numbers(200))
    store.close()
    folder = store_path.parent / "disk"
    folder.mkdir()
    return store_path.rename(folder / store_path.name)


@pytest.fixture
def replay_folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder to open what a cut has left; in memory where there is one, because it is written anew each time."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        yield Path(folder) / "replayed"


def recorded(work: str, loaded: Path, project_root: Path, count: int) -> tuple[list[Step], bytes]:
    before = loaded.read_bytes()
    steps = record(work, loaded, project_root, count)
    assert sum(step.kind is Kind.TOLD and b"M-" in step.data for step in steps) == count
    return steps, before


def replay(tried: Iterable[Cut], folder: Path) -> Outcome:
    """Open what each cut has left and check it; nothing may be torn, only the laxness of the writer may lose."""
    seen: dict[tuple[int, frozenset[str]], bool] = {}
    count = losing = 0
    for cut in tried:
        count += 1
        key = (hash(tuple(sorted(cut.image.items()))), cut.told)
        if key not in seen:
            seen[key] = loses(cut, folder)
        losing += seen[key]
    return Outcome(count, losing)


def loses(cut: Cut, folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in cut.image.items():
        (folder / name).write_bytes(data)
    store = open_store(folder / "desk.db", FieldCipher(KEY))
    try:
        kept = standing(store, f"cut after step {cut.after}")
    finally:
        store.close()
    return not cut.told <= kept


def standing(store: DeskStore, where: str) -> frozenset[str]:
    """Give the receipts that stand in a store that is whole: each with signature, log entry and number in its place."""
    with store.read() as records:
        whole = records._connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        assert whole == "ok", f"{where}: {whole}"
        kept = [str(row.release.receipt_no) for row in records.ledger(TODAY, None)]
        assert kept == [f"M-20250603-{sequence:03d}" for sequence in range(1, len(kept) + 1)], where
        assert None not in [records.signature_of(receipt_no) for receipt_no in kept], where
        last = records.last_audit()
        assert (last.sequence if last else 0) == len(kept), where
        assert records.stock_count("MAIN") == 202 - len(kept), where
    assert verify_audit(store) is None, where
    return frozenset(kept)


def test_a_power_cut_loses_nothing_that_was_confirmed(loaded: Path, project_root: Path, replay_folder: Path) -> None:
    steps, before = recorded("race", loaded, project_root, 4)
    every_fifth = islice(cuts(steps, {loaded.name: before}, chance(), reorderings=2), 0, None, 5)
    outcome = replay(every_fifth, replay_folder)
    assert outcome.losing == 0
    assert outcome.tried >= 150


def test_the_recorder_finds_what_a_store_loses_that_does_not_wait_for_its_disk(
    loaded: Path, project_root: Path, replay_folder: Path
) -> None:
    steps, before = recorded("lax", loaded, project_root, 4)
    told = (cut for cut in cuts(steps, {loaded.name: before}, chance(), reorderings=1) if cut.told)
    assert replay(islice(told, 0, 400, 10), replay_folder).losing > 0


def test_thousands_of_power_cuts_lose_nothing_that_was_confirmed(
    loaded: Path, project_root: Path, replay_folder: Path
) -> None:
    """Enough hand-overs that the log is carried over into the store in between, while a desk goes on."""
    steps, before = recorded("race", loaded, project_root, 60)
    carried_over = [step for step in steps if step.kind is Kind.SYNC and step.file == loaded.name]
    assert len(carried_over) >= 2
    every_fourth = islice(cuts(steps, {loaded.name: before}, chance(), reorderings=1), 0, None, 4)
    outcome = replay(every_fourth, replay_folder)
    print(f"{outcome.tried} power cuts, {outcome.losing} losing a confirmed release")
    assert outcome.losing == 0
    assert outcome.tried >= 3000
