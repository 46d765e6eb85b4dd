# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads tables from CSV and XLSX files into plain texts with line numbers; what a file cannot be is told, not guessed."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from desk_app.domain.errors import ImportRefusedError
from desk_app.domain.findings import Finding

BIG5 = "cp950"
"""What Windows calls Big5; read only when the operator says that a file is Big5."""

LARGEST_BYTES = 300_000_000
"""A million rows of clearance data have about a third of it."""

LARGEST_UNPACKED = 1_000_000_000
"""The same rows in a workbook, unpacked."""

_ALIASES = {
    "student_no": "number",
    "學號": "number",
    "姓名": "name",
    "系所": "unit",
    "事項": "code",
    "來源": "source",
    "狀態": "state",
    "資料時間": "as_of",
    "證書號碼": "serial",
    "箱號": "box",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: the line on which it begins and its texts by column."""

    number: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: file name, hash of its bytes, columns and rows."""

    file: str
    sha256: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    problems: tuple[Finding, ...] = field(default=())


def read_table(path: Path, encoding: str = "") -> Table:
    """Read a CSV or XLSX file; ``encoding`` "" means UTF-8 with or without byte-order mark.

    Raises :class:`ImportRefusedError` for a file that cannot be opened or whose text cannot be read.
    """
    data = _data(path)
    rows = _xlsx_rows(path, data) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv_rows(path, data, encoding)
    if not rows:
        raise refused(path, "empty")
    columns = tuple(_column(text) for text in rows[0][1])
    twice = next((name for name in columns if name and columns.count(name) > 1), "")
    if twice:
        # Which of the two counts would be a guess, and a guess could exchange names.
        raise ImportRefusedError(file=path.name, problems=(Finding("column_twice", 0, twice),))
    lines, problems = _lines(columns, rows[1:])
    return Table(path.name, hashlib.sha256(data).hexdigest(), columns, lines, problems)


def _data(path: Path) -> bytes:
    """Read a file; a pipe or a device would never end, and no list of an office is as large as the limit."""
    try:
        if path.exists() and not path.is_file():
            raise refused(path, "no_file")
        if path.stat().st_size > LARGEST_BYTES:
            raise refused(path, "too_large", str(LARGEST_BYTES // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        raise refused(path, "unreadable", value=error.strerror or "") from error


def _require_unpacked_size(path: Path, data: bytes) -> None:
    """Refuse a workbook that would unpack to more than fits into memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            size = sum(part.file_size for part in book.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise refused(path, "xlsx_broken", value=str(error)) from error
    if size > LARGEST_UNPACKED:
        raise refused(path, "too_large", str(LARGEST_UNPACKED // 1_000_000))


def refused(path: Path, code: str, value: str = "") -> ImportRefusedError:
    """Make the error for a file that is wrong as a whole."""
    return ImportRefusedError(file=path.name, problems=(Finding(code, value=value),))


def _column(text: str) -> str:
    name = unicodedata.normalize("NFKC", text).strip().lower()
    return _ALIASES.get(name, name)


def _lines(
    columns: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[tuple[Line, ...], tuple[Finding, ...]]:
    """Pair texts with columns; blank rows are skipped, a row with more texts than columns is a problem."""
    lines: list[Line] = []
    problems: list[Finding] = []
    for number, texts in rows:
        if not any(text.strip() for text in texts):
            continue
        if any(text.strip() for text in texts[len(columns) :]):
            problems.append(Finding("too_many_cells", number, value=str(len(texts)), allowed=str(len(columns))))
        padded = [*texts, *[""] * (len(columns) - len(texts))]
        lines.append(Line(number, dict(zip(columns, padded, strict=False))))
    return tuple(lines), tuple(problems)


def _csv_rows(path: Path, data: bytes, encoding: str) -> list[tuple[int, list[str]]]:
    text = _decoded(path, data, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefusedError(file=path.name, problems=(Finding("csv_broken", start, value=str(error)),)) from error
    return [(number, row) for number, row in rows if row]


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    """Decode a file; one that is not UTF-8 but could be Big5 is told so, because a guess could spoil names."""
    try:
        return data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        code = "encoding_big5" if not encoding and _could_be_big5(data) else "encoding"
        raise ImportRefusedError(file=path.name, problems=(Finding(code, line, allowed="UTF-8"),)) from error


def _could_be_big5(data: bytes) -> bool:
    try:
        data.decode(BIG5)
    except UnicodeDecodeError:
        return False
    return True


def _xlsx_rows(path: Path, data: bytes) -> list[tuple[int, list[str]]]:
    """Read the first sheet; numbers, dates and truth values become the texts that a CSV file would hold."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - needed for workbooks only

    _require_unpacked_size(path, data)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise refused(path, "xlsx_broken", value=str(error)) from error
    return [(number, [_text(cell) for cell in row]) for number, row in enumerate(cells, start=1)]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
