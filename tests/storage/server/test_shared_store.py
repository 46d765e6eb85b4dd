# SPDX-License-Identifier: GPL-3.0-or-later
"""Several desks on one store: lost answers, lost connections, frozen desks, a restarted server, and what a role may do."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from desk_app.domain.errors import StoreBusyError, StoreError, StoreFullError, StoreLostError, UnsoundEngineError
from desk_app.domain.records import ReleaseRecord
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.server.engine import require_server_version, server_trouble, shown
from desk_app.storage.server.store import open_server_store
from desk_app.storage.store import DeskStore, prove_store, verify_audit
from desk_app.storage.transactions import desk_errors, writers
from tests.postgres import DESK, OWNER
from tests.storage.conftest import OpenStore
from tests.storage.desk_process import numbers
from tests.storage.places import Place, ServerPlace, Shelf
from tests.storage.samples import KEY, LIN, TODAY, WANG, event, fill_roster, hand_over
from tests.storage.server.faulty_line import faulty_line

_END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk_app'"
RACERS, CERTIFICATES = 8, 200


@pytest.fixture
def shared(server_place: ServerPlace) -> Iterator[DeskStore]:
    """Give a desk on a server's store with two graduates."""
    store = server_place.open()
    fill_roster(store)
    yield store
    store.close()


def _press(store: DeskStore, number: str, key: str) -> ReleaseRecord:
    """Hand over as the use case does: what the key has handed over already is given back."""
    with store.write(about=(number,)) as ledger:
        return ledger.release_by_key(key) or hand_over(ledger, number, key)


def _receipts(store: DeskStore) -> list[str]:
    with store.read() as records:
        return [str(row.release.receipt_no) for row in records.ledger(TODAY, None)]


@pytest.mark.slow
def test_eight_desks_race_for_two_hundred_certificates(store: DeskStore, place: Place, project_root: Path) -> None:
    wanted = numbers(CERTIFICATES)
    fill_roster(store, wanted)
    command = [sys.executable, "-m", "tests.storage.desk_process", "race", place.address]
    pipe = subprocess.PIPE
    desks = [
        subprocess.Popen(
            [*command, f"desk-{turn}", str(CERTIFICATES)], cwd=project_root, stdin=pipe, stdout=pipe, text=True
        )
        for turn in range(RACERS)
    ]
    for desk in desks:
        assert desk.stdout is not None
        assert desk.stdout.readline().strip() == "ready"
    answers = _all_answers(desks)
    assert [desk.returncode for desk in desks] == [0] * RACERS
    expected = [f"M-20250603-{sequence:03d}" for sequence in range(1, CERTIFICATES + 1)]
    assert sorted(line for out in answers for line in out.split()) == expected
    assert sorted(_receipts(store)) == expected
    assert verify_audit(store) is None


def test_desks_decide_about_different_persons_side_by_side(shared: DeskStore, server_place: ServerPlace) -> None:
    other = server_place.open(busy_timeout_ms=200)
    with shared.write(about=(WANG,)) as ledger:
        assert ledger.dossier(WANG) is not None
        with other.write(about=(LIN,)) as beside:
            hand_over(beside, LIN, "key-1")
        with pytest.raises(StoreBusyError), other.write(about=(WANG,)):
            pytest.fail("two desks decide about one person at the same time")
        with pytest.raises(StoreBusyError), other.write():
            pytest.fail("somebody may change anything while a desk decides")
        hand_over(ledger, WANG, "key-2")
        with pytest.raises(StoreBusyError), other.write(about=(LIN,)) as beside:
            beside.record(event())
    assert _receipts(shared) == ["M-20250603-001", "M-20250603-002"]
    assert verify_audit(shared) is None
    other.close()


def test_while_somebody_may_change_anything_no_desk_decides(shared: DeskStore, server_place: ServerPlace) -> None:
    other = server_place.open(busy_timeout_ms=200)
    with shared.write(), pytest.raises(StoreBusyError), other.write(about=(WANG,)):
        pytest.fail("a desk decides about what may change")
    other.close()


def _all_answers(desks: list[subprocess.Popen[str]]) -> list[str]:
    """Let all go at once and read each to its end."""
    for desk in desks:
        assert desk.stdin is not None
        desk.stdin.write("\n")
        desk.stdin.flush()
    return [desk.communicate(timeout=300)[0] for desk in desks]


