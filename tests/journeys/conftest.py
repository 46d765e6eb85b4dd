# SPDX-License-Identifier: GPL-3.0-or-later
"""What journeys through real windows share: an X server of their own."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """Start an X server on a free number and give its display once it takes connections."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"]
    with (
        (tmp_path / "xvfb.log").open("wb") as log,
        subprocess.Popen(command, pass_fds=(writing,), stderr=log) as server,
    ):
        os.close(writing)
        ready, _, _ = select.select([reading], [], [], 30)
        number = os.read(reading, 16).decode().strip() if ready else "none"
        assert _takes_connections(number), (tmp_path / "xvfb.log").read_text(encoding="utf-8")
        yield f":{number}"
        server.terminate()
    os.close(reading)  # not before: the server dies when it cannot write the rest of its answer


def _takes_connections(number: str) -> bool:
    """Try for at most ten seconds to reach the server's socket."""
    pause = threading.Event()
    for _ in range(100):
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(f"/tmp/.X11-unix/X{number}") == 0:
                return True
        pause.wait(0.1)
    return False
