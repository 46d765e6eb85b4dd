# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads for how long records are kept: the office's own file, then the rules of the edition, then what is shipped."""

from __future__ import annotations

from pathlib import Path

from desk_app.domain.basis import Basis
from desk_app.domain.follow_up import Retention
from desk_app.domain.retention import LONGEST_YEARS, Period, PeriodSource, RecordKind
from desk_app.policy.entries import EntryLog
from desk_app.policy.files import parse_toml, read_bytes
from desk_app.policy.problems import ProblemLog
from desk_app.policy.table_reader import TableReader

RETENTION_FILE = "retention.toml"

_PERMANENT = "permanent"


def read_periods(shipped: Path, office: Path, pack: Retention | None) -> tuple[Period, ...]:
    """Give the period of every kind of record, in the order of the kinds; the office's file may be missing.

    Raises :class:`PolicyError` that names file and key of everything that is wrong.
    """
    found = {**_file(shipped, PeriodSource.DEFAULT), **_of_pack(pack)}
    if office.is_file():
        found |= _file(office, PeriodSource.OFFICE)
    return tuple(found[kind] for kind in RecordKind)


def _file(path: Path, source: PeriodSource) -> dict[RecordKind, Period]:
    """Read a file; the shipped one names every kind, the office's those that it has decided on."""
    log = ProblemLog()
    root = TableReader(parse_toml(read_bytes(path, path.name), path.name), "", log)
    if root.whole("schema") != 1 and root.has("schema"):
        log.add("not_allowed", "schema", found=root.values["schema"], nearest="", allowed=1)
    required = source is PeriodSource.DEFAULT
    tables = {kind: root.child(kind.value, required=required) for kind in RecordKind}
    periods = {kind: _period(kind, reader, source) for kind, reader in tables.items() if reader is not None}
    root.done()
    log.raise_if_any(path.name)
    return periods


def _period(kind: RecordKind, reader: TableReader, source: PeriodSource) -> Period:
    years = reader.whole_or_none("years", minimum=1, maximum=LONGEST_YEARS)
    kept = reader.text_or_none("kept")
    if reader.has("years") == reader.has("kept"):
        reader.log.add("exactly_one", reader.path, allowed="years, kept")
    if kept not in (None, _PERMANENT):
        reader.log.add("not_allowed", reader.place("kept"), found=kept, nearest="", allowed=_PERMANENT)
    if source is PeriodSource.OFFICE:
        basis = Basis(note=reader.text("source"))
        if reader.has("source") and not basis.note.strip():
            reader.log.add("empty", reader.place("source"))
    else:
        basis = EntryLog().basis(reader)
    reader.done()
    return Period(kind, years, source, basis)


def _of_pack(pack: Retention | None) -> dict[RecordKind, Period]:
    """Give what the rules of the edition say; what they do not mention stays as shipped."""
    if pack is None:
        return {}
    years = {RecordKind.PROXIES: pack.letters_years, RecordKind.TRAIL: pack.access_trail_years}
    found = {
        kind: Period(kind, number, PeriodSource.POLICY, pack.basis)
        for kind, number in years.items()
        if number is not None
    }
    if pack.ledger == _PERMANENT:
        found[RecordKind.LEDGER] = Period(RecordKind.LEDGER, None, PeriodSource.POLICY, pack.basis)
    return found
