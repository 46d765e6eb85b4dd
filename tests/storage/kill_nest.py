# SPDX-License-Identifier: GPL-3.0-or-later
"""Desks that are killed at a chosen write: ``python kill_nest.py STORE``, told ``STEP FIRST COUNT`` line by line.

Each desk is a fork of this process, so that it need not load its libraries anew; strace kills it at the given number
of writes and syncs. Printed are the receipts that it confirmed, and ``end`` with its status.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import open_store
from tests.storage.desk_process import race
from tests.storage.samples import KEY

_CALLS = "pwrite64,fdatasync"


def killed_at(path: Path, step: int, first: int, count: int) -> int:
    """Fork a desk, have it killed at a step of its work, and give its wait status."""
    desk = os.fork()
    if desk == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the orders are the nest's, not the desk's
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the life of the process
        os.kill(os.getpid(), signal.SIGSTOP)
        race(open_store(path, FieldCipher(KEY)), f"desk-{first}", count, first)
        os._exit(0)
    os.waitpid(desk, os.WUNTRACED)
    trace = ["-o", "/dev/null", "-e", f"trace={_CALLS}", "-e", f"inject={_CALLS}:signal=KILL:when={step}"]
    killer = subprocess.Popen(["strace", *trace, "-p", str(desk)], stderr=subprocess.PIPE, text=True)
    assert killer.stderr is not None
    assert "attached" in killer.stderr.readline()
    os.kill(desk, signal.SIGCONT)
    status = os.waitpid(desk, 0)[1]
    killer.communicate()
    return status


if __name__ == "__main__":
    for line in sys.stdin:
        ended = killed_at(Path(sys.argv[1]), *map(int, line.split()))
        print("end", ended, flush=True)
