# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one file that an office has delivered by its mapping profile: all of its rows, or every place that is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from desk_app.collecting import collecting_later
from desk_app.domain.clearance_sources import ItemReport, Remainder
from desk_app.domain.errors import ImportRefusedError
from desk_app.domain.facts import ItemState
from desk_app.domain.findings import Finding
from desk_app.domain.records import ItemRecord
from desk_app.sources.cells import Notebook
from desk_app.sources.folder_places import delivered_stem
from desk_app.sources.mapping.folding import folded_reports
from desk_app.sources.mapping.profile import AUTOMATIC, UTF_16, MappingProfile
from desk_app.sources.mapping.rows import Moment, ReadRows, RowReader
from desk_app.sources.table import BIG5, Table, folded, is_workbook, read_bytes, refused, table_of
from desk_app.sources.workbook_doubts import false_blanks, filled_sheets, lost_rows

_LONGEST_DIGEST = 16
_BIG5_SEEN, _NEITHER, _UNDECLARED = "encoding_big5", "encoding", "encoding_undeclared"
_CLOCKS_APART = timedelta(minutes=10)
"""So far the clocks of two machines may differ, of which one names a file and the other one dates it."""
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a file has given: its rows, or what is wrong with it. ``known`` says that nothing of it was read.

    ``digest`` names the bytes together with the profile that they were read by and the instant that the file itself gives:
    the same list delivered anew under a newer name is news, because the office says that it still holds.
    """

    digest: str
    reports: tuple[ItemReport, ...] = ()
    problems: tuple[Finding, ...] = ()
    known: bool = False
    remainders: tuple[Remainder, ...] = ()

    def silence(self, newest: datetime | None) -> tuple[Remainder, ...]:
        """Give what it says of those whom it does not name, unless a ``newest`` list is newer."""
        return tuple(one for one in self.remainders if newest is None or one.record.as_of >= newest)


def read_delivery(
    path: Path, profile: MappingProfile, timezone: ZoneInfo, latest: datetime, known: Container[str] = ()
) -> Delivery:
    """Read a file of which no datum may be newer than ``latest``; one whose digest is ``known`` is not read again."""
    with collecting_later():
        return _read(path, profile, timezone, latest, known)


def _read(path: Path, profile: MappingProfile, timezone: ZoneInfo, latest: datetime, known: Container[str]) -> Delivery:
    try:
        if path.is_symlink():
            # Whoever may write into the folder could name any file of this machine.
            raise refused(path, "no_file")
        data = read_bytes(path)
        stamp = _stamp(path, profile, timezone, latest)
        told = "" if stamp is None else stamp.isoformat()
        digest = sha256(data + f"\0{profile.digest}\0{told}".encode()).hexdigest()[:_LONGEST_DIGEST]
        if digest in known:
            return Delivery(digest, known=True)
        table = _table(path, data, profile)
    except ImportRefusedError as error:
        found = error.data["problems"]
        return Delivery("", problems=_as_headed(found if isinstance(found, tuple) else (), profile))
    rows = RowReader(profile, Moment(timezone, latest, stamp)).read(table.lines)
    missing = _missing(table, profile)
    # A column that is not there is said once, and not again in every row.
    problems = missing or (
        *table.problems,
        *rows.problems,
        *_repeated(rows, profile),
        *_unproven(path, data, table, profile),
    )
    if problems:
        return Delivery(digest, problems=_as_headed(problems, profile))
    reports = rows.reports if profile.things is None else folded_reports(rows.reports)
    return Delivery(digest, reports, remainders=_remainders(profile, stamp))


def _stamp(path: Path, profile: MappingProfile, timezone: ZoneInfo, latest: datetime) -> datetime | None:
    """Give the instant that the file itself tells, ``None`` when its rows do."""
    if profile.stamp is None and not profile.modified:
        return None
    changed = datetime.fromtimestamp(int(path.stat().st_mtime), timezone)
    stamp = changed if profile.stamp is None else profile.stamp.read(delivered_stem(path), timezone)
    if isinstance(stamp, Finding):
        raise ImportRefusedError(file=path.name, problems=(stamp,))
    if stamp > latest:
        raise refused(path, "as_of_ahead", stamp.isoformat(sep=" "))
    if stamp - changed > _CLOCKS_APART:
        # An older list under a newer name would say of today what was true then.
        raise refused(path, "name_too_new", changed.isoformat(sep=" "))
    return stamp


def _table(path: Path, data: bytes, profile: MappingProfile) -> Table:
    """Read the table; where the profile leaves the encoding open, Big5 is taken only when the office's own words appear."""
    if profile.file.encoding != AUTOMATIC or is_workbook(path):
        return table_of(path, data, profile.form("" if profile.file.encoding == AUTOMATIC else profile.file.encoding))
    if data.startswith(_BYTE_ORDER_MARKS):
        return table_of(path, data, profile.form(UTF_16))
    try:
        return table_of(path, data, profile.form(""))
    except ImportRefusedError as error:
        found = error.data["problems"]
        if not isinstance(found, tuple) or found[0].code not in (_BIG5_SEEN, _NEITHER):
            raise
        if _headed_in_big5(path, data, profile):
            return table_of(path, data, profile.form(BIG5))
        if found[0].code == _NEITHER:
            raise
        raise ImportRefusedError(file=path.name, problems=(dataclasses.replace(found[0], code=_UNDECLARED),)) from error


