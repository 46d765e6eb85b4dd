# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that packs share: units, colleges, offices and the office calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk_app.domain.calendar import DayRow, WorkCalendar
from desk_app.domain.policy import Office, OfficeName, Unit
from desk_app.policy.entries import EntryLog
from desk_app.policy.files import parse_toml, rows_of
from desk_app.policy.problems import ProblemLog
from desk_app.policy.table_reader import TableReader, check_upper_snake

_UNIT_COLUMNS = (
    "unit", "code", "letter", "name_zh", "name_en", "college", "counter", "rule", "status", "note",
)  # fmt: skip
_COLLEGE_COLUMNS = ("college", "letter", "name_zh", "name_en", "rule", "status", "note")
_CALENDAR_COLUMNS = ("date", "day_off", "makeup_workday", "note", "calendar_version")
_FLAGS = {"0": False, "1": True}


def read_units(content: bytes, name: str) -> dict[str, Unit]:
    """Read the unit table; raise :class:`PolicyError` that names the lines that are wrong."""
    log = ProblemLog()
    units: dict[str, Unit] = {}
    for line, (key, code, letter, name_zh, name_en, college, counter, *_) in rows_of(content, name, _UNIT_COLUMNS, log):
        if key in units:
            log.add("duplicate", f"{name}:{line}", found=key)
        units[key] = Unit(key, code, letter, name_zh, name_en, college, counter)
    log.raise_if_any(name)
    return units


def read_colleges(content: bytes, name: str) -> dict[str, tuple[str, str]]:
    """Read the college table: code to Chinese and English name."""
    log = ProblemLog()
    colleges: dict[str, tuple[str, str]] = {}
    for line, (key, _letter, name_zh, name_en, *_) in rows_of(content, name, _COLLEGE_COLUMNS, log):
        if key in colleges:
            log.add("duplicate", f"{name}:{line}", found=key)
        colleges[key] = (name_zh, name_en)
    log.raise_if_any(name)
    return colleges


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """The offices by code, and their entries as they are written."""

    offices: dict[str, Office]
    entries: EntryLog


def read_offices(content: bytes, name: str) -> OfficeTable:
    """Read the offices with their names, each from its day on (G45)."""
    log, entries = ProblemLog(), EntryLog()
    root = TableReader(parse_toml(content, name), "", log)
    if root.whole("schema") != 1 and root.has("schema"):
        log.add("not_allowed", "schema", found=root.values["schema"], nearest="", allowed=1)
    table = root.needed_child("office")
    offices: dict[str, Office] = {}
    for code, reader in table.named_children():
        check_upper_snake(code, reader.path, log)
        offices[code] = _read_office(code, reader, entries)
    root.done()
    log.raise_if_any(name)
    return OfficeTable(offices, entries)


def _read_office(code: str, reader: TableReader, entries: EntryLog) -> Office:
    office = Office(
        code=code,
        phone=reader.text_or_none("phone"),
        names=tuple(_read_name(one) for one in reader.children("name", required=True)),
        basis=entries.basis(reader),
    )
    reader.done()
    return office


def _read_name(reader: TableReader) -> OfficeName:
    found = OfficeName(reader.text("en"), reader.text("zh"), reader.day("from"), reader.day_or_none("to"))
    reader.done()
    return found


def read_calendar(content: bytes, name: str) -> WorkCalendar:
    """Read the office calendar: one row per day and version, a version per day of publication (F40, F41)."""
    log = ProblemLog()
    versions: dict[tuple[int, str], dict[date, DayRow]] = {}
    rows: dict[tuple[str, str, str], DayRow] = {}
    for line, (text, off, makeup, note, version) in rows_of(content, name, _CALENDAR_COLUMNS, log):
        row = rows.get((off, makeup, note))
        if row is None:
            row = rows[off, makeup, note] = _day_row(off, makeup, note, f"{name}:{line}", log)
        day = _parse_day(text, f"{name}:{line}", log)
        days = versions.setdefault((day.year, version), {})
        if day in days:
            log.add("duplicate", f"{name}:{line}", found=text)
        days[day] = row
    years: dict[int, list[tuple[date, dict[date, DayRow]]]] = {}
    for (year, version), days in versions.items():
        years.setdefault(year, []).append((_parse_day(version, name, log), days))
    log.raise_if_any(name)
    return WorkCalendar(name, {year: tuple(sorted(found, key=lambda one: one[0])) for year, found in years.items()})


def _day_row(off: str, makeup: str, note: str, place: str, log: ProblemLog) -> DayRow:
    if off not in _FLAGS or makeup not in _FLAGS:
        log.add("not_allowed", place, found=f"{off},{makeup}", nearest="", allowed="0, 1")
    return DayRow(_FLAGS.get(off, False), _FLAGS.get(makeup, False), note)


def _parse_day(text: str, place: str, log: ProblemLog) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() != text:  # the other forms of ISO 8601 are no dates of this table
        log.add("wrong_type", place, expected="date")
    return day
