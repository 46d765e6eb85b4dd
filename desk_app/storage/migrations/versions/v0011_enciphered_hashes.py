# SPDX-License-Identifier: GPL-3.0-or-later
"""Hashes of pass phrases enciphered, each bound to its account and role.

Frozen: it spells out how they are bound, so that later changes of the accounts never change what it made.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

import sqlalchemy as sa
from alembic import context, op

from desk_app.domain.errors import StoreError
from desk_app.storage.keys.cipher import FieldCipher

revision = "0011"
down_revision = "0010"

_FIELD = "staff_account.phrase_hash"
_OPERATOR = sa.table("operator", sa.column("id"), sa.column("role"))
_ACCOUNT = sa.table("staff_account", sa.column("operator_id"), sa.column("phrase_hash"))
_HASHES = (
    sa.select(_ACCOUNT.c.operator_id, _OPERATOR.c.role, _ACCOUNT.c.phrase_hash)
    .join(_OPERATOR, _OPERATOR.c.id == _ACCOUNT.c.operator_id)
    .where(_ACCOUNT.c.phrase_hash != "")
)


def upgrade() -> None:
    """Encipher the hashes."""

    def seal(cipher: FieldCipher, row: str, plain: str) -> str:
        return base64.b64encode(cipher.seal(_FIELD, row, plain.encode())).decode()

    _turn(seal)


def downgrade() -> None:
    """Decipher them."""

    def reveal(cipher: FieldCipher, row: str, sealed: str) -> str:
        return cipher.open(_FIELD, row, base64.b64decode(sealed)).decode()

    _turn(reveal)


def _turn(turned: Callable[[FieldCipher, str, str], str]) -> None:
    connection = op.get_bind()
    for operator_id, role, phrase_hash in connection.execute(_HASHES).all():
        value = turned(_cipher(), f"{operator_id}|{role}", phrase_hash)
        one = sa.update(_ACCOUNT).where(_ACCOUNT.c.operator_id == operator_id)
        connection.execute(one.values(phrase_hash=value))


def _cipher() -> FieldCipher:
    cipher = context.config.attributes.get("cipher")
    if not isinstance(cipher, FieldCipher):
        raise StoreError("store_migration", detail="store.key")
    return cipher
