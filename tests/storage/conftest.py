# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in a temporary folder or on a throw-away server, and synthetic people, certificates and signatures for it.

A test that asks for ``store_path`` is about the file and runs on it alone; every other test of a store runs on both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from desk_app.storage.store import DeskStore
from desk_app.storage.transactions import writers
from tests.empty_store import new_store, new_store_file
from tests.postgres import Cluster, find_programs
from tests.storage.places import FilePlace, Place, ServerPlace, Shelf
from tests.storage.samples import KEY, fill_roster

OpenStore = Callable[[], DeskStore]

FILE, SERVER = pytest.param("file"), pytest.param("server", marks=pytest.mark.postgres)
# On Linux a missing server is an error, never a test less.
DATABASES = (FILE, SERVER) if sys.platform == "linux" or find_programs() else (FILE,)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of a store on every database, unless it is about the file."""
    if "place" in metafunc.fixturenames:
        databases = [FILE] if "store_path" in metafunc.fixturenames else DATABASES
        metafunc.parametrize("place", databases, indirect=True)


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Give a test its own empty store file."""
    return new_store_file(tmp_path / "desk.db", KEY)


@pytest.fixture(scope="session")
def shelf(cluster: Cluster) -> Shelf:
    """Keep empty stores on the server for the tests to take."""
    return Shelf(cluster)


@pytest.fixture
def server_place(shelf: Shelf) -> Iterator[ServerPlace]:
    """Give a test its own empty store on the server."""
    place = shelf.take()
    yield place
    shelf.put_back(place)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    """Say where the store of a test is."""
    if request.param == "file":
        return FilePlace(request.getfixturevalue("store_path"))
    found: Place = request.getfixturevalue("server_place")
    return found


@pytest.fixture
def opened(place: Place) -> Iterator[OpenStore]:
    """Give a function that opens the store once more, as another desk would."""
    stores: list[DeskStore] = []

    def another() -> DeskStore:
        stores.append(place.open())
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


@pytest.fixture
def owner(place: Place) -> Iterator[Engine]:
    """Give an engine of whoever may do everything to the store, and whose transactions write."""
    engine = place.owner()
    yield writers(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskStore]:
    """Give a store that the many examples of a property share; each uses rows of its own."""
    store = new_store(tmp_path_factory.mktemp("shared") / "desk.db", KEY)
    yield store
    store.close()
