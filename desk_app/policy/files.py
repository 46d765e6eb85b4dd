# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads text, TOML and CSV files strictly: UTF-8 without byte-order mark, or a problem that names the line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from desk_app.policy.problems import Problem, ProblemLog, policy_error

_LINE = re.compile(r"at line (\d+), column \d+")
_MOST_LEVELS = 64
"""Tables and arrays nested deeper than this are no rules, but would exhaust whoever walks through them."""

_BOM = b"\xef\xbb\xbf"


def read_bytes(path: Path, name: str) -> bytes:
    """Give the bytes of a file; ``name`` is how the error calls it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise policy_error(name, [Problem("unreadable", data={"detail": error.strerror or ""})]) from error


def decode(content: bytes, name: str) -> str:
    """Turn the bytes of a file into text."""
    if content.startswith(_BOM):
        raise policy_error(name, [Problem("encoding", f"{name}:1")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise policy_error(name, [Problem("encoding", f"{name}:{line}")]) from error


def parse_toml(content: bytes, name: str) -> dict[str, object]:
    """Parse a TOML file; a syntax error names its line."""
    text = decode(content, name)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number may also have more digits than Python takes
        raise policy_error(name, [_syntax_problem(text, name, str(error))]) from error
    if not _is_shallow(values):
        raise policy_error(name, [Problem("syntax", "", {"detail": f"more than {_MOST_LEVELS} levels"})])
    return values


def _is_shallow(values: object) -> bool:
    """Tell whether nothing is nested too deeply; walks level by level, since it may be."""
    level = [values]
    for _ in range(_MOST_LEVELS):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return True
    return False


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _syntax_problem(text: str, name: str, message: str) -> Problem:
    detail, _, place = message.partition(" (at ")
    found = _LINE.search(message)
    if found:
        return Problem("syntax", f"{name}:{found[1]}", {"detail": detail})
    return Problem("syntax", f"{name}:{text.count(chr(10)) + 1}" if place else "", {"detail": detail})


def rows_of(content: bytes, name: str, columns: tuple[str, ...], log: ProblemLog) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a CSV table with their line numbers, without those that have other columns."""
    reader = csv.reader(io.StringIO(decode(content, name), newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            log.add("csv_header", f"{name}:1", expected=", ".join(columns))
            return
        width = len(columns)
        for row in reader:
            if len(row) == width:
                yield reader.line_num, row
            else:
                log.add("csv_width", f"{name}:{reader.line_num}", expected=width)
    except csv.Error as error:
        log.add("syntax", f"{name}:{reader.line_num}", detail=str(error))
