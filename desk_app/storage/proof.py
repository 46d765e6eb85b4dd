# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves the store against itself: whoever edits the file by hand leaves two places that no longer agree.

Each hand-over stands in five places: its row, the content that the collector signed, the hashed audit entry, the sealed
paper, and the count of drawn numbers. Only the paper copies outside show an edit of all five at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, or_, select

from desk_app.domain.audit import ALIAS_MARK, body_of
from desk_app.domain.errors import StoreError
from desk_app.domain.masking import mask_name
from desk_app.domain.records import BY_PHONE_MARK, PROXY_VERIFIED, AuditKind, ProxyCollector, ReleaseRecord
from desk_app.domain.retention import RecordKind, kept_with
from desk_app.storage.accounts import AccountReads
from desk_app.storage.columns import canonical_json
from desk_app.storage.decision_proof import DecisionProof, LoggedDecision
from desk_app.storage.fingerprint import fingerprint
from desk_app.storage.keys.checks import known_checks, remember_checks, require_checks
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.paper_trail import PAPER_FIELD
from desk_app.storage.purge.proof import PurgeProof
from desk_app.storage.release_proof import UnsignedProof
from desk_app.storage.releases import STROKES_FIELD, ReleaseReads
from desk_app.storage.row_proof import RowProof
from desk_app.storage.session import Session
from desk_app.storage.tables import (
    ARCHIVED_PAPER,
    AUDIT,
    RECEIPT_COUNTER,
    RELEASE,
    RELEASED_DOCUMENT,
    SEAL_PENDING,
    SIGNATURE,
)

_AUDIT_ROWS = select(AUDIT.c.sequence, AUDIT.c.at, AUDIT.c.kind, AUDIT.c.subject, AUDIT.c.body)
_DRAWN = select(RECEIPT_COUNTER.c.prefix, RECEIPT_COUNTER.c.day, RECEIPT_COUNTER.c.last)
_KEPT = select(RELEASE.c.receipt_prefix, RELEASE.c.receipt_day, func.count(), func.max(RELEASE.c.receipt_sequence))
_RECEIPTS = select(RELEASE.c.receipt_no).order_by(RELEASE.c.id)
_TORN_DOCUMENTS = (
    select(RELEASE.c.receipt_no)
    .join(RELEASED_DOCUMENT, RELEASED_DOCUMENT.c.release_id == RELEASE.c.id)
    .where(
        or_(
            RELEASED_DOCUMENT.c.voided_at.is_distinct_from(RELEASE.c.voided_at),
            RELEASED_DOCUMENT.c.student_no != RELEASE.c.student_no,
        )
    )
    .limit(1)
)
_NEWEST_SIGNATURE = (
    select(SIGNATURE.c.receipt_no, SIGNATURE.c.strokes)
    .join(RELEASE, RELEASE.c.receipt_no == SIGNATURE.c.receipt_no)
    .order_by(RELEASE.c.id.desc())
    .limit(1)
)


@dataclass(slots=True)
class _Logged:
    """What the log says, by receipt number: hash of the content, hash of the paper, what was reversed; decisions, purges.

    ``keyless`` names the first entry of each kind and year that can be read no more.
    """

    released: dict[str, str] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    reversed: set[str] = field(default_factory=set)
    decisions: list[LoggedDecision] = field(default_factory=list)
    purges: dict[int, dict[str, Any]] = field(default_factory=dict)
    keyless: dict[tuple[RecordKind, int], int] = field(default_factory=dict)

    def note(self, kind: AuditKind, sequence: int, body: Mapping[str, Any]) -> None:
        """Note what an entry says in clear, and where a decision stands enciphered.

        Raises :class:`KeyError` or :class:`TypeError` for an entry that was written by hand.
        """
        payload = body["payload"]
        if kind is AuditKind.OVERRIDE and "decision" in payload:
            _require_texts(payload, "decision", "receipt")
            self.decisions.append(LoggedDecision(sequence, body["subject"], payload))
        elif kind is AuditKind.RELEASE:
            _require_texts(payload, "receipt", "content_sha256")
            self.released[payload["receipt"]] = payload["content_sha256"]
        elif kind is AuditKind.PRINT and payload.get("receipt") and "sha256" in payload:
            self.sealed.setdefault(payload["receipt"], payload["sha256"])
        elif kind is AuditKind.PURGE and "record" in payload:
            self.purges[sequence] = payload
        if "voided" in payload:
            self.reversed.add(payload["voided"])


