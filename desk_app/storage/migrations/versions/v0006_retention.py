# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of persons in the audit log, purges and their tombstones; entries that are there stay as they were written.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import DAY, INSTANT, TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "subject_key",
        sa.Column("alias", TEXT, primary_key=True),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("kept_with", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("uq_subject_key_person", "subject_key", ["person", "kept_with", "year"], unique=True)
    op.create_index("ix_subject_key_year", "subject_key", ["kept_with", "year"])
    op.create_table(
        "purge",
        sa.Column("sequence", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("cut_off", DAY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("record", TEXT, primary_key=True),
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("purge", sa.Integer(), sa.ForeignKey("purge.sequence"), nullable=False, index=True),
        sa.Column("kept", TEXT, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them, those that refer to others first; what was enciphered for them can be read no more."""
    op.drop_table("tombstone")
    op.drop_table("purge")
    op.drop_table("subject_key")
