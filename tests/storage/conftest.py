# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in a temporary folder, and synthetic people, certificates and signatures to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk_app.storage.cipher import FieldCipher
from desk_app.storage.store import DeskStore, create_store, open_store
from tests.storage.samples import KEY, fill_roster

OpenStore = Callable[[], DeskStore]


@pytest.fixture(scope="session")
def empty_store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with an up-to-date, empty store; copy it, never write to it."""
    path = tmp_path_factory.mktemp("empty") / "desk.db"
    create_store(path, FieldCipher(KEY)).close()
    return path


@pytest.fixture
def store_path(tmp_path: Path, empty_store_file: Path) -> Path:
    """Give a test its own empty store file."""
    path = tmp_path / "desk.db"
    path.write_bytes(empty_store_file.read_bytes())
    return path


@pytest.fixture
def opened(store_path: Path) -> Iterator[OpenStore]:
    """Give a function that opens the store once more, as another desk would."""
    stores: list[DeskStore] = []

    def another() -> DeskStore:
        stores.append(open_store(store_path, FieldCipher(KEY)))
        return stores[-1]

    yield another
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: OpenStore) -> DeskStore:
    """Give an open store with two graduates and their certificates."""
    desk_store = opened()
    fill_roster(desk_store)
    return desk_store


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskStore]:
    """Give a store that the many examples of a property share; each uses rows of its own."""
    store = create_store(tmp_path_factory.mktemp("shared") / "desk.db", FieldCipher(KEY))
    yield store
    store.close()
