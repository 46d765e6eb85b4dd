# SPDX-License-Identifier: GPL-3.0-or-later
"""Only a sound store is upgraded, and only after a proven copy: else it stays as it was, and it is said what to do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, select
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreError
from desk_app.domain.papers import Language
from desk_app.i18n import catalogue
from desk_app.storage import upgrade as upgrading
from desk_app.storage.backup import back_up
from desk_app.storage.fingerprint import schema_parts
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.safekeeping import StoreKeeper
from desk_app.storage.server.setting_up import SetUp, set_up_server_store
from desk_app.storage.store import create_store, open_store, prove_store
from desk_app.storage.transactions import writers
from tests.postgres import DESK
from tests.storage.earlier import BEFORE, as_left_by, go_back
from tests.storage.places import FilePlace, Place, ServerPlace
from tests.storage.samples import KEY, WANG, fill_roster

pytestmark = pytest.mark.slow

CIPHER = FieldCipher(KEY)


@pytest.fixture
def older(place: Place) -> Place:
    """Give a store with a hand-over, as the program before this one has left it."""
    return as_left_by(place, BEFORE)


def upgrade(place: Place, folder: Path, cipher: FieldCipher = CIPHER) -> None:
    if isinstance(place, ServerPlace):
        set_up_server_store(SetUp(place.owners_address, DESK, folder / "copy.dump", cipher))
    else:
        open_store(Path(place.address), cipher).close()


def state(place: Place) -> object:
    """Give all that a store is: its file's bytes, or schema and rows on a server."""
    if isinstance(place, FilePlace):
        return place.path.read_bytes()
    engine = place.owner()
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        rows = {table.name: connection.execute(select(table)).all() for table in tables.sorted_tables}
        shape = schema_parts(connection)
    engine.dispose()
    return shape, rows


def tamper(place: Place, *statements: str) -> None:
    """Change a store as somebody with every right does: past guards and foreign keys, which are there again afterwards."""
    if isinstance(place, ServerPlace):
        place.cluster.administer("SET session_replication_role = replica", *statements, database=place.database)
        return
    with closing(dbapi2.connect(place.address, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f'DROP TRIGGER "{name}"' for name, _ in guards), *statements):
            connection.execute(statement)
        for _, made in guards:
            connection.execute(made)


def refusal(place: Place, folder: Path, cipher: FieldCipher = CIPHER) -> StoreError:
    """Give why an upgrade is refused; nothing of the store is changed, and no copy is left that could be taken for one."""
    before = state(place)
    with pytest.raises(StoreError) as refused:
        upgrade(place, folder, cipher)
    assert state(place) == before
    assert not list(folder.glob("*.bak*"))
    assert not list(folder.glob("*.dump*"))
    return refused.value


def assert_says_what_to_do(error: StoreError, *, still: bool = True) -> None:
    texts = catalogue(Language.EN)
    said = texts(f"error.{error.code}", **{"detail": "", **error.data})
    assert "as it was" in said or "nothing was changed" in said
    assert not still or "earlier program" in said
    assert "desk-app restore" in said


def test_rows_that_refer_to_nothing_are_named(older: Place, tmp_path: Path) -> None:
    tamper(older, "DELETE FROM student")
    error = refusal(older, tmp_path)
    assert (error.code, error.data["other"]) == ("store_upgrade_orphans", "student")
    assert_says_what_to_do(error)


def test_a_guard_that_is_missing_is_named(older: Place, tmp_path: Path) -> None:
    engine = older.owner()
    with writers(engine).begin() as connection:
        on = " ON audit" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER audit_no_delete{on}")
    engine.dispose()
    error = refusal(older, tmp_path)
    assert (error.code, error.data["part"]) == ("store_upgrade_altered", "audit_no_delete")
    assert_says_what_to_do(error)


def test_a_guard_that_a_server_was_told_to_sleep_is_missing(server_place: ServerPlace, tmp_path: Path) -> None:
    as_left_by(server_place, BEFORE)
    server_place.cluster.administer("ALTER TABLE audit DISABLE TRIGGER audit_no_delete", database=server_place.database)
    assert refusal(server_place, tmp_path).data == {"part": "audit_no_delete"}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("DROP INDEX uq_released_document_serial", "uq_released_document_serial"),
        ("ALTER TABLE student ADD COLUMN remark text", "remark"),
    ],
)
def test_what_is_missing_or_added_is_named(older: Place, tmp_path: Path, change: str, part: str) -> None:
    tamper(older, change)
    error = refusal(older, tmp_path)
    assert error.code == "store_upgrade_altered"
    assert part in str(error.data["part"])


def test_a_log_that_is_torn_is_told_by_its_entry(older: Place, tmp_path: Path) -> None:
    tamper(older, "UPDATE audit SET body = replace(body, 'MAIN', 'NIAM') WHERE sequence = 1")
    error = refusal(older, tmp_path)
    assert (error.code, error.data["sequence"]) == ("store_upgrade_log", 1)
    assert_says_what_to_do(error)


