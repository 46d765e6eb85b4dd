# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the store of a test lies: in a file, or on a server, where empty stores are kept ready."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, Integer, Table, text

from desk_app.storage.engine import BUSY_TIMEOUT_MS, make_engine
from desk_app.storage.fingerprint import fingerprint
from desk_app.storage.keys.cipher import FieldCipher
from desk_app.storage.server.engine import make_server_engine
from desk_app.storage.server.setting_up import SetUp, set_up_server_store
from desk_app.storage.server.store import open_server_store
from desk_app.storage.store import DeskStore, open_store
from desk_app.storage.tables import METADATA
from desk_app.storage.transactions import writers
from tests.postgres import DESK, OWNER, Cluster
from tests.storage.samples import KEY

_TEMPLATE = "template_of_stores"


class Place(Protocol):
    """Where a store lies; ``address`` is what another process needs to open it."""

    @property
    def address(self) -> str:
        """The path of the file, or the address of the database."""
        ...

    @property
    def owners_address(self) -> str:
        """The address of whoever may purge the store."""
        ...

    def open(self, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
        """Open the store as a desk does."""
        ...

    def open_as_owner(self, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
        """Open the store as whoever may purge it."""
        ...

    def owner(self) -> Engine:
        """Give an engine of whoever may do everything to the store."""
        ...


@dataclass(frozen=True)
class FilePlace:
    """A store in a file."""

    path: Path

    @property
    def address(self) -> str:
        """The path."""
        return str(self.path)

    @property
    def owners_address(self) -> str:
        """The path: a file belongs to whoever works with it."""
        return self.address

    def open(self, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
        """Open the file."""
        return open_store(self.path, FieldCipher(KEY), busy_timeout_ms=busy_timeout_ms)

    def open_as_owner(self, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
        """Open the file."""
        return self.open(busy_timeout_ms)

    def owner(self) -> Engine:
        """Give an engine on the file: who may write it may do everything."""
        return make_engine(self.path)


@dataclass(frozen=True)
class ServerPlace:
    """A store on a server."""

    cluster: Cluster
    database: str

    @property
    def address(self) -> str:
        """The address under which desks work."""
        return self.cluster.address(self.database)

    @property
    def owners_address(self) -> str:
        """The address of the role to which the tables belong."""
        return self.cluster.address(self.database, OWNER)

    def open(self, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
        """Open the store under the role of the desks."""
        return open_server_store(self.address, FieldCipher(KEY), lock_timeout_ms=busy_timeout_ms)

    def open_as_owner(self, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> DeskStore:
        """Open the store under the role to which the tables belong."""
        return open_server_store(self.owners_address, FieldCipher(KEY), lock_timeout_ms=busy_timeout_ms)

    def owner(self) -> Engine:
        """Give an engine of the role to which the tables belong."""
        return make_server_engine(self.owners_address, BUSY_TIMEOUT_MS)


def open_at(address: str) -> DeskStore:
    """Open the store that an address of a place names."""
    if "://" in address:
        return open_server_store(address, FieldCipher(KEY))
    return open_store(Path(address), FieldCipher(KEY))


def _counts(table: Table) -> bool:
    """Tell whether the server numbers the rows of a table."""
    key = list(table.primary_key)
    return len(key) == 1 and key[0].name == "id" and isinstance(key[0].type, Integer)


class Shelf:
    """Empty stores on a server: copies of one template, emptied and used again while their schema is as it was.

    Making or dropping a database takes the server longer than most tests.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._numbers = itertools.count(1)
        self._ready: list[ServerPlace] = []
        cluster.administer(f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER}")
        set_up_server_store(SetUp(cluster.address(_TEMPLATE, OWNER), DESK))
        self._schema = self._fingerprint(ServerPlace(cluster, _TEMPLATE))
        self._counters = [f"{table.name}_id_seq" for table in METADATA.tables.values() if _counts(table)]

    def empty(self, options: str = "") -> ServerPlace:
        """Give a database without anything."""
        place = ServerPlace(self._cluster, f"empty_{next(self._numbers)}")
        self._cluster.administer(f"CREATE DATABASE {place.database} OWNER {OWNER} {options}")
        return place

    def take(self) -> ServerPlace:
        """Give an empty store that nobody else uses."""
        if self._ready:
            return self._ready.pop()
        place = ServerPlace(self._cluster, f"store_{next(self._numbers)}")
        self._cluster.administer(f"CREATE DATABASE {place.database} OWNER {OWNER} TEMPLATE {_TEMPLATE}")
        return place

    def put_back(self, place: ServerPlace) -> None:
        """Empty a store for the next test, unless its test has changed more than rows."""
        if self._fingerprint(place) != self._schema:
            return
        # Deleting writes one file, truncating makes sixty anew. Without the triggers, which would refuse it.
        statements = ["SET session_replication_role = replica", "DELETE FROM sequence_memory"]
        statements += [str(table.delete()) for table in METADATA.tables.values()]
        statements += [f"ALTER SEQUENCE {name} RESTART" for name in self._counters]
        self._cluster.administer("; ".join(statements), database=place.database)
        self._ready.append(place)

    @staticmethod
    def _fingerprint(place: ServerPlace) -> str:
        engine = place.owner()
        with writers(engine).begin() as connection:
            found = fingerprint(connection)
            found += str(connection.execute(text("SELECT version_num FROM alembic_version")).all())
        engine.dispose()
        return found
