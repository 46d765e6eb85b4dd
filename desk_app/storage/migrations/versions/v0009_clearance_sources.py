# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources of clearance data with their cursors, and the note that an office writes to the graduate.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import INSTANT, TEXT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table and add the column."""
    op.create_table(
        "clearance_source",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("cursor", TEXT, nullable=False),
        sa.Column("last_try", INSTANT),
        sa.Column("last_success", INSTANT),
        sa.Column("newest", INSTANT),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("skipped", TEXT, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("fault_code", TEXT),
        sa.Column("fault_data", TEXT),
        sa.Column("next_try", INSTANT),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.add_column("clearance_item", sa.Column("note", sa.LargeBinary))


def downgrade() -> None:
    """Drop both; the notes come again with the next pull."""
    op.drop_column("clearance_item", "note")
    op.drop_table("clearance_source")
