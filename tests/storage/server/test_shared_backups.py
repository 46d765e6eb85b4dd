# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a shared store: of one instant, proven as far as the role may, and put back in one transaction."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from desk_app.domain.backups import BackupProof
from desk_app.domain.errors import StoreError
from desk_app.domain.records import AuditKind
from desk_app.services.store_port import Ledger
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.server.dump import dump_store
from desk_app.storage.server.dump_contents import dump_contents
from desk_app.storage.server.safekeeping import DRILL_LOCK, ServerKeeper
from desk_app.storage.store import DeskStore
from tests.postgres import DESK, OWNER, Cluster
from tests.storage.places import ServerPlace, Shelf
from tests.storage.samples import KEY, LIN, NOW, TODAY, WANG, event, fill_roster, hand_over

pytestmark = pytest.mark.postgres

MAKER = "desk_maker"
CIPHER = FieldCipher(KEY)


@pytest.fixture
def shared(server_place: ServerPlace) -> Iterator[DeskStore]:
    """Give a shared store with two graduates."""
    with closing(server_place.open()) as store:
        fill_roster(store)
        yield store


@pytest.fixture(scope="session")
def maker(cluster: Cluster) -> str:
    """Give a role that may work as a desk and make databases."""
    cluster.administer(f"CREATE ROLE {MAKER} LOGIN CREATEDB IN ROLE {DESK}, {OWNER}")
    return MAKER


def keeper(place: ServerPlace, role: str = DESK) -> ServerKeeper:
    return ServerKeeper(place.cluster.address(place.database, role), CIPHER, DESK)


def note(ledger: Ledger, _proof: BackupProof) -> None:
    ledger.record(event(AuditKind.RESTORE))


def test_a_desk_copies_what_it_works_on_and_says_how_far_the_copy_is_proven(
    shared: DeskStore, server_place: ServerPlace, tmp_path: Path
) -> None:
    with shared.write() as ledger:
        ledger.record(event())
    proof = keeper(server_place).copy(shared, tmp_path / "copies" / "monday.dump")
    assert (proof.restored, proof.entries, proof.releases) == (False, 1, 0)
    with shared.read() as records:
        last = records.last_audit()
    assert last is not None
    assert proof.end == last.hash
    assert Path(proof.file).stat().st_mode & 0o777 == 0o600


def test_the_newest_hand_over_of_a_copy_is_read_from_the_copy(
    shared: DeskStore, server_place: ServerPlace, tmp_path: Path
) -> None:
    with shared.write() as ledger:
        hand_over(ledger, WANG, "key-1", at=NOW + timedelta(minutes=5))
    proof = keeper(server_place).copy(shared, tmp_path / "monday.dump")
    assert (proof.newest_receipt, proof.releases, proof.prefixes) == ("M-20250603-001", 1, ("M",))
    assert dict(proof.keys) == shared.key_checks()
    assert proof.newest_at == NOW + timedelta(minutes=5)


@pytest.mark.slow
def test_a_role_that_may_make_databases_restores_the_copy_and_leaves_nothing_behind(
    shared: DeskStore, server_place: ServerPlace, maker: str, tmp_path: Path
) -> None:
    with shared.write() as ledger:
        ledger.record(event())
    assert keeper(server_place, maker).copy(shared, tmp_path / "monday.dump").restored
    with shared._engine.begin() as connection:
        names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
    assert not [name for name in names if name.startswith("desk_drill_")]


