# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads text, TOML and CSV files strictly: UTF-8 without byte-order mark, or a problem that names the line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from desk_app.policy.problems import Problem, ProblemLog, policy_error

_LINE = re.compile(r"at line (\d+), column \d+")
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
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise policy_error(name, [_syntax_problem(text, name, str(error))]) from error


def _syntax_problem(text: str, name: str, message: str) -> Problem:
    found = _LINE.search(message)
    line = int(found[1]) if found else text.count("\n") + 1
    detail = message.partition(" (at ")[0]
    return Problem("syntax", f"{name}:{line}", {"detail": detail})


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
