# SPDX-License-Identifier: GPL-3.0-or-later
"""Persons in the audit log: each under an alias, the personal parts enciphered with a key that can be destroyed.

A key is random and belongs to one person, one kind of record and one year; it lies wrapped by the store's field key. The
chain covers the ciphertext with a salted commitment to what it says, so that it stays valid without the key. Entries
written before this existed name the student number in clear.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BindParameter, CompoundSelect, Connection, bindparam, insert, select, union_all

from desk_app.domain.audit import ALIAS_MARK, OPEN_PARTS, SEALED
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditEvent, AuditKind
from desk_app.domain.retention import RecordKind, kept_with
from desk_app.storage.columns import DESK_ZONE, POSTGRESQL, canonical_json
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.purge.tables import SUBJECT_KEY
from desk_app.storage.session import Session, batches, insert_or

WRAPPED_FIELD = "subject_key.wrapped"
"""The column of the wrapped keys, as the cipher names it."""

_KEY_BYTES = 32
_NONCE_BYTES = 12
_COMMITMENT_BYTES = 32

_OWN = select(SUBJECT_KEY.c.alias, SUBJECT_KEY.c.wrapped).where(
    SUBJECT_KEY.c.person == bindparam("of_person"),
    SUBJECT_KEY.c.kept_with == bindparam("with_kind"),
    SUBJECT_KEY.c.year == bindparam("in_year"),
)
_NEW: dict[str, BindParameter[Any]] = {
    "alias": bindparam("new_alias"),
    "person": bindparam("of_person"),
    "kept_with": bindparam("with_kind"),
    "year": bindparam("in_year"),
    "wrapped": bindparam("new_wrapped"),
}
_MAKE = insert(SUBJECT_KEY).values(_NEW)
_ALIASES = select(SUBJECT_KEY.c.alias).where(SUBJECT_KEY.c.person == bindparam("of_person"))
_WRAPPED = select(SUBJECT_KEY.c.alias, SUBJECT_KEY.c.wrapped).where(
    SUBJECT_KEY.c.alias.in_(bindparam("aliases", expanding=True))
)


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The alias of a person in entries of a year, and the key of what they say."""

    alias: str
    key: bytes = field(repr=False)

    def seal(self, sequence: int, event: AuditEvent) -> dict[str, object]:
        """Give the payload of an event with everything personal enciphered; only :data:`OPEN_PARTS` stay in clear."""
        secret = {name: value for name, value in event.payload.items() if name not in OPEN_PARTS}
        plain = canonical_json({"payload": secret, "subject": event.subject}).encode()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, plain, self._associated(sequence)) + self._commitment(plain)
        clear = {name: value for name, value in event.payload.items() if name in OPEN_PARTS}
        return clear | {SEALED: base64.b64encode(sealed).decode()}

    def open(self, sequence: int, sealed: str) -> str:
        """Give what :meth:`seal` has enciphered, as JSON.

        Raises :class:`StoreError` when it is not what the entry commits to.
        """
        try:
            raw = base64.b64decode(sealed)
            nonce, text, commitment = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:-_COMMITMENT_BYTES], raw[-_COMMITMENT_BYTES:]
            plain = AESGCM(self.key).decrypt(nonce, text, self._associated(sequence))
        except (InvalidTag, ValueError, TypeError) as error:
            raise StoreError("store_audit_broken", sequence=sequence) from error
        # The cipher alone does not commit to its key: another one could be made under which the same bytes say other things.
        if not hmac.compare_digest(self._commitment(plain), commitment):
            raise StoreError("store_audit_broken", sequence=sequence)
        return plain.decode()

    def commit(self, text: str) -> str:
        """Give the keyed hash of a text (hexadecimal): nobody can try out guesses of it once the key is destroyed."""
        return self._commitment(text.encode()).hex()

    def _commitment(self, plain: bytes) -> bytes:
        """Hash what is committed to, salted with the key: with it goes the chance to try anything out."""
        return hmac.digest(self.key, plain, hashlib.sha256)

    def _associated(self, sequence: int) -> bytes:
        return f"audit.body|{self.alias}|{sequence}".encode()