class LedgerProof(ReleaseReads, AccountReads):
    """Compares what the store keeps about each hand-over; raises :class:`StoreError` that names the first fault."""

    def prove(self, expected_schema: str) -> None:
        """Prove schema, accounts, audit columns, hand-overs, papers, signatures, receipt numbers and rows, in this order."""
        if fingerprint(self._connection) != expected_schema:
            raise StoreError("store_schema_altered")
        self.prove_accounts()
        self._purges = PurgeProof(self._connection, self._cipher)
        logged = self._audited(set(self._purges.known_aliases()))
        self._purges.load(logged.purges)
        self._purges.prove_keys(logged.keyless)
        self._purges.prove_decisions()
        DecisionProof(self._connection, self._cipher).prove(logged.decisions)
        present: set[str] = set()
        for receipt_no in self._connection.execute(_RECEIPTS).scalars().all():
            present.add(receipt_no)
            release = self.release_by_receipt(receipt_no)
            if release is None or not self._agrees(release, logged):
                raise _altered(receipt_no)
            self._prove_signature(release)
            self._prove_paper(receipt_no, logged.sealed.get(receipt_no))
        for receipt_no in sorted(logged.released.keys() - present):
            raise _altered(receipt_no)
        torn = self._connection.execute(_TORN_DOCUMENTS).scalar_one_or_none()
        if torn is not None:
            raise _altered(torn)
        self._prove_numbers()
        UnsignedProof(self._connection, self._cipher).prove()
        RowProof(self._connection, self._cipher).prove()

    def _audited(self, aliases: Container[str]) -> _Logged:
        """Read what the log says of hand-overs, papers and purges; ``aliases`` are those whose key is there."""
        logged = _Logged()
        with self._connection.execute(_AUDIT_ROWS, execution_options={"yield_per": 1000}) as rows:
            for row in rows:
                body = body_of(row.sequence, row.body)
                columns = {"at": row.at, "kind": row.kind, "subject": row.subject, "sequence": row.sequence}
                if canonical_json({**body, **columns}) != row.body:
                    raise StoreError("store_audit_broken", sequence=row.sequence)
                try:
                    logged.note(row.kind, row.sequence, body)
                except (KeyError, TypeError) as error:
                    raise StoreError("store_audit_broken", sequence=row.sequence) from error
                if row.subject.startswith(ALIAS_MARK) and row.subject not in aliases:
                    logged.keyless.setdefault((kept_with(row.kind), row.at.year), row.sequence)
        return logged

    def _agrees(self, release: ReleaseRecord, logged: _Logged) -> bool:
        """Tell whether row, signed content and log say the same, and what is missing was purged."""
        receipt_no = str(release.receipt_no)
        voided = receipt_no in logged.reversed
        if release.content_sha256 != logged.released.get(receipt_no) or voided is not (release.voided_at is not None):
            return False
        if release.void_reason and not voided:
            return False
        if not release.content:
            return self._purges.release_agrees(release)
        buried = any(self._purges.buried(kind, receipt_no) for kind in (RecordKind.PROXIES, RecordKind.LEDGER))
        try:
            return not buried and _says_the_same(release)
        except (
            KeyError,
            TypeError,
            ValueError,
        ):  # content that no program has written, under a hash that was made to fit
            return False

    def _prove_signature(self, release: ReleaseRecord) -> None:
        receipt_no = str(release.receipt_no)
        try:
            signature = self.signature_of(receipt_no)
        except StoreError as error:
            raise _altered(receipt_no) from error
        if (signature is None) is not self._purges.buried(RecordKind.SIGNATURES, receipt_no):
            raise _altered(receipt_no)
        if signature is not None and signature.sha256() != release.signature_sha256:
            raise _altered(receipt_no)

    def _prove_paper(self, receipt_no: str, logged: str | None) -> None:
        """Compare a sealed paper with its hash and the log; one that is neither kept nor owed was taken away."""
        row = self._connection.execute(select(ARCHIVED_PAPER).where(ARCHIVED_PAPER.c.receipt_no == receipt_no)).first()
        if row is None:
            owed = self._connection.execute(select(SEAL_PENDING).where(SEAL_PENDING.c.receipt_no == receipt_no)).first()
            if owed is None or logged is not None:
                raise StoreError("store_paper_altered", receipt_no=receipt_no)
            return
        if not row.pdf and self._purges.buried(RecordKind.RECEIPTS, receipt_no) and row.sha256 == logged:
            return
        try:
            pdf = self._cipher.open(PAPER_FIELD, receipt_no, row.pdf)
        except StoreError as error:
            raise StoreError("store_paper_altered", receipt_no=receipt_no) from error
        if not row.sha256 == hashlib.sha256(pdf).hexdigest() == logged:
            raise StoreError("store_paper_altered", receipt_no=receipt_no)

    def _prove_numbers(self) -> None:
        """Compare the drawn numbers with those that stand: every one from 1 to the last, once."""
        drawn = {(row.prefix, row.day): (row.last, row.last) for row in self._connection.execute(_DRAWN)}
        by_day = _KEPT.group_by(RELEASE.c.receipt_prefix, RELEASE.c.receipt_day)
        kept = {(prefix, day): (count, last) for prefix, day, count, last in self._connection.execute(by_day)}
        for prefix, day in sorted(drawn.keys() | kept.keys()):
            if drawn.get((prefix, day)) != kept.get((prefix, day)):
                raise StoreError("store_numbers_altered", prefix=prefix, day=day.isoformat())