@pytest.mark.slow
def test_what_a_drill_that_was_killed_has_left_is_dropped_by_the_next_one_that_drills_alone(
    shared: DeskStore, server_place: ServerPlace, maker: str, tmp_path: Path
) -> None:
    with shared._engine.begin() as connection:
        own = connection.exec_driver_sql(
            "SELECT 'desk_drill_' || oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
    left, others = f"{own}_k1lled", "desk_drill_1_of_another_store"
    server_place.cluster.administer(*(f"CREATE DATABASE {name} OWNER {maker}" for name in (left, others)))

    def there() -> set[str]:
        with shared._engine.begin() as connection:
            return set(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())

    with psycopg.connect(server_place.cluster.address(server_place.database, maker)) as drilling:
        drilling.execute(f"SELECT pg_advisory_lock_shared({DRILL_LOCK})".encode())
        assert keeper(server_place, maker).copy(shared, tmp_path / "monday.dump").restored
        assert left in there()
    with psycopg.connect(server_place.cluster.address(left, "postgres")):  # an administrator looks what it is
        assert keeper(server_place, maker).copy(shared, tmp_path / "noon.dump").restored
        assert left in there()
    assert keeper(server_place, maker).copy(shared, tmp_path / "tuesday.dump").restored
    assert {left, others} & there() == {others}
    server_place.cluster.administer(f"DROP DATABASE {others}")


@pytest.mark.slow
def test_a_restored_copy_that_is_not_sound_is_no_backup(
    shared: DeskStore, server_place: ServerPlace, maker: str, tmp_path: Path
) -> None:
    owner = server_place.owner()
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete ON audit")
    owner.dispose()
    with pytest.raises(StoreError, match="store_schema_altered"):
        keeper(server_place, maker).copy(shared, tmp_path / "monday.dump")


def test_a_copy_shows_one_instant_while_desks_work(
    shared: DeskStore, server_place: ServerPlace, tmp_path: Path
) -> None:
    begun, stop = threading.Event(), threading.Event()

    def work() -> None:
        while not stop.is_set():
            with shared.write() as ledger:
                ledger.record(event())
            begun.set()

    desk = threading.Thread(target=work)
    desk.start()
    assert begun.wait(10)
    try:
        proofs = [keeper(server_place).copy(shared, tmp_path / f"{number}.dump") for number in range(2)]
    finally:
        stop.set()
        desk.join()
    assert proofs[1].entries > proofs[0].entries > 0


def test_a_copy_of_another_store_is_told_by_its_log(
    shared: DeskStore, server_place: ServerPlace, shelf: Shelf, tmp_path: Path
) -> None:
    other = shelf.take()
    with closing(other.open()) as store, store.write() as ledger:
        ledger.record(event(AuditKind.LOGIN))
    with shared.write() as ledger:
        ledger.record(event())
    file = tmp_path / "other.dump"
    dump_store(other.address, file)
    shelf.put_back(other)
    with pytest.raises(StoreError, match="store_backup_differs"):
        keeper(server_place).drill(file)


@pytest.mark.parametrize("damage", [b"no dump at all", b""])
def test_what_is_no_copy_is_refused(server_place: ServerPlace, tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "monday.dump"
    file.write_bytes(damage)
    with pytest.raises(StoreError, match="store_backup"):
        keeper(server_place).drill(file)


def test_a_torn_copy_is_refused(shared: DeskStore, server_place: ServerPlace, tmp_path: Path) -> None:
    file = Path(keeper(server_place).copy(shared, tmp_path / "monday.dump").file)
    file.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(StoreError, match="store_backup"):
        keeper(server_place).drill(file)


@pytest.mark.slow
class TestRestore:
    @pytest.fixture
    def file(self, shared: DeskStore, server_place: ServerPlace, tmp_path: Path) -> Path:
        """Give a copy of the store with two graduates and one entry; after it one more is written."""
        with shared.write() as ledger:
            ledger.record(event())
        proof = keeper(server_place).copy(shared, tmp_path / "monday.dump")
        with shared.write() as ledger:
            ledger.record(event(AuditKind.LOGIN))
        return Path(proof.file)

    def test_it_is_refused_while_a_desk_is_open(self, server_place: ServerPlace, file: Path) -> None:
        with pytest.raises(StoreError, match="store_in_use"):
            keeper(server_place, OWNER).restore(file, NOW, note)

    def test_the_old_store_is_kept_and_the_desks_keep_their_rights(
        self, shared: DeskStore, server_place: ServerPlace, file: Path
    ) -> None:
        shared.close()
        proof, aside = keeper(server_place, OWNER).restore(file, NOW, note)
        assert proof.restored
        assert aside is not None
        assert dump_contents(aside).entries == 2
        with closing(server_place.open()) as store:
            with store.read() as records:
                last = records.last_audit()
                assert records.dossier(WANG) is not None
            assert last is not None
            assert (last.sequence, last.previous) == (2, proof.end)
            assert '"kind":"RESTORE"' in last.body
            with store.write() as ledger:
                hand_over(ledger, LIN, "key-1")
            with pytest.raises(ProgrammingError), store._engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM audit")

    def test_when_the_note_cannot_be_written_nothing_was_changed(
        self, shared: DeskStore, server_place: ServerPlace, file: Path
    ) -> None:
        shared.close()

        def refuse(_ledger: Ledger, _proof: BackupProof) -> None:
            raise StoreError("sign_in_wrong")

        with pytest.raises(StoreError, match="sign_in_wrong"):
            keeper(server_place, OWNER).restore(file, NOW, refuse)
        with closing(server_place.open()) as store, store.read() as records:
            last = records.last_audit()
        assert last is not None
        assert '"kind":"LOGIN"' in last.body

    def test_it_fills_an_empty_database_too(self, shelf: Shelf, file: Path) -> None:
        empty = shelf.empty()
        _proof, aside = keeper(empty, OWNER).restore(file, NOW, note)
        assert aside is None
        with closing(empty.open()) as store, store.read() as records:
            assert records.ledger(TODAY, None) == ()
            assert records.dossier(WANG) is not None

    def test_no_password_is_seen_in_the_commands(
        self, server_place: ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[tuple[list[str], str | None]] = []
        run = subprocess.run

        def watched(command: list[str], **options: object) -> object:
            environment = options["env"]
            assert isinstance(environment, dict)
            seen.append((command, environment.get("PGPASSWORD")))
            return run(command, **options)  # type: ignore[call-overload] # handed on as it came

        monkeypatch.setattr(subprocess, "run", watched)
        for address in (
            server_place.address.replace("@", ":geheim@", 1),
            f"{server_place.address}&password=geheim",
        ):
            dump_store(address, tmp_path / "monday.dump")
        assert [password for _, password in seen] == ["geheim"] * 4
        assert not any("geheim" in word for command, _ in seen for word in command)
