# SPDX-License-Identifier: GPL-3.0-or-later
"""A store knows its keys, keeps papers enciphered, and reads what earlier keys and earlier programs have written."""

from __future__ import annotations

import dataclasses
import hashlib
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from desk_app.domain.errors import StoreError
from desk_app.domain.records import ArchivedPaper, PaperState, PrintJob, PrintOrder
from desk_app.storage import migrate as migration
from desk_app.storage.engine import make_engine
from desk_app.storage.keys.cipher import FieldCipher, key_check
from desk_app.storage.revision import HEAD
from desk_app.storage.server.store import open_server_store
from desk_app.storage.store import DeskStore, create_store, open_store
from desk_app.storage.transactions import writers
from tests.storage.earlier import go_back
from tests.storage.places import FilePlace, Place
from tests.storage.samples import KEY, NOW, WANG, graduate, hand_over

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.7 1 0 0 RG 10 20 m 90 40 l S %%EOF"
PAPER = ArchivedPaper("M-1", PDF, hashlib.sha256(PDF).hexdigest(), NOW)
OTHER = b"another key of thirty-two bytes!"


def opened_with(place: Place, keys: bytes | dict[int, bytes]) -> DeskStore:
    if isinstance(place, FilePlace):
        return open_store(place.path, FieldCipher(keys))
    return open_server_store(place.address, FieldCipher(keys))


def put_papers(store: DeskStore, count: int = 1) -> None:
    with store.write() as ledger:
        for number in range(1, count + 1):
            ledger.archive(dataclasses.replace(PAPER, receipt_no=f"M-{number}"))
        ledger.enqueue(PrintOrder("P1", "receipt", PDF, 2), NOW)


def papers(store: DeskStore) -> tuple[ArchivedPaper | None, tuple[PrintJob, ...]]:
    with store.read() as records:
        return records.archived_paper("M-1"), records.print_jobs([PaperState.QUEUED])


def kept_pdfs(owner: Engine) -> list[bytes]:
    with owner.begin() as connection:
        return [
            bytes(row[0])
            for table in ("archived_paper", "print_job")
            for row in connection.execute(text(f"SELECT pdf FROM {table}"))  # noqa: S608 - a fixed name
        ]


def test_papers_lie_enciphered_and_come_back_plain(store: DeskStore, owner: Engine) -> None:
    put_papers(store)
    archived, jobs = papers(store)
    assert archived == PAPER
    assert [(job.pdf, job.copy) for job in jobs] == [(PDF, 1), (PDF, 2)]
    kept = kept_pdfs(owner)
    assert len(kept) == len(set(kept)) == 3
    assert not any(b"PDF" in one or b"RG" in one for one in kept)


def test_a_paper_moved_to_another_print_job_does_not_open(store: DeskStore, owner: Engine) -> None:
    put_papers(store)
    with owner.begin() as connection:
        connection.execute(text("UPDATE print_job SET pdf = (SELECT pdf FROM print_job WHERE copy = 1)"))
    with pytest.raises(StoreError) as refused:
        papers(store)
    assert refused.value.code == "store_cipher"
    assert refused.value.data["field"] == "print_job.pdf"


class TestCheckValues:
    def test_the_store_knows_its_key_before_anything_was_written_with_it(self, place: Place, store: DeskStore) -> None:
        with pytest.raises(StoreError) as refused:
            opened_with(place, OTHER)
        assert (refused.value.code, refused.value.data["key"]) == ("keys_other", "store.key")
        assert store.key_checks()["store.key"] == key_check("store.key", KEY)

    def test_a_key_beside_the_ciphers_is_met_once_and_then_wanted(self, store: DeskStore) -> None:
        store.prove_key("index.key", key_check("index.key", KEY))
        store.prove_key("index.key", key_check("index.key", KEY))
        with pytest.raises(StoreError) as refused:
            store.prove_key("index.key", key_check("index.key", OTHER))
        assert refused.value.data["key"] == "index.key"

    def test_a_check_value_tells_neither_the_key_nor_what_another_purpose_makes_of_it(self) -> None:
        cipher = FieldCipher(KEY)
        assert cipher.checks()["store.key"] not in KEY.hex()
        assert not cipher.file_key().hex().startswith(cipher.checks()["store.key"])
        assert key_check("index.key", KEY) != key_check("store.key", KEY)

    def test_nobody_changes_them(self, store: DeskStore, owner: Engine) -> None:
        assert store.key_checks()
        for statement in ("UPDATE key_check SET value = 'x'", "DELETE FROM key_check"):
            with pytest.raises(Exception, match="history"), owner.begin() as connection:
                connection.execute(text(statement))


