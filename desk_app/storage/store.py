# SPDX-License-Identifier: GPL-3.0-or-later
"""The store as the use cases see it: snapshots to read from and durable transactions to write in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from typing_extensions import override

from desk_app.domain.errors import AlteredRecordError, StoreError
from desk_app.domain.records import AuditEntry, ItemRecord
from desk_app.services.store_port import Ledger, Store
from desk_app.storage.backup import back_up
from desk_app.storage.clearance.intake import Intake
from desk_app.storage.engine import BUSY_TIMEOUT_MS, make_engine
from desk_app.storage.keys.checks import known_checks, remember_checks, require_checks
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.keys.whole_file import file_key
from desk_app.storage.ledger import Snapshot, Transaction
from desk_app.storage.proof import LedgerProof, prove_key
from desk_app.storage.purge.compaction import compact
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.transactions import desk_errors, desks, durable_writing, let_others_write, readers, writers
from desk_app.storage.witness import Witness


class DeskStore(Store):
    """A store in one file or one database, which several desks may have open; a desk gives it its ``witness``."""

    witness: Witness | None = None

    def __init__(self, engine: Engine, cipher: FieldCipher, file_key: bytes | None = None) -> None:
        self._engine = engine
        self._file_key = file_key
        self._readers = readers(engine)
        self._writers = writers(engine)
        self._desks = desks(engine)
        self._cipher = cipher

    @override
    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """Open a read-only snapshot."""
        with self._all_keys(), desk_errors(), self._readers.begin() as connection:
            snapshot = Snapshot(connection, self._cipher)
            snapshot.witness = self.witness
            yield snapshot

    @override
    @contextmanager
    def write(self, about: Collection[str] = ()) -> Iterator[Transaction]:
        """Open a transaction that nobody else writes beside; on a server others do that are not ``about`` the same."""
        with self._all_keys(), desk_errors(), durable_writing(self._desks, about) as connection:
            transaction = Transaction(connection, self._cipher)
            transaction.witness = self.witness
            yield transaction
            if self.witness is not None and transaction.written is not None and not transaction.recounted:
                self.witness.prepare()
        if self.witness is not None and transaction.written is not None:
            self.witness.keep(transaction.written)

    @contextmanager
    def _all_keys(self) -> Iterator[None]:
        """Raise :class:`KeyTroubleError` instead of finding rows altered that another desk has sealed with a newer key."""
        try:
            yield
        except AlteredRecordError:
            with desk_errors(), self._readers.begin() as connection:
                require_checks(known_checks(connection), self._cipher.checks())
            raise

    def prove_key(self, name: str, value: str) -> None:
        """Refuse a key beside the cipher's own by its check value; a store that has not met it yet keeps the value."""
        with desk_errors():
            with self._readers.begin() as connection:
                known = known_checks(connection)
            require_checks(known, {name: value})
            if name not in known:
                remember_checks(self._engine, {name: value})

    def key_checks(self) -> dict[str, str]:
        """Give the check values of the keys with which the store was written, by name."""
        with desk_errors(), self._readers.begin() as connection:
            return known_checks(connection)

    @property
    def enciphered(self) -> bool:
        """True when the store's whole file is enciphered."""
        return self._file_key is not None

    def copy_to(self, target: Path) -> None:
        """Copy the store into a file; raise :class:`StoreError` when the copy cannot be made or is not whole."""
        back_up(self._engine, target, self._file_key)

    @override
    def take_over_items(
        self,
        rows: Iterable[tuple[str, ItemRecord]],
        at: datetime,
        conclude: Callable[[Ledger, int], None],
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Take clearance data in, all or none, without keeping any desk waiting; give the count of rows."""
        return Intake(self, progress).take_over(rows, at, conclude)

    @override
    def let_others_write(self) -> None:
        """Let a desk that waits have its turn, between two transactions of a long work."""
        let_others_write(self._engine)

    @override
    def compact(self) -> bool:
        """Write the store anew without what was erased; ``False`` when another desk was in the way."""
        return compact(self._engine)

    def prove(self) -> None:
        """Compare everything that the store keeps about its hand-overs, as of one instant."""
        from desk_app.storage.migrate import expected_fingerprint  # noqa: PLC0415 - loads Alembic

        with desk_errors():
            expected = expected_fingerprint(self._engine)
            with self._readers.begin() as connection:
                LedgerProof(connection, self._cipher).prove(expected)

    @override
    def close(self) -> None:
        """Close the store."""
        self._engine.dispose()


def open_store(
    path: Path,
    cipher: FieldCipher,
    *,
    create: bool = False,
    whole_file: bool = False,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
) -> DeskStore:
    """Open the store in a file and bring it up to this program's schema, after a backup beside it.

    ``whole_file`` lets a new file be enciphered as a whole; one that is there says itself whether it is.

    Raises :class:`StoreError` when there is none (unless ``create``), when a newer program has made it, when the file
    is no store (an emptied one is none either), or when the key is another one than the store was written with.
    """
    if not create and path.is_file() and path.stat().st_size == 0:
        raise StoreError("store_emptied", path=str(path))
    if not path.exists():
        if not create:
            raise StoreError("store_missing", path=str(path))
        _make_file(path)
    new = path.stat().st_size == 0
    key = cipher.file_key() if whole_file and new else file_key(path, cipher)
    engine = make_engine(path, busy_timeout_ms, key)
    try:
        with desk_errors():
            _bring_up_to_date(engine, path, cipher, key)
            prove_key(engine, cipher)
    except StoreError:
        engine.dispose()
        raise
    return DeskStore(engine, cipher, key)


def create_store(path: Path, cipher: FieldCipher, *, whole_file: bool = False) -> DeskStore:
    """Create a store in a new file; raise :class:`StoreError` when the file is there already."""
    if path.exists():
        raise StoreError("store_exists", path=str(path))
    return open_store(path, cipher, create=True, whole_file=whole_file)


def verify_audit(store: DeskStore, checkpoint: AuditEntry | None = None) -> int | None:
    """Give the sequence of the first audit entry that was changed or is missing, or ``None`` for a whole chain.

    ``checkpoint`` is an entry kept elsewhere (on the printed closing): only it shows a chain rewritten as a whole.
    """
    with store.read() as records:
        return records.first_bad_audit(checkpoint)


def prove_store(store: DeskStore) -> None:
    """Prove the audit chain and every hand-over against it; raise :class:`StoreError` that names the first fault."""
    bad = verify_audit(store)
    if bad is not None:
        raise StoreError("store_audit_broken", sequence=bad)
    store.prove()


def _make_file(path: Path) -> None:
    """Make an empty file that only this account may read; the engine's side files inherit its rights."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError("store_folder", path=str(path), reason=str(error)) from error


def _bring_up_to_date(engine: Engine, path: Path, cipher: FieldCipher, key: bytes | None) -> None:
    with engine.begin() as connection:
        revision = found_revision(connection)
    if revision == HEAD:
        return
    # Alembic costs more than all the rest of the start: it is loaded only when there is something to do.
    from desk_app.storage.upgrade import upgrade  # noqa: PLC0415 - see above

    upgrade(engine, path, cipher, key)
