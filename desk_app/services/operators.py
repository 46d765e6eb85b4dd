# SPDX-License-Identifier: GPL-3.0-or-later
"""Who works at this desk now, and who else may."""

from __future__ import annotations

from desk_app.domain.errors import NotFoundError
from desk_app.domain.records import Operator
from desk_app.services.ports import Store


class Operators:
    """Keeps the operator of this desk for the time the program runs."""

    def __init__(self, store: Store, current: Operator) -> None:
        self._store = store
        self._current = current

    @property
    def current(self) -> Operator:
        """The operator who works at the desk now."""
        return self._current

    def all(self) -> tuple[Operator, ...]:
        """Give everybody who may work at the desks."""
        with self._store.read() as records:
            return records.operators()

    def switch(self, operator_id: str) -> Operator:
        """Change the operator; raise :class:`NotFoundError` for an id that the store does not have."""
        chosen = next((operator for operator in self.all() if operator.id == operator_id), None)
        if chosen is None:
            raise NotFoundError("operator_unknown", operator=operator_id)
        self._current = chosen
        return chosen
