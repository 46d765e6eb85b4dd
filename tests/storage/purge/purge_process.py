# SPDX-License-Identifier: GPL-3.0-or-later
"""A purge as a process of its own, to be killed: ``python -m tests.storage.purge.purge_process STORE``, told to go on line by line."""

from __future__ import annotations

import sys

from desk_app.domain.retention import RecordKind
from desk_app.storage.store import DeskStore
from tests.storage.places import open_at
from tests.storage.purge.aged import CUT_OFF, described


def purge_slowly(store: DeskStore) -> None:
    """Erase record by record; stop before each transaction ends, and after it."""
    for kind in RecordKind:
        done = 1
        while done:
            with store.write() as ledger:
                done = ledger.purge_slice(kind, CUT_OFF, 1, described)
                if done:
                    _reached("erased")
            if done:
                _reached("durable")


def _reached(step: str) -> None:
    print(step, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    opened = open_at(sys.argv[1])
    purge_slowly(opened)
    opened.close()
