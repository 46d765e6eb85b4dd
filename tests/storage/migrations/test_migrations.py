# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations: the newest revision is what the tables say, every one runs both ways, and nothing is lost on the way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect

from desk_app.domain.errors import StoreError
from desk_app.storage import migrate as migration
from desk_app.storage import upgrade as upgrading
from desk_app.storage.backup import back_up
from desk_app.storage.engine import make_engine
from desk_app.storage.fingerprint import fingerprint, schema_parts
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.store import DeskStore, open_store
from desk_app.storage.tables import METADATA
from desk_app.storage.transactions import writers
from desk_app.storage.triggers import trigger_statements
from desk_app.storage.upgrade import upgrade
from tests.storage.samples import KEY, WANG, hand_over

pytestmark = pytest.mark.slow


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Engine]:
    """Give an engine on an empty file."""
    engine = make_engine(tmp_path / "blank.db")
    yield engine
    engine.dispose()


def _names(engine: Engine, kind: str) -> set[str]:
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = ?", (kind,)).scalars().all()
    return {name for name in rows if not name.startswith("sqlite_")}


def test_the_head_known_without_the_tool_is_the_tools_head() -> None:
    assert migration.known_revisions()[-1] == HEAD


def test_the_newest_revision_makes_what_the_tables_say(store: DeskStore) -> None:
    with store._engine.begin() as connection:
        assert fingerprint(connection) == migration.expected_fingerprint(store._engine)
        parts = "\n".join(schema_parts(connection))
        tables = set(inspect(connection).get_table_names())
    assert tables - {"sequence_memory"} == {*METADATA.tables, "alembic_version"}
    assert all(name in parts for name in trigger_statements())


@pytest.mark.parametrize("change", ["DROP INDEX uq_released_document_serial", "DROP TRIGGER audit_no_delete"])
def test_the_fingerprint_sees_a_missing_part(owner: Engine, change: str) -> None:
    if owner.dialect.name == "postgresql" and "TRIGGER" in change:
        change += " ON audit"
    with owner.begin() as connection:
        connection.exec_driver_sql(change)
        assert fingerprint(connection) != migration.expected_fingerprint(owner)


def test_every_revision_runs_up_and_down(blank: Engine) -> None:
    with writers(blank).begin() as connection:
        for revision in migration.known_revisions():
            migration.run_revisions(connection, revision)
            assert found_revision(connection) == revision
        for revision in [*reversed(migration.known_revisions()[:-1]), "base"]:
            migration.run_revisions(connection, revision)
        assert found_revision(connection) is None
    assert _names(blank, "table") == {"alembic_version"}


def test_a_store_of_a_newer_program_is_left_alone(store_path: Path) -> None:
    with sqlite3.connect(store_path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError) as refused:
        open_store(store_path, FieldCipher(KEY))
    assert refused.value.code == "store_too_new"
    assert refused.value.data == {"revision": "9999"}


