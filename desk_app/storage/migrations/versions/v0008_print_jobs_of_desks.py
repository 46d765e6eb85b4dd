# SPDX-License-Identifier: GPL-3.0-or-later
"""To which desk a print job belongs, so that on a shared store no other desk prints it.

Frozen: it spells the kinds of its columns out, so that later changes of the tables never change what it made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.storage.migrations.kinds import TEXT

revision = "0008"
down_revision = "0006"

_OF_RECEIPTS = """
UPDATE print_job SET
  counter = (SELECT release.counter FROM release WHERE release.receipt_no = print_job.receipt_no),
  desk = (SELECT release.desk FROM release WHERE release.receipt_no = print_job.receipt_no)
"""


def upgrade() -> None:
    """Add both columns; the job of a receipt belongs to the desk of its hand-over, any other one to whoever takes it."""
    op.add_column("print_job", sa.Column("counter", TEXT))
    op.add_column("print_job", sa.Column("desk", TEXT))
    op.execute(_OF_RECEIPTS)


def downgrade() -> None:
    """Drop both columns."""
    op.drop_column("print_job", "desk")
    op.drop_column("print_job", "counter")
