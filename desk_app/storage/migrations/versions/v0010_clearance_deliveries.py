# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries of clearance data and what has arrived in them.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import DAY, FLAG, INSTANT, TEXT

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "clearance_delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("counts_as", sa.Integer),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "clearance_arrival",
        sa.Column("delivery", sa.Integer, sa.ForeignKey("clearance_delivery.id"), primary_key=True),
        sa.Column("student_no", TEXT, primary_key=True),
        sa.Column("item", TEXT, primary_key=True),
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("window_closed", FLAG, nullable=False),
        sa.Column("detail", TEXT),
        sa.Column("certificate_date", DAY),
        sa.Column("confirmed", TEXT),
        sa.Column("note", sa.LargeBinary),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop both; what has not found its place yet comes again with the next file."""
    op.drop_table("clearance_arrival")
    op.drop_table("clearance_delivery")
