# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts with the hash of a pass phrase, failed attempts and the lock after too many.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import FLAG, INSTANT, TEXT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table; who could work before has an account once a pass phrase is given."""
    op.create_table(
        "staff_account",
        sa.Column("operator_id", TEXT, sa.ForeignKey("operator.id"), primary_key=True),
        sa.Column("phrase_hash", TEXT, nullable=False),
        sa.Column("closed", FLAG, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", INSTANT),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("staff_account")
