# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine is sound and durable, writers take the lock first, and trouble is told in the desk's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreBusyError, StoreError, StoreFullError, UnsoundEngineError
from desk_app.domain.records import PrintOrder
from desk_app.storage.engine import engine_version, require_sound_engine
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import DeskStore, create_store, open_store
from desk_app.storage.transactions import desk_errors
from tests.storage.conftest import OpenStore
from tests.storage.places import Place
from tests.storage.samples import KEY, LIN, NOW, TODAY, WANG, graduate, hand_over, holding

Version = tuple[int, int, int]


def refusal(version: Version) -> UnsoundEngineError | None:
    try:
        require_sound_engine(version)
    except UnsoundEngineError as refused:
        return refused
    return None


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4), (3, 50, 7), (3, 44, 6), (4, 0, 0)])
def test_sound_engines_are_used(version: Version) -> None:
    assert refusal(version) is None


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 51, 0), (3, 50, 6), (3, 44, 5), (3, 45, 9), (3, 40, 1), (3, 7, 0)])
def test_engines_with_the_wal_reset_defect_are_refused(version: Version) -> None:
    refused = refusal(version)
    assert refused is not None
    assert refused.data == {"version": ".".join(map(str, version)), "needed": "3.51.3"}


def test_the_engine_in_use_is_a_sound_one() -> None:
    assert refusal(dbapi2.sqlite_version_info) is None
    assert engine_version() == dbapi2.sqlite_version


@pytest.mark.usefixtures("store_path")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("recursive_triggers", 1),
    ],
)
def test_every_connection_is_durable_and_strict(store: DeskStore, pragma: str, value: object) -> None:
    for engine in (store._engine, store._writers):
        with engine.begin() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.usefixtures("store_path")
def test_every_table_is_strict(store: DeskStore) -> None:
    with store._engine.begin() as connection:
        tables = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
    loose = {row["name"] for row in tables if not row["strict"] and not row["name"].startswith("sqlite_")}
    assert loose == {"alembic_version"}


def test_who_has_waited_in_vain_is_as_patient_the_next_time(store: DeskStore, store_path: Path) -> None:
    other = open_store(store_path, FieldCipher(KEY), busy_timeout_ms=60)
    with store.write(), pytest.raises(StoreBusyError), other.write():
        pytest.fail("two writers at the same time")
    with other._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 60
    other.close()


def test_a_second_writer_is_told_that_the_store_is_busy(place: Place, store: DeskStore) -> None:
    impatient = place.open(busy_timeout_ms=1)
    with store.write(), pytest.raises(StoreBusyError), impatient.write():
        pass
    impatient.close()


