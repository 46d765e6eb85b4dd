# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions of two persons on single reasons, and the hand-over that each has opened.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import INSTANT, TEXT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "override_decision",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("visit", TEXT, nullable=False, index=True),
        sa.Column("student_no", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("by_id", TEXT, nullable=False),
        sa.Column("by_name", TEXT, nullable=False),
        sa.Column("by_role", TEXT, nullable=False),
        sa.Column("second_id", TEXT),
        sa.Column("second_name", TEXT),
        sa.Column("second_role", TEXT),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("incident", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "override_use",
        sa.Column("decision_id", TEXT, sa.ForeignKey("override_decision.id"), primary_key=True),
        sa.Column("receipt_no", TEXT, sa.ForeignKey("release.receipt_no"), nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop both tables, that which refers to the other first."""
    op.drop_table("override_use")
    op.drop_table("override_decision")
