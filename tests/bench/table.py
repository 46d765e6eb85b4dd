# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark gives and how it is printed; it measures and never decides."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_HEADINGS = ("what", "n", "p50 ms", "p99 ms", "target", "floor", "note")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing; times in milliseconds, ``floor_ms`` is what the bare part below needs for the same (p50)."""

    name: str
    n: int
    p50_ms: float
    p99_ms: float
    target_ms: float | None
    floor_ms: float | None = None
    note: str = ""


def percentile(samples_ms: Iterable[float], share: float) -> float:
    """Give the sample below which this share of all samples lies (nearest rank)."""
    ordered = sorted(samples_ms)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(work: Callable[[int], object], n: int) -> list[float]:
    """Run ``work(0)`` to ``work(n - 1)``; give the milliseconds of each."""
    samples = []
    for index in range(n):
        begin = time.perf_counter()
        work(index)
        samples.append((time.perf_counter() - begin) * 1000)
    return samples


def row_of(
    name: str, samples_ms: list[float], target_ms: float | None, floor_ms: float | None = None, note: str = ""
) -> Row:
    """Sum samples up into a row."""
    return Row(
        name, len(samples_ms), statistics.median(samples_ms), percentile(samples_ms, 0.99), target_ms, floor_ms, note
    )


def format_table(rows: Iterable[Row]) -> str:
    """Lay rows out as a table in plain text."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    laid = [
        "  ".join(
            cell.ljust(width) if column in (0, len(_HEADINGS) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    laid.insert(1, "-" * max(map(len, laid)))
    return "\n".join(laid)


def print_table(rows: Iterable[Row]) -> None:
    """Print rows as a table."""
    print(format_table(rows))


def _cells(row: Row) -> tuple[str, ...]:
    target = "-" if row.target_ms is None else f"{row.target_ms:.0f}"
    floor = "-" if row.floor_ms is None else f"{row.floor_ms:.2f}"
    return (row.name, str(row.n), f"{row.p50_ms:.2f}", f"{row.p99_ms:.2f}", target, floor, row.note)
