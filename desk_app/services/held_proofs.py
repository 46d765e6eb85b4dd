# SPDX-License-Identifier: GPL-3.0-or-later
"""What persons who were called to the desk have proven about open visits: in memory, until a hand-over writes it down."""

from __future__ import annotations

from desk_app.domain.decisions import OverrideDecision
from desk_app.domain.visit import ProxyConfirmation


class HeldProofs:
    """Decisions and confirmations by visit; only the use cases that have checked a pass phrase put any here.

    A hand-over compares what its visit says with what is held: a name written into a visit proves nothing.
    """

    def __init__(self) -> None:
        self._decisions: dict[str, dict[str, OverrideDecision]] = {}
        self._confirmations: dict[str, ProxyConfirmation] = {}

    @property
    def visits(self) -> tuple[str, ...]:
        """The visits about which something was decided or confirmed."""
        return tuple({**self._decisions, **self._confirmations})

    def hold_decision(self, decision: OverrideDecision) -> None:
        """Keep a decision; a newer one on the same reason takes its place."""
        self._decisions.setdefault(decision.visit, {})[decision.reason] = decision

    def decision(self, visit: str, reason: str) -> OverrideDecision | None:
        """Give the decision on a reason of a visit."""
        return self._decisions.get(visit, {}).get(reason)

    def hold_confirmation(self, confirmation: ProxyConfirmation) -> None:
        """Keep a confirmation; a newer one takes its place."""
        self._confirmations[confirmation.visit] = confirmation

    def confirmation(self, visit: str) -> ProxyConfirmation | None:
        """Give the confirmation of a visit."""
        return self._confirmations.get(visit)

    def drop(self, visit: str) -> tuple[tuple[OverrideDecision, ...], ProxyConfirmation | None]:
        """Forget a visit; give what was held about it."""
        decisions = self._decisions.pop(visit, {})
        return tuple(decisions.values()), self._confirmations.pop(visit, None)
