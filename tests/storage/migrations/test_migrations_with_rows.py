# SPDX-License-Identifier: GPL-3.0-or-later
"""Every revision up and down with rows in every table, on both databases: nothing is lost, nothing comes out otherwise."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from desk_app.domain.errors import StoreError
from desk_app.storage import migrate as migration
from desk_app.storage.engine import make_engine
from desk_app.storage.fingerprint import fingerprint, schema_parts
from desk_app.storage.history import HISTORY
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.triggers import recreate_triggers
from tests.storage.conftest import DATABASES
from tests.storage.samples import KEY

CIPHER = FieldCipher(KEY)
_BOOKKEEPING = {"alembic_version", "sequence_memory"}
_AT = datetime(2025, 6, 3, 2, 0, tzinfo=UTC)
_BY_KIND: tuple[tuple[Any, Any], ...] = (
    (Boolean, True),
    (Integer, 1),
    (LargeBinary, b"%PDF-"),
    (DateTime, _AT),
    (Date, date(2025, 6, 3)),
)

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=DATABASES)
def blank(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an engine on nothing: an empty file, or an empty database of which it is the owner."""
    if request.param == "file":
        engine = make_engine(request.getfixturevalue("tmp_path") / "blank.db")
    else:
        engine = request.getfixturevalue("shelf").empty().owner()
    yield engine
    engine.dispose()


def tables_of(connection: Connection) -> list[Table]:
    """Give the tables of a store as the database describes them, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in _BOOKKEEPING]


def value_for(column: Column[Any]) -> Any:
    """Give a value that a column takes; whatever refers to another row refers to the one that is there."""
    if column.foreign_keys:
        key: ForeignKey = next(iter(column.foreign_keys))
        return value_for(key.column)
    for kind, value in _BY_KIND:
        if isinstance(column.type, kind):
            return value
    # Texts that a later revision reads must be what the store would have written.
    return "[]" if column.name in {"groups", "other_units", "evidence"} else f"{column.table.name}.{column.name}"


def fill(connection: Connection) -> None:
    """Put one row into every table that has none."""
    for table in tables_of(connection):
        if connection.execute(select(table)).first() is None:
            connection.execute(insert(table), {column.name: value_for(column) for column in table.columns})


def rows_of(connection: Connection) -> Rows:
    """Give all rows, with papers, words and hashes of pass phrases deciphered where a revision has enciphered them."""
    return {
        table.name: [_plain(table, row._asdict()) for row in connection.execute(select(table))]
        for table in tables_of(connection)
    }


def _plain(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    paper = row.get("pdf")
    if isinstance(paper, bytes) and not paper.startswith(b"%PDF"):
        key = next(iter(table.primary_key)).name
        row["pdf"] = CIPHER.open(f"{table.name}.pdf", str(row[key]), paper)
    word = row.get("confirmed")
    if word and not word.startswith("clearance_"):
        key = "|".join(row[name] for name in ("student_no", "item", "source"))
        row["confirmed"] = CIPHER.open("clearance_item.confirmed", key, base64.b64decode(word)).decode()
    hashed = row.get("phrase_hash")
    if hashed and not hashed.startswith("staff_account."):
        sealed = base64.b64decode(hashed)
        row["phrase_hash"] = CIPHER.open("staff_account.phrase_hash", "operator.id|operator.role", sealed).decode()
    return row


def require_kept(before: Rows, after: Rows) -> None:
    """Compare what both know: tables and columns may come and go, values and rows may not."""
    for name in before.keys() & after.keys():
        assert len(before[name]) == len(after[name]) == 1, name
        (old,), (new,) = before[name], after[name]
        shared = old.keys() & new.keys()
        assert {column: old[column] for column in shared} == {column: new[column] for column in shared}, name


@pytest.mark.slow
def test_every_revision_keeps_the_rows_of_every_table_up_and_down(blank: Engine) -> None:
    known = migration.known_revisions()
    shapes: dict[str, tuple[str, ...]] = {}
    with migration.schema_transaction(blank) as connection:
        for number, revision in enumerate(known):
            before = rows_of(connection) if number else {}
            migration.run_revisions(connection, revision, CIPHER)
            require_kept(before, rows_of(connection))
            fill(connection)
            shapes[revision] = schema_parts(connection)
        for revision in reversed(known[:-1]):
            before = rows_of(connection)
            migration.run_revisions(connection, revision, CIPHER)
            require_kept(before, rows_of(connection))
            # What goes up and down again has the columns, keys, conditions and indexes that it had.
            assert schema_parts(connection) == shapes[revision], revision
        migration.run_revisions(connection, "base", CIPHER)
        assert tables_of(connection) == []


@pytest.mark.slow
def test_the_oldest_store_comes_up_with_its_rows_and_its_history_is_guarded(blank: Engine) -> None:
    with migration.schema_transaction(blank) as connection:
        migration.run_revisions(connection, migration.known_revisions()[0], CIPHER)
        fill(connection)
        before = rows_of(connection)
    migration.bring_to_head(blank, CIPHER)
    with blank.begin() as connection:
        require_kept(before, rows_of(connection))
        assert fingerprint(connection) == migration.expected_fingerprint(blank)
    for table in HISTORY:
        if table.name in before:
            with pytest.raises(DBAPIError, match="history is never changed"), blank.begin() as connection:
                connection.execute(table.delete())


@pytest.mark.slow
def test_what_refers_to_rows_is_still_enforced_after_the_upgrade(blank: Engine) -> None:
    with migration.schema_transaction(blank) as connection:
        migration.run_revisions(connection, migration.known_revisions()[0], CIPHER)
        fill(connection)
    migration.bring_to_head(blank, CIPHER)
    with pytest.raises(DBAPIError, match=r"FOREIGN KEY|foreign key"), blank.begin() as connection:
        connection.execute(text("DELETE FROM student"))


@pytest.mark.slow
def test_an_upgrade_that_fails_half_way_leaves_the_store_as_it_was(
    blank: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest, *_ = migration.known_revisions()
    with migration.schema_transaction(blank) as connection:
        migration.run_revisions(connection, oldest, CIPHER)
        fill(connection)
        before, shape = rows_of(connection), schema_parts(connection)

    def fails(connection: Connection) -> None:
        recreate_triggers(connection)
        raise StoreError("store_migration", detail="half way")

    monkeypatch.setattr(migration, "recreate_triggers", fails)
    with pytest.raises(StoreError, match="store_migration"):
        migration.bring_to_head(blank, CIPHER)
    with blank.begin() as connection:
        assert rows_of(connection) == before
        assert schema_parts(connection) == shape
