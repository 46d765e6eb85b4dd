# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases: receipt numbers without gaps, each certificate at most once, signatures enciphered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select, update

from desk_app.domain.collected import already_released
from desk_app.domain.records import HandedDocument, ReceiptNumber, ReleaseRecord
from desk_app.domain.retention import RecordKind
from desk_app.domain.signature import Signature, decode_signature
from desk_app.storage.columns import POSTGRESQL
from desk_app.storage.purge.tables import PURGE, TOMBSTONE
from desk_app.storage.release_rows import document_of, release_of
from desk_app.storage.release_statements import add, add_all, draw, followers, values_of
from desk_app.storage.session import Session, batches
from desk_app.storage.tables import (
    RELEASE,
    RELEASED_DOCUMENT,
    SEAL_PENDING,
    SIGNATURE,
)

STROKES_FIELD = "signature.strokes"
"""The column of the strokes, as the cipher names it."""

_BY_KEY = select(RELEASE).where(RELEASE.c.key == bindparam("wanted"))
_BY_RECEIPT = select(RELEASE).where(RELEASE.c.receipt_no == bindparam("wanted"))
BY_RECEIPTS = select(RELEASE).where(RELEASE.c.receipt_no.in_(bindparam("receipts", expanding=True)))
"""Some releases at once."""

_BY_STUDENT = select(RELEASE).where(RELEASE.c.student_no == bindparam("wanted")).order_by(RELEASE.c.id)
_BY_DAY = select(RELEASE).where(RELEASE.c.receipt_day == bindparam("wanted")).order_by(RELEASE.c.at, RELEASE.c.id)
_NEWEST = (
    select(RELEASE)
    .where(RELEASE.c.receipt_day == bindparam("wanted"), RELEASE.c.counter == bindparam("at_counter"))
    .order_by(RELEASE.c.at.desc(), RELEASE.c.id.desc())
    .limit(bindparam("at_most"))
)
_UNSEALED = select(RELEASE).join(SEAL_PENDING, SEAL_PENDING.c.receipt_no == RELEASE.c.receipt_no).order_by(RELEASE.c.id)
_DOCUMENTS = (
    select(RELEASED_DOCUMENT)
    .where(RELEASED_DOCUMENT.c.release_id.in_(bindparam("ids", expanding=True)))
    .order_by(RELEASED_DOCUMENT.c.release_id, RELEASED_DOCUMENT.c.position)
)
_PROXY_DAY = select(func.count(RELEASE.c.student_no.distinct())).where(
    RELEASE.c.proxy_day_key == bindparam("day_key"),
    RELEASE.c.receipt_day == bindparam("day"),
    RELEASE.c.voided_at.is_(None),
)
_PURGED = (
    select(TOMBSTONE.c.id, PURGE.c.at)
    .join(PURGE, PURGE.c.sequence == TOMBSTONE.c.purge)
    .where(
        TOMBSTONE.c.id.in_(bindparam("ids", expanding=True)),
        TOMBSTONE.c.record.in_((RecordKind.PROXIES, RecordKind.LEDGER)),
    )
    .order_by(PURGE.c.sequence)
)
_STROKES = select(SIGNATURE.c.strokes).where(SIGNATURE.c.receipt_no == bindparam("receipt_no"))


