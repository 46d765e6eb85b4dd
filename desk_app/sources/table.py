# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads tables from CSV and XLSX files into plain texts with line numbers; what a file cannot be is told, not guessed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeAlias

from desk_app.domain.errors import ImportRefusedError
from desk_app.domain.findings import Finding
from desk_app.sources.sheets import chosen_sheet

BIG5 = "cp950"
"""What Windows calls Big5; read only when the operator says that a file is Big5."""

LARGEST_BYTES = 300_000_000
"""A million rows of clearance data have about a third of it."""

LARGEST_UNPACKED = 1_000_000_000
"""The same rows in a workbook, unpacked."""

MOST_CELLS = 20_000_000
"""A workbook is laid out in memory as wide and as long as its last cell stands."""

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


_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""So begin workbooks of before 2007, and those under a pass phrase."""

_PACKED = b"PK\x03\x04"
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_CHUNK = 1 << 20
_LONGEST_REFERENCE = 16
Row: TypeAlias = tuple[int, list[str]]
"""A row of a file: the line on which it begins, and its texts."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """How a table lies in its file: by default as the desk's own import files, UTF-8 with the columns in the first line.

    ``header`` is the line of the columns' names, 0 when there is none. ``names`` says which column of the desk a name
    stands for, and ``places`` does it by position from 0; with either of them all other columns are left out. ``end``
    tells what is wrong with the last line, which is no row then, and the rows above it. ``whole_rows`` wants a text, empty
    or not, in every column, and a last line that was written to its end.
    """

    encoding: str = ""
    delimiter: str = ","
    sheet: str = ""
    header: int = 1
    names: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[int, str] = field(default_factory=dict)
    end: Callable[[Row, Sequence[Row]], Iterable[Finding]] | None = None
    whole_rows: bool = False

    def columns(self, named: Sequence[str], width: int) -> tuple[str, ...]:
        """Give the desk's name of every column, "" for one that is left out."""
        if self.places:
            return tuple(self.places.get(place, "") for place in range(width))
        if self.names:
            return tuple(self.names.get(folded(name), "") for name in named)
        return tuple(_ALIASES.get(folded(name), folded(name)) for name in named)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: the line on which it begins and its texts by column."""

    number: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: file name, hash of its bytes, columns and rows. ``head`` are the words over its columns as they stand."""

    file: str
    sha256: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    problems: tuple[Finding, ...] = field(default=())
    head: tuple[str, ...] = ()


def read_table(path: Path, encoding: str = "") -> Table:
    """Read a CSV or XLSX file; ``encoding`` "" means UTF-8 with or without byte-order mark.

    Raises :class:`ImportRefusedError` for a file that cannot be opened or whose text cannot be read.
    """
    return table_of(path, read_bytes(path), TableForm(encoding))


def table_of(path: Path, data: bytes, form: TableForm) -> Table:
    """Read the bytes of a file as a table; raise :class:`ImportRefusedError` when they are none."""
    _require_readable_kind(path, data)
    rows = _xlsx_rows(path, data, form.sheet) if is_workbook(path) else _csv_rows(path, data, form)
    head = [row for row in rows if row[0] >= form.header][:1] if form.header else [(0, [])]
    if not rows or not head:
        raise refused(path, "empty")
    columns = form.columns(head[0][1], max(len(texts) for _, texts in rows))
    twice = next((name for name in columns if name and columns.count(name) > 1), "")
    if twice:
        # Which of the two counts would be a guess, and a guess could exchange names.
        raise ImportRefusedError(file=path.name, problems=(Finding("column_twice", 0, twice),))
    below = [row for row in rows if row[0] > head[0][0] and "".join(row[1]).strip()]
    faults = _end_faults(form, head[0], below)
    lines, problems = _lines(columns, below)
    if form.places or form.names:
        faults += _displaced(len(head[0][1]), below)
    if form.whole_rows:
        faults += _cut_short(max(form.places) + 1 if form.places else _named(head[0][1]), below)
    return Table(path.name, hashlib.sha256(data).hexdigest(), columns, lines, (*problems, *faults), tuple(head[0][1]))


def is_workbook(path: Path) -> bool:
    """Tell whether a file is read as a workbook; everything else is text."""
    return path.suffix.lower() in (".xlsx", ".xlsm")


def _require_readable_kind(path: Path, data: bytes) -> None:
    """Refuse what is neither text nor a workbook of today, whatever its name: its bytes would be told of as wrong letters."""
    if data.startswith(_OLD_WORKBOOK):
        raise refused(path, "workbook_old")
    if data.startswith(_PACKED) and not is_workbook(path):
        raise refused(path, "file_packed")


