# SPDX-License-Identifier: GPL-3.0-or-later
"""Folds the rows of open things into one report for each item of a graduate, in whatever order they come."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from desk_app.domain.clearance_sources import LONGEST_NOTE, ItemReport
from desk_app.domain.facts import ItemState

WORST_FIRST = (ItemState.OPEN, ItemState.PENDING, ItemState.UNKNOWN, ItemState.CLEARED, ItemState.NOT_APPLICABLE)
"""An open thing stays open whatever else is cleared; only what is not known may be asked about by telephone."""

_BETWEEN = "; "
_LEFT_OUT = "(+{count})"
_ROOM = len(_BETWEEN + _LEFT_OUT.format(count=10**6))


def folded_reports(reports: Iterable[ItemReport]) -> tuple[ItemReport, ...]:
    """Give one report for each item of a graduate, sorted: the worst state, the notes that go with it, the newest instant.

    All rows were written out together, so each of them held when the newest was written.
    """
    together: dict[tuple[str, str, str], list[ItemReport]] = {}
    for report in reports:
        together.setdefault((report.student_no, report.record.item, report.record.source), []).append(report)
    return tuple(_one(together[key]) for key in sorted(together))


def _one(reports: Sequence[ItemReport]) -> ItemReport:
    records = [report.record for report in reports]
    state = min((record.state for record in records), key=WORST_FIRST.index)
    record = dataclasses.replace(
        records[0],
        state=state,
        as_of=max(record.as_of for record in records),
        window_closed=any(record.window_closed for record in records),
        note=joined_notes(record.note for record in records if record.state is state),
    )
    return ItemReport(reports[0].student_no, record)


def joined_notes(notes: Iterable[str]) -> str:
    """Join notes, each once and sorted, as far as there is room; how many were left out stands at the end."""
    distinct = sorted({note for note in notes if note})
    whole = _BETWEEN.join(distinct)
    if len(whole) <= LONGEST_NOTE:
        return whole
    kept: list[str] = []
    for note in distinct:
        if len(_BETWEEN.join([*kept, note])) <= LONGEST_NOTE - _ROOM:
            kept.append(note)
    return _BETWEEN.join([*kept, _LEFT_OUT.format(count=len(distinct) - len(kept))])