@pytest.mark.parametrize("revision", [BEFORE, "0004"])
def test_another_key_spoils_nothing(place: Place, tmp_path: Path, revision: str) -> None:
    as_left_by(place, revision)
    error = refusal(place, tmp_path, FieldCipher(bytes(reversed(KEY))))
    assert error.code == ("store_key_wrong" if revision == "0004" else "keys_other")


def test_a_store_of_a_newer_program_is_left_as_it_is(older: Place, tmp_path: Path) -> None:
    tamper(older, "UPDATE alembic_version SET version_num = '9999'")
    error = refusal(older, tmp_path)
    assert (error.code, error.data) == ("store_too_new", {"revision": "9999"})


def test_a_sound_store_of_any_age_is_upgraded(place: Place, tmp_path: Path) -> None:
    upgrade(as_left_by(place, "0004"), tmp_path)
    with closing(place.open()) as store, store.read() as records:
        assert records.first_bad_audit() is None
        assert records.release_by_receipt("M-20250603-001") is not None


SPOILING: dict[str, Callable[[bytes], bytes]] = {
    "torn": lambda whole: whole[: len(whole) // 2],
    "emptied": lambda _whole: b"",
    "of something else": lambda _whole: b"something else" * 1000,
}


class TestAFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "store" / "desk.db"
        path.parent.mkdir()
        create_store(path, CIPHER).close()
        as_left_by(FilePlace(path), BEFORE)
        return path

    def refused(self, path: Path) -> StoreError:
        return refusal(FilePlace(path), path.parent)

    def test_an_index_that_says_otherwise_than_its_table_is_damage(self, path: Path) -> None:
        with closing(dbapi2.connect(str(path))) as connection:
            (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'holding'").fetchone()
        whole = bytearray(path.read_bytes())
        begin, end = (page - 1) * 4096, page * 4096
        whole[begin:end] = whole[begin:end].replace(b"MAIN", b"NIAM")
        path.write_bytes(whole)
        error = self.refused(path)
        assert error.code == "store_damaged"
        assert_says_what_to_do(error, still=False)

    @pytest.mark.parametrize("kept", [0.4, 0.9])
    def test_a_file_that_was_cut_off_is_damaged(self, path: Path, kept: float) -> None:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * kept)])
        assert self.refused(path).code == "store_damaged"

    def test_the_copy_is_the_store_of_before_and_can_be_put_back(self, path: Path) -> None:
        open_store(path, CIPHER).close()
        copy = path.with_name(f"desk.db.before-{HEAD}.bak")
        with closing(dbapi2.connect(str(copy))) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (BEFORE,)
        assert StoreKeeper(path, CIPHER).drill(copy).releases == 1
        assert sorted(file.name for file in path.parent.iterdir()) == ["desk.db", copy.name]

    @pytest.mark.parametrize("revision", [BEFORE, "0004"])
    def test_an_enciphered_file_is_compared_with_an_enciphered_copy(self, tmp_path: Path, revision: str) -> None:
        path = tmp_path / "desk.db"
        create_store(path, CIPHER, whole_file=True).close()
        with closing(open_store(path, CIPHER)) as store:
            fill_roster(store)
            with writers(store._engine).begin() as connection:
                go_back(connection, revision, CIPHER)
        with closing(open_store(path, CIPHER)) as store:
            prove_store(store)
            with store._engine.begin() as connection:
                assert found_revision(connection) == HEAD
        assert WANG.encode() not in path.with_name(f"desk.db.before-{HEAD}.bak").read_bytes()

    @pytest.mark.parametrize(
        ("spoil", "what"),
        [
            ("DELETE FROM signature", "signature"),
            ("UPDATE student SET name = 'X'", "student"),
            ("UPDATE alembic_version SET version_num = '0004'", "alembic_version"),
            ("DROP INDEX uq_released_document_serial", "schema"),
            ("torn", "store_damaged"),
            ("emptied", "schema"),
            ("of something else", "store_not_a_store"),
        ],
    )
    def test_with_a_spoilt_copy_nothing_is_upgraded_and_an_older_copy_stays(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str, what: str
    ) -> None:
        older = path.with_name(f"desk.db.before-{HEAD}.bak")
        older.write_bytes(b"an older copy")
        before = path.read_bytes()

        def spoilt(engine: Engine, target: Path, key: bytes | None) -> None:
            back_up(engine, target, key)
            if spoil in SPOILING:
                target.write_bytes(SPOILING[spoil](target.read_bytes()))
            else:
                tamper(FilePlace(target), spoil)

        monkeypatch.setattr(upgrading, "back_up", spoilt)
        with pytest.raises(StoreError, match="store_upgrade_copy") as refused:
            open_store(path, CIPHER)
        assert refused.value.data["what"] == what
        assert path.read_bytes() == before
        assert older.read_bytes() == b"an older copy"
        assert sorted(file.name for file in path.parent.iterdir()) == ["desk.db", older.name]
