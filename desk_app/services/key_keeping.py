# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of a desk's keys: only by whoever may, and never without an entry in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.records import AuditKind
from desk_app.services.ports import Clock
from desk_app.services.rights import Act, require
from desk_app.services.store_port import Store
from desk_app.services.trail import Trail


class KeyChange(StrEnum):
    """What is done to keys, as the audit log says it."""

    MOVE = "move"
    ROTATE = "rotate"
    RECOVER = "recover"
    RENEW_RECOVERY = "renew_recovery"
    ENCIPHER_FILE = "encipher_file"


@dataclass(frozen=True, slots=True)
class KeyKeeping:
    """Records a change of keys together with the change itself."""

    store: Store
    clock: Clock
    trail: Trail

    def change(self, what: KeyChange, carry_out: Callable[[], None], **told: object) -> None:
        """Carry a change out with its entry: what raises leaves neither. ``told`` must name no key's bytes."""
        require(self.trail.operators, Act.KEYS)
        with self.store.write() as ledger:
            ledger.record(self.trail.event(AuditKind.KEYS, self.clock.now(), "", change=what.value, **told))
            carry_out()