class SubjectKeyReads(Session):
    """Finds the aliases and keys of persons."""

    def aliases_of(self, student_no: str) -> tuple[str, ...]:
        """Give every alias under which a person stands in the log and can still be read."""
        person = _person(self._cipher, student_no)
        return tuple(self._connection.execute(_ALIASES, {"of_person": person}).scalars())

    def subject_keys(self, aliases: Iterable[str]) -> dict[str, SubjectKey]:
        """Give the keys of these aliases, without those that are destroyed."""
        found: dict[str, SubjectKey] = {}
        for batch in batches(set(aliases)):
            for alias, wrapped in self._connection.execute(_WRAPPED, {"aliases": batch}):
                found[alias] = SubjectKey(alias, self._cipher.open(WRAPPED_FIELD, alias, wrapped))
        return found

    def subject_key(self, student_no: str, kind: RecordKind, year: int) -> SubjectKey | None:
        """Give the key of a person for a kind of record and a year, ``None`` when there is none (any more)."""
        row = self._connection.execute(_OWN, _own(self._cipher, student_no, kind, year)).one_or_none()
        return None if row is None else SubjectKey(row.alias, self._cipher.open(WRAPPED_FIELD, row.alias, row.wrapped))


class SubjectKeyWrites(SubjectKeyReads):
    """Makes the keys of persons."""

    def __init__(self, connection: Connection, cipher: FieldCipher) -> None:
        super().__init__(connection, cipher)
        self._ready: dict[tuple[str, RecordKind, int], SubjectKey] = {}

    def prepare_entry(self, kind: AuditKind, at: datetime, subject: str) -> None:
        """Lay the key ready that an entry about a person will need: later, others wait for this transaction."""
        wanted = (subject, kept_with(kind), at.astimezone(DESK_ZONE).year)
        self._ready = {wanted: self.need_subject_key(*wanted)}

    def key_of_event(self, event: AuditEvent) -> SubjectKey:
        """Give the key for an event about a person, a new one for the first of its year."""
        wanted = (event.subject, kept_with(event.kind), event.at.astimezone(DESK_ZONE).year)
        return self._ready.get(wanted) or self.need_subject_key(*wanted)

    def need_subject_key(self, student_no: str, kind: RecordKind, year: int) -> SubjectKey:
        """Give the key of a person for a kind of record and a year, and make it where there is none."""
        made = SubjectKey(ALIAS_MARK + os.urandom(12).hex(), os.urandom(_KEY_BYTES))
        wrapped = self._cipher.seal(WRAPPED_FIELD, made.alias, made.key)
        new = {"new_alias": made.alias, "new_wrapped": wrapped, **_own(self._cipher, student_no, kind, year)}
        if self._connection.dialect.name == POSTGRESQL:
            kept = self._connection.execute(_make_or_find(), new).one()
            return SubjectKey(kept.alias, self._cipher.open(WRAPPED_FIELD, kept.alias, kept.wrapped))
        found = self.subject_key(student_no, kind, year)
        if found is None:
            self._connection.execute(_MAKE, new)
        return found or made


@cache
def _make_or_find() -> CompoundSelect[Any]:
    """Give the one statement that keeps a new key and gives it back, or the one that is there, on a server."""
    key = SUBJECT_KEY.c
    make = insert_or(SUBJECT_KEY, POSTGRESQL).values(_NEW).on_conflict_do_nothing()
    made = make.returning(key.alias, key.wrapped).cte("made")
    return union_all(select(made.c.alias, made.c.wrapped), _OWN)


def _own(cipher: FieldCipher, student_no: str, kind: RecordKind, year: int) -> dict[str, object]:
    return {"of_person": _person(cipher, student_no), "with_kind": kind, "in_year": year}


def _person(cipher: FieldCipher, student_no: str) -> str:
    """Give the keyed hash by which a person's keys are found; without the store's key nobody can try numbers out."""
    return hmac.new(cipher.subject_key, student_no.encode(), hashlib.sha256).hexdigest()