def test_a_migration_keeps_rows_triggers_and_a_backup_beside_the_store(
    store: DeskStore, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as ledger:
        written = hand_over(ledger, WANG, "key-1")
    pretend_head(monkeypatch, "9998")
    monkeypatch.setattr(migration, "run_revisions", _drop_a_trigger)
    upgrade(store._engine, store_path, FieldCipher(KEY), None)
    assert _names(store._engine, "trigger") == set(trigger_statements())
    with store._engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    with store.read() as records:
        assert records.release_by_key("key-1") == written
    copy = open_store(store_path.with_name("desk.db.before-9998.bak"), FieldCipher(KEY))
    with copy.read() as records:
        assert records.release_by_key("key-1") == written
    copy.close()


def test_a_migration_that_goes_wrong_changes_nothing(
    store: DeskStore, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_head(monkeypatch, "9998")
    monkeypatch.setattr(migration, "run_revisions", _drop_an_index)
    with pytest.raises(StoreError) as refused:
        upgrade(store._engine, store_path, FieldCipher(KEY), None)
    assert refused.value.code == "store_migration"
    with store._engine.begin() as connection:
        assert fingerprint(connection) == migration.expected_fingerprint()


def test_a_migration_that_leaves_orphans_changes_nothing(
    store: DeskStore, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_head(monkeypatch, "9998")
    monkeypatch.setattr(migration, "run_revisions", _leave_an_orphan)
    with pytest.raises(StoreError) as refused:
        upgrade(store._engine, store_path, FieldCipher(KEY), None)
    assert refused.value.data == {"detail": "foreign key of holding"}
    with store.read() as records:
        assert records.dossier(WANG) is not None


def test_a_store_that_another_desk_has_migrated_meanwhile_is_not_migrated_twice(
    store: DeskStore, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "run_revisions", _drop_an_index)
    upgrade(store._engine, store_path, FieldCipher(KEY), None)
    with store._engine.begin() as connection:
        assert fingerprint(connection) == migration.expected_fingerprint()


@pytest.mark.usefixtures("store_path")
def test_a_backup_is_whole_and_stands_alone(store: DeskStore, tmp_path: Path) -> None:
    with store.write() as ledger:
        hand_over(ledger, WANG, "key-1")
        target = tmp_path / "copies.db"
        target.write_text("an older copy")
        back_up(store._engine, target)
    copy = open_store(target, FieldCipher(KEY))
    with copy.read() as records:
        assert records.dossier(WANG) is not None
        assert records.release_by_key("key-1") is None
    copy.close()
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.usefixtures("store_path")
def test_a_backup_that_cannot_be_written_says_so(store: DeskStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        back_up(store._engine, tmp_path / "no such folder" / "copy.db")
    assert refused.value.code == "store_backup"


def test_a_damaged_store_is_not_taken_for_a_backup(store: DeskStore, store_path: Path, tmp_path: Path) -> None:
    with store._engine.begin() as connection:
        (page,) = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'holding'").one()
    store.close()
    whole = bytearray(store_path.read_bytes())
    begin, end = (page - 1) * 4096, page * 4096
    # The table then says another counter than its index: such damage passes every copying.
    whole[begin:end] = whole[begin:end].replace(b"MAIN", b"NIAM")
    store_path.write_bytes(whole)
    with pytest.raises(StoreError) as refused:
        back_up(store._engine, tmp_path / "copy.db")
    assert refused.value.code == "store_backup"
    assert not list(tmp_path.glob("copy.db*"))


def test_opening_an_up_to_date_file_loads_neither_the_migration_tool_nor_anything_of_a_server(
    store_path: Path, project_root: Path
) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from desk_app.storage.store import FieldCipher, open_store;"
        f"open_store(Path({str(store_path)!r}), FieldCipher(bytes(range(32)))).close();"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in ('alembic', 'psycopg', 'desk_app')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project_root, check=True, capture_output=True, text=True)
    loaded = done.stdout.split()
    assert "desk_app.storage.store" in loaded
    assert [name for name in loaded if name.startswith(("alembic", "psycopg", "desk_app.storage.server"))] == []


def pretend_head(monkeypatch: pytest.MonkeyPatch, revision: str) -> None:
    """Let the program have a newer revision than the store of the test."""
    monkeypatch.setattr(migration, "HEAD", revision)
    monkeypatch.setattr(upgrading, "HEAD", revision)


def _drop_a_trigger(connection: Connection, _target: str, _cipher: FieldCipher) -> None:
    connection.exec_driver_sql("DROP TRIGGER audit_no_delete")


def _drop_an_index(connection: Connection, _target: str, _cipher: FieldCipher) -> None:
    connection.exec_driver_sql("DROP INDEX uq_released_document_serial")


def _leave_an_orphan(connection: Connection, _target: str, _cipher: FieldCipher) -> None:
    connection.exec_driver_sql("DELETE FROM student")
