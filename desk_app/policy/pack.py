# SPDX-License-Identifier: GPL-3.0-or-later
"""From the values of a pack to a :class:`Policy`: complete and strict, or every problem with its key path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from desk_app.domain.errors import PolicyError
from desk_app.domain.policy import Policy, PolicyEntry, Unit
from desk_app.policy.entries import EntryLog, RawEntry
from desk_app.policy.pack_after import (
    read_card,
    read_clock,
    read_digital,
    read_notices,
    read_overseas,
    read_retention,
)
from desk_app.policy.pack_edition import read_edition, read_portal, read_scope, read_student_no
from desk_app.policy.pack_papers import (
    read_clearance,
    read_documents,
    read_evidence,
    read_identity,
    read_letter,
    read_lost_card,
    read_proxy,
)
from desk_app.policy.pack_reading import PackReading, SharedTables
from desk_app.policy.pack_service import note_table, read_closures, read_counters, read_pickup, read_routing
from desk_app.policy.shared_tables import OfficeTable
from desk_app.policy.table_reader import TableReader

SCHEMA = 1

_Table = TypeVar("_Table")


class PackResult:
    """A pack that was read: its policy, and its entries and offices as they are written, for lint."""

    def __init__(self, policy: Policy, entries: list[RawEntry], office_entries: list[RawEntry]) -> None:
        self.policy = policy
        self.entries = entries
        self.office_entries = office_entries


def read_pack(values: dict[str, object], pack_id: str, digest: str, tables: SharedTables) -> PackResult:
    """Read a pack; raise :class:`PolicyError` with every breach of the format."""
    pack = PackReading(values, pack_id, tables)
    if pack.root.whole("schema") != SCHEMA and pack.root.has("schema"):
        pack.log.add("not_allowed", "schema", found=values["schema"], nearest="", allowed=SCHEMA)
    edition = read_edition(pack)
    units, colleges, offices = _read_tables(pack)
    counters = read_counters(pack)
    pickup, calendar = read_pickup(pack)
    apps_closed, easycard = read_notices(pack)
    policy = Policy(
        edition=edition,
        digest=digest,
        scope=read_scope(pack),
        student_no=read_student_no(pack),
        portal=read_portal(pack),
        pickup=pickup,
        calendar=calendar,
        closures=read_closures(pack),
        counters=counters,
        routing=read_routing(pack),
        units=units,
        colleges=colleges,
        offices=offices.offices,
        clearance=read_clearance(pack),
        documents=read_documents(pack),
        identity=read_identity(pack),
        lost_card=read_lost_card(pack),
        letter=read_letter(pack),
        proxy_warn_above_per_day=read_proxy(pack),
        evidence=read_evidence(pack),
        digital=read_digital(pack),
        apps_closed=apps_closed,
        easycard=easycard,
        card=read_card(pack),
        overseas=read_overseas(pack),
        max_clock_skew_seconds=read_clock(pack),
        retention=read_retention(pack),
        entries=_in_file_order(pack, values),
    )
    pack.root.done()
    pack.log.raise_if_any(f"{pack_id}.toml")
    return PackResult(policy, pack.entries.raw, offices.entries.raw)


def _in_file_order(pack: PackReading, values: Mapping[str, object]) -> tuple[PolicyEntry, ...]:
    """Sort the entries as their sections stand in the file."""
    places = {key: place for place, key in enumerate(values)}
    pack.entries.raw.sort(key=lambda entry: places.get(entry.path.partition(".")[0].partition("[")[0], -1))
    return pack.entries.shown()


def _read_tables(pack: PackReading) -> tuple[dict[str, Unit], dict[str, tuple[str, str]], OfficeTable]:
    reader = pack.root.needed_child("tables")
    reader.require("offices")
    units = _read_table(pack, reader, "units", pack.tables.units)
    colleges = _read_table(pack, reader, "colleges", pack.tables.colleges)
    offices = _read_table(pack, reader, "offices", pack.tables.offices) or OfficeTable({}, EntryLog())
    pack.offices = tuple(offices.offices)
    pack.entries.basis(reader)
    reader.done()
    return units or {}, colleges or {}, offices


def _read_table(pack: PackReading, reader: TableReader, key: str, read: Callable[[str], _Table]) -> _Table | None:
    """Read a table that a pack names, or note why it cannot be used."""
    name = reader.text_or_none(key)
    try:
        return None if name is None else read(name)
    except PolicyError as error:
        note_table(pack, reader.place(key), error)
        return None
