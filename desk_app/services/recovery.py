# SPDX-License-Identifier: GPL-3.0-or-later
"""A supervisor's pass phrase set anew by the owner of the desk, when nobody is left who could: audited and told to all."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk_app.domain.audit import AuditFilter
from desk_app.domain.errors import StaffError
from desk_app.domain.records import AuditKind, Role
from desk_app.domain.staff import require_phrase
from desk_app.services.ports import Clock, OwnerProof, PassPhrases
from desk_app.services.staff import known_account
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail

SUBJECT = "@recovery"
"""Stands in the place of a student number, so that the newest recovery is found at once."""

TOLD_FOR = timedelta(days=7)
"""For how long everybody who comes to a desk is told of a recovery."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Whose pass phrase was set anew, when, and by what proof."""

    account: str
    at: datetime
    proof: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """The use cases of the owner of a desk, who is none of the staff."""

    store: Store
    clock: Clock
    trail: Trail
    phrases: PassPhrases

    def recover(self, operator_id: str, phrase: str, proof: OwnerProof) -> None:
        """Give a supervisor a new pass phrase, which also unlocks the account.

        Raises :class:`StaffError` without the owner's proof, and for an account that is closed or no supervisor's.
        """
        proof.require()
        phrase_hash = self.phrases.hash(require_phrase(phrase, operator_id))
        with self.store.write() as ledger:
            account = known_account(ledger, operator_id)
            if account.closed:
                raise StaffError("sign_in_closed", operator=operator_id)
            if account.operator.role is not Role.SUPERVISOR:
                raise StaffError("staff_first_supervisor", operator=operator_id)
            ledger.set_phrase_hash(operator_id, phrase_hash)
            event = self.trail.event(
                AuditKind.STAFF_EDIT,
                self.clock.now(),
                SUBJECT,
                action="recover",
                account=operator_id,
                role=account.operator.role.value,
                proof=proof.kind,
            )
            ledger.record(dataclasses.replace(event, operator=""))

    def newest(self) -> Recovered | None:
        """Give the newest recovery of the last days, ``None`` when there was none."""
        with self.store.read() as records:
            line = next(iter(records.audit_lines(AuditFilter(subject=SUBJECT), 1)), None)
        if line is None or self.clock.now() - line.at > TOLD_FOR:
            return None
        return Recovered(str(line.payload.get("account", "")), line.at, str(line.payload.get("proof", "")))
