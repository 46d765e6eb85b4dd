# SPDX-License-Identifier: GPL-3.0-or-later
"""Archived papers and papers in the print queue enciphered, and check values of the keys.

Papers show the collector's signature, which nothing may hold in the open. Rows of several hundred are turned at a time.
Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from desk_app.domain.errors import StoreError
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.migrations.kinds import TEXT

revision = "0005"
down_revision = "0004"

_PAPERS = (("archived_paper", "receipt_no"), ("print_job", "id"))
_SLICE = 200
_UNGUARD = {
    "sqlite": "DROP TRIGGER IF EXISTS archived_paper_no_update",
    "postgresql": "DROP TRIGGER IF EXISTS archived_paper_no_update ON archived_paper",
}
_Turn = Callable[[str, str, bytes], bytes]


def upgrade() -> None:
    """Create the table of check values and encipher the papers."""
    op.create_table(
        "key_check",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    _turn_papers(lambda cipher: cipher.seal)


def downgrade() -> None:
    """Decipher the papers and drop the table."""
    _turn_papers(lambda cipher: cipher.open)
    op.drop_table("key_check")


def _turn_papers(turning: Callable[[FieldCipher], _Turn]) -> None:
    connection = op.get_bind()
    # Papers are history, which nothing changes; the migration puts all triggers back at its end.
    connection.exec_driver_sql(_UNGUARD[connection.dialect.name])
    for table, key in _PAPERS:
        paper = sa.table(table, sa.column(key), sa.column("pdf", sa.LargeBinary))
        change = sa.update(paper).where(paper.c[key] == sa.bindparam("row")).values(pdf=sa.bindparam("turned"))
        for keys in _slices(connection, sa.select(paper.c[key]).order_by(paper.c[key])):
            turn = turning(_cipher())
            rows = connection.execute(sa.select(paper).where(paper.c[key].in_(keys))).all()
            turned = [{"row": row[0], "turned": turn(f"{table}.pdf", str(row[0]), row[1])} for row in rows]
            connection.execute(change, turned)


def _slices(connection: sa.Connection, statement: sa.Select[Any]) -> Iterator[list[object]]:
    keys: list[object] = list(connection.execute(statement).scalars())
    for start in range(0, len(keys), _SLICE):
        yield keys[start : start + _SLICE]


def _cipher() -> FieldCipher:
    cipher = context.config.attributes.get("cipher")
    if not isinstance(cipher, FieldCipher):
        raise StoreError("store_migration", detail="store.key")
    return cipher
