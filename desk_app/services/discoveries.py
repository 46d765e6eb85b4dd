# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs that somebody's record was found altered, at the moment at which the desk refuses to use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from desk_app.domain.errors import AlteredRecordError, StoreError
from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail


@contextmanager
def altered_records_logged(store: Store, trail: Trail, clock: Clock) -> Iterator[None]:
    """Log an :class:`AlteredRecordError` as an incident, and let it go on; open no transaction around this."""
    try:
        yield
    except AlteredRecordError as error:
        subject, table = str(error.data["student_no"]), error.data["table"]
        # A log that cannot be written to now must not hide what was found.
        with suppress(StoreError), store.write() as ledger:
            ledger.record(trail.event(AuditKind.INCIDENT, clock.now(), subject, altered=table))
        raise