def test_a_second_writer_waits_for_the_first(opened: OpenStore, store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
    with opened().write() as ledger:
        assert ledger.draw_receipt_number("MAIN", "M", TODAY).sequence == 2


def test_reading_goes_on_while_another_desk_writes(opened: OpenStore, store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        with opened().read() as records:
            assert records.release_by_key("key-1") is None
            assert records.dossier(WANG) is not None


def test_a_snapshot_does_not_move_under_its_reader(opened: OpenStore, store: DeskStore) -> None:
    other = opened()
    with store.read() as records:
        assert records.stock_count("MAIN") == 2
        with other.write() as ledger:
            hand_over(ledger, WANG, "key-1")
        assert records.stock_count("MAIN") == 2
        assert records.release_by_key("key-1") is None
    with store.read() as records:
        assert records.stock_count("MAIN") == 1


def test_what_one_desk_has_kept_the_other_sees(opened: OpenStore, store: DeskStore) -> None:
    with store.write() as ledger:
        written = hand_over(ledger, WANG, "key-1")
    with opened().read() as records:
        assert records.release_by_key("key-1") == written


@pytest.mark.usefixtures("store_path")
def test_a_full_disk_leaves_nothing_half_done_and_a_retry_succeeds(store: DeskStore) -> None:
    _allow_pages(store, 0)
    with pytest.raises(StoreFullError):
        _hand_over_and_print(store)
    with store.read() as records:
        assert records.release_by_key("key-1") is None
        assert records.last_audit() is None
        assert records.stock_count("MAIN") == 2
    _allow_pages(store, 1_000_000)
    with store.write() as ledger:
        assert str(hand_over(ledger, WANG, "key-1").receipt_no) == "M-20250603-001"


@pytest.mark.usefixtures("store_path")
def test_a_disk_that_fills_up_within_the_release_itself_undoes_it(store: DeskStore) -> None:
    _allow_pages(store, 0)
    done: list[int] = []
    with pytest.raises(StoreFullError):
        _release_until_full(store, done)
    with store.read() as records:
        releases = records.ledger(TODAY, None)
        last = records.last_audit()
    assert done
    assert [row.release.receipt_no.sequence for row in releases] == list(range(1, len(done) + 1))
    assert last is not None
    assert last.sequence == len(done)


def _hand_over_and_print(store: DeskStore) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        ledger.enqueue(PrintOrder("P1", "Receipt", bytes(4_000_000)), NOW)


def _release_until_full(store: DeskStore, done: list[int]) -> None:
    for turn in range(500):
        number = f"4{turn:08d}"
        with store.write() as ledger:
            ledger.put_students([(graduate(number), None)])
            hand_over(ledger, number, f"key-{turn}", content="x" * 3000)
        done.append(turn)


def _allow_pages(store: DeskStore, pages: int) -> None:
    """Let the file have so many pages at most (at least those it has): the engine then says that the disk is full.

    The limit belongs to a connection, and the test's transactions reuse the one of the pool.
    """
    with store._engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={pages or 1}")
        cursor.close()


def test_two_stores_are_not_made_in_one_file(store_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        create_store(store_path, FieldCipher(KEY))
    assert refused.value.code == "store_exists"


def test_a_missing_store_is_not_made_by_accident(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        open_store(tmp_path / "none.db", FieldCipher(KEY))
    assert refused.value.code == "store_missing"
    assert list(tmp_path.iterdir()) == []


def test_a_new_store_is_private_to_its_account(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "desk.db"
    create_store(path, FieldCipher(KEY)).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError) as refused:
        create_store(tmp_path / "file" / "desk.db", FieldCipher(KEY))
    assert refused.value.code == "store_folder"


def test_another_kind_of_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("A letter, not a store. " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError) as refused:
        open_store(path, FieldCipher(KEY))
    assert refused.value.code == "store_not_a_store"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("database is locked", StoreBusyError),
        ("database table is locked", StoreBusyError),
        ("database or disk is full", StoreFullError),
        ("disk I/O error", StoreError),
    ],
)
def test_the_engines_messages_become_the_desks_errors(message: str, kind: type[StoreError]) -> None:
    for trouble in (OperationalError("SELECT 1", {}, Exception(message)), dbapi2.OperationalError(message)):
        with pytest.raises(StoreError) as translated, desk_errors():
            raise trouble
        assert type(translated.value) is kind
        assert translated.value.data == {"detail": message}


def test_misuse_of_the_library_is_a_store_error_too() -> None:
    with pytest.raises(StoreError) as translated, desk_errors():
        raise InvalidRequestError("closed")
    assert translated.value.code == "store"


def test_what_is_told_of_a_failed_statement_names_no_person(store: DeskStore) -> None:
    """Whoever was written stands neither in the message nor in what a log would show of its cause."""
    stranger = "41099901Z"
    with pytest.raises(StoreError) as refused, store.write() as ledger:
        ledger.put_holdings([holding(stranger)])
    cause = refused.value.__cause__
    assert isinstance(cause, IntegrityError)
    assert stranger not in str(cause).split("DETAIL")[0]
    assert stranger not in str(refused.value.data)


_ONLY_THERE = {
    "sqlite": ("REPLACE INTO audit SELECT * FROM audit",),
    "postgresql": ("TRUNCATE audit", "TRUNCATE release CASCADE"),
}


def test_history_cannot_be_changed_nor_deleted_nor_replaced(store: DeskStore, owner: Engine) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        hand_over(ledger, LIN, "key-2")
    with store._writers.begin() as connection:
        connection.exec_driver_sql("UPDATE release SET voided_at = at, void_reason = 'test' WHERE key = 'key-2'")
    for attack in (
        "UPDATE audit SET body = ''",
        "DELETE FROM audit",
        *_ONLY_THERE[owner.dialect.name],
        "UPDATE release SET graduate_name = 'x'",
        "UPDATE release SET voided_at = NULL WHERE key = 'key-2'",
        "DELETE FROM release",
        "UPDATE released_document SET serial = 'x'",
        "DELETE FROM released_document",
        "UPDATE signature SET strokes = NULL",
        "DELETE FROM signature",
    ):
        with pytest.raises(StoreError, match="history"), desk_errors(), owner.begin() as connection:
            connection.exec_driver_sql(attack)