def test_a_double_press_hands_over_once_and_both_see_the_same(store: DeskStore, opened: OpenStore) -> None:
    made: list[ReleaseRecord] = []
    at_once = threading.Barrier(2)

    def press(desk: DeskStore) -> None:
        at_once.wait()
        made.append(_press(desk, WANG, "one-press"))

    presses = [threading.Thread(target=press, args=(desk,)) for desk in (store, opened())]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert made[0] == made[1]
    assert _receipts(store) == ["M-20250603-001"]


def test_after_a_lost_answer_the_same_confirmation_finds_its_release(server_place: ServerPlace) -> None:
    with faulty_line(server_place.cluster, server_place.database) as (line, address):
        store = open_server_store(address, FieldCipher(KEY))
        fill_roster(store)
        line.lose_next_answer()
        with pytest.raises(StoreLostError) as lost:
            _press(store, WANG, "the-key")
        assert lost.value.code == "store_lost"
        # The same store, not opened anew: the pool has noticed.
        again = _press(store, WANG, "the-key")
        assert str(again.receipt_no) == "M-20250603-001"
        assert _receipts(store) == ["M-20250603-001"]
        assert str(_press(store, LIN, "another").receipt_no) == "M-20250603-002"
        assert verify_audit(store) is None
        store.close()


def test_a_desk_whose_connection_breaks_has_done_nothing_and_goes_on(
    shared: DeskStore, server_place: ServerPlace
) -> None:
    with pytest.raises(StoreLostError):
        _break_within(shared, server_place)
    assert _receipts(shared) == []
    assert str(_press(shared, WANG, "key-1").receipt_no) == "M-20250603-001"


def _break_within(store: DeskStore, place: ServerPlace) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        place.cluster.administer(_END_CONNECTIONS)
        hand_over(ledger, LIN, "key-2")


def test_a_restarted_server_has_kept_everything_and_no_desk_need_be(
    shared: DeskStore, server_place: ServerPlace
) -> None:
    kept = _press(shared, WANG, "key-1")
    server_place.cluster.stop("immediate")
    try:
        with pytest.raises(StoreLostError) as refused:
            _press(shared, LIN, "key-2")
        assert refused.value.code == "store_unreachable"
    finally:
        server_place.cluster.start()
    with shared.read() as records:
        assert records.release_by_key("key-1") == kept
    assert str(_press(shared, LIN, "key-2").receipt_no) == "M-20250603-002"
    assert verify_audit(shared) is None


@pytest.mark.slow
def test_a_frozen_desk_makes_the_others_wait_and_not_for_ever(
    store: DeskStore, place: Place, project_root: Path
) -> None:
    command = [sys.executable, "-m", "tests.storage.desk_process", "steps", place.address, "frozen"]
    pipe = subprocess.PIPE
    desk = subprocess.Popen(command, cwd=project_root, stdin=pipe, stdout=pipe, text=True)
    assert desk.stdin is not None
    assert desk.stdout is not None
    for step in ("begun", "numbered", "added"):
        assert desk.stdout.readline().strip() == step
        if step != "added":
            desk.stdin.write("\n")
            desk.stdin.flush()
    desk.send_signal(signal.SIGSTOP)
    impatient = place.open(busy_timeout_ms=200)
    with pytest.raises(StoreBusyError):
        _press(impatient, WANG, "other")
    impatient.close()
    assert _receipts(store) == []  # looking goes on
    if isinstance(place, ServerPlace):
        # The server itself ends a transaction that stands still; nobody need find the frozen machine.
        patient = place.open(busy_timeout_ms=30_000)
    else:
        desk.kill()
        patient = place.open()
    assert str(_press(patient, WANG, "other").receipt_no) == "M-20250603-001"
    patient.close()
    desk.kill()
    desk.communicate()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit SET body = ''",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE release SET graduate_name = 'x'",
        "DELETE FROM release",
        "TRUNCATE release CASCADE",
        "UPDATE released_document SET serial = 'x'",
        "DELETE FROM signature",
        "UPDATE archived_paper SET pdf = ''",
        "DELETE FROM receipt_counter",
        "UPDATE sequence_memory SET seq = 0",
        "INSERT INTO sequence_memory VALUES ('x', 1)",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_no_delete ON audit",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_the_role_of_the_desks_cannot_touch_history_nor_its_guards(shared: DeskStore, attack: str) -> None:
    _press(shared, WANG, "key-1")
    with pytest.raises(StoreError) as refused, desk_errors(), shared._writers.begin() as connection:
        connection.exec_driver_sql(attack)
    assert refused.value.code == "store_not_allowed"


