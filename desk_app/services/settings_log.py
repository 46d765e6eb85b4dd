# SPDX-License-Identifier: GPL-3.0-or-later
"""With which settings and rules a desk starts, logged when they differ from what the log has last: files are edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.audit import AuditFilter
from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock
from desk_app.services.store_port import Ledger, Store
from desk_app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class SettingsLog:
    """Keeps the settings and the rules of every desk in the audit log, each change as an entry."""

    store: Store
    clock: Clock
    trail: Trail

    def note(self, settings: Mapping[str, str]) -> None:
        """Log the settings and the rules with which the program starts, unless the log has them so."""
        policy = self.trail.policy
        rules = {
            "edition": policy.edition.id,
            "digest": policy.digest,
        }
        with self.store.write() as ledger:
            self._note(ledger, AuditKind.SETTING, settings)
            self._note(ledger, AuditKind.POLICY_LOAD, rules)

    def _note(self, ledger: Ledger, kind: AuditKind, values: Mapping[str, str]) -> None:
        desk = self.trail.desk
        subject = f"@{kind.value.lower()}:{desk.counter}-{desk.desk}"  # by it the newest entry of this desk is found
        line = next(iter(ledger.audit_lines(AuditFilter(subject=subject), 1)), None)
        before = line.payload.get("values") if line else None
        known = before if isinstance(before, dict) else {}
        if known == dict(values):
            return
        changed = sorted(name for name in {*known, *values} if line and known.get(name) != values.get(name))
        ledger.record(self.trail.event(kind, self.clock.now(), subject, changed=changed, values=dict(values)))
