# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: the hash of the pass phrase, failed attempts, and whether an account is closed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from desk_app.domain.records import Operator
from desk_app.domain.staff import Account
from desk_app.storage.session import Session
from desk_app.storage.tables import OPERATOR, STAFF_ACCOUNT

_ACCOUNTS = (
    select(OPERATOR, STAFF_ACCOUNT)
    .outerjoin(STAFF_ACCOUNT, STAFF_ACCOUNT.c.operator_id == OPERATOR.c.id)
    .order_by(OPERATOR.c.id)
)
_EMPTY = {"phrase_hash": "", "closed": False, "failures": 0, "locked_until": None}


class AccountReads(Session):
    """Reads accounts."""

    def accounts(self) -> tuple[Account, ...]:
        """Give the account of everybody, those closed too; who never had a pass phrase has one without it."""
        return tuple(
            Account(
                Operator(row.id, row.name, row.role),
                row.phrase_hash or "",
                bool(row.closed),
                row.failures or 0,
                row.locked_until,
            )
            for row in self._connection.execute(_ACCOUNTS)
        )

    def operators(self) -> tuple[Operator, ...]:
        """Give everybody who may work at the desks: those whose account is not closed."""
        return tuple(account.operator for account in self.accounts() if not account.closed)


class AccountWrites(AccountReads):
    """Writes accounts."""

    def set_phrase_hash(self, operator_id: str, phrase_hash: str) -> None:
        """Give an account the hash of a new pass phrase; failed attempts are forgotten."""
        self._put(operator_id, phrase_hash=phrase_hash, failures=0, locked_until=None)

    def close_account(self, operator_id: str) -> None:
        """Let somebody sign in no more; what he or she did stays."""
        self._put(operator_id, closed=True)

    def set_attempts(self, operator_id: str, failures: int, locked_until: datetime | None) -> None:
        """Keep how many attempts have failed in a row, and until when no more are heard."""
        self._put(operator_id, failures=failures, locked_until=locked_until)

    def _put(self, operator_id: str, **changes: object) -> None:
        """Change some columns of an account, which is made when there is none yet."""
        statement = update(STAFF_ACCOUNT).where(STAFF_ACCOUNT.c.operator_id == operator_id).values(changes)
        if not self._connection.execute(statement).rowcount:
            self._connection.execute(insert(STAFF_ACCOUNT), {"operator_id": operator_id, **_EMPTY, **changes})
