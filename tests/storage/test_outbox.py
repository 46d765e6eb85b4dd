# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk killed between the hand-over and its papers: the next start seals the receipt and prints it, once."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desk_app.domain.records import PaperState
from tests.storage.outbox_desk import STEPS, desk_on_store, enrol, start_again
from tests.storage.places import Place

RECEIPT = "M-20250603-001"
COPIES = [f"{RECEIPT}-1", f"{RECEIPT}-2"]
PRINTED_BY_ITSELF = {"released", "laid_out", "sealed"}
"""Before the printer has anything, all is made good; afterwards nobody prints again what may have come out."""


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_the_next_start_makes_good_what_a_killed_desk_owes_exactly_once(
    place: Place, tmp_path: Path, project_root: Path, step: str
) -> None:
    tray = tmp_path / "tray.txt"
    with closing(place.open()) as store:
        enrol(desk_on_store(store, tray))
    command = [sys.executable, "-m", "tests.storage.outbox_desk", place.address, str(tray), step]
    killed = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with closing(place.open()) as store:
        again = desk_on_store(store, tray)
        start_again(again)
        start_again(again)
        printed = tray.read_text(encoding="utf-8").split() if tray.exists() else []
        with store.read() as records:
            paper = records.archived_paper(RECEIPT)
            waiting = [f"{job.title}-{job.copy}" for job in records.print_jobs([PaperState.SENT])]
            assert records.unsealed_releases() == ()
        assert paper is not None
        assert paper.pdf == f"%PDF {RECEIPT}".encode()
        # What the killed desk had handed over waits for a person, who looks whether it came out.
        assert waiting == ([] if step in PRINTED_BY_ITSELF else COPIES[:1])
        assert [job.title for job in again.print_queue.attention()] == [RECEIPT] * len(waiting)
    assert printed == {"taken": COPIES[1:]}.get(step, COPIES)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["released", "sealed"])
def test_another_desk_seals_what_is_owed_and_leaves_the_printing_to_the_desk_of_the_hand_over(
    place: Place, tmp_path: Path, project_root: Path, step: str
) -> None:
    here, there = tmp_path / "here.txt", tmp_path / "there.txt"
    with closing(place.open()) as store:
        enrol(desk_on_store(store, here))
    command = [sys.executable, "-m", "tests.storage.outbox_desk", place.address, str(here), step]
    subprocess.run(command, cwd=project_root, capture_output=True, check=False)
    with closing(place.open()) as store:
        start_again(desk_on_store(store, there, number="2"))
        assert not there.exists()
        start_again(desk_on_store(store, here))
    assert here.read_text(encoding="utf-8").split() == COPIES