def folded(text: str) -> str:
    """Give a word as words are compared: NFKC, without blanks around it, in lower case."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def read_bytes(path: Path) -> bytes:
    """Read a file; a pipe or a device would never end, and no list of an office is as large as the limit.

    Raises :class:`ImportRefusedError`.
    """
    try:
        if path.exists() and not path.is_file():
            raise refused(path, "no_file")
        if path.stat().st_size > LARGEST_BYTES:
            raise refused(path, "too_large", str(LARGEST_BYTES // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        raise refused(path, "unreadable", value=error.strerror or "") from error


def _require_unpacked_size(path: Path, data: bytes) -> None:
    """Refuse a workbook that would unpack to more than fits into memory, or lays one cell at the end of an empty sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if sum(part.file_size for part in book.infolist()) > LARGEST_UNPACKED:
                raise refused(path, "too_large", str(LARGEST_UNPACKED // 1_000_000))
            # Every part is read to its end: one that is longer than it says does not have the sum that it says either.
            cells = max((_cells_laid_out(book, part) for part in book.infolist()), default=0)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise refused(path, "xlsx_broken", value=str(error)) from error
    if cells > MOST_CELLS:
        raise refused(path, "too_many_places", str(cells))


def _cells_laid_out(book: zipfile.ZipFile, name: zipfile.ZipInfo) -> int:
    """Give how many cells there are from the first to the last one of a sheet, those between them included."""
    columns: set[bytes] = set()
    rows, rest = 0, b""
    with book.open(name) as part:
        while chunk := part.read(_CHUNK):
            found = _CELL.findall(rest + chunk)
            columns.update(column for column, _ in found)
            rows = max(rows, max((int(row) for _, row in found), default=0))
            rest = chunk[-_LONGEST_REFERENCE:]
    return rows * max((column_number(column) for column in columns), default=0)


def column_number(letters: bytes) -> int:
    """Give the number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def refused(path: Path, code: str, value: str = "") -> ImportRefusedError:
    """Make the error for a file that is wrong as a whole."""
    return ImportRefusedError(file=path.name, problems=(Finding(code, value=value),))


def _lines(columns: Sequence[str], rows: Sequence[Row]) -> tuple[tuple[Line, ...], tuple[Finding, ...]]:
    """Pair texts with columns; a row with more texts than columns is a problem."""
    lines: list[Line] = []
    problems: list[Finding] = []
    width = len(columns)
    for number, texts in rows:
        if len(texts) > width and "".join(texts[width:]).strip():
            problems.append(Finding("too_many_cells", number, value=str(len(texts)), allowed=str(width)))
        padded = texts if len(texts) >= width else [*texts, *[""] * (width - len(texts))]
        lines.append(Line(number, dict(zip(columns, padded, strict=False))))
    return tuple(lines), tuple(problems)


def _end_faults(form: TableForm, head: Row, rows: list[Row]) -> list[Finding]:
    """Take the last line away where it is no row, and tell what is wrong with it."""
    if form.end is None:
        return []
    last = rows.pop() if rows else head
    return list(form.end(last, rows))


def _named(head: Sequence[str]) -> int:
    """Count the columns up to the last one over which a word stands."""
    return max((place for place, word in enumerate(head, start=1) if word.strip()), default=0)


def _cut_short(width: int, rows: Sequence[Row]) -> list[Finding]:
    """Name the rows that end before the last column."""
    return [
        Finding("too_few_cells", number, value=f"{len(texts)} < {width}")
        for number, texts in rows
        if len(texts) < width
    ]


def _displaced(width: int, rows: Sequence[Row]) -> list[Finding]:
    """Name the rows with an empty cell too many, unless all rows have it: the others may stand one column too far."""
    most = max(width, min((len(texts) for _, texts in rows), default=0))
    return [
        Finding("too_many_cells", number, value=str(len(texts)), allowed=str(width))
        for number, texts in rows
        if len(texts) > most and not "".join(texts[most:]).strip()
    ]


def _csv_rows(path: Path, data: bytes, form: TableForm) -> list[Row]:
    text = _decoded(path, data, form.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=form.delimiter)
    rows: list[Row] = []
    start = 1
    try:
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefusedError(file=path.name, problems=(Finding("csv_broken", start, value=str(error)),)) from error
    if form.whole_rows and form.end is None and rows and not text.endswith(("\n", "\r")):
        # Cut off behind a delimiter, a row has all its cells, the last one empty.
        raise ImportRefusedError(file=path.name, problems=(Finding("line_unended", rows[-1][0]),))
    return [(number, row) for number, row in rows if row]


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    """Decode a file; one that is not UTF-8 but could be Big5 is told so, because a guess could spoil names."""
    try:
        return data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        code = "encoding_big5" if not encoding and _could_be_big5(data) else "encoding"
        problem = (
            Finding("encoding_sign", line) if encoding == BIG5 else Finding(code, line, allowed=encoding or "UTF-8")
        )
        raise ImportRefusedError(file=path.name, problems=(problem,)) from error


def _could_be_big5(data: bytes) -> bool:
    try:
        data.decode(BIG5)
    except UnicodeDecodeError:
        return False
    return True


def _xlsx_rows(path: Path, data: bytes, name: str) -> list[Row]:
    """Read the sheet of a name, "" is the first; numbers, dates and truth values become the texts that a CSV file would hold."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - needed for workbooks only

    _require_unpacked_size(path, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if name and name not in book.sheet_names:
            problem = Finding("sheet_missing", value=name, allowed=", ".join(book.sheet_names))
            raise ImportRefusedError(file=path.name, problems=(problem,))
        cells = chosen_sheet(book, name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise refused(path, "xlsx_broken", value=str(error)) from error
    return [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(cells, start=1)]


def cell_text(cell: object) -> str:
    """Give the text that a CSV file would hold for a value of a workbook or a database; an instant to the second."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)
