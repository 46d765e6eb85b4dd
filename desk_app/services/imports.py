# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports: a file is taken over as a whole, or refused as a whole with every place that is wrong.

Rosters, stock, cards and photos are written in one transaction. Clearance data come while desks hand over: the store
takes them in so that none of them waits, and lets them count in the transaction of the audit event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.errors import ImportRefusedError
from desk_app.domain.facts import StockState
from desk_app.domain.findings import Finding
from desk_app.domain.records import AuditKind, Holding
from desk_app.services.import_files import ImportFiles, ImportKind, Parsed, Placed, RosterRow
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Ledger, Records, Store
from desk_app.services.trail import Trail

Progress = Callable[[int, int], None]

STALE_AFTER = timedelta(hours=24)
"""An export whose newest datum is older than this is told of; the policy decides about each item by itself."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import has done: rows written, and what the operator should know."""

    kind: ImportKind
    file: str
    rows: int
    notes: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of one desk; each raises :class:`ImportRefusedError` and changes nothing when a file is wrong.

    ``unprintable`` gives the characters of a name that no face has.
    """

    store: Store
    files: ImportFiles
    clock: Clock
    trail: Trail
    unprintable: Callable[[str], tuple[str, ...]]

    def run(self, kind: ImportKind, path: Path, progress: Progress | None = None) -> ImportSummary:
        """Import a file of any kind; ``progress`` is told how many steps of those in the store are done."""
        actions = {
            ImportKind.STUDENTS: self.import_students,
            ImportKind.ITEMS: lambda file: self.import_items(file, progress),
            ImportKind.STOCK: self.import_stock,
            ImportKind.CARDS: self.import_cards,
            ImportKind.PHOTOS: self.import_photos,
        }
        return actions[kind](path)

    def import_students(self, path: Path) -> ImportSummary:
        """Import the roster; names that cannot be printed as they are written are told of.

        What the offices have delivered about somebody new was left out as long as nobody knew the number: their sources
        are asked for everything at the next pull.
        """
        parsed = self.files.students(path)
        notes = tuple(note for placed in parsed.rows for note in self._name_notes(placed))
        rows = [(placed.row.graduate, placed.row.blind) for placed in parsed.rows]

        def put(ledger: Ledger) -> int:
            numbers = {graduate.number for graduate, _ in rows}
            if ledger.known_students(numbers) != numbers:
                _ask_for_everything(ledger)
            return ledger.put_students(rows)

        return self._take_over(ImportKind.STUDENTS, parsed, put, notes=notes)

    def import_items(self, path: Path, progress: Progress | None = None) -> ImportSummary:
        """Import clearance data of graduates who are in the roster; no release waits for it."""
        require(self.trail.operators, Act.TAKE_OVER)
        parsed = self.files.items(path)
        _require_readable(parsed)
        with self.store.read() as records:
            _require_sound(records, parsed, [(placed.line, placed.row.student_no) for placed in parsed.rows])
        count = self.store.take_over_items(
            ((placed.row.student_no, placed.row.record) for placed in parsed.rows),
            self.clock.now(),
            lambda ledger, rows: self._record(ledger, ImportKind.ITEMS, parsed, rows),
            progress,
        )
        return ImportSummary(ImportKind.ITEMS, parsed.file, count, (*parsed.notes, *self._age_notes(parsed)))

    def import_stock(self, path: Path) -> ImportSummary:
        """Import the printed certificates of graduates who are in the roster.

        One that is misprinted stays void, one that was handed over stays so; a file that says otherwise is told of it.
        """
        parsed = self.files.stock(path)
        rows = [placed.row for placed in parsed.rows]
        owners = ((placed.line, placed.row.student_no) for placed in parsed.rows)
        notes: list[Finding] = []

        def put(ledger: Ledger) -> int:
            closed = ledger.closed_holdings(holding.serial for holding in rows)
            notes.extend(_contradictions(parsed.rows, closed))
            return ledger.put_holdings(rows) - len(notes)

        summary = self._take_over(ImportKind.STOCK, parsed, put, owners=owners)
        return replace(summary, notes=(*summary.notes, *notes))

    def import_cards(self, path: Path) -> ImportSummary:
        """Import the cards of graduates who are in the roster."""
        parsed = self.files.cards(path)
        rows = [placed.row for placed in parsed.rows]
        owners = ((placed.line, placed.row.student_no) for placed in parsed.rows)
        return self._take_over(ImportKind.CARDS, parsed, lambda ledger: ledger.put_cards(rows), owners=owners)

    def import_photos(self, folder: Path) -> ImportSummary:
        """Import photos of graduates who are in the roster."""
        parsed = self.files.photos(folder)

        def put(ledger: Ledger) -> int:
            for placed in parsed.rows:
                ledger.put_photo(placed.row.student_no, placed.row.image)
            return len(parsed.rows)

        owners = ((placed.line, placed.row.student_no) for placed in parsed.rows)
        return self._take_over(ImportKind.PHOTOS, parsed, put, owners=owners)

    def _take_over(
        self,
        kind: ImportKind,
        parsed: Parsed[object],
        put: Callable[[Ledger], int],
        *,
        owners: Iterable[tuple[int, str]] = (),
        notes: tuple[Finding, ...] = (),
    ) -> ImportSummary:
        """Write all rows and the audit event in one transaction, or refuse with all problems at once."""
        require(self.trail.operators, Act.TAKE_OVER)
        _require_readable(parsed)
        with self.store.write() as ledger:
            _require_sound(ledger, parsed, list(owners))
            count = put(ledger)
            self._record(ledger, kind, parsed, count)
        return ImportSummary(kind, parsed.file, count, (*parsed.notes, *notes))

    def _record(self, ledger: Ledger, kind: ImportKind, parsed: Parsed[object], rows: int) -> None:
        ledger.record(
            self.trail.event(
                AuditKind.IMPORT,
                self.clock.now(),
                what=kind.value,
                file=parsed.file,
                sha256=parsed.sha256,
                rows=rows,
            )
        )

    def _name_notes(self, placed: Placed[RosterRow]) -> Iterable[Finding]:
        for column, name in (
            ("name", placed.row.graduate.name),
            ("name_romanised", placed.row.graduate.name_romanised),
        ):
            missing = self.unprintable(name)
            if missing:
                shown = " ".join(f"U+{ord(char):04X}" for char in missing)
                yield Finding("name_unprintable", placed.line, column, shown)

    def _age_notes(self, parsed: Parsed[ItemReport]) -> tuple[Finding, ...]:
        """Tell of an export that is a day old and of data from the future."""
        now = self.clock.now()
        instants = [placed.row.record.as_of for placed in parsed.rows]
        notes = []
        if instants and now - max(instants) >= STALE_AFTER:
            notes.append(Finding("export_old", 0, "as_of", max(instants).isoformat()))
        notes += [
            Finding("as_of_future", placed.line, "as_of", placed.row.record.as_of.isoformat())
            for placed in parsed.rows
            if placed.row.record.as_of > now
        ]
        return tuple(notes)


def _ask_for_everything(ledger: Ledger) -> None:
    for status in ledger.source_statuses():
        ledger.put_source_status(replace(status, cursor="", next_try=None))


def _require_readable(parsed: Parsed[object]) -> None:
    """Refuse a file that is wrong as a whole."""
    if any(problem.line == 0 for problem in parsed.problems):
        raise ImportRefusedError(file=parsed.file, problems=parsed.problems)


def _require_sound(records: Records, parsed: Parsed[object], owned: Sequence[tuple[int, str]]) -> None:
    """Refuse a file with all its problems at once, rows of people who are not in the roster among them."""
    known = records.known_students({number for _, number in owned})
    strangers = [Finding("student_unknown", line, "number", number) for line, number in owned if number not in known]
    problems = tuple(sorted((*parsed.problems, *strangers), key=lambda problem: problem.line))
    if problems:
        raise ImportRefusedError(file=parsed.file, problems=problems)


def _contradictions(rows: Iterable[Placed[Holding]], closed: Mapping[str, Holding]) -> Iterator[Finding]:
    """Tell of rows that would revive a void document, or name another owner for one that was handed over."""
    for placed in rows:
        kept, told = closed.get(placed.row.serial), placed.row
        if kept is None:
            continue
        if kept.state is StockState.MISPRINT:
            if told.state is not StockState.MISPRINT:
                yield Finding("stock_void", placed.line, "serial", told.serial)
        elif (kept.student_no, kept.document) != (told.student_no, told.document):
            yield Finding("stock_handed_over", placed.line, "serial", told.serial)
