# SPDX-License-Identifier: GPL-3.0-or-later
"""Settles what a view says several times about one item of one graduate: the newest counts, nothing contradicted is cleared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from desk_app.domain.clearance_sources import ItemReport
from desk_app.domain.facts import ItemState
from desk_app.domain.findings import Finding
from desk_app.sources.mapping.folding import WORST_FIRST

_SAYS_NO = (ItemState.OPEN, ItemState.PENDING)


class Settling:
    """Takes reports in the order of graduates; those of the last one wait, because the next part may go on with them."""

    def __init__(self) -> None:
        self._student = ""
        self._open: dict[tuple[str, str], ItemReport] = {}
        self._findings: list[Finding] = []

    def add(self, reports: Iterable[ItemReport]) -> tuple[ItemReport, ...]:
        """Take reports; give those of graduates of whom nothing more comes."""
        settled: list[ItemReport] = []
        for report in reports:
            if report.student_no != self._student:
                settled += self.end()
                self._student = report.student_no
            key = (report.record.item, report.record.source)
            before = self._open.get(key)
            self._open[key] = report if before is None else self._chosen(before, report)
        return tuple(settled)

    def end(self) -> tuple[ItemReport, ...]:
        """Give what still waits."""
        waiting, self._open = tuple(self._open.values()), {}
        return waiting

    def findings(self) -> tuple[Finding, ...]:
        """Give the contradictions that were met since this was asked last."""
        found, self._findings = tuple(self._findings), []
        return found

    def _chosen(self, before: ItemReport, after: ItemReport) -> ItemReport:
        if before.record.as_of != after.record.as_of:
            return max(before, after, key=lambda report: report.record.as_of)
        if before.record.state is after.record.state:
            return after
        self._findings.append(Finding("contradiction", column="state", value=after.record.item))
        worst = min(before, after, key=lambda report: WORST_FIRST.index(report.record.state))
        if worst.record.state in _SAYS_NO:
            # Kept as not known, a word by telephone could settle what a row calls open.
            return worst
        return ItemReport(after.student_no, dataclasses.replace(after.record, state=ItemState.UNKNOWN))
