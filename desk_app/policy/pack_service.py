# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of a pack about service time, closures, counters and routing."""

from __future__ import annotations

import itertools

from desk_app.domain.basis import Basis
from desk_app.domain.calendar import WorkCalendar
from desk_app.domain.errors import PolicyError
from desk_app.domain.facts import Closure
from desk_app.domain.policy import Counter, Pickup, Routing, Window
from desk_app.policy.pack_reading import WEEKDAYS, PackReading, read_closure, read_weekday
from desk_app.policy.problems import problems_of
from desk_app.policy.table_reader import TableReader


def read_pickup(pack: PackReading) -> tuple[Pickup, WorkCalendar | None]:
    """Read when the counters serve, and on which calendar."""
    reader = pack.root.needed_child("pickup")
    first, last = reader.needed_child("open_from"), reader.child("open_to")
    weekdays, grace = reader.needed_child("weekdays"), reader.needed_child("grace")
    bases: dict[str, Basis] = {}
    pickup = Pickup(
        open_from=first.day("date"),
        open_to=last.day("date") if last else None,
        escalate_until=last.day_or_none("escalate_until") if last else None,
        weekdays=_read_weekdays(weekdays),
        open_on_makeup_workdays=weekdays.flag("open_on_makeup_workdays"),
        windows=_read_windows(pack, reader.needed_child("windows"), bases),
        grace_minutes=grace.whole("minutes"),
        basis=bases,
    )
    for dated in (first, last):
        if dated is not None:
            read_weekday(dated)
    for name, entry in (("open_from", first), ("open_to", last), ("weekdays", weekdays), ("grace", grace)):
        if entry is not None:
            bases[name] = pack.entries.basis(entry)
            entry.done()
    calendar = _read_calendar(pack, reader.child("calendar"), bases)
    reader.done()
    return pickup, calendar


def _read_weekdays(reader: TableReader) -> frozenset[int]:
    def check(place: str, found: str) -> None:
        if found not in WEEKDAYS:
            reader.log.add_unknown("not_allowed", place, found=found, known=WEEKDAYS)

    reader.require("days")
    days = reader.checked_texts("days", check) or ()
    return frozenset(WEEKDAYS.index(day) for day in days if day in WEEKDAYS)


def _read_windows(pack: PackReading, reader: TableReader, bases: dict[str, Basis]) -> tuple[Window, ...]:
    windows = []
    for one in reader.children("list", required=True):
        windows.append(Window(one.clock_time("from"), one.clock_time("to")))
        one.done()
    if reader.has("list") and not windows:
        pack.log.add("empty", reader.place("list"))
    windows.sort(key=lambda window: (window.start, window.end))
    empty = any(window.end <= window.start for window in windows)
    if empty or any(after.start < before.end for before, after in itertools.pairwise(windows)):
        pack.log.add("windows_overlap", reader.place("list"))
    bases["windows"] = pack.entries.basis(reader)
    reader.done()
    return tuple(windows)


def _read_calendar(pack: PackReading, reader: TableReader | None, bases: dict[str, Basis]) -> WorkCalendar | None:
    if reader is None:
        return None
    bases["calendar"] = pack.entries.basis(reader)
    reader.require("table")
    name = reader.text_or_none("table")
    reader.done()
    try:
        return None if name is None else pack.tables.calendar(name)
    except PolicyError as error:
        note_table(pack, reader.place("table"), error)
        return None


def note_table(pack: PackReading, place: str, error: PolicyError) -> None:
    """Note at a pack's key that the table named there cannot be used, and why."""
    for problem in problems_of(error):
        pack.log.add(problem.code, f"{place}: {problem.place}".removesuffix(": "), **problem.data)


def read_closures(pack: PackReading) -> tuple[Closure, ...]:
    """Read the closures; the counters must be known before."""
    closures = []
    for reader in pack.root.children("closure"):
        closures.append(read_closure(reader, pack.zone, pack.counters))
        read_weekday(reader)
        pack.entries.basis(reader)
        reader.done()
    return tuple(closures)


def read_counters(pack: PackReading) -> dict[str, Counter]:
    """Read the counters, in their order."""
    found = [_read_counter(pack, code, reader) for code, reader in pack.codes("counter")]
    if pack.root.has("counter") and not found:
        pack.log.add("empty", "counter")
    pack.counters = tuple(counter.code for counter in found)
    return {counter.code: counter for counter in sorted(found, key=lambda counter: counter.order)}


def _read_counter(pack: PackReading, code: str, reader: TableReader) -> Counter:
    counter = Counter(
        code=code,
        order=reader.whole("order", minimum=None),
        name_en=reader.text("name_en"),
        name_zh=reader.text("name_zh"),
        place_en=reader.text_or_none("place_en"),
        place_zh=reader.text_or_none("place_zh"),
        phone=reader.text_or_none("phone"),
        basis=pack.entries.basis(reader),
    )
    reader.done()
    return counter


def read_routing(pack: PackReading) -> Routing:
    """Read which counter serves whom; two rules with the same value are a conflict."""
    units: dict[str, str] = {}
    colleges: dict[str, str] = {}
    anybody: dict[str, str] = {}
    bases: list[Basis] = []
    for reader in pack.root.children("routing", required=True):
        counter = reader.word("counter", pack.counters, "unknown_counter")
        unit, college = reader.text_or_none("unit"), reader.text_or_none("college")
        everybody = reader.flag_or_none("any")
        if everybody is False:
            pack.log.add("not_allowed", reader.place("any"), found="false", nearest="", allowed="true")
        if sum(reader.has(key) for key in ("unit", "college", "any")) != 1:
            pack.log.add("exactly_one", reader.path, allowed="unit, college, any")
        for table, value in ((units, unit), (colleges, college), (anybody, "any" if everybody else None)):
            if value is None:
                continue
            if value in table:
                pack.log.add("routing_conflict", reader.path, found=value)
            table[value] = counter
        bases.append(pack.entries.basis(reader))
        reader.done()
    return Routing(units, colleges, anybody.get("any"), tuple(bases))
