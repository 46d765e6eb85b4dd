# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the window takes from the start of its process, and what memory it holds then, beside an empty window.

python -m tests.bench.bench_start FOLDER
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median

import psutil

from tests.bench.big_desk import make_big_desk
from tests.bench.table import MB, Row, print_table, row_of

_RUNS = 9
_IDLE_S = 2.0
_CHECKOUT = Path(__file__).resolve().parents[2]


def measure(folder: Path) -> list[Row]:
    """Measure start and idle memory of the counter application and of an empty window, turn by turn."""
    with tempfile.TemporaryDirectory(dir=folder) as spot:
        home = Path(spot) / "desk"
        home.mkdir()
        desk = make_big_desk(folder, home)
        environment = _environment(Path(spot) / "bytecode")
        window, bare = ("tests.bench.start_window", str(desk.file)), ("tests.bench.bare_window",)
        for command in (window, bare):  # compiles
            _start(command, environment)
        pairs = [(_start(window, environment), _start(bare, environment)) for _ in range(_RUNS)]
    starts, bare_starts = [own[0] for own, _ in pairs], [floor[0] for _, floor in pairs]
    sizes, bare_sizes = [own[1] for own, _ in pairs], [floor[1] for _, floor in pairs]
    return [
        row_of("start to painted idle page", starts, 800.0, median(bare_starts), "p99: the slowest; aim 500 ms"),
        row_of("memory at the idle page", sizes, 150.0, median(bare_sizes), "after 2 s; aim 120 MB", MB),
    ]


def _environment(bytecode: Path) -> dict[str, str]:
    """Give the environment of an installed program: bytecode is compiled, once, into a folder of this run."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(bytecode)}


def _start(command: tuple[str, ...], environment: Mapping[str, str]) -> tuple[float, float]:
    """Start a process; give the milliseconds until its window is painted, and its memory in MB when it idles."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", *command], cwd=_CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            painted = (time.perf_counter() - begin) * 1000
            if line.strip() != "painted":
                raise RuntimeError(f"{command[0]} did not open its window")
            with suppress(subprocess.TimeoutExpired):
                raise RuntimeError(f"{command[0]} ended with {process.wait(_IDLE_S)} instead of idling")
            return painted, psutil.Process(process.pid).memory_info().rss / 1e6
        finally:
            process.terminate()


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1])))
