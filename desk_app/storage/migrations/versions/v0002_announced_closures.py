# SPDX-License-Identifier: GPL-3.0-or-later
"""Announced closures and their withdrawals.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import DAY, FLAG, INSTANT, TEXT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "announced_closure",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("starts", TEXT, nullable=False),
        sa.Column("ends", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("counters", TEXT, nullable=False),
        sa.Column("counts_as_working_day", FLAG, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("announced_on", DAY, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("operator_id", TEXT, nullable=False),
        sa.Column("operator_name", TEXT, nullable=False),
        sa.Column("operator_role", TEXT, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closure_withdrawal",
        sa.Column("closure_id", TEXT, sa.ForeignKey("announced_closure.id"), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("operator_id", TEXT, nullable=False),
        sa.Column("operator_name", TEXT, nullable=False),
        sa.Column("operator_role", TEXT, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop both tables, that which refers to the other first."""
    op.drop_table("closure_withdrawal")
    op.drop_table("announced_closure")
