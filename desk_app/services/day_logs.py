# SPDX-License-Identifier: GPL-3.0-or-later
"""The day's log: every hand-over, what is missing in the row of numbers, the stock, and a hash that chains the days."""

from __future__ import annotations

import hashlib
import statistics
from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desk_app.domain.audit import Checkpoint
from desk_app.domain.facts import Mode
from desk_app.domain.masking import mask_name
from desk_app.domain.papers import DailyLogContent, DailyLogRow, HourCount
from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditKind, DayCounts, LedgerRow, ReceiptNumber, ReleaseRecord
from desk_app.services.clearance.relied_on import item_in_both
from desk_app.services.operators import Operators
from desk_app.services.ports import Clock, DeskIdentity, LogExporter, PaperMaker
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Records, Store
from desk_app.services.trail import Trail
from desk_app.services.wording import bilingual, counter_name, institution_name, unit_name

CHAIN_START = "0" * 64
"""Stands before the first day of an edition."""


class LogFormat(StrEnum):
    """In which forms the day's log leaves the program."""

    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class DayLogs:
    """Makes the day's log of one counter, or of all."""

    store: Store
    policy: Policy
    clock: Clock
    desk: DeskIdentity
    operators: Operators
    papers: PaperMaker
    exporter: LogExporter

    def of_day(self, day: date) -> tuple[tuple[LedgerRow, ...], DayCounts]:
        """Give a day's hand-overs at this desk's counter, and how its visits ended."""
        require(self.operators, Act.LEDGER)
        with self.store.read() as records:
            return records.ledger(day, self.desk.counter), records.day_counts(day, self.desk.counter)

    def newest(self, limit: int) -> tuple[DayCounts, tuple[ReleaseRecord, ...]]:
        """Give how today's visits ended at this desk's counter, and its newest hand-overs."""
        require(self.operators, Act.LEDGER)
        day, counter = self.clock.now().date(), self.desk.counter
        with self.store.read() as records:
            return records.day_counts(day, counter), records.recent_releases(day, counter, limit)

    def content(self, day: date, counter: str | None) -> DailyLogContent:
        """Give the log of a day; ``counter`` ``None`` means all counters together."""
        require(self.operators, Act.LEDGER)
        now = self.clock.now()
        with self.store.read() as records:
            rows = records.ledger(day, counter)
            previous = self._chained(records, day, counter)
            closing = self._stock_at_close(records, day, counter)
            out = records.documents_out(day, day, counter)
            refused = self._refused(records, day, counter)
            end = records.last_audit()
        return DailyLogContent(
            institution=institution_name(self.policy),
            office=counter_name(self.policy, counter or ""),
            counter=counter or "",
            day=day,
            rows=tuple(self._row(sequence, row) for sequence, row in enumerate(rows, start=1)),
            hours=hour_counts(rows),
            refused=refused,
            sequence_gaps=sequence_gaps([row.release.receipt_no for row in rows]),
            unsealed=tuple(str(row.release.receipt_no) for row in rows if not row.sealed),
            unprinted=tuple(str(row.release.receipt_no) for row in rows if not row.printed),
            opening_stock=closing + out,
            closing_stock=closing,
            edition=self.policy.edition.id,
            policy_digest=self.policy.digest,
            ledger_sha256=chain_hash(previous, ledger_entries(rows)),
            previous_ledger_sha256=previous,
            printed_at=now,
            printed_by=f"{self.operators.current.id} {mask_name(self.operators.current.name)}",
            median_seconds=median_seconds(rows),
            demo=self.desk.demo,
            checkpoint=Checkpoint(end.sequence, end.hash, now) if end else None,
        )

    def export(self, content: DailyLogContent, form: LogFormat) -> bytes:
        """Write a log as sealed PDF, CSV or XLSX and record that it left the program."""
        require(self.operators, Act.EXPORT)
        data = self._written(content, form)
        trail = Trail(self.desk, self.policy, self.operators)
        event = trail.event(
            AuditKind.EXPORT,
            self.clock.now(),
            what="P8",
            form=form.value,
            day=content.day.isoformat(),
            of_counter=content.counter,
            rows=len(content.rows),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        with self.store.write() as ledger:
            ledger.record(event)
        return data

    def _written(self, content: DailyLogContent, form: LogFormat) -> bytes:
        if form is LogFormat.PDF:
            return self.papers.daily_log(content)
        return self.exporter.csv(content) if form is LogFormat.CSV else self.exporter.xlsx(content)

    def _row(self, sequence: int, row: LedgerRow) -> DailyLogRow:
        release = row.release
        return DailyLogRow(
            sequence=sequence,
            at=release.at,
            receipt_no=str(release.receipt_no),
            student_no=release.student_no,
            name_masked=mask_name(release.graduate_name) or _purged_name(),
            unit=unit_name(self.policy, release.unit),
            serials=tuple(document.serial for document in release.documents),
            mode=release.mode,
            clerk_masked=mask_name(release.operator.name),
            desk=release.desk,
            voided=release.voided_at is not None,
            void_reason=release.void_reason,
            reprints=row.reprints,
            sealed=row.sealed,
            printed=row.printed,
            pack=release.policy.pack,
            policy_digest=release.policy.digest,
            by_phone=tuple(item_in_both(self.policy, code, release.at) for code in release.by_phone),
        )

    def _counters(self, counter: str | None) -> tuple[str, ...]:
        return (counter,) if counter else tuple(self.policy.counters)

    def _refused(self, records: Records, day: date, counter: str | None) -> tuple[tuple[str, int], ...]:
        tally: Tally[str] = Tally()
        for code in self._counters(counter):
            tally.update(records.day_counts(day, code).refused)
        return tuple(sorted(tally.items(), key=lambda entry: (-entry[1], entry[0])))

    def _stock_at_close(self, records: Records, day: date, counter: str | None) -> int:
        """Reckon back from what lies in the boxes now by the hand-overs since; imports in between are not undone."""
        lying = sum(records.stock_count(code) for code in self._counters(counter))
        return lying + records.documents_out(day + timedelta(days=1), self.clock.now().date(), counter)

    def _chained(self, records: Records, day: date, counter: str | None) -> str:
        """Chain the days from the first pick-up day to the day before."""
        previous = CHAIN_START
        for earlier in records.ledger_days(self.policy.pickup.open_from, day - timedelta(days=1), counter):
            previous = chain_hash(previous, earlier.entries)
        return previous


def _purged_name() -> str:
    """Say in both languages that a name was purged at the end of its period."""
    said = bilingual("retention.purged_name")
    return f"{said.zh} {said.en}"


def chain_hash(previous: str, entries: Sequence[tuple[str, str]]) -> str:
    """Hash a day's entries (receipt number, hash of content) onto the day before (hexadecimal).

    A day without hand-overs hands the hash on. Only what never changes goes in: a reversal later does not alter the
    hash of the day that it reverses.
    """
    if not entries:
        return previous
    lines = [f"{receipt_no} {content_sha256}" for receipt_no, content_sha256 in entries]
    return hashlib.sha256("\n".join([previous, *lines]).encode()).hexdigest()


def hour_counts(rows: Sequence[LedgerRow]) -> tuple[HourCount, ...]:
    """Count the standing hand-overs by hour, from the first hour with one to the last."""
    standing = [row.release for row in rows if row.release.voided_at is None]
    if not standing:
        return ()
    tally = Tally((release.at.hour, release.mode) for release in standing)
    hours = [release.at.hour for release in standing]
    return tuple(
        HourCount(hour, tally[hour, Mode.IN_PERSON], tally[hour, Mode.BY_PROXY])
        for hour in range(min(hours), max(hours) + 1)
    )


def sequence_gaps(numbers: Sequence[ReceiptNumber]) -> tuple[str, ...]:
    """Name the receipt numbers that are missing between 1 and the highest of each prefix and day."""
    drawn: dict[tuple[str, date], set[int]] = {}
    for number in numbers:
        drawn.setdefault((number.prefix, number.day), set()).add(number.sequence)
    return tuple(
        str(ReceiptNumber(prefix, day, missing))
        for (prefix, day), sequences in sorted(drawn.items())
        for missing in range(1, max(sequences))
        if missing not in sequences
    )


def median_seconds(rows: Sequence[LedgerRow]) -> int | None:
    """Give the median time from opening the record to the hand-over in seconds; ``None`` without hand-overs."""
    seconds = [(row.release.at - row.release.started_at).total_seconds() for row in rows]
    return round(statistics.median(seconds)) if seconds else None


def ledger_entries(rows: Sequence[LedgerRow]) -> tuple[tuple[str, str], ...]:
    """Give what goes into a day's hash: receipt number and hash of the content of every hand-over."""
    return tuple((str(row.release.receipt_no), row.release.content_sha256) for row in rows)
