# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: the hash of the pass phrase, failed attempts, and whether an account is closed.

The hash lies enciphered, bound to the account and to its role: whoever edits the store by hand gives nobody another
role, nor somebody else's account the own pass phrase, without the store's key.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from desk_app.domain.errors import StoreError
from desk_app.domain.records import Operator, Role
from desk_app.domain.staff import Account
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.session import Session
from desk_app.storage.tables import OPERATOR, STAFF_ACCOUNT

PHRASE_FIELD = "staff_account.phrase_hash"
"""The column of the hashes, as the cipher names it."""

_GIVEN_BY = "\n"
"""Stands between a hash and who has given it: both lie under one seal, so that nobody takes the one from the other."""

_ACCOUNTS = (
    select(OPERATOR, STAFF_ACCOUNT)
    .outerjoin(STAFF_ACCOUNT, STAFF_ACCOUNT.c.operator_id == OPERATOR.c.id)
    .order_by(OPERATOR.c.id)
)
_EMPTY = {"phrase_hash": "", "closed": False, "failures": 0, "locked_until": None}


class AccountReads(Session):
    """Reads accounts."""

    def accounts(self) -> tuple[Account, ...]:
        """Give the account of everybody, those closed too; one whose row was altered by hand has no pass phrase."""
        return tuple(self._account(row) for row in self._connection.execute(_ACCOUNTS))

    def prove_accounts(self) -> None:
        """Raise :class:`StoreError` for the first account whose role or pass phrase was altered by hand."""
        for row in self._connection.execute(_ACCOUNTS).all():
            if row.phrase_hash and not _opened(self._cipher, row):
                raise StoreError("store_account_altered", operator=row.id)

    def _account(self, row: Row[Any]) -> Account:
        phrase_hash, _, given_by = _opened(self._cipher, row).partition(_GIVEN_BY)
        person = Operator(row.id, row.name, row.role)
        return Account(person, phrase_hash, bool(row.closed), row.failures or 0, row.locked_until, given_by)

    def operators(self) -> tuple[Operator, ...]:
        """Give everybody who may work at the desks: those whose account is not closed."""
        return tuple(account.operator for account in self.accounts() if not account.closed)


class AccountWrites(AccountReads):
    """Writes accounts."""

    def set_phrase_hash(self, operator_id: str, phrase_hash: str, given_by: str = "") -> None:
        """Give an account the hash of a new pass phrase, and who else knows it; failed attempts are forgotten."""
        role = self._connection.execute(select(OPERATOR.c.role).where(OPERATOR.c.id == operator_id)).scalar_one()
        told = f"{phrase_hash}{_GIVEN_BY}{given_by}" if given_by else phrase_hash
        sealed = self._cipher.seal(PHRASE_FIELD, _bound_to(operator_id, role), told.encode())
        self._put(operator_id, phrase_hash=base64.b64encode(sealed).decode(), failures=0, locked_until=None)

    def close_account(self, operator_id: str) -> None:
        """Let somebody sign in no more, not even where the account is opened by hand; what he or she did stays."""
        self._put(operator_id, closed=True, phrase_hash="")

    def set_attempts(self, operator_id: str, failures: int, locked_until: datetime | None) -> None:
        """Keep how many attempts have failed in a row, and until when no more are heard."""
        self._put(operator_id, failures=failures, locked_until=locked_until)

    def _put(self, operator_id: str, **changes: object) -> None:
        """Change some columns of an account, which is made when there is none yet."""
        statement = update(STAFF_ACCOUNT).where(STAFF_ACCOUNT.c.operator_id == operator_id).values(changes)
        if not self._connection.execute(statement).rowcount:
            self._connection.execute(insert(STAFF_ACCOUNT), {"operator_id": operator_id, **_EMPTY, **changes})


def _opened(cipher: FieldCipher, row: Row[Any]) -> str:
    """Give the hash of an account with who has given it, "" where there is none, or none that belongs to this account in this role."""
    try:
        sealed = base64.b64decode(row.phrase_hash or "", validate=True)
        return cipher.open(PHRASE_FIELD, _bound_to(row.id, row.role), sealed).decode() if sealed else ""
    except (binascii.Error, ValueError, StoreError):
        return ""


def _bound_to(operator_id: str, role: Role) -> str:
    return f"{operator_id}|{role.value}"