class ReleaseReads(Session):
    """Reads releases."""

    def proxies_today(self, day_key: str, day: date) -> int:
        """Count the graduates for whom this proxy has collected on a day, at all counters."""
        return self._connection.execute(_PROXY_DAY, {"day_key": day_key, "day": day}).scalar_one()

    def release_by_key(self, key: str) -> ReleaseRecord | None:
        """Give the release that an idempotency key has made."""
        return next(iter(self._releases(_BY_KEY, wanted=key)), None)

    def release_by_receipt(self, receipt_no: str) -> ReleaseRecord | None:
        """Give the release of a receipt number."""
        return next(iter(self._releases(_BY_RECEIPT, wanted=receipt_no)), None)

    def releases_of(self, number: str) -> tuple[ReleaseRecord, ...]:
        """Give all releases of a graduate, those reversed too, the oldest first."""
        return self._releases(_BY_STUDENT, wanted=number)

    def releases_on(self, day: date, counter: str | None) -> tuple[ReleaseRecord, ...]:
        """Give the day's releases of a counter (all counters for ``None``) in the order of time."""
        statement = _BY_DAY if counter is None else _BY_DAY.where(RELEASE.c.counter == counter)
        return self._releases(statement, wanted=day)

    def recent_releases(self, day: date, counter: str, limit: int) -> tuple[ReleaseRecord, ...]:
        """Give the newest releases of the day, the newest first."""
        return self._releases(_NEWEST, wanted=day, at_counter=counter, at_most=limit)

    def unsealed_releases(self) -> tuple[ReleaseRecord, ...]:
        """Give the releases whose receipt has not been archived yet, the oldest first."""
        return self._releases(_UNSEALED)

    def signature_of(self, receipt_no: str) -> Signature | None:
        """Give the collector's signature of a release, deciphered."""
        sealed = self._connection.execute(_STROKES, {"receipt_no": receipt_no}).scalar_one_or_none()
        return None if sealed is None else decode_signature(self._cipher.open(STROKES_FIELD, receipt_no, sealed))

    def _releases(self, statement: Select[Any], **values: object) -> tuple[ReleaseRecord, ...]:
        rows = self._connection.execute(statement, values).all()
        documents = self._documents(rows)
        purged = self._purged([row.receipt_no for row in rows if not row.content])
        return tuple(release_of(row, documents[row.id], purged.get(row.receipt_no)) for row in rows)

    def _purged(self, receipts: Sequence[str]) -> dict[str, datetime]:
        """Tell when the details of hand-overs were purged last."""
        purged: dict[str, datetime] = {}
        for batch in batches(receipts):
            purged.update((row.id, row.at) for row in self._connection.execute(_PURGED, {"ids": batch}))
        return purged

    def _documents(self, rows: Sequence[Row[Any]]) -> dict[int, list[HandedDocument]]:
        """Read the documents of many releases with one statement per batch."""
        documents: defaultdict[int, list[HandedDocument]] = defaultdict(list)
        for batch in batches(row.id for row in rows):
            for row in self._connection.execute(_DOCUMENTS, {"ids": batch}):
                documents[row.release_id].append(document_of(row))
        return documents


class ReleaseWrites(ReleaseReads):
    """Draws receipt numbers and adds releases."""

    def draw_receipt_number(self, counter: str, prefix: str, day: date) -> ReceiptNumber:
        """Draw the next number of a counter and day, without gaps.

        The prefix stands for the counter: two counters that share one by mistake still never share a number.
        """
        values = {"counter": counter, "prefix": prefix, "day": day}
        last = self._connection.execute(draw(self._connection.dialect.name), values).scalar_one()
        self._has_turn = True
        return ReceiptNumber(prefix, day, last)

    def add_release(self, release: ReleaseRecord, signature: Signature) -> None:
        """Add a release and take its documents out of the stock.

        Raises :class:`AlreadyReleasedError` when a release of one of its documents stands or the key is used; let it
        end the transaction, so that the receipt number drawn for it is given back.
        """
        # Whoever adds a release has the turn: what does not stand now, nobody adds beside this statement.
        self._take_turn()
        if not self._add(release, signature):
            raise already_released(self._standing(release))

    def void_release(self, receipt_no: str, at: datetime, reason: str) -> None:
        """Mark a release and, by a trigger, its documents as taken back."""
        values = {"voided_at": at, "void_reason": reason}
        self._connection.execute(update(RELEASE).where(RELEASE.c.receipt_no == receipt_no).values(values))

    def _add(self, release: ReleaseRecord, signature: Signature) -> bool:
        """Add a release with all that belongs to it; ``False``, and nothing is added, when another stands in the way."""
        receipt_no, documents = str(release.receipt_no), len(release.documents)
        values = values_of(release, self._cipher.seal(STROKES_FIELD, receipt_no, signature.canonical()))
        if self._connection.dialect.name == POSTGRESQL:
            return self._connection.execute(add_all(documents), values).one_or_none() is not None
        added = bool(self._connection.execute(add(documents), values).rowcount)
        for statement in followers(documents) if added else ():
            self._connection.execute(statement, values)
        return added

    def _standing(self, release: ReleaseRecord) -> ReleaseRecord:
        """Find the other release that stands in the way: of the same key, serial, or student and document."""
        same_key = self.release_by_key(release.key)
        if same_key is not None:
            return same_key
        document = RELEASED_DOCUMENT.c
        codes = [handed.code for handed in release.documents]
        serials = [handed.serial for handed in release.documents]
        taken = select(document.release_id).where(
            document.voided_at.is_(None),
            or_(
                document.serial.in_(serials),
                (document.student_no == release.student_no) & document.document.in_(codes),
            ),
        )
        return self._releases(select(RELEASE).where(RELEASE.c.id.in_(taken)))[0]
