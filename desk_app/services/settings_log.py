# SPDX-License-Identifier: GPL-3.0-or-later
"""With which settings, rules and retention periods a desk works, logged when they differ from what the log has last.

All of them are files that are edited by hand, past every screen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.audit import AuditFilter
from desk_app.domain.records import AuditKind
from desk_app.domain.retention import Period
from desk_app.services.ports import Clock
from desk_app.services.store_port import Ledger, Store
from desk_app.services.trail import Trail

_PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class SettingsLog:
    """Keeps settings, rules and retention periods of every desk in the audit log, each change as an entry."""

    store: Store
    clock: Clock
    trail: Trail
    periods: tuple[Period, ...] = ()

    def note(self, settings: Mapping[str, str]) -> None:
        """Log the settings, the rules and the periods with which the program starts, unless the log has them so."""
        policy = self.trail.policy
        rules = {
            "edition": policy.edition.id,
            "digest": policy.digest,
        }
        with self.store.write() as ledger:
            self._note(ledger, AuditKind.SETTING, settings)
            self._note(ledger, AuditKind.POLICY_LOAD, rules)
        self.note_periods()

    def note_periods(self) -> None:
        """Log for how long this desk keeps each kind of record, before anything is erased by it."""
        if self.periods:
            with self.store.write() as ledger:
                self._note(ledger, AuditKind.RETENTION, period_values(self.periods))

    def _note(self, ledger: Ledger, kind: AuditKind, values: Mapping[str, str]) -> None:
        desk = self.trail.desk
        subject = f"@{kind.value.lower()}:{desk.counter}-{desk.desk}"  # by it the newest entry of this desk is found
        line = next(iter(ledger.audit_lines(AuditFilter(subject=subject), 1)), None)
        before = line.payload.get("values") if line else None
        known = before if isinstance(before, dict) else {}
        if known == dict(values):
            return
        changed = sorted(name for name in {*known, *values} if line and known.get(name) != values.get(name))
        were = {name: known.get(name, "") for name in changed}
        ledger.record(
            self.trail.event(kind, self.clock.now(), subject, changed=changed, before=were, values=dict(values))
        )


def period_values(periods: tuple[Period, ...]) -> dict[str, str]:
    """Give every period in words of the log, years and who has set them, and a hash of all with their sources."""
    whole = [(one.kind.value, one.years, one.source.value, one.basis.note) for one in periods]
    values = {one.kind.value: f"{one.years or _PERMANENT} {one.source.value}" for one in periods}
    return {"digest": hashlib.sha256(json.dumps(whole).encode()).hexdigest(), **values}
