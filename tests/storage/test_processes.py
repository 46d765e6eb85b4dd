# SPDX-License-Identifier: GPL-3.0-or-later
"""Several desks at once, and desks that are killed: exactly once, wholly or not at all, nothing confirmed is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_app.storage.store import DeskStore, verify_audit
from tests.storage.desk_process import FEW, MANY, numbers
from tests.storage.places import Place
from tests.storage.samples import TODAY, WANG, fill_roster, hand_over

pytestmark = pytest.mark.slow

STEPS = ("begun", "numbered", "added", "recorded", "committed")
StartDesk = Callable[[str, str], "subprocess.Popen[str]"]


@pytest.fixture
def start_desk(place: Place, project_root: Path) -> Iterator[StartDesk]:
    """Give a function that starts a desk as a process of its own."""
    desks: list[subprocess.Popen[str]] = []

    def start(work: str, name: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.storage.desk_process", work, place.address, name]
        pipe = subprocess.PIPE
        desk = subprocess.Popen(command, cwd=project_root, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        desks.append(desk)
        return desk

    yield start
    for desk in desks:
        desk.kill()
        desk.communicate()


@contextmanager
def _reopened(place: Place) -> Iterator[DeskStore]:
    store = place.open()
    yield store
    store.close()


def test_desks_that_race_for_the_same_certificates_release_each_exactly_once(
    store: DeskStore, start_desk: StartDesk
) -> None:
    wanted = numbers(FEW)
    fill_roster(store, wanted)
    desks = [start_desk("race", f"desk-{index}") for index in range(4)]
    for desk in desks:
        _wait_for(desk, "ready")
    for desk in desks:
        _go_on(desk)
    answers = [desk.communicate(timeout=60) for desk in desks]
    assert [desk.returncode for desk in desks] == [0] * 4, answers
    receipts = sorted(line for out, _ in answers for line in out.split())
    assert receipts == [f"M-20250603-{sequence:03d}" for sequence in range(1, len(wanted) + 1)]
    with store.read() as records:
        released = [row.release.student_no for row in records.ledger(TODAY, None)]
        assert records.stock_count("MAIN") == 2
    assert sorted(released) == sorted(wanted)
    assert verify_audit(store) is None


@pytest.mark.parametrize("killed_at", STEPS)
def test_a_desk_killed_at_any_step_leaves_a_release_whole_or_none(
    store: DeskStore, place: Place, start_desk: StartDesk, killed_at: str
) -> None:
    desk = start_desk("steps", "the-key")
    for step in STEPS:
        _wait_for(desk, step)
        if step == killed_at:
            break
        _go_on(desk)
    desk.kill()
    desk.communicate()
    stands = killed_at == "committed"
    with _reopened(place) as after:
        with after.write() as ledger:
            found = ledger.release_by_key("the-key")
            assert (found is not None) is stands
            assert (ledger.last_audit() is not None) is stands
            assert (ledger.signature_of("M-20250603-001") is not None) is stands
            assert ledger.stock_count("MAIN") == (1 if stands else 2)
            # What the use case does on a retry with the same key: "already mine", or the first time.
            receipt = (found or hand_over(ledger, WANG, "the-key")).receipt_no
            assert str(receipt) == "M-20250603-001"
        assert verify_audit(after) is None


def test_no_receipt_that_a_killed_desk_has_confirmed_is_lost(
    store: DeskStore, place: Place, start_desk: StartDesk
) -> None:
    fill_roster(store, numbers(MANY))
    store.close()
    confirmed: list[str] = []
    for turn in range(3):
        desk = start_desk("forever", f"desk-{turn}")
        _wait_for(desk, "ready")
        _go_on(desk)
        confirmed += _lines(desk, 25)
        desk.kill()
        rest, _ = desk.communicate()
        confirmed += rest.splitlines()
    with _reopened(place) as after, after.read() as records:
        kept = [str(row.release.receipt_no) for row in records.ledger(TODAY, None)]
    assert kept == [f"M-20250603-{sequence:03d}" for sequence in range(1, len(kept) + 1)]
    assert {line.strip() for line in confirmed} <= set(kept)
    assert len(confirmed) >= 3 * 25


def _wait_for(desk: subprocess.Popen[str], step: str) -> None:
    assert desk.stdout is not None
    assert desk.stdout.readline().strip() == step


def _go_on(desk: subprocess.Popen[str]) -> None:
    assert desk.stdin is not None
    desk.stdin.write("\n")
    desk.stdin.flush()


def _lines(desk: subprocess.Popen[str], count: int) -> list[str]:
    assert desk.stdout is not None
    return [desk.stdout.readline() for _ in range(count)]