class KeyProof(Session):
    """Proves that a key is the one with which the store has been written."""

    def prove(self) -> None:
        """Decipher the newest signature; raise :class:`StoreError` before anything is enciphered with another key."""
        row = self._connection.execute(_NEWEST_SIGNATURE).first()
        if row is None:
            return
        try:
            self._cipher.open(STROKES_FIELD, row.receipt_no, row.strokes)
        except StoreError as error:
            raise StoreError("store_key_wrong", receipt_no=row.receipt_no) from error


def prove_key(engine: Engine, cipher: FieldCipher) -> None:
    """Refuse a key that is not the store's, by the check values that it keeps; a store that has none yet gets them."""
    own = cipher.checks()
    with engine.begin() as connection:
        known = known_checks(connection)
        require_checks(known, own)
        new = not own.keys() <= known.keys()
        if new:  # else the key is known to be the store's, and a signature that it cannot open was altered
            KeyProof(connection, cipher).prove()
    if new:
        remember_checks(engine, own)


def _require_texts(payload: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if not isinstance(payload[name], str):
            raise TypeError(name)


def _altered(receipt_no: str) -> StoreError:
    return StoreError("store_ledger_altered", receipt_no=receipt_no)


def _says_the_same(release: ReleaseRecord) -> bool:
    """Tell whether the columns of a hand-over say what its signed content says."""
    if hashlib.sha256(release.content.encode()).hexdigest() != release.content_sha256:
        return False
    signed = json.loads(release.content)
    if datetime.fromisoformat(signed["issued_at"]) != release.at:
        return False
    if list(release.evidence) != list(_checked(signed)):
        return False
    return all(name in signed and signed[name] == value for name, value in _signed_columns(release))


def _checked(signed: Mapping[str, Any]) -> Iterator[str]:
    """Give what the ledger must say was checked: what was shown, a verifier, and items that were settled by telephone."""
    yield from signed.get("evidence", ())
    if signed.get("confirmed_by"):
        yield PROXY_VERIFIED
    yield from (f"{BY_PHONE_MARK}{one['code']}" for one in signed.get("by_phone", ()))


def _signed_columns(release: ReleaseRecord) -> Iterator[tuple[str, object]]:
    """Give what the columns of a release must say for its signed content to be true."""
    calendar = release.policy.calendar_version
    yield "receipt_no", str(release.receipt_no)
    yield "counter", release.counter
    yield "desk", release.desk
    yield "clerk", release.operator.id
    yield "clerk_name_masked", mask_name(release.operator.name)
    yield "name", release.graduate_name
    yield "student_no", release.student_no
    yield "mode", release.mode.value
    yield "policy", {**_plain(release.policy, "pack", "edition", "digest"), "calendar_version": _iso(calendar)}
    yield "digital_due", _iso(release.digital_due)
    yield "signature", release.signature_sha256
    yield "documents", [_plain(one, *one.__slots__) for one in release.documents]
    yield "proxy", release.proxy and _signed_proxy(release.proxy)


def _signed_proxy(proxy: ProxyCollector) -> dict[str, object]:
    named = _plain(proxy, "name", "relation", "id_kind", "id_masked")
    return {**named, "letter_date": _iso(proxy.letter_date)}


def _plain(value: object, *names: str) -> dict[str, object]:
    return {name: getattr(value, name) for name in names}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
