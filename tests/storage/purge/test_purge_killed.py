# SPDX-License-Identifier: GPL-3.0-or-later
"""A purge that is killed leaves each slice done or not begun, and goes on where it ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desk_app.domain.audit import AuditFilter, readable
from desk_app.domain.retention import RecordKind
from desk_app.storage.store import DeskStore, prove_store
from tests.storage.places import Place
from tests.storage.purge.aged import CUT_OFF, OLD, described, hand_over_at, seal
from tests.storage.samples import LIN, WANG, item

pytestmark = pytest.mark.slow
KILLED_AFTER = (1, 2, 5, 8)


def killed(place: Place, project_root: Path, steps: int) -> None:
    """Purge in a process of its own, and kill it at a step."""
    command = [sys.executable, "-m", "tests.storage.purge.purge_process", place.owners_address]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project_root, stdin=pipe, stdout=pipe, text=True) as purge:
        assert purge.stdout is not None
        assert purge.stdin is not None
        for step in range(steps):
            assert purge.stdout.readline().strip() == ("erased", "durable")[step % 2]
            if step < steps - 1:
                purge.stdin.write("\n")
                purge.stdin.flush()
        purge.kill()


def counts(store: DeskStore) -> tuple[int, int]:
    """Count what is due or held back, and what the log says was purged."""
    with store.read() as records:
        due = [records.due(kind, CUT_OFF) for kind in RecordKind]
        entries = list(records.audit_entries(AuditFilter(kind="PURGE")))
    return sum(one.count for one in due), sum(readable(entry)["payload"]["count"] for entry in entries)


def test_a_killed_purge_goes_on(store: DeskStore, place: Place, project_root: Path) -> None:
    with store.write() as ledger:
        for number in (LIN, WANG):
            ledger.put_items([(number, item(hours_old=60_000))])
            seal(ledger, hand_over_at(ledger, number, OLD, by_proxy=number == LIN))
    done = 0
    for steps in KILLED_AFTER:
        killed(place, project_root, steps)
        prove_store(store)
        done += steps // 2
        assert counts(store)[1] == done
    owner = place.open_as_owner()
    for kind in RecordKind:
        left = 1
        while left:
            with owner.write() as ledger:
                left = ledger.purge_slice(kind, CUT_OFF, 100, described)
    owner.close()
    prove_store(store)
    assert counts(store)[0] == 0
