# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells what was purged from what was taken away: log, purge and tombstones must say the same of everything that is missing.

A purge stands in the audit chain, which names the digest of its tombstones, and enciphered beside it, which nobody forges
without the store's key. A tombstone holds the hash of what stayed of its record.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from desk_app.domain.errors import StoreError
from desk_app.domain.records import ReleaseRecord
from desk_app.domain.retention import RecordKind
from desk_app.storage.columns import canonical_json
from desk_app.storage.purge.retention import PURGE_FIELD
from desk_app.storage.purge.tables import PURGE, SUBJECT_KEY, TOMBSTONE
from desk_app.storage.purge.tombstones import RemainsReads, tombstones_digest
from desk_app.storage.subject_keys import WRAPPED_FIELD, SubjectKeyReads
from desk_app.storage.tables import OVERRIDE_DECISION

_PURGES = select(PURGE).order_by(PURGE.c.sequence)
_STONES = select(TOMBSTONE.c.record, TOMBSTONE.c.id, TOMBSTONE.c.purge, TOMBSTONE.c.kept)
_DECISIONS = select(OVERRIDE_DECISION.c.id, OVERRIDE_DECISION.c.why)
_WRAPPED = select(SUBJECT_KEY.c.alias, SUBJECT_KEY.c.wrapped)
_FACTS = ("record", "before", "count", "tombstones")

Logged = Mapping[int, Mapping[str, Any]]


class PurgeProof(RemainsReads, SubjectKeyReads):
    """Proves purges, and answers whether a record that is missing was purged."""

    def load(self, logged: Logged) -> None:
        """Read all tombstones and prove them against the purges that the log tells of (sequence to payload).

        Raises :class:`StoreError` for a purge that was altered, or that log and store do not both know.
        """
        self._kept: dict[tuple[RecordKind, str], str] = {}
        by_purge: dict[int, list[tuple[str, str]]] = {}
        for row in self._connection.execute(_STONES):
            self._kept[row.record, row.id] = row.kept
            by_purge.setdefault(row.purge, []).append((row.id, row.kept))
        rows = self._connection.execute(_PURGES).all()
        self._years = dict.fromkeys(RecordKind, 0)
        for row in rows:
            self._prove_purge(row, logged.get(row.sequence, {}), tombstones_digest(by_purge.pop(row.sequence, ())))
            self._years[row.record] = max(self._years[row.record], row.cut_off.year)
        unknown = sorted(by_purge.keys() | (logged.keys() - {row.sequence for row in rows}))
        if unknown:
            raise _altered(unknown[0])

    def _prove_purge(self, row: Any, payload: Mapping[str, Any], digest: str) -> None:
        facts = canonical_json({name: payload.get(name) for name in _FACTS})
        said = canonical_json({"record": row.record.value, "before": row.cut_off, "tombstones": digest})
        told = canonical_json({name: payload.get(name) for name in ("record", "before", "tombstones")})
        try:
            sealed = self._cipher.open(PURGE_FIELD, str(row.sequence), row.sealed).decode()
        except StoreError as error:
            raise _altered(row.sequence) from error
        if sealed != facts or said != told:
            raise _altered(row.sequence)

    def buried(self, kind: RecordKind, record: str) -> bool:
        """Tell whether a record of a kind was purged."""
        return (kind, record) in self._kept

    def release_agrees(self, release: ReleaseRecord) -> bool:
        """Tell whether what stays of a hand-over is what its tombstone says, and nothing was put into the empty places."""
        number = str(release.receipt_no)
        if self.buried(RecordKind.LEDGER, number):
            empty = not (release.graduate_name or release.unit or release.evidence or release.signature_sha256)
            return empty and release.proxy is None and self._stays(RecordKind.LEDGER, number)
        return release.proxy is None and self._stays(RecordKind.PROXIES, number)

    def prove_decisions(self) -> None:
        """Prove every decision whose words are missing; raise :class:`StoreError` for one that no purge has emptied."""
        for row in self._connection.execute(_DECISIONS).all():
            stays = (
                self._stays(RecordKind.DECISIONS, row.id)
                if not row.why
                else not self.buried(RecordKind.DECISIONS, row.id)
            )
            if not stays:
                raise StoreError("store_decision_altered", decision=row.id)

    def prove_keys(self, missing: Mapping[tuple[RecordKind, int], int]) -> None:
        """Prove that keys which are missing were due: by kind and year of their entries, with the first such entry.

        Raises :class:`StoreError` for one that no purge has destroyed.
        """
        for (kind, year), sequence in sorted(missing.items(), key=lambda one: one[1]):
            if year >= self._years[kind]:
                raise StoreError("store_subject_key_missing", sequence=sequence)

    def known_aliases(self) -> Iterator[str]:
        """Give every alias whose key is there; raise :class:`StoreError` for a key that opens no more."""
        with self._connection.execute(_WRAPPED, execution_options={"yield_per": 1000}) as rows:
            for alias, wrapped in rows:
                self._cipher.open(WRAPPED_FIELD, alias, wrapped)
                yield alias

    def _stays(self, kind: RecordKind, record: str) -> bool:
        kept = self._kept.get((kind, record))
        left = next(iter(self.remains(kind, [record])), None)
        if kept is None or left is None:
            return False
        key = None
        if kind is RecordKind.PROXIES:
            key = self.subject_key(left.student_no, RecordKind.LEDGER, left.day.year)
        return bool(kept) and hmac.compare_digest(left.kept(kind, key), kept)


def _altered(sequence: int) -> StoreError:
    return StoreError("store_purge_altered", sequence=sequence)
