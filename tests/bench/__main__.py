# SPDX-License-Identifier: GPL-3.0-or-later
"""All benchmarks, beside what the bare database driver and an empty window need for the same.

python -m tests.bench [--folder DIR] [--server]; the big store is built in the folder once (under a minute) and used again.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import (
    bench_audit,
    bench_import,
    bench_papers,
    bench_pcsc,
    bench_queue,
    bench_reader,
    bench_rules,
    bench_server,
    bench_source_files,
    bench_sources,
    bench_start,
    bench_store,
    bench_whole_file,
    bench_window,
)
from tests.bench.table import Row, print_table


def main() -> None:
    """Measure everything in turn and print a table of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "certificate-desk-bench")
    parser.add_argument(
        "--server", action="store_true", help="also fill a PostgreSQL server and measure on it (minutes)"
    )
    chosen = parser.parse_args()
    folder: Path = chosen.folder
    folder.mkdir(parents=True, exist_ok=True)
    benches: list[Callable[[], list[Row]]] = [
        lambda: bench_start.measure(folder),
        bench_papers.measure,  # before the window, which loads the same libraries
        lambda: bench_window.measure(folder),
        lambda: bench_store.measure(folder),
        lambda: bench_audit.measure(folder),
        lambda: bench_import.measure(folder),
        lambda: bench_whole_file.measure(folder),
        lambda: bench_queue.measure(folder),
        lambda: bench_sources.measure(folder),
        bench_source_files.measure,
        bench_rules.measure,
        bench_reader.measure,
        bench_pcsc.measure,
    ]
    if chosen.server:
        benches.append(bench_server.measure)
    for measure in benches:
        # At once: what the first ones gave is not lost when a later one ends badly.
        print_table(measure())
        print(flush=True)


if __name__ == "__main__":
    main()
