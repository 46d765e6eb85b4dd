# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings of a desk say, logged when they differ from what the log has last: files are edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.audit import AuditFilter
from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock, Store
from desk_app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class SettingsLog:
    """Keeps the settings of every desk in the audit log, each change as an entry."""

    store: Store
    clock: Clock
    trail: Trail

    def note(self, values: Mapping[str, str]) -> bool:
        """Log the settings with which the program starts, unless the log has them so; tell whether it did."""
        desk = self.trail.desk
        subject = f"@settings:{desk.counter}-{desk.desk}"
        with self.store.write() as ledger:
            line = next(iter(ledger.audit_lines(AuditFilter(subject=subject), 1)), None)
            before = line.payload.get("values") if line else None
            known = before if isinstance(before, dict) else {}
            if known == dict(values):
                return False
            changed = sorted(name for name in {*known, *values} if known.get(name) != values.get(name))
            ledger.record(
                self.trail.event(
                    AuditKind.SETTING, self.clock.now(), subject, changed=changed if line else [], values=dict(values)
                )
            )
        return True
