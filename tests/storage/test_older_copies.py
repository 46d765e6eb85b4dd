# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy from before papers were enciphered is known as one, whatever made it; a newer or enciphered one is not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from desk_app.storage.backup import back_up
from desk_app.storage.engine import make_engine
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.older_copies import holds_plain_papers
from desk_app.storage.server.dump import dump_store
from desk_app.storage.store import create_store
from desk_app.storage.transactions import writers
from tests.storage.earlier import go_back
from tests.storage.places import Place, ServerPlace
from tests.storage.samples import KEY

pytestmark = pytest.mark.slow

CIPHER = FieldCipher(KEY)


def copied(place: Place, folder: Path, name: str) -> Path:
    if isinstance(place, ServerPlace):
        target = folder / f"{name}.dump"
        dump_store(place.owners_address, target)
        return target
    engine = place.owner()
    back_up(engine, folder / f"{name}.bak")
    engine.dispose()
    return folder / f"{name}.bak"


def test_the_age_of_a_copy_tells_whether_papers_lie_open_in_it(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    assert not holds_plain_papers(copied(place, folder, "new"))
    owner = place.owner()
    for revision, plain in (("0005", False), ("0004", True)):
        with writers(owner).begin() as connection:
            go_back(connection, revision, CIPHER)
        assert holds_plain_papers(copied(place, folder, revision)) is plain
    owner.dispose()
    assert len(list(folder.iterdir())) == 3  # looking makes no file


def test_what_cannot_be_read_without_a_key_holds_nothing_plain(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    create_store(path, CIPHER, whole_file=True).close()
    with closing(make_engine(path, file_key=CIPHER.file_key()).connect()) as connection, connection.begin():
        go_back(connection, "0004", CIPHER)
    assert not holds_plain_papers(path)
    other = tmp_path / "other.db"
    for content in (b"", b"no store at all" * 100):
        other.write_bytes(content)
        assert not holds_plain_papers(other)
