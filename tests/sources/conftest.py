# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as offices deliver them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from desk_app.domain.policy import Policy
from desk_app.sources.files import DeskFiles
from tests.postgres import Cluster
from tests.shipped_rules import shipped_library
from tests.sources.office_files import Office, new_office
from tests.sources.office_views import DATABASE, READER, Affairs


@pytest.fixture(scope="session")
def policy() -> Policy:
    return shipped_library().load("ntnu-113-2")


@pytest.fixture
def files(policy: Policy) -> DeskFiles:
    return DeskFiles(policy, "MAIN", lambda number: f"hash of {len(number)}")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Give an office with the library's profile and an empty drop folder."""
    return new_office(tmp_path / "office")


@pytest.fixture
def file_affairs(tmp_path: Path) -> Affairs:
    path = tmp_path / "affairs.db"
    base = sqlite3.connect(path)
    base.execute('CREATE TABLE facts ("學號", item, office, state, as_of, note, updated_at)')
    base.execute("CREATE VIEW clearance AS SELECT * FROM facts")
    base.close()

    def execute(statement: str, *values: object) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(statement, [one.isoformat() if isinstance(one, datetime) else one for one in values])
        connection.close()

    return Affairs(tmp_path, f"sqlite:///{path}", "clearance", execute)


@pytest.fixture(scope="session")
def affairs_server(cluster: Cluster) -> Cluster:
    cluster.administer(f"CREATE ROLE {READER} LOGIN", f"CREATE DATABASE {DATABASE}")
    cluster.administer(
        "CREATE SCHEMA leaving",
        'CREATE TABLE facts ("學號" char(12), item text, office text, state text, as_of timestamptz, note text,'
        " updated_at timestamptz)",
        'CREATE VIEW leaving."Clearance" AS SELECT * FROM facts',
        "CREATE VIEW leaving.slow AS SELECT facts.*, pg_sleep(30)::text AS pause FROM facts",
        "CREATE SEQUENCE drawn",
        "CREATE VIEW leaving.writing AS SELECT facts.*, nextval('drawn') AS turn FROM facts",
        "CREATE VIEW leaving.closed AS SELECT * FROM facts",
        'CREATE VIEW leaving.amounts AS SELECT "學號"::bigint AS "學號", item, office, state, as_of, note, updated_at FROM facts',
        f"GRANT USAGE ON SCHEMA leaving TO {READER}",
        f'GRANT SELECT ON leaving."Clearance", leaving.slow, leaving.writing, leaving.amounts TO {READER}',
        f"GRANT INSERT ON facts TO {READER}",
        f"GRANT USAGE ON SEQUENCE drawn TO {READER}",
        database=DATABASE,
    )  # fmt: skip
    return cluster


@pytest.fixture
def server_affairs(affairs_server: Cluster, tmp_path: Path) -> Iterator[Affairs]:
    with psycopg.connect(affairs_server.address(DATABASE, "postgres"), autocommit=True) as connection:

        def execute(statement: str, *values: object) -> None:
            connection.execute(statement.replace("?", "%s").encode(), values)

        execute("TRUNCATE facts")
        made = Affairs(tmp_path, affairs_server.address(DATABASE, READER), "leaving.Clearance", execute)
        yield made
        for source in made.sources:
            source.close()


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.postgres)])
def affairs(request: pytest.FixtureRequest) -> Affairs:
    found: Affairs = request.getfixturevalue(f"{request.param}_affairs")
    return found
