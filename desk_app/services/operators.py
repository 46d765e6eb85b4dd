# SPDX-License-Identifier: GPL-3.0-or-later
"""Who works at this desk now, and who else may."""

from __future__ import annotations

from desk_app.domain.errors import NotFoundError, PermissionRefusedError
from desk_app.domain.records import Operator
from desk_app.services.held_proofs import HeldProofs
from desk_app.services.store_port import Store


class Operators:
    """Keeps the operator of this desk for the time the program runs; proving who it is belongs to ``Staff``.

    ``held`` is what others who were called here have proven about the visits that are open.
    """

    def __init__(self, store: Store, current: Operator | None = None) -> None:
        self._store = store
        self._current = current
        self._locked = False
        self.held = HeldProofs()

    @property
    def current(self) -> Operator:
        """The operator who has signed in, also while the desk is locked; raises :class:`PermissionRefusedError` if none."""
        if self._current is None:
            raise PermissionRefusedError("permission_nobody")
        return self._current

    @property
    def at_work(self) -> Operator:
        """The operator who works now; raises :class:`PermissionRefusedError` when the desk is locked or nobody's."""
        if self._locked:
            raise PermissionRefusedError("permission_locked")
        return self.current

    @property
    def signed_in(self) -> bool:
        """True when somebody has signed in."""
        return self._current is not None

    @property
    def locked(self) -> bool:
        """True while the desk waits for the pass phrase of the one who has signed in."""
        return self._locked

    @property
    def name_for_log(self) -> str:
        """The id of the one who has signed in, "" when nobody has."""
        return self._current.id if self._current else ""

    def all(self) -> tuple[Operator, ...]:
        """Give everybody who may work at the desks."""
        with self._store.read() as records:
            return records.operators()

    def switch(self, operator_id: str) -> Operator:
        """Seat somebody who has been proven to be there; raise :class:`NotFoundError` for an id that is unknown or closed."""
        chosen = next((operator for operator in self.all() if operator.id == operator_id), None)
        if chosen is None:
            raise NotFoundError("operator_unknown", operator=operator_id)
        self._current, self._locked = chosen, False
        return chosen

    def leave(self) -> None:
        """Let the one who works here go; nothing is done until somebody signs in."""
        self._current, self._locked = None, False

    def lock(self) -> None:
        """Stop all acts until somebody is proven to be here; without an operator there is nothing to lock."""
        self._locked = self._current is not None
