# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what a source delivers with policy, roster and clock before it is kept: nothing unknown passes as cleared."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.errors import SourceError
from desk_app.domain.findings import Finding
from desk_app.domain.masking import hide_person_number
from desk_app.domain.person_number import holds_person_number
from desk_app.domain.policy import Policy
from desk_app.domain.records import ItemRecord
from desk_app.services.store_port import Records

_EXAMPLES = 50
"""More places than this help nobody; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """The rows that can be kept, and what became of the others: counted by code, with some examples."""

    rows: tuple[tuple[str, ItemRecord], ...]
    skipped: Mapping[str, int]
    examples: tuple[Finding, ...]


class Sieve:
    """Sifts the reports of one source against the items of a policy; ``now`` is when they have come."""

    def __init__(self, source: str, policy: Policy, now: datetime) -> None:
        self._source = source
        self._now = now
        self._skew = timedelta(seconds=policy.max_clock_skew_seconds)
        self._keys = {item.code: item.source_keys for item in policy.clearance}

    def sift(self, reports: Sequence[ItemReport], records: Records, found: Sequence[Finding] = ()) -> Sifted:
        """Keep the rows of known graduates, items and sources; ``found`` is what the source itself could not read.

        Raises :class:`SourceError` (``source_clock``) when a row lies further in the future than clocks may differ: kept,
        it would stand against all that the office says until then.
        """
        self._require_past(reports)
        known = records.known_students({report.student_no for report in reports})
        findings, rows = list(found), []
        for report in reports:
            finding = self._misplaced(report, known)
            if finding is not None:
                findings.append(finding)
                continue
            record = self._put_right(report.record)
            if record.note != report.record.note:
                findings.append(Finding("note_withheld", column="note", value=report.student_no))
            rows.append((report.student_no, record))
        return Sifted(tuple(rows), Counter(one.code for one in findings), tuple(findings[:_EXAMPLES]))

    def _require_past(self, reports: Sequence[ItemReport]) -> None:
        newest = max((report.record for report in reports), key=lambda record: record.as_of, default=None)
        if newest is None or newest.as_of - self._now <= self._skew:
            return
        minutes = max(1, round((newest.as_of - self._now).total_seconds() / 60))
        told = {"item": newest.item, "at": newest.as_of.isoformat(sep=" ", timespec="minutes")}
        raise SourceError("source_clock", source=self._source, minutes=str(minutes), **told)

    def _misplaced(self, report: ItemReport, known: frozenset[str]) -> Finding | None:
        record = report.record
        if report.student_no not in known:
            return Finding("student_unknown", column="number", value=hide_person_number(report.student_no))
        if record.item not in self._keys:
            return Finding("item_unknown", column="code", value=hide_person_number(record.item))
        if record.source not in self._keys[record.item]:
            return Finding("source_unknown", column="source", value=hide_person_number(record.source))
        return None

    def _put_right(self, record: ItemRecord) -> ItemRecord:
        """Take a datum as no newer than its arrival, and no note with a personal number."""
        as_of = min(record.as_of, self._now)
        note = "" if holds_person_number(record.note) else record.note
        if as_of == record.as_of and note == record.note:
            return record
        return dataclasses.replace(record, as_of=as_of, note=note)