class TestNewerKey:
    def test_it_enciphers_new_rows_and_the_old_ones_stay_readable(self, place: Place, store: DeskStore) -> None:
        with store.write() as ledger:
            ledger.put_photo(WANG, b"old photo")
        with closing(opened_with(place, {1: KEY, 2: OTHER})) as newer:
            put_papers(newer)
            with newer.read() as records:
                dossier = records.dossier(WANG)
            assert dossier is not None
            assert dossier.photo == b"old photo"
            assert papers(newer)[0] == PAPER
        with pytest.raises(StoreError, match="store_cipher"):
            papers(store)

    def test_a_desk_without_it_is_refused_and_told_which_is_missing(self, place: Place) -> None:
        opened_with(place, {1: KEY, 2: OTHER}).close()
        with pytest.raises(StoreError) as refused:
            opened_with(place, KEY)
        assert (refused.value.code, refused.value.data["key"]) == ("keys_version_missing", "store-2.key")

    def test_the_whole_file_keeps_its_key(self) -> None:
        assert FieldCipher({1: KEY, 2: OTHER}).file_key() == FieldCipher(KEY).file_key() != KEY


class TestMigration:
    def test_papers_of_an_earlier_program_are_enciphered_and_deciphered_again(
        self, store: DeskStore, owner: Engine
    ) -> None:
        put_papers(store, 3)
        cipher = FieldCipher(KEY)
        with owner.begin() as connection:
            migration.run_revisions(connection, "0004", cipher)
        assert kept_pdfs(owner) == [PDF] * 5
        with owner.begin() as connection:
            migration.run_revisions(connection, HEAD, cipher)
        assert not any(b"PDF" in one for one in kept_pdfs(owner))
        archived, jobs = papers(store)
        assert archived == PAPER
        assert [job.pdf for job in jobs] == [PDF, PDF]

    def test_without_the_key_nothing_is_migrated(self, store: DeskStore, owner: Engine) -> None:
        put_papers(store)
        with owner.begin() as connection:
            migration.run_revisions(connection, "0004", FieldCipher(KEY))
        with pytest.raises(StoreError, match="store_migration"), owner.begin() as connection:
            migration.run_revisions(connection, HEAD)
        assert kept_pdfs(owner) == [PDF] * 3

    def test_a_file_holds_no_plain_paper_after_its_upgrade(self, store: DeskStore, store_path: Path) -> None:
        """Neither in free pages nor in the log; the copy made before is what the earlier program left."""
        put_papers(store, 30)
        store.close()
        engine = make_engine(store_path)
        with writers(engine).begin() as connection:
            go_back(connection, "0004", FieldCipher(KEY))
        engine.dispose()
        assert PDF in store_path.read_bytes()
        with closing(open_store(store_path, FieldCipher(KEY))) as upgraded:
            found = b"".join(
                file.read_bytes() for file in store_path.parent.glob("desk.db*") if ".bak" not in file.name
            )
            assert PDF not in found
            assert papers(upgraded)[0] == PAPER
        (copy,) = store_path.parent.glob("*.bak")
        assert copy.stat().st_mode & 0o077 == 0


class TestWholeFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "whole.db"
        with closing(create_store(path, FieldCipher(KEY), whole_file=True)) as store:
            from tests.storage.samples import fill_roster

            fill_roster(store)
        return path

    def test_no_name_is_readable_in_file_log_or_copy(self, path: Path, tmp_path: Path) -> None:
        with closing(open_store(path, FieldCipher(KEY))) as store:
            with store.write() as ledger:
                hand_over(ledger, WANG, "key-1")
            store.copy_to(tmp_path / "copies.db")
            assert store.enciphered
            files = {file.name: file.read_bytes() for file in tmp_path.glob("*.db*")}
        assert {"whole.db", "whole.db-wal", "copies.db"} <= files.keys()
        for name, content in files.items():
            assert WANG.encode() not in content, name
            assert "王測一".encode() not in content, name
            assert not content.startswith(b"SQLite"), name
        with closing(open_store(tmp_path / "copies.db", FieldCipher(KEY))) as copy, copy.read() as records:
            assert records.release_by_key("key-1") is not None

    def test_another_key_opens_nothing(self, path: Path) -> None:
        with pytest.raises(StoreError, match="store_not_a_store"):
            open_store(path, FieldCipher(OTHER))

    def test_a_page_that_was_altered_is_told_and_never_read(self, path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

        def copied() -> None:
            with closing(open_store(path, FieldCipher(KEY))) as store:
                store.copy_to(path.with_name("copy.db"))

        with pytest.raises(StoreError):
            copied()

    def test_it_is_migrated_after_a_copy_that_is_enciphered_too(self, path: Path) -> None:
        cipher = FieldCipher(KEY)
        engine = make_engine(path, file_key=cipher.file_key())
        with writers(engine).begin() as connection:
            go_back(connection, "0004", cipher)
        engine.dispose()
        with closing(open_store(path, cipher)) as store, store.read() as records:
            assert records.dossier(WANG) is not None
        (copy,) = path.parent.glob("*.bak")
        assert WANG.encode() not in copy.read_bytes()


def test_a_desk_without_the_newest_key_misses_it_and_takes_no_row_for_altered(place: Place) -> None:
    with closing(opened_with(place, KEY)) as behind:
        with closing(opened_with(place, {1: KEY, 2: OTHER})) as ahead, ahead.write() as ledger:
            ledger.put_students([(graduate(WANG), None)])
        with pytest.raises(StoreError, match="keys_version_missing"), behind.read() as records:
            records.dossier(WANG)
        with pytest.raises(StoreError, match="keys_version_missing"), behind.write() as ledger:
            ledger.dossier(WANG)