def _headed_in_big5(path: Path, data: bytes, profile: MappingProfile) -> bool:
    """Tell whether the words over the columns appear when the bytes are taken as Big5, and not in ASCII only."""
    words = {column: set(map(folded, words)) for column, words in profile.headings.items()}
    as_they_stand = {word: word for folds in words.values() for word in folds}
    # A character further down that Big5 does not have is told of with its line.
    lines = data.splitlines()
    end = next((place for place, line in enumerate(lines, start=1) if line and place >= profile.file.header), 0)
    head = b"\n".join([*lines[:end], b""])
    try:
        table = table_of(path, head, dataclasses.replace(profile.form(BIG5), names=as_they_stand))
    except ImportRefusedError:
        return False
    found = [set(table.columns) & folds for folds in words.values()]
    return bool(found) and all(found) and any(not word.isascii() for here in found for word in here)


def _missing(table: Table, profile: MappingProfile) -> tuple[Finding, ...]:
    """Name the columns of the profile that the table does not have; where it has none, say what stands there."""
    if profile.headings and not set(profile.columns) & set(table.columns):
        notebook = Notebook()
        words = ", ".join(profile.heading(column) for column in profile.columns)
        notebook.refuse("head_unlike", profile.file.header, "", " | ".join(table.head), words)
        return tuple(notebook.problems)
    return tuple(
        Finding("column_missing", 0, column, allowed=", ".join(profile.headings.get(column, ())))
        for column in profile.columns
        if column not in table.columns
    )


def _repeated(rows: ReadRows, profile: MappingProfile) -> tuple[Finding, ...]:
    """Name the rows that say something about the same item of the same graduate again: which counts would be a guess."""
    if profile.things is not None:
        return ()
    first: dict[tuple[str, str, str], int] = {}
    found = []
    for report, line in zip(rows.reports, rows.lines, strict=True):
        key = (report.student_no, report.record.item, report.record.source)
        before = first.setdefault(key, line)
        if before != line:
            found.append(Finding("duplicate", line, "number", " ".join(part for part in key if part), str(before)))
    return tuple(found)


def _unproven(path: Path, data: bytes, table: Table, profile: MappingProfile) -> Iterator[Finding]:
    """Name rows that got lost, and what keeps silence from being taken as cleared: a list that may be cut short, a lost column."""
    if is_workbook(path):
        yield from lost_rows(data, profile.file.sheet, table, profile.file.header)
    for column in profile.blank_passes:
        if table.lines and not any(line.texts[column].strip() for line in table.lines):
            yield Finding("column_blank", 0, column)
    if profile.blank_passes and is_workbook(path):
        yield from false_blanks(data, profile.file.sheet, table, profile.blank_passes)
    if profile.things is None or profile.things.absence is None or profile.file.end is not None:
        return
    if not table.lines:
        yield Finding("list_empty")
    elif not is_workbook(path):
        # A workbook has its directory at its end; text that broke off looks like text that ended.
        yield Finding("list_unproven")
    elif not profile.file.sheet and len(sheets := filled_sheets(data)) > 1:
        yield Finding("sheets_several", value=", ".join(sheets))


def _remainders(profile: MappingProfile, stamp: datetime | None) -> tuple[Remainder, ...]:
    """Give what a complete list says of those whom it does not name."""
    absence = None if profile.things is None else profile.things.absence
    if absence is None or stamp is None:
        return ()
    return tuple(
        Remainder(ItemRecord(absence.item, source, ItemState.CLEARED, stamp), absence.graduation_ay)
        for source in absence.sources
    )


def _as_headed(found: tuple[Finding, ...], profile: MappingProfile) -> tuple[Finding, ...]:
    """Name the columns as the office does, in the order of the lines."""
    named = [dataclasses.replace(one, column=profile.heading(one.column)) for one in found]
    return tuple(sorted(named, key=lambda one: one.line))
