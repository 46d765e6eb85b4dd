# SPDX-License-Identifier: GPL-3.0-or-later
"""Desks that are killed at any write, whose disk is full, fails or cannot be written: nothing confirmed is ever lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, open_store, verify_audit
from tests.storage.desk_process import numbers
from tests.storage.samples import KEY, TODAY, fill_roster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="faults are put in by Linux's strace"),
]

CERTIFICATES = 2000
TURN = 20
"""More certificates than a desk hands over before the fault."""

KILLS = 300
PER_RELEASE = 45
"""About as many writes and syncs does one hand-over make."""


@pytest.fixture
def loaded(store: DeskStore, store_path: Path) -> Path:
    """Give a closed store with more certificates than are handed over."""
    fill_roster(store, numbers(CERTIFICATES))
    store.close()
    return store_path


def at_work(store: Path, project_root: Path, fault: str, first: int = 0) -> tuple[list[str], int]:
    """Have a desk hand over while a fault is put into its calls on the store's files; give what it confirmed, and its end."""
    trace = ["strace", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fdatasync", "-e", f"inject={fault}"]
    desk = [
        sys.executable,
        "-m",
        "tests.storage.desk_process",
        "race",
        str(store),
        f"desk-{first}",
        str(TURN),
        str(first),
    ]
    done = subprocess.run(
        [*trace, *desk],
        check=False,
        cwd=project_root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return [line for line in done.stdout.split() if line != "ready"], done.returncode


def require_kept(path: Path, confirmed: Sequence[str]) -> None:
    """Open the store as the next desk would: all that was confirmed stands, numbers have no gap, the chain is whole."""
    store = open_store(path, FieldCipher(KEY))
    try:
        with store.read() as records:
            assert records._connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            kept = [str(row.release.receipt_no) for row in records.ledger(TODAY, None)]
            last = records.last_audit()
        assert verify_audit(store) is None
    finally:
        store.close()
    assert kept == [f"M-20250603-{sequence:03d}" for sequence in range(1, len(kept) + 1)]
    assert set(confirmed) <= set(kept)
    assert (last.sequence if last else 0) == len(kept)


def _said(nest: subprocess.Popen[str]) -> str:
    assert nest.stdout is not None
    line = nest.stdout.readline()
    assert line, "the nest has ended"
    return line.strip()


def killed_again_and_again(loaded: Path, project_root: Path, steps: Sequence[int]) -> int:
    """Give how many hand-overs the desks had confirmed before they were killed; all of them stand."""
    command = [sys.executable, "-m", "tests.storage.kill_nest", str(loaded)]
    pipe = subprocess.PIPE
    confirmed: list[str] = []
    with subprocess.Popen(command, cwd=project_root, stdin=pipe, stdout=pipe, text=True) as nest:
        assert nest.stdin is not None
        for turn, step in enumerate(steps):
            nest.stdin.write(f"{step} {len(confirmed)} {TURN}\n")
            nest.stdin.flush()
            told = list(iter(lambda: _said(nest), f"end {int(signal.SIGKILL)}"))
            assert not [line for line in told if line.startswith("end")], f"killed at {step}: {told}"
            confirmed += [line for line in told if line != "ready"]
            if turn % 10 == 9:
                require_kept(loaded, confirmed)
        nest.stdin.close()
    require_kept(loaded, confirmed)
    return len(confirmed)


def test_desks_killed_at_any_write_lose_nothing_that_was_confirmed(loaded: Path, project_root: Path) -> None:
    assert killed_again_and_again(loaded, project_root, (1, 7, 19, 33, 40, 44, 61, 80)) > 0


def test_desks_killed_three_hundred_times_lose_nothing_that_was_confirmed(loaded: Path, project_root: Path) -> None:
    steps = [1 + kill % (3 * PER_RELEASE) for kill in range(KILLS)]
    assert killed_again_and_again(loaded, project_root, steps) > KILLS / 2


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("step", [3, 30, 60, 100])
def test_a_disk_that_is_full_or_fails_ends_in_an_error_and_loses_nothing(
    loaded: Path, project_root: Path, error: str, step: int
) -> None:
    told, status = at_work(loaded, project_root, f"pwrite64:error={error}:when={step}+")
    assert status == 1
    assert len(told) < TURN
    require_kept(loaded, told)


@pytest.mark.parametrize("free", [40_000, 400_000])
def test_a_small_disk_that_fills_up_loses_nothing(loaded: Path, project_root: Path, free: int) -> None:
    """On a file system of its own, which goes with its mount: the desk's words are compared before that."""
    size = loaded.stat().st_size + free
    told, complaint = on_own_disk(loaded, project_root, f"mount -o remount,size={size} {loaded.parent}")
    assert "StoreFullError" in complaint
    kept = told.split("kept:")[1].split()
    assert kept == told.split("kept:")[0].replace("ready", "").split()


def test_a_disk_that_can_only_be_read_is_told_before_anything_is_released(loaded: Path, project_root: Path) -> None:
    told, complaint = on_own_disk(loaded, project_root, f"mount -o remount,ro {loaded.parent}")
    assert "store_read_only" in complaint
    assert told.split("kept:")[0].split() in ([], ["ready"])


def on_own_disk(store: Path, project_root: Path, then: str) -> tuple[str, str]:
    """Copy a store to a disk in memory, do something to the disk, hand over, and list what is kept; give both outputs."""
    desk = f"{sys.executable} -m tests.storage.desk_process"
    script = (
        f"exec 3<{store}; mount -t tmpfs tmpfs {store.parent}; cat <&3 >{store}; {then}; "
        f"{desk} race {store} desk 100; mount -o remount,rw,size=100m {store.parent}; {desk} kept {store} desk"
    )
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        check=False,
        cwd=project_root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr
