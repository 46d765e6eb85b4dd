# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad luck while a store is upgraded: it ends as it was or as it should be, and the next start mends the rest."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlcipher3 import dbapi2

from desk_app.domain.errors import StoreBusyError, StoreError
from desk_app.storage import upgrade as upgrading
from desk_app.storage.backup import back_up
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.revision import HEAD, found_revision
from desk_app.storage.server import setting_up
from desk_app.storage.server.setting_up import SetUp, set_up_server_store
from desk_app.storage.store import create_store, open_store, prove_store
from tests.postgres import DESK
from tests.storage.earlier import BEFORE, as_left_by
from tests.storage.places import FilePlace, ServerPlace
from tests.storage.samples import KEY

pytestmark = pytest.mark.slow

CIPHER = FieldCipher(KEY)
COPY = f"desk.db.before-{HEAD}.bak"
ASK_FOR_THE_FILE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
"""
"""What another process does that wants the file for itself: the bytes are those that the engine locks as shared."""
DIE = """
import os, sys
from pathlib import Path
from desk_app.storage import upgrade
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.store import open_store

done = getattr(upgrade, sys.argv[2])
def die(*given):
    done(*given)
    os._exit(7)
setattr(upgrade, sys.argv[2], die)
open_store(Path(sys.argv[1]), FieldCipher(bytes.fromhex(sys.argv[3])))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the file of a store with a hand-over, as the program before this one has left it."""
    path = tmp_path / "store" / "desk.db"
    path.parent.mkdir()
    create_store(path, CIPHER).close()
    as_left_by(FilePlace(path), BEFORE)
    return path


def revision_of(file: Path) -> str:
    with closing(dbapi2.connect(str(file))) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def assert_upgraded(path: Path) -> None:
    with closing(open_store(path, CIPHER)) as store:
        prove_store(store)
    assert (revision_of(path), revision_of(path.with_name(COPY))) == (HEAD, BEFORE)
    assert sorted(file.name for file in path.parent.iterdir()) == ["desk.db", COPY]


@pytest.mark.parametrize("step", ["require_fit", "back_up", "_prove_copy", "_copy_beside", "bring_up_inside"])
def test_a_desk_that_dies_leaves_the_store_of_before(path: Path, step: str) -> None:
    died = subprocess.run([sys.executable, "-c", DIE, str(path), step, KEY.hex()], check=False)
    assert (died.returncode, revision_of(path)) == (7, BEFORE)
    assert_upgraded(path)


def test_a_second_desk_waits_and_finds_it_done(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def second(engine: Engine, target: Path, key: bytes | None) -> None:
        with pytest.raises(StoreBusyError):
            open_store(path, CIPHER, busy_timeout_ms=20)
        back_up(engine, target, key)

    with monkeypatch.context() as patch:
        patch.setattr(upgrading, "back_up", second)
        open_store(path, CIPHER).close()
    assert_upgraded(path)


@pytest.mark.skipif(sys.platform != "linux", reason="which bytes the engine locks, and how, differs between systems")
def test_the_file_stays_locked_while_it_is_copied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To look into the file of a store and to close it again lets go of all locks on it."""

    def looked_at(engine: Engine, target: Path, key: bytes | None) -> None:
        asked = subprocess.run(
            [sys.executable, "-c", ASK_FOR_THE_FILE, str(path)], capture_output=True, check=False, text=True
        )
        assert "BlockingIOError" in asked.stderr
        back_up(engine, target, key)

    monkeypatch.setattr(upgrading, "back_up", looked_at)
    open_store(path, CIPHER).close()


def test_what_stands_in_the_place_of_the_copy_is_told(path: Path) -> None:
    path.with_name(COPY).mkdir()
    with pytest.raises(StoreError) as refused:
        open_store(path, CIPHER)
    assert (refused.value.code, refused.value.data) == ("store_backup", {"path": str(path.with_name(COPY))})
    assert revision_of(path) == BEFORE
    assert sorted(file.name for file in path.parent.iterdir()) == ["desk.db", COPY]


def test_a_desk_that_goes_on_after_the_copy_of_a_shared_store_is_noticed(
    server_place: ServerPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade after which the copy would lack a hand-over is none: whoever puts the copy back would lose it."""
    as_left_by(server_place, BEFORE)
    copy = setting_up._copy_before
    at_work = (
        "INSERT INTO audit SELECT sequence + 1, at, kind, subject, previous, hash || '1', body FROM audit"
        " ORDER BY sequence DESC LIMIT 1"
    )

    def copy_before(*given: Any) -> None:
        copy(*given)
        server_place.cluster.administer(at_work, database=server_place.database)

    monkeypatch.setattr(setting_up, "_copy_before", copy_before)
    request = SetUp(server_place.owners_address, DESK, tmp_path / "copy.dump", CIPHER)
    with pytest.raises(StoreError, match="store_upgrade_moved"):
        set_up_server_store(request)
    engine = server_place.owner()
    with engine.begin() as connection:
        assert found_revision(connection) == BEFORE
    engine.dispose()
