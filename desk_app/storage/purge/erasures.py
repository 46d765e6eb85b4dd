# SPDX-License-Identifier: GPL-3.0-or-later
"""What a purge may do to history, and nothing else: the conditions that both databases ask before each erasure.

A row may be erased only to the one fixed form, only when a tombstone names it, and only when that tombstone's purge says
a cut-off after the row's own day. That the purge itself is true is proven by ``purge_proof.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table

from desk_app.domain.retention import RecordKind
from desk_app.storage.purge.tables import SUBJECT_KEY
from desk_app.storage.tables import ARCHIVED_PAPER, OVERRIDE_DECISION, RELEASE, SIGNATURE

NOTHING, NO_TEXT, NO_LIST, NO_BYTES = "NULL", "''", "'[]'", "no bytes"
"""The erased forms of columns; each database writes the last one its own way."""

_DAY_OF_RELEASE = "(SELECT r.receipt_day FROM release r WHERE r.receipt_no = OLD.receipt_no)"


@dataclass(frozen=True, slots=True)
class Erasure:
    """How the rows of a table are erased for a kind of record: columns to their erased form, or the row as a whole.

    ``id`` and ``day`` are SQL about the row as it was: the name of its tombstone, and its own day.
    """

    table: Table
    record: RecordKind
    id: str
    day: str
    columns: Mapping[str, str] = field(default_factory=dict)


PROXY_COLUMNS = {
    "proxy_name": NOTHING,
    "proxy_id_kind": NOTHING,
    "proxy_id_masked": NOTHING,
    "proxy_relation": NOTHING,
    "proxy_letter_date": NOTHING,
    "proxy_day_key": NOTHING,
    "content": NO_TEXT,
}
NAME_COLUMNS = {
    **PROXY_COLUMNS,
    "graduate_name": NO_TEXT,
    "unit": NO_TEXT,
    "evidence": NO_LIST,
    "signature_sha256": NO_TEXT,
    "void_reason": NO_TEXT,
}
DECISION_COLUMNS = {"student_no": NO_TEXT, "why": NO_TEXT, "incident": NO_TEXT}

ERASURES = (
    Erasure(SIGNATURE, RecordKind.SIGNATURES, "OLD.receipt_no", _DAY_OF_RELEASE),
    Erasure(ARCHIVED_PAPER, RecordKind.RECEIPTS, "OLD.receipt_no", _DAY_OF_RELEASE, {"pdf": NO_BYTES}),
    Erasure(OVERRIDE_DECISION, RecordKind.DECISIONS, "OLD.id", "OLD.at", DECISION_COLUMNS),
    Erasure(RELEASE, RecordKind.PROXIES, "OLD.receipt_no", "OLD.receipt_day", PROXY_COLUMNS),
    Erasure(RELEASE, RecordKind.LEDGER, "OLD.receipt_no", "OLD.receipt_day", NAME_COLUMNS),
)


def erased_update(table: Table, no_bytes: str) -> str:
    """Give the condition under which an update is an erasure; "" for a table of which no column is ever erased."""
    found = [one for one in ERASURES if one.table is table and one.columns]
    return " OR ".join(f"({_becomes(one, no_bytes)} AND {_entombed(one)})" for one in found)


def erased_delete(table: Table, year_of_cut_off: str) -> str:
    """Give the condition under which a row may be deleted; "" for a table of which no row ever is."""
    if table is SUBJECT_KEY:
        return (
            "EXISTS (SELECT 1 FROM purge p WHERE p.record = OLD.kept_with"  # noqa: S608 - made of constants
            f" AND OLD.year < {year_of_cut_off.format('p.cut_off')})"
        )
    return " OR ".join(_entombed(one) for one in ERASURES if one.table is table and not one.columns)


def _entombed(erasure: Erasure) -> str:
    return (
        "EXISTS (SELECT 1 FROM tombstone t JOIN purge p ON p.sequence = t.purge"  # noqa: S608 - made of constants
        f" WHERE t.record = '{erasure.record.value}' AND t.id = {erasure.id} AND {erasure.day} < p.cut_off)"
    )


def _becomes(erasure: Erasure, no_bytes: str) -> str:
    """Say that every column of the erasure gets its erased form, and every other one stays."""

    def stays_or_goes(column: str) -> str:
        form = erasure.columns.get(column)
        after = f'OLD."{column}"' if form is None else no_bytes if form == NO_BYTES else form
        return f'NEW."{column}" IS NOT DISTINCT FROM {after}'

    return " AND ".join(stays_or_goes(column.name) for column in erasure.table.columns)
