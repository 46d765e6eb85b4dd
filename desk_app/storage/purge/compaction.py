# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the store anew after a purge, so that nothing of what was erased is left in free pages or in the log of writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from desk_app.domain.errors import StoreBusyError
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.purge.tables import SUBJECT_KEY
from desk_app.storage.tables import (
    ARCHIVED_PAPER,
    CARD,
    CLEARANCE_ITEM,
    HOLDING,
    OVERRIDE_DECISION,
    PHOTO,
    PRINT_JOB,
    RELEASE,
    SIGNATURE,
    STUDENT,
    VISIT_OUTCOME,
)
from desk_app.storage.transactions import desk_errors

_REWRITTEN = (
    ARCHIVED_PAPER, CARD, CLEARANCE_ITEM, HOLDING, OVERRIDE_DECISION, PHOTO, PRINT_JOB, RELEASE, SIGNATURE, STUDENT,
    SUBJECT_KEY, VISIT_OUTCOME,
)  # fmt: skip


def compact(engine: Engine) -> bool:
    """Write the store anew; ``False`` when another desk was in the way, who does it again later."""
    try:
        with desk_errors():
            return _rewrite_tables(engine) if engine.dialect.name == POSTGRESQL else _rewrite_file(engine)
    except StoreBusyError:
        return False


def _rewrite_file(engine: Engine) -> bool:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")
        busy, _pages, _moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _rewrite_tables(engine: Engine) -> bool:
    """Rewrite the tables on a server: a plain VACUUM would leave the old rows in their pages until others come there."""
    names = ", ".join(f'"{table.name}"' for table in _REWRITTEN)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"VACUUM (FULL) {names}")
    return True
