# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's entry: runs the revisions inside the transaction that ``storage/migrate.py`` holds open."""

from __future__ import annotations

from alembic import context

from desk_app.storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
