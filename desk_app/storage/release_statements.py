# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements of a hand-over. On a server they are few, because each lets the other desks wait for its answer."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    ScalarSelect,
    Select,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from desk_app.domain.records import ReleaseRecord
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.release_rows import document_rows, release_row
from desk_app.storage.session import insert_or
from desk_app.storage.tables import HOLDING, RECEIPT_COUNTER, RELEASE, RELEASED_DOCUMENT, SEAL_PENDING, SIGNATURE

Followers: TypeAlias = tuple[Insert | Update, ...]
"""What is written once the release itself is."""

_NAMES = [column.name for column in RELEASE.columns if column.name != "id"]
_DOCUMENT_NAMES = [column.name for column in RELEASED_DOCUMENT.columns]
_DRAWN = ("prefix", "day", "counter")


@cache
def draw(dialect: str) -> ReturningInsert[Any]:
    """Give the statement that counts up, on a server in the desk's turn; its row stays locked until the transaction ends."""
    count_up = insert_or(RECEIPT_COUNTER, dialect)
    first = (
        count_up.from_select([*_DRAWN, "last"], _first_number()) if dialect == POSTGRESQL else count_up.values(last=1)
    )
    return first.on_conflict_do_update(
        index_elements=["prefix", "day"],
        set_={"last": RECEIPT_COUNTER.c.last + 1, "counter": count_up.excluded.counter},
    ).returning(RECEIPT_COUNTER.c.last)


def values_of(release: ReleaseRecord, strokes: bytes) -> dict[str, object]:
    """Give the parameters of :func:`add`, :func:`followers` and :func:`add_all`."""
    row: dict[str, object] = {**release_row(release), "strokes": strokes}
    documents = enumerate(document_rows(release))
    # None is named like a column: an update would take it for a column's new value.
    return {f"new_{name}": value for name, value in row.items()} | {
        f"new_{position}_{name}": value for position, document in documents for name, value in document.items()
    }


@cache
def add(documents: int) -> Insert:
    """Give the statement that adds a release of so many documents, unless one stands in the way."""
    free = select(*(_new(RELEASE.c[name]) for name in _NAMES)).where(not_(_standing(documents)))
    return insert(RELEASE).from_select(_NAMES, free)


@cache
def followers(documents: int) -> Followers:
    """Give what follows a release that :func:`add` has added."""
    its_id = select(RELEASE.c.id).where(RELEASE.c.receipt_no == _new(RELEASE.c.receipt_no))
    return _followers(documents, its_id.scalar_subquery())


@cache
def add_all(documents: int) -> Select[Any]:
    """Give the one statement that adds a release and all that follows it, and gives a row if it did."""
    added = add(documents).returning(RELEASE.c.id).cte("added")
    names = ("documents", "strokes", "pending", "taken")
    follow = _followers(documents, select(added.c.id).scalar_subquery())
    return select(added.c.id).add_cte(*(one.cte(name) for one, name in zip(follow, names, strict=True)))


def _followers(documents: int, its_id: ScalarSelect[Any]) -> Followers:
    added = its_id.is_not(None)
    rows = [select(its_id, *_document(n)).where(added) for n in range(documents)]
    receipt_no = _new(RELEASE.c.receipt_no)
    serials = [_new(RELEASED_DOCUMENT.c.serial, n) for n in range(documents)]
    return (
        insert(RELEASED_DOCUMENT).from_select(_DOCUMENT_NAMES, union_all(*rows)),
        insert(SIGNATURE).from_select(
            ["receipt_no", "strokes"], select(receipt_no, _new(SIGNATURE.c.strokes)).where(added)
        ),
        insert(SEAL_PENDING).from_select(["receipt_no"], select(receipt_no).where(added)),
        update(HOLDING).where(HOLDING.c.serial.in_(serials), added).values(released_by=receipt_no),
    )


def _standing(documents: int) -> ColumnElement[bool]:
    """Ask for a release of the same key, serial, or student and document; each question has its own index."""
    kept = RELEASED_DOCUMENT.c
    standing = exists().where(kept.voided_at.is_(None))
    serials = [_new(kept.serial, n) for n in range(documents)]
    codes = [_new(kept.document, n) for n in range(documents)]
    return or_(
        exists().where(RELEASE.c.key == _new(RELEASE.c.key)),
        standing.where(kept.serial.in_(serials)),
        standing.where(kept.student_no == _new(RELEASE.c.student_no), kept.document.in_(codes)),
    )


def _document(number: int) -> list[BindParameter[Any]]:
    return [_new(RELEASED_DOCUMENT.c[name], number) for name in _DOCUMENT_NAMES if name != "release_id"]


def _new(column: ColumnElement[Any], number: int | None = None) -> BindParameter[Any]:
    """Give the parameter of a column, of one document if a number says which."""
    name = column.key if number is None else f"{number}_{column.key}"
    return bindparam(f"new_{name}", type_=column.type)


def _first_number() -> Select[Any]:
    """Give the row of the first number, once the turn has come; where it has not, this is what waits for it."""
    from desk_app.storage.server.engine import TURN_LOCK  # noqa: PLC0415 - for shared stores only

    turn = select(func.pg_advisory_xact_lock(literal_column(str(TURN_LOCK)))).cte("turn")
    columns = (bindparam(name, type_=RECEIPT_COUNTER.c[name].type) for name in _DRAWN)
    return select(*columns, literal_column("1")).select_from(turn)
