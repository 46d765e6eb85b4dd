# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sections of a pack share while they are read: the log, the entries, the zone, the counters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from desk_app.domain.calendar import WorkCalendar
from desk_app.domain.facts import Closure, EvidenceCode
from desk_app.domain.policy import Unit
from desk_app.policy.entries import EntryLog
from desk_app.policy.problems import ProblemLog
from desk_app.policy.shared_tables import OfficeTable
from desk_app.policy.table_reader import TableReader, check_upper_snake

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class SharedTables(Protocol):
    """Finds the tables that a pack names; each raises :class:`PolicyError` when it cannot be used."""

    def units(self, name: str) -> dict[str, Unit]:
        """Give the unit table of a file."""
        ...

    def colleges(self, name: str) -> dict[str, tuple[str, str]]:
        """Give the college table of a file."""
        ...

    def offices(self, name: str) -> OfficeTable:
        """Give the offices of a file."""
        ...

    def calendar(self, name: str) -> WorkCalendar:
        """Give the calendar of a file."""
        ...


class PackReading:
    """The pack that is being read."""

    def __init__(self, values: dict[str, object], pack_id: str, tables: SharedTables) -> None:
        self.log = ProblemLog()
        self.entries = EntryLog()
        self.root = TableReader(values, "", self.log)
        self.pack_id = pack_id
        self.tables = tables
        self.zone = ZoneInfo("UTC")
        self.counters: tuple[str, ...] = ()
        self.offices: tuple[str, ...] = ()

    def codes(self, key: str, *, required: bool = True) -> list[tuple[str, TableReader]]:
        """Give the entries ``<CODE>`` of a table of entries, checked for their names."""
        table = self.root.needed_child(key) if required else self.root.child(key)
        found = table.named_children() if table else []
        for code, reader in found:
            check_upper_snake(code, reader.path, self.log)
        return found


def check_evidence(place: str, element: str, log: ProblemLog) -> None:
    """Note an element of evidence whose parts are not all known codes."""
    known = [code.value for code in EvidenceCode]
    for part in element.split("|"):
        if part not in known:
            log.add_unknown("unknown_evidence", place, found=part, known=known)


def read_weekday(reader: TableReader) -> None:
    """Read the optional name of the weekday beside a date; lint compares it with the date."""
    found = reader.text_or_none("weekday")
    if found is not None and found not in WEEKDAYS:
        reader.log.add_unknown("not_allowed", reader.place("weekday"), found=found, known=WEEKDAYS)


def read_closure(reader: TableReader, zone: ZoneInfo, counters: tuple[str, ...]) -> Closure:
    """Read a closure of a pack or a case, apart from what only one of the two may hold."""
    start, end = _read_span(reader, zone)
    reason = reader.text("reason")
    if reader.has("reason"):
        check_upper_snake(reason, reader.place("reason"), reader.log)

    def check_counter(place: str, found: str) -> None:
        if found != "*" and found not in counters:
            reader.log.add_unknown("unknown_counter", place, found=found, known=(*counters, "*"))

    return Closure(
        start=start,
        end=end,
        reason=reason,
        counters=_either(reader.checked_texts("counters", check_counter), ("*",)),
        counts_as_working_day=reader.flag("counts_as_working_day", default=True),
    )


def _either(found: tuple[str, ...] | None, default: tuple[str, ...]) -> tuple[str, ...]:
    return default if found is None else found


def _read_span(reader: TableReader, zone: ZoneInfo) -> tuple[date | datetime, date | datetime]:
    """Read ``from`` and ``to``: two dates with both ends included, or two date-times with an open end."""
    kinds = [type(reader.values.get(key)) for key in ("from", "to")]
    if kinds[0] is datetime:
        begin, finish = reader.instant("from", zone), reader.instant("to", zone)
        if kinds[1] is datetime and finish.astimezone(UTC) <= begin.astimezone(UTC):
            reader.log.add("span", reader.place("to"))
        return begin, finish
    start, end = reader.day("from"), reader.day("to")
    if kinds == [date, date] and end < start:
        reader.log.add("span", reader.place("to"))
    return start, end