def test_the_role_of_the_desks_may_void_a_release_and_its_documents_follow(shared: DeskStore) -> None:
    _press(shared, WANG, "key-1")
    with shared._writers.begin() as connection:
        connection.exec_driver_sql("UPDATE release SET voided_at = at, void_reason = 'test'")
        voided = connection.exec_driver_sql("SELECT count(*) FROM released_document WHERE voided_at IS NOT NULL")
        assert voided.scalar_one() == 1
    assert str(_press(shared, WANG, "key-2").receipt_no) == "M-20250603-002"


def test_an_index_of_the_server_keeps_a_certificate_from_going_twice_whatever_the_code_does(shared: DeskStore) -> None:
    _press(shared, WANG, "key-1")
    again = (
        "INSERT INTO released_document (release_id, position, student_no, document, serial, name_zh, name_en)"
        " SELECT release_id, position + 1, student_no, document, serial, name_zh, name_en FROM released_document"
    )
    with pytest.raises(StoreError, match="uq_released_document"), desk_errors(), shared._writers.begin() as connection:
        connection.exec_driver_sql(again)


def test_a_careless_role_setting_does_not_make_releases_volatile(server_place: ServerPlace) -> None:
    administer = server_place.cluster.administer
    administer(f"ALTER ROLE {DESK} SET synchronous_commit = off")
    try:
        store = server_place.open()
        with store._engine.begin() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
        store.close()
    finally:
        administer(f"ALTER ROLE {DESK} RESET synchronous_commit")


def test_a_database_that_cannot_hold_every_name_is_refused(shelf: Shelf) -> None:
    place = shelf.empty("ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(UnsoundEngineError) as refused:
        place.open()
    assert refused.value.data == {"setting": "server_encoding", "value": "LATIN1", "needed": "UTF8"}


@pytest.mark.parametrize("version", [140020, 90624])
def test_an_old_server_is_refused(version: int) -> None:
    with pytest.raises(UnsoundEngineError) as refused:
        require_server_version(version)
    assert refused.value.code == "store_server_old"
    require_server_version(150000)


def test_a_server_that_is_not_there_is_said(server_place: ServerPlace, tmp_path: Path) -> None:
    with pytest.raises(StoreLostError) as refused:
        open_server_store(f"postgresql://{DESK}@/desk?host={tmp_path}", FieldCipher(KEY))
    assert refused.value.code == "store_unreachable"


@pytest.mark.parametrize(
    ("driver", "statement", "kind", "code"),
    [
        (psycopg.errors.DiskFull(), "INSERT", StoreFullError, "store_full"),
        (psycopg.errors.DeadlockDetected(), "UPDATE", StoreBusyError, "store_busy"),
        (psycopg.errors.TooManyConnections(), None, StoreLostError, "store_unreachable"),
        (psycopg.errors.InvalidPassword(), None, StoreLostError, "store_unreachable"),
        (psycopg.errors.ReadOnlySqlTransaction(), "INSERT", StoreError, "store"),
    ],
)
def test_the_servers_codes_become_the_desks_errors(
    driver: psycopg.Error, statement: str | None, kind: type[StoreError], code: str
) -> None:
    told = server_trouble(OperationalError(statement, {}, driver))
    assert type(told) is kind
    assert told.code == code


def test_without_its_driver_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk_app.storage.server.engine.find_spec", lambda _name: None)
    with pytest.raises(StoreError) as refused:
        open_server_store("postgresql://server/desk", FieldCipher(KEY))
    assert refused.value.code == "store_driver_missing"


@pytest.mark.parametrize("address", ["mysql://desk@host/desk", "desk", "://"])
def test_what_is_no_address_of_a_server_is_refused(address: str) -> None:
    with pytest.raises(StoreError) as refused:
        open_server_store(address, FieldCipher(KEY))
    assert refused.value.code == "store_address"


def test_a_password_is_never_shown() -> None:
    assert shown(f"postgresql://{OWNER}:secret@server/desk") == f"postgresql://{OWNER}@server/desk"


def test_what_is_kept_on_a_server_is_proved_like_a_file(shared: DeskStore, server_place: ServerPlace) -> None:
    prove_store(shared)
    owner = server_place.owner()
    with writers(owner).begin() as connection:
        connection.exec_driver_sql("DROP INDEX uq_released_document_serial")
    owner.dispose()
    with pytest.raises(StoreError) as refused:
        prove_store(shared)
    assert refused.value.code == "store_schema_altered"
