# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of the daily log, the same on paper and in the exports."""

from __future__ import annotations

from desk_app.documents.words import Words
from desk_app.domain.papers import DailyLogContent, DailyLogRow

COLUMNS = (
    "sequence",
    "time",
    "receipt_no",
    "student_no",
    "name",
    "unit",
    "serials",
    "mode",
    "clerk",
    "desk",
    "rules",
    "state",
)

EXPORT_COLUMNS = (*COLUMNS, "policy_digest", "by_phone")
"""The exports have room for the whole digest of the rules, and for a column of its own for what was said by telephone."""


def headings(words: Words, columns: tuple[str, ...] = COLUMNS) -> tuple[str, ...]:
    """Give the heads of the columns in both languages."""
    return tuple(words.label(f"log.column.{column}") for column in columns)


def cells(row: DailyLogRow, words: Words) -> tuple[str, ...]:
    """Give the cells of a row, in the order of :data:`COLUMNS`."""
    return (
        str(row.sequence),
        f"{row.at:%H:%M:%S}",
        row.receipt_no,
        row.student_no,
        row.name_masked,
        row.unit.zh,
        ", ".join(row.serials),
        words.zh(f"paper.mode.{row.mode.value}"),
        row.clerk_masked,
        row.desk,
        row.rules,
        state(row, words),
    )


def export_cells(row: DailyLogRow, words: Words) -> tuple[str, ...]:
    """Give the cells of a row, in the order of :data:`EXPORT_COLUMNS`."""
    return (*cells(row, words), row.policy_digest, _items(row, words))


def state(row: DailyLogRow, words: Words) -> str:
    """Give the state of a row; a reversed one keeps its place and says why."""
    if row.voided:
        return f"{words.label('log.state_voided')}{words.zh('paper.colon')}{row.void_reason}"
    parts = [words.label("log.state_issued")]
    if row.reprints:
        parts.append(words.zh("paper.log.state_reprints", count=row.reprints))
    if not row.sealed:
        parts.append(words.zh("paper.log.state_unsealed"))
    if not row.printed:
        parts.append(words.zh("paper.log.state_unprinted"))
    if row.by_phone:
        parts.append(words.zh("paper.log.state_by_phone", items=_items(row, words)))
    return words.zh("paper.join").join(parts)


def _items(row: DailyLogRow, words: Words) -> str:
    """Name what only an office's word by telephone has settled."""
    return words.zh("by_phone.join").join(item.zh for item in row.by_phone)


def counter_label(content: DailyLogContent, words: Words) -> str:
    """Give the code of the counter, whose name stands above it, or say that all counters are meant."""
    if not content.counter:
        return words.label("log.counter_all")
    return words.zh("paper.log.counter_code", code=content.counter)
