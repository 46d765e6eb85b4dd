# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark gives and how it is printed; it measures and never decides."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MS, MB = "ms", "MB"
_HEADINGS = ("what", "n", "p50", "p99", "target", "floor", "ratio", "note")
_LEFT = (0, len(_HEADINGS) - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing, in milliseconds or megabytes; ``floor`` is what the bare part below needs for the same (p50)."""

    name: str
    n: int
    p50: float
    p99: float
    target: float | None
    floor: float | None = None
    note: str = ""
    unit: str = MS


def percentile(samples: Iterable[float], share: float) -> float:
    """Give the sample below which this share of all samples lies (nearest rank)."""
    ordered = sorted(samples)
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
    name: str, samples: list[float], target: float | None, floor: float | None = None, note: str = "", unit: str = MS
) -> Row:
    """Sum samples up into a row."""
    return Row(name, len(samples), statistics.median(samples), percentile(samples, 0.99), target, floor, note, unit)


def format_table(rows: Iterable[Row]) -> str:
    """Lay rows out as a table in plain text."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    laid = [
        "  ".join(
            cell.ljust(width) if column in _LEFT else cell.rjust(width)
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
    ratio = "-" if not row.floor else f"{row.p50 / row.floor:.1f}"
    amounts = (_amount(value, row.unit) for value in (row.p50, row.p99, row.target, row.floor))
    return (row.name, str(row.n), *amounts, ratio, row.note)


def _amount(value: float | None, unit: str) -> str:
    """Write an amount with three digits that mean something, times below a millisecond in microseconds."""
    if value is None:
        return "-"
    if unit == MS and value < 1:
        value, unit = value * 1000, "us"
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"
