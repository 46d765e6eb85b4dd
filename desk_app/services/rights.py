# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: the one table of roles and acts, asked by the use cases themselves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from desk_app.domain.errors import PermissionRefusedError
from desk_app.domain.records import Role
from desk_app.services.operators import Operators


class Act(StrEnum):
    """What somebody may do or not; the value names the words of the refusal (``error.permission_…``)."""

    OPEN_RECORD = "open_record"
    HAND_OVER = "hand_over"
    PRINT = "print"
    EXPORT = "export"
    LEDGER = "ledger"
    IMPORT = "import"
    TAKE_OVER = "take_over"
    CLOSURE = "closure"
    STAFF = "staff"
    OVERRIDE = "decide"
    WITNESS = "witness"
    VERIFY = "verify"
    CONFIRM_PHONE = "confirm_phone"
    AUDIT = "audit"
    BACKUP = "backup"
    RECOUNT = "recount"
    RESTORE = "restore"
    KEYS = "keys"
    RETENTION = "retention"


_AT_THE_COUNTER = frozenset(
    {Act.OPEN_RECORD, Act.HAND_OVER, Act.PRINT, Act.LEDGER, Act.EXPORT, Act.IMPORT, Act.WITNESS, Act.BACKUP}
)

UNATTENDED = frozenset({Act.LEDGER, Act.EXPORT, Act.PRINT, Act.AUDIT, Act.BACKUP})
"""What may run by itself at night: a role that may do more never signs in from a file."""

ACTS_OF: Mapping[Role, frozenset[Act]] = {
    Role.CLERK: _AT_THE_COUNTER,
    Role.VERIFIER: _AT_THE_COUNTER | {Act.VERIFY},
    Role.SUPERVISOR: frozenset(Act),
    Role.AUDITOR: UNATTENDED,
}
"""The acts of every role; what is not listed is refused."""


def may(role: Role, act: Act) -> bool:
    """Tell whether a role may do something."""
    return act in ACTS_OF[role]


def permitted(operators: Operators, act: Act) -> bool:
    """Tell whether the one who has signed in may do this; a locked desk still shows what its operator may."""
    return operators.signed_in and may(operators.current.role, act)


def require(operators: Operators, act: Act) -> None:
    """Raise :class:`PermissionRefusedError` unless the one who works at the desk now may do this.

    Nobody does anything at a desk that is locked or where nobody has signed in.
    """
    operator = operators.at_work
    if not may(operator.role, act):
        raise PermissionRefusedError(f"permission_{act.value}", operator=operator.id)
