# SPDX-License-Identifier: GPL-3.0-or-later
"""A shared store through its revisions: made once, copied before an upgrade, refused when it is older, newer or not there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect

from desk_app.domain.errors import StoreError
from desk_app.storage import migrate as migration
from desk_app.storage.engine import BUSY_TIMEOUT_MS
from desk_app.storage.fingerprint import fingerprint
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.server.engine import make_server_engine
from desk_app.storage.server.setting_up import SetUp, missing_grants, set_up_server_store
from desk_app.storage.server.store import server_revision
from desk_app.storage.store import prove_store
from desk_app.storage.tables import METADATA
from desk_app.storage.transactions import writers
from tests.postgres import DESK, OWNER
from tests.storage.places import ServerPlace, Shelf
from tests.storage.purge.aged import hand_over_at, seal
from tests.storage.samples import KEY, NOW, WANG, fill_roster

CIPHER = FieldCipher(KEY)


@pytest.fixture
def empty(shelf: Shelf) -> ServerPlace:
    """Give a database without anything."""
    return shelf.empty()


@pytest.fixture
def older(empty: ServerPlace) -> ServerPlace:
    """Give a store with a hand-over, as the program before the newest revision has left it."""
    set_up_server_store(SetUp(_owner(empty), DESK))
    store = empty.open()
    fill_roster(store)
    with store.write() as ledger:
        seal(ledger, hand_over_at(ledger, WANG, NOW))
    store.close()
    _run(empty, migration.known_revisions()[-2])
    return empty


def _owner(place: ServerPlace) -> str:
    return place.cluster.address(place.database, OWNER)


def _engine(place: ServerPlace) -> Engine:
    return make_server_engine(_owner(place), BUSY_TIMEOUT_MS)


def _run(place: ServerPlace, *revisions: str) -> None:
    engine = _engine(place)
    with writers(engine).begin() as connection:
        for revision in revisions:
            migration.run_revisions(connection, revision)
    engine.dispose()


def test_the_newest_revision_makes_what_the_tables_say(server_place: ServerPlace) -> None:
    engine = _engine(server_place)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _of_the_model})
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def _of_the_model(_object: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
    return name != "sequence_memory"


def test_every_revision_runs_up_and_down(empty: ServerPlace) -> None:
    known = migration.known_revisions()
    engine = _engine(empty)
    with writers(engine).begin() as connection:
        for revision in (*known, *reversed(known[:-1])):
            migration.run_revisions(connection, revision)
            assert found_revision(connection) == revision
        migration.run_revisions(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_an_older_store_is_refused_by_a_desk_and_brought_up_by_its_owner_after_a_copy(
    older: ServerPlace, tmp_path: Path
) -> None:
    with pytest.raises(StoreError) as refused:
        older.open()
    assert refused.value.code == "store_outdated"
    copy = tmp_path / "copy.dump"
    set_up_server_store(SetUp(_owner(older), copy=copy, cipher=CIPHER))
    assert copy.stat().st_size > 1000
    assert copy.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [copy]
    # The desks keep their rights, on what the upgrade has brought too; history is guarded as before.
    store = older.open()
    with store.read() as records:
        assert records.release_by_receipt("M-20250603-001") is not None
        assert records.operators() == ()
    with store._engine.begin() as connection:
        guards = connection.exec_driver_sql("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal").scalar_one()
        assert guards > 20
        assert fingerprint(connection) == migration.expected_fingerprint(store._engine)
    store.close()


def test_the_copy_can_be_restored(older: ServerPlace, shelf: Shelf, tmp_path: Path) -> None:
    copy = tmp_path / "copy.dump"
    set_up_server_store(SetUp(_owner(older), copy=copy, cipher=CIPHER))
    target = shelf.empty()
    restore = target.cluster.programs / "pg_restore"
    subprocess.run([restore, "--dbname", _owner(target), copy], check=True)
    assert server_revision(_owner(target)) == migration.known_revisions()[-2]
    set_up_server_store(SetUp(_owner(target), DESK, cipher=CIPHER))
    store = target.open()
    with store.read() as records:
        assert records.release_by_receipt("M-20250603-001") is not None
    store.close()


def test_without_the_tool_nothing_is_upgraded_and_the_line_is_said(
    older: ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError) as refused:
        set_up_server_store(SetUp(_owner(older), copy=tmp_path / "copy.dump"))
    assert refused.value.code == "store_dump"
    assert str(refused.value.data["line"]).startswith("pg_dump --format=custom")
    assert server_revision(_owner(older)) != HEAD
    # Whoever has made the copy says so.
    set_up_server_store(SetUp(_owner(older), copy=None, cipher=CIPHER))
    assert server_revision(_owner(older)) == HEAD


def test_a_tool_that_fails_is_quoted_and_leaves_nothing(
    older: ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pg_dump", "pg_restore"):
        (tmp_path / name).write_text("#!/bin/sh\necho too old >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    copies = tmp_path / "copies"
    copies.mkdir()
    with pytest.raises(StoreError) as refused:
        set_up_server_store(SetUp(_owner(older), copy=copies / "copy.dump"))
    assert refused.value.data["detail"] == "too old"
    assert list(copies.iterdir()) == []


def test_a_store_of_a_newer_program_is_left_alone(older: ServerPlace) -> None:
    older.cluster.administer("UPDATE alembic_version SET version_num = '9999'", database=older.database)
    for attempt in (older.open, lambda: set_up_server_store(SetUp(_owner(older)))):
        with pytest.raises(StoreError) as refused:
            attempt()
        assert refused.value.code == "store_too_new"


def test_a_store_that_does_not_say_its_revision_is_not_made_anew(older: ServerPlace) -> None:
    older.cluster.administer("DELETE FROM alembic_version", database=older.database)
    with pytest.raises(StoreError, match="store_schema_altered"):
        set_up_server_store(SetUp(_owner(older), cipher=CIPHER))


def test_a_desk_makes_no_store_by_itself(empty: ServerPlace) -> None:
    with pytest.raises(StoreError) as refused:
        empty.open()
    assert refused.value.code == "store_not_set_up"


def test_for_a_role_that_is_missing_nothing_is_made(empty: ServerPlace) -> None:
    with pytest.raises(StoreError) as refused:
        set_up_server_store(SetUp(_owner(empty), "missing"))
    assert refused.value.code == "store_role_missing"
    assert server_revision(_owner(empty)) is None
    engine = _engine(empty)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_rights_that_cannot_be_given_take_the_schema_back(empty: ServerPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_connection: Connection, role: str) -> None:
        raise StoreError("store_role_missing", role=role)

    monkeypatch.setattr("desk_app.storage.server.setting_up.apply_grants", refuse)
    with pytest.raises(StoreError):
        set_up_server_store(SetUp(_owner(empty), DESK))
    assert server_revision(_owner(empty)) is None


def test_a_role_without_rights_is_told_whom_to_ask(empty: ServerPlace) -> None:
    set_up_server_store(SetUp(_owner(empty)))
    with pytest.raises(StoreError) as refused:
        empty.open()
    assert refused.value.code == "store_not_allowed"


def test_setting_up_twice_changes_nothing(empty: ServerPlace) -> None:
    for _turn in range(2):
        set_up_server_store(SetUp(_owner(empty), DESK))
    assert missing_grants(_owner(empty), DESK) == ()
    store = empty.open()
    prove_store(store)
    store.close()


def test_a_guard_that_was_taken_away_is_noticed(empty: ServerPlace) -> None:
    set_up_server_store(SetUp(_owner(empty), DESK))
    empty.cluster.administer("ALTER TABLE audit DISABLE TRIGGER audit_no_delete", database=empty.database)
    store = empty.open()
    with pytest.raises(StoreError) as refused:
        prove_store(store)
    assert refused.value.code == "store_schema_altered"
    store.close()


_CLIMB = """
    CREATE TEMPORARY TABLE sequence_memory (name text PRIMARY KEY, seq integer NOT NULL);
    CREATE FUNCTION pg_temp.climb() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
        RAISE EXCEPTION 'runs as %', current_user;
    END$$;
    CREATE TRIGGER climb BEFORE INSERT ON sequence_memory FOR EACH ROW EXECUTE FUNCTION pg_temp.climb();
    GRANT ALL ON sequence_memory TO PUBLIC;
    INSERT INTO audit (sequence, at, kind, subject, previous, hash, body) VALUES (1, now(), 'LOOKUP', '', '', '', '');
"""


@pytest.mark.parametrize("earlier", [False, True], ids=["new", "made by an earlier program"])
def test_a_desk_cannot_borrow_the_rights_of_the_owner_through_a_table_of_its_own(
    empty: ServerPlace, *, earlier: bool
) -> None:
    set_up_server_store(SetUp(_owner(empty), DESK))
    if earlier:
        loose = (
            "ALTER FUNCTION remember_sequence() SET search_path = public",
            "GRANT ALL ON FUNCTION remember_sequence() TO PUBLIC",
        )
        empty.cluster.administer(*loose, database=empty.database)
        set_up_server_store(SetUp(_owner(empty)))
    with psycopg.connect(empty.address) as desk:
        desk.execute(_CLIMB.encode())
        assert desk.execute("SELECT seq FROM public.sequence_memory").fetchone() == (1,)
        forge = b"CREATE TRIGGER forge AFTER INSERT ON pg_temp.own FOR EACH ROW EXECUTE FUNCTION remember_sequence()"
        desk.execute("CREATE TEMPORARY TABLE own (sequence integer)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.execute(forge)
