# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the events of the audit log: who, where, when, under which rules; payloads hold masked values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.policy import Policy
from desk_app.domain.records import AuditEvent, AuditKind
from desk_app.services.operators import Operators
from desk_app.services.ports import DeskIdentity


@dataclass(frozen=True, slots=True)
class Trail:
    """Writes the parts of an event that every use case shares."""

    desk: DeskIdentity
    policy: Policy
    operators: Operators

    def event(self, kind: AuditKind, at: datetime, subject: str = "", **payload: object) -> AuditEvent:
        """Make an event; ``subject`` is a student number or "", ``payload`` must not name a person in full."""
        return AuditEvent(
            kind=kind,
            at=at,
            counter=self.desk.counter,
            operator=self.operators.name_for_log,
            subject=subject,
            edition=self.policy.edition.id,
            policy_digest=self.policy.digest,
            payload={"desk": self.desk.desk, **payload},
        )
