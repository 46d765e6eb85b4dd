# SPDX-License-Identifier: GPL-3.0-or-later
"""Erases records of each kind: a row as a whole where nothing needs it, else its personal columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, delete, exists, select, update

from desk_app.domain.retention import RecordKind
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.purge.erasures import DECISION_COLUMNS, NAME_COLUMNS, NO_LIST, NO_TEXT, NOTHING, PROXY_COLUMNS
from desk_app.storage.purge.tables import SUBJECT_KEY
from desk_app.storage.row_seals import STUDENT_SEAL
from desk_app.storage.tables import (
    ARCHIVED_PAPER,
    CARD,
    CLEARANCE_ITEM,
    METADATA,
    OVERRIDE_DECISION,
    PHOTO,
    PRINT_JOB,
    RELEASE,
    SIGNATURE,
    STUDENT,
    VISIT_OUTCOME,
)

Erase = Callable[[Connection, Sequence[object]], None]

_FORMS: Mapping[str, object] = {NOTHING: None, NO_TEXT: "", NO_LIST: []}
_NO_NAME: Mapping[str, object] = {
    "name": "",
    "name_romanised": "",
    "search_name": "",
    "loss_reported_at": None,
    "loss_reason": None,
    "overseas": None,
    "person_blind": None,
}


def _deleting(*columns: Column[Any]) -> Erase:
    """Delete the rows that are named by these columns, table after table."""

    def erase(connection: Connection, ids: Sequence[object]) -> None:
        for column in columns:
            connection.execute(delete(column.table).where(_named(column)), {"ids": ids})

    return erase


def _blanking(column: Column[Any], values: Mapping[str, object]) -> Erase:
    """Give columns of the rows that are named by a column their erased form."""

    def erase(connection: Connection, ids: Sequence[object]) -> None:
        connection.execute(update(column.table).where(_named(column)).values(values), {"ids": ids})

    return erase


def _named(column: Column[Any]) -> ColumnElement[bool]:
    return column.in_(bindparam("ids", expanding=True))


def _forms(columns: Mapping[str, str]) -> dict[str, object]:
    return {name: _FORMS[form] for name, form in columns.items()}


def _erase_names(connection: Connection, ids: Sequence[object], cipher: FieldCipher) -> None:
    """Erase the names of hand-overs, and that of a graduate of whom no other one still says it."""
    _blanking(RELEASE.c.receipt_no, _forms(NAME_COLUMNS))(connection, ids)
    numbers = select(RELEASE.c.student_no).where(_named(RELEASE.c.receipt_no))
    nowhere_else = ~exists().where(RELEASE.c.student_no == STUDENT.c.number, RELEASE.c.graduate_name != "")
    rows = connection.execute(select(STUDENT).where(STUDENT.c.number.in_(numbers), nowhere_else), {"ids": ids}).all()
    for row in rows:
        blank = {**STUDENT_SEAL.values(row), **_NO_NAME}
        # A row that was altered beside the program is emptied all the same, and shows afterwards that it was altered.
        if STUDENT_SEAL.stands(cipher, row):
            blank = STUDENT_SEAL.sealed(cipher, blank)
        connection.execute(update(STUDENT).where(STUDENT.c.number == row.number).values(blank))


def _of_student() -> list[Column[Any]]:
    """Give the columns by which rows belong to a graduate, but those of history, which nobody has who never came."""
    return [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if table is not RELEASE and any(key.column is STUDENT.c.number for key in column.foreign_keys)
    ]


_ERASERS: Mapping[RecordKind, Erase] = {
    RecordKind.PRINTS: _blanking(PRINT_JOB.c.id, {"pdf": b"", "title": ""}),
    RecordKind.VISITS: _deleting(VISIT_OUTCOME.c.visit),
    RecordKind.CLEARANCE: _deleting(CLEARANCE_ITEM.c.student_no),
    RecordKind.CARDS: _deleting(CARD.c.student_no),
    RecordKind.PHOTOS: _deleting(PHOTO.c.student_no),
    RecordKind.SIGNATURES: _deleting(SIGNATURE.c.receipt_no),
    RecordKind.RECEIPTS: _blanking(ARCHIVED_PAPER.c.receipt_no, {"pdf": b""}),
    RecordKind.PROXIES: _blanking(RELEASE.c.receipt_no, _forms(PROXY_COLUMNS)),
    RecordKind.DECISIONS: _blanking(OVERRIDE_DECISION.c.id, _forms(DECISION_COLUMNS)),
    RecordKind.TRAIL: _deleting(SUBJECT_KEY.c.alias),
    RecordKind.ROSTER: _deleting(*_of_student(), STUDENT.c.number),
}
_DESTROY_KEYS = _deleting(SUBJECT_KEY.c.alias)


def erase(connection: Connection, kind: RecordKind, ids: Sequence[object], *, keys: bool, cipher: FieldCipher) -> None:
    """Erase records by their ids; ``keys`` says that the ids are those of keys which are kept with the kind.

    ``cipher`` seals what is left of a graduate's row.
    """
    if kind is RecordKind.LEDGER and not keys:
        _erase_names(connection, ids, cipher)
    else:
        (_DESTROY_KEYS if keys else _ERASERS[kind])(connection, ids)
